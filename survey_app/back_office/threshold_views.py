"""Thresholds: the few limits that the city sets for the whole installation, from a day on."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection
from wtforms import IntegerField

from config import Settings
from survey_app.back_office.acting import attempt, iso, record, today
from survey_app.back_office.form_fields import Day, Needed, OfficeForm, OneOf, Wrong, see_that_day_is
from survey_app.back_office.place_forms import first_day_of
from survey_app.database import read_connection
from survey_app.languages import format_day, format_number, translate
from survey_app.staff.access import allow, current_staff
from survey_app.staff.roles import Role
from survey_app.territory.audit_events import THRESHOLD_SET
from survey_app.territory.thresholds import (
    ALLOWED,
    THRESHOLDS,
    SetThreshold,
    ThresholdName,
    history_of_thresholds,
    set_threshold,
    thresholds,
)

blueprint = Blueprint("setup_thresholds", __name__, url_prefix="/staff/setup")
SETTERS = (Role.PROVINCE, Role.ADMINISTRATOR)
LONGEST_NUMBER = 6


class _Whole(IntegerField):
    """A whole number, or nothing."""

    def process_formdata(self, valuelist: Any) -> None:
        """Read digits, with or without points between thousands; an empty field lets the setting hold again."""
        self.data = None
        typed = str(valuelist[0]).strip().replace(".", "") if valuelist else ""
        if not typed:
            return
        if not (typed.isascii() and typed.isdigit()) or len(typed) > LONGEST_NUMBER:
            raise ValueError(translate("back_office.threshold.whole"))
        self.data = int(typed)


class ThresholdForm(OfficeForm):
    """One threshold from a day on; without a number the setting holds again."""

    name = OneOf("back_office.threshold.which")
    value = _Whole("back_office.threshold.value", description="back_office.threshold.value_hint")
    valid_from = Day("back_office.field.from_day", [Needed()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name.offer({one: _title(one) for one in THRESHOLDS})

    @property
    def chosen(self) -> ThresholdName:
        """Which one, of a form that `validate` found right."""
        return next(one for one in THRESHOLDS if one == self.name.data)


@dataclass(frozen=True, slots=True)
class InForce:
    """What holds today; `since` None: by the installation's setting."""

    title: str
    what: str
    value: str
    bounds: str
    since: str | None


@dataclass(frozen=True, slots=True)
class PastThreshold:
    """One line of the history."""

    title: str
    value: str
    since: str
    set_by: str


@dataclass(frozen=True, slots=True)
class ThresholdsPage:
    """What holds, everything that was ever set, and the form."""

    in_force: tuple[InForce, ...]
    history: tuple[PastThreshold, ...]
    form: ThresholdForm
    wrong: tuple[Wrong, ...]


@blueprint.get("/thresholds")
@allow(*SETTERS)
def page() -> ResponseReturnValue:
    """The thresholds."""
    return render_template("back_office/thresholds.html", page=_page())


@blueprint.post("/thresholds")
@allow(*SETTERS)
def set_one() -> ResponseReturnValue:
    """Set a threshold from a day on, today at the earliest: what held before stays."""
    form = ThresholdForm(request.form)

    def act(connection: Connection) -> None:
        name, value, day = form.chosen, form.value.data, first_day_of(form.valid_from.data)
        before = set_threshold(connection, name, value, day, set_by=current_staff().email)
        settings: Settings = current_app.extensions["settings"]
        after = getattr(settings, name) if value is None else value
        record(connection, THRESHOLD_SET, threshold=name, before=before, after=after, from_day=iso(day))

    in_order = form.validate() and see_that_day_is(form.valid_from, today())
    wrong = form.wrong() if not in_order else tuple(Wrong("", words) for words in attempt(act))
    if wrong:
        return render_template("back_office/thresholds.html", page=_page(form, wrong)), 422
    flash("back_office.saved")
    return redirect(url_for("setup_thresholds.page"), 303)


def _page(form: ThresholdForm | None = None, wrong: tuple[Wrong, ...] = ()) -> ThresholdsPage:
    with read_connection() as connection:
        found = thresholds(connection, today())
        history = history_of_thresholds(connection)
    in_force = tuple(
        InForce(
            _title(name),
            translate(f"back_office.threshold.{name}.what"),
            _words(name, one.value),
            translate("back_office.threshold.bounds", least=ALLOWED[name][0], most=format_number(ALLOWED[name][-1])),
            format_day(one.valid_from) if one.valid_from else None,
        )
        for name, one in found.items()
    )
    return ThresholdsPage(in_force, tuple(map(_past, history)), form or ThresholdForm(valid_from=today()), wrong)


def _past(one: SetThreshold) -> PastThreshold:
    value = translate("back_office.threshold.taken_back") if one.value is None else _words(one.name, one.value)
    return PastThreshold(_title(one.name), value, format_day(one.valid_from), one.set_by)


def _title(name: ThresholdName) -> str:
    return translate(f"back_office.threshold.{name}")


def _words(name: ThresholdName, value: int) -> str:
    return translate(f"back_office.threshold.unit.{name.rsplit('_', 1)[1]}", value=format_number(value))
