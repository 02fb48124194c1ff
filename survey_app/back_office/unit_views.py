"""A unit through time: its names and kinds, whose place it took; changed by administrators, from a day on."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection
from wtforms import BooleanField

from survey_app.back_office.acting import attempt, is_administrator, iso, name_of, record, today, unit_of_page
from survey_app.back_office.form_fields import AtMost, Day, Needed, OfficeForm, OneOf, Text, Wrong, see_that_day_is
from survey_app.back_office.place_forms import CloseForm, first_day_of
from survey_app.back_office.place_words import period_words
from survey_app.database import read_connection
from survey_app.languages import format_day, translate
from survey_app.staff.access import allow
from survey_app.staff.roles import Role
from survey_app.territory.audit_events import UNIT_CHANGED, UNIT_CLOSED, UNIT_SUCCEEDED
from survey_app.territory.unit_changes import (
    NewUnit,
    Succession,
    kinds_beside,
    rename_unit,
    succeed_unit,
    successions_of,
    versions_of,
)
from survey_app.territory.unit_register import close_unit
from survey_app.territory.units import COMMUNE_KINDS, Unit, last_known_by_code

blueprint = Blueprint("setup_unit", __name__, url_prefix="/staff/setup")
NEW_UNITS = (1, 2)


class RenameForm(OfficeForm):
    """What a unit is called, and of what kind it is, from a day on."""

    name = Text("back_office.unit.name", [Needed(), AtMost(80)])
    kind = OneOf("back_office.unit.kind")
    since = Day("back_office.field.from_day", [Needed()])

    def __init__(self, *args: Any, kinds: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.offer({kind: kind for kind in kinds})


class SuccessionForm(OfficeForm):
    """Which units stand in a unit's place from a day on: existing ones by code, and up to two new ones."""

    existing = Text("back_office.unit.existing", [AtMost(80)], description="back_office.unit.existing_hint")
    code_1 = Text("back_office.unit.new_code", [AtMost(5)])
    name_1 = Text("back_office.unit.new_name", [AtMost(80)])
    kind_1 = OneOf("back_office.unit.kind", default=COMMUNE_KINDS[0])
    code_2 = Text("back_office.unit.new_code", [AtMost(5)])
    name_2 = Text("back_office.unit.new_name", [AtMost(80)])
    kind_2 = OneOf("back_office.unit.kind", default=COMMUNE_KINDS[0])
    goes_on = BooleanField("back_office.unit.goes_on", description="back_office.unit.goes_on_hint")
    valid_on = Day("back_office.field.from_day", [Needed()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in (self.kind_1, self.kind_2):
            field.offer({kind: kind for kind in COMMUNE_KINDS})

    @property
    def codes(self) -> list[str]:
        """The codes typed, whatever stands between them."""
        return (self.existing.data or "").replace(",", " ").replace(";", " ").split()

    @property
    def new_units(self) -> list[NewUnit]:
        """The new units of which anything was typed."""
        typed = [(self[f"code_{n}"].data, self[f"name_{n}"].data, self[f"kind_{n}"].data) for n in NEW_UNITS]
        return [NewUnit(code or "", name or "", str(kind)) for code, name, kind in typed if code or name]


@dataclass(frozen=True, slots=True)
class VersionLine:
    """What the unit was called during a period."""

    name: str
    parent: str
    area: str
    period: str


@dataclass(frozen=True, slots=True)
class UnitHistory:
    """The unit's versions and successions, and the forms for those who may change it."""

    code: str
    unit: str
    versions: tuple[VersionLine, ...]
    successions: tuple[str, ...]
    may_change: bool
    is_commune: bool
    rename: RenameForm
    succession: SuccessionForm
    close: CloseForm
    wrong: tuple[Wrong, ...]


@blueprint.get("/units/<code>/unit")
@allow(Role.LEADER, Role.PROVINCE, Role.ADMINISTRATOR)
def history(code: str) -> ResponseReturnValue:
    """The unit through time."""
    return render_template("back_office/unit_history.html", page=_page(code))


@blueprint.post("/units/<code>/unit/rename")
@allow(Role.ADMINISTRATOR)
def rename(code: str) -> ResponseReturnValue:
    """Another name or kind from a day on."""
    unit = _unit(code)
    form = RenameForm(request.form, kinds=kinds_beside(unit.kind))

    def act(connection: Connection) -> None:
        name, kind, day = form.name.data or "", str(form.kind.data), first_day_of(form.since.data)
        if rename_unit(connection, code, name, kind, day):
            before, after = f"{unit.kind} {unit.name}", f"{kind} {name}"
            record(connection, UNIT_CHANGED, code, before=before, after=after, from_day=iso(day))

    wrong = form.wrong() if not form.validate() else _whole(attempt(act))
    if wrong:
        return render_template("back_office/unit_history.html", page=_page(code, wrong, rename=form)), 422
    return _saved(code)


@blueprint.post("/units/<code>/unit/succession")
@allow(Role.ADMINISTRATOR)
def succeed(code: str) -> ResponseReturnValue:
    """The unit ends on a day and others stand in its place, or it goes on and they get a part of it."""
    _unit(code)
    form = SuccessionForm(request.form)

    def act(connection: Connection) -> None:
        day = first_day_of(form.valid_on.data)
        codes = succeed_unit(connection, code, form.codes, form.new_units, day, goes_on=bool(form.goes_on.data))
        record(connection, UNIT_SUCCEEDED, code, successors=list(codes), from_day=iso(day))

    in_order = form.validate() and see_that_day_is(form.valid_on, today())
    wrong = _whole(attempt(act)) if in_order else form.wrong()
    if wrong:
        return render_template("back_office/unit_history.html", page=_page(code, wrong, succession=form)), 422
    return _saved(code)


@blueprint.post("/units/<code>/unit/close")
@allow(Role.ADMINISTRATOR)
def close(code: str) -> ResponseReturnValue:
    """The unit ends on a day, and nobody is entered in its place."""
    _unit(code)
    form = CloseForm(request.form)

    def act(connection: Connection) -> None:
        day = first_day_of(form.day.data)
        if close_unit(connection, code, day):
            record(connection, UNIT_CLOSED, code, day=iso(day))

    in_order = form.validate() and see_that_day_is(form.day, today())
    wrong = _whole(attempt(act)) if in_order else form.wrong()
    if wrong:
        return render_template("back_office/unit_history.html", page=_page(code, wrong, close=form)), 422
    return _saved(code)


def _saved(code: str) -> ResponseReturnValue:
    """Back to the page; to the list of units when the unit is no more as of today."""
    flash("back_office.saved")
    with read_connection() as connection:
        stands = last_known_by_code(connection, code)
    if stands is not None and stands.valid_to is not None and stands.valid_to <= today():
        return redirect(url_for("setup.home"), 303)
    return redirect(url_for("setup_unit.history", code=code), 303)


def _unit(code: str) -> Unit:
    with read_connection() as connection:
        return unit_of_page(connection, code)


def _page(
    code: str,
    wrong: tuple[Wrong, ...] = (),
    *,
    rename: RenameForm | None = None,
    succession: SuccessionForm | None = None,
    close: CloseForm | None = None,
) -> UnitHistory:
    with read_connection() as connection:
        unit = unit_of_page(connection, code)
        versions = versions_of(connection, unit.id)
        names = _names(connection, versions)
        lines = tuple(
            VersionLine(
                name_of(each),
                names.get(each.parent_id or 0, "–"),
                each.area or "–",
                period_words(each.valid_from, each.valid_to),
            )
            for each in versions
        )
        told = tuple(_succession(connection, each, code) for each in successions_of(connection, unit.id))
    return UnitHistory(
        code=unit.code,
        unit=name_of(unit),
        versions=lines,
        successions=told,
        may_change=is_administrator(),
        is_commune=unit.is_commune,
        rename=rename or RenameForm(name=unit.name, kind=unit.kind, kinds=kinds_beside(unit.kind)),
        succession=succession or SuccessionForm(),
        close=close or CloseForm(),
        wrong=wrong,
    )


def _names(connection: Connection, versions: list[Unit]) -> dict[int, str]:
    parents = {each.parent_id for each in versions if each.parent_id is not None}
    return {number: name_of(versions_of(connection, number)[0]) for number in parents}


def _succession(connection: Connection, each: Succession, code: str) -> str:
    was_before = each.predecessor == code
    other = each.successor if was_before else each.predecessor
    unit = last_known_by_code(connection, other)
    if each.is_part:
        key = "back_office.unit.part_went_to" if was_before else "back_office.unit.took_part_of"
    else:
        key = "back_office.unit.succeeded_by" if was_before else "back_office.unit.took_place_of"
    name = name_of(unit) if unit is not None else other
    return translate(key, day=format_day(each.valid_on), unit=name, code=other)


def _whole(refused: tuple[str, ...]) -> tuple[Wrong, ...]:
    return tuple(Wrong("", words) for words in refused)
