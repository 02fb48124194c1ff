"""Target lines: set by the city for a unit and those below it, from a day on; leaders see theirs."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection
from wtforms import IntegerField

from survey_app.back_office.acting import attempt, find_last, iso, name_of, record, today, unit_of_page
from survey_app.back_office.form_fields import Day, Needed, OfficeForm, OneOf, Wrong
from survey_app.back_office.place_forms import first_day_of
from survey_app.database import read_connection
from survey_app.languages import format_day, translate
from survey_app.staff.access import allow, current_staff
from survey_app.staff.roles import Role
from survey_app.territory.audit_events import TARGET_SET
from survey_app.territory.targets import MEASURES, Measure, history_of_targets, set_target, targets_of

blueprint = Blueprint("setup_targets", __name__, url_prefix="/staff/setup")
SETTERS = (Role.PROVINCE, Role.ADMINISTRATOR)


class _Percent(IntegerField):
    """A whole number, or nothing."""

    def process_formdata(self, valuelist: Any) -> None:
        """Read digits; an empty field takes the target back."""
        self.data = None
        typed = str(valuelist[0]).strip().rstrip("%").strip() if valuelist else ""
        if not typed:
            return
        if not (typed.isascii() and typed.isdigit()) or not 1 <= int(typed[:9]) <= 100:
            raise ValueError(translate("back_office.target.range"))
        self.data = int(typed)


class TargetForm(OfficeForm):
    """A target from a day on; without a number the unit's own one is taken back."""

    measure = OneOf("back_office.target.measure")
    percent = _Percent("back_office.target.percent", description="back_office.target.percent_hint")
    valid_from = Day("back_office.field.from_day", [Needed()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measure.offer({one: translate(f"back_office.measure.{one}") for one in MEASURES})

    @property
    def chosen(self) -> Measure:
        """Of which index."""
        return "overall" if self.measure.data == "overall" else "attitude"


@dataclass(frozen=True, slots=True)
class InForce:
    """What a unit is to reach today in one measure, and for which unit that was set."""

    measure: str
    percent: int | None
    since: str
    set_for: str


@dataclass(frozen=True, slots=True)
class PastTarget:
    """One line of the unit's history."""

    measure: str
    percent: int | None
    since: str
    set_by: str


@dataclass(frozen=True, slots=True)
class TargetsPage:
    """A unit's targets: in force, of all times, and the form for those who may set them."""

    code: str
    unit: str
    in_force: tuple[InForce, ...]
    history: tuple[PastTarget, ...]
    form: TargetForm | None
    wrong: tuple[Wrong, ...]


@blueprint.get("/units/<code>/targets")
@allow(Role.LEADER, *SETTERS)
def targets(code: str) -> ResponseReturnValue:
    """The unit's targets."""
    return render_template("back_office/targets.html", page=_page(code))


@blueprint.post("/units/<code>/targets")
@allow(*SETTERS)
def set_one(code: str) -> ResponseReturnValue:
    """Set the target of a unit from a day on, today at the earliest: what was shown stays."""
    form = TargetForm(request.form)
    with read_connection() as connection:
        unit = unit_of_page(connection, code)
    refused: tuple[str, ...] = ()
    if form.validate():
        day, percent, measure = first_day_of(form.valid_from.data), form.percent.data, form.chosen

        def act(connection: Connection) -> None:
            before = set_target(connection, unit.id, measure, percent, day, set_by=current_staff().email)
            record(connection, TARGET_SET, code, measure=measure, before=before, after=percent, from_day=iso(day))

        refused = attempt(act) if day >= today() else (translate("back_office.problem.past"),)
    wrong = (*form.wrong(), *(Wrong("", words) for words in refused))
    if wrong:
        return render_template("back_office/targets.html", page=_page(code, form, wrong)), 422
    flash("back_office.saved")
    return redirect(url_for("setup_targets.targets", code=code), 303)


def _page(code: str, form: TargetForm | None = None, wrong: tuple[Wrong, ...] = ()) -> TargetsPage:
    may_set = bool(current_staff().roles & set(SETTERS))
    with read_connection() as connection:
        unit = unit_of_page(connection, code)
        lines = []
        for measure in MEASURES:
            target = targets_of(connection, [unit.id], today(), measure).get(unit.id)
            words = translate(f"back_office.measure.{measure}")
            if target is None:
                lines.append(InForce(words, None, "", ""))
            else:
                set_for = name_of(find_last(connection, target.set_for))
                lines.append(InForce(words, target.percent, format_day(target.valid_from), set_for))
        history = tuple(
            PastTarget(
                translate(f"back_office.measure.{each.measure}"),
                each.percent,
                format_day(each.valid_from),
                each.set_by,
            )
            for each in history_of_targets(connection, unit.id)
        )
    shown = (form or TargetForm(valid_from=today())) if may_set else None
    return TargetsPage(unit.code, name_of(unit), tuple(lines), history, shown, wrong)
