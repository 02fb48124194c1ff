"""Premises of a unit: where it receives people, when they are open, until when they stand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from survey_app.back_office.acting import attempt, iso, known_unit, name_of, record, today, unit_of_page
from survey_app.back_office.form_fields import OfficeForm, Wrong
from survey_app.back_office.place_forms import (
    USUAL_WEEK,
    CloseForm,
    HoursForm,
    PremisesForm,
    PremisesWordsForm,
    WeekForm,
    first_day_of,
    typed_hours,
)
from survey_app.back_office.place_words import period_words, state_of
from survey_app.database import read_connection
from survey_app.languages import translate
from survey_app.staff.access import allow
from survey_app.staff.roles import Role
from survey_app.territory.audit_events import HOURS_SET, PREMISES_ADDED, PREMISES_CHANGED, PREMISES_CLOSED
from survey_app.territory.opening_hours import WEEKDAYS, HoursOfPremises, Week, hours_of, set_hours, spelled
from survey_app.territory.place_changes import correct_premises, premises_by_id, premises_of
from survey_app.territory.service_points import Premises, add_premises, close_premises
from survey_app.territory.units import Unit

blueprint = Blueprint("setup_premises", __name__, url_prefix="/staff/setup")
EDITORS = (Role.LEADER, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class PremisesLine:
    """One line of the list."""

    id: int
    name: str
    address: str
    state: str
    period: str
    hours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PremisesList:
    """A unit's premises, and the form for more."""

    code: str
    unit: str
    lines: tuple[PremisesLine, ...]
    form: PremisesForm
    wrong: tuple[Wrong, ...]


@dataclass(frozen=True, slots=True)
class PremisesPage:
    """One place: its words, hours and end."""

    code: str
    unit: str
    premises: Premises
    period: str
    is_closed: bool
    hours_since: date | None
    words: PremisesWordsForm
    hours: WeekForm
    close: CloseForm
    wrong: tuple[Wrong, ...]


@blueprint.get("/units/<code>/premises")
@allow(*EDITORS)
def premises(code: str) -> ResponseReturnValue:
    """All premises of the unit, and the form for more."""
    return render_template("back_office/premises_list.html", page=_list(code))


@blueprint.post("/units/<code>/premises")
@allow(*EDITORS)
def add(code: str) -> ResponseReturnValue:
    """Add premises."""
    form = PremisesForm(request.form)
    with read_connection() as connection:
        unit = unit_of_page(connection, code)
    if not form.validate():
        return render_template("back_office/premises_list.html", page=_list(code, form, form.wrong())), 422
    name, address, day = form.name.data or "", form.address.data or "", first_day_of(form.valid_from.data)

    def act(connection: Connection) -> None:
        number = add_premises(connection, unit.id, name, address, day)
        after = {"name": name, "address": address}
        record(connection, PREMISES_ADDED, code, id=number, before=None, after=after, from_day=iso(day))

    refused = attempt(act)
    if refused:
        return render_template("back_office/premises_list.html", page=_list(code, form, _whole(refused))), 422
    flash("back_office.premises.added")
    return redirect(url_for("setup_premises.premises", code=code), 303)


@blueprint.get("/premises/<int(max=2147483647):premises_id>")
@allow(*EDITORS)
def one(premises_id: int) -> ResponseReturnValue:
    """One place with everything that can be changed of it."""
    return render_template("back_office/premises.html", page=_page(premises_id))


@blueprint.post("/premises/<int(max=2147483647):premises_id>/words")
@allow(*EDITORS)
def mend(premises_id: int) -> ResponseReturnValue:
    """Mend name and address."""
    known, unit = _found(premises_id)
    form = PremisesWordsForm(request.form)
    name, address = form.name.data or "", form.address.data or ""

    def act(connection: Connection) -> None:
        if correct_premises(connection, premises_id, name, address):
            before, after = ({"name": n, "address": a} for n, a in ((known.name, known.address), (name, address)))
            record(connection, PREMISES_CHANGED, unit.code, id=premises_id, before=before, after=after, from_day=None)

    refused = () if not form.validate() else attempt(act)
    return _answer(premises_id, form, refused, lambda wrong: _page(premises_id, wrong, words=form))


@blueprint.post("/premises/<int(max=2147483647):premises_id>/hours")
@allow(*EDITORS)
def hours(premises_id: int) -> ResponseReturnValue:
    """Let other hours hold from a day on."""
    _known, unit = _found(premises_id)
    form = HoursForm(request.form)
    refused: tuple[str, ...] = ()
    if form.validate():
        day, week = first_day_of(form.valid_from.data), form.week

        def act(connection: Connection) -> None:
            before = hours_of(connection, premises_id, day)
            if set_hours(connection, premises_id, week, day):
                told = _told(before.week) if before else None
                record(
                    connection,
                    HOURS_SET,
                    unit.code,
                    id=premises_id,
                    before=told,
                    after=_told(week),
                    from_day=iso(day),
                )

        refused = attempt(act)
    return _answer(premises_id, form, refused, lambda wrong: _page(premises_id, wrong, hours=form))


@blueprint.post("/premises/<int(max=2147483647):premises_id>/close")
@allow(*EDITORS)
def close(premises_id: int) -> ResponseReturnValue:
    """End the premises, and every counter that is still open there, from a day on."""
    _known, unit = _found(premises_id)
    form = CloseForm(request.form)
    refused: tuple[str, ...] = ()
    if form.validate():
        day = first_day_of(form.day.data)

        def act(connection: Connection) -> None:
            if close_premises(connection, premises_id, day):
                record(
                    connection,
                    PREMISES_CLOSED,
                    unit.code,
                    id=premises_id,
                    before=None,
                    after=None,
                    from_day=iso(day),
                )

        refused = attempt(act) if day >= today() else (translate("back_office.problem.past"),)
    return _answer(premises_id, form, refused, lambda wrong: _page(premises_id, wrong, close=form))


def _answer(
    premises_id: int,
    form: OfficeForm,
    refused: tuple[str, ...],
    shown_again: Callable[[tuple[Wrong, ...]], PremisesPage],
) -> ResponseReturnValue:
    wrong = (*form.wrong(), *_whole(refused))
    if wrong:
        return render_template("back_office/premises.html", page=shown_again(wrong)), 422
    flash("back_office.saved")
    return redirect(url_for("setup_premises.one", premises_id=premises_id), 303)


def _list(code: str, form: PremisesForm | None = None, wrong: tuple[Wrong, ...] = ()) -> PremisesList:
    with read_connection() as connection:
        unit = unit_of_page(connection, code)
        lines = tuple(_line(each, hours_of(connection, each.id, today())) for each in premises_of(connection, unit.id))
    shown = form or PremisesForm(name=None if lines else translate("back_office.premises.usual"), valid_from=today())
    return PremisesList(unit.code, name_of(unit), lines, shown, wrong)


def _line(each: Premises, hours: HoursOfPremises | None) -> PremisesLine:
    state = state_of(each.valid_from, each.valid_to, today())
    told = tuple(_hour_lines(hours.week)) if hours else ()
    return PremisesLine(each.id, each.name, each.address, state, period_words(each.valid_from, each.valid_to), told)


def _hour_lines(week: Week) -> list[str]:
    """One line for each run of weekdays with the same hours."""
    runs: list[tuple[int, int, str]] = []
    for weekday in WEEKDAYS:
        words = spelled(week.get(weekday, ())) or translate("back_office.hours.closed")
        if runs and runs[-1][2] == words:
            runs[-1] = (runs[-1][0], weekday, words)
        else:
            runs.append((weekday, weekday, words))
    return [
        translate(f"back_office.weekday.{first}")
        + (f"–{translate(f'back_office.weekday.{last}')}" if last > first else "")
        + f": {words}"
        for first, last, words in runs
    ]


def _page(
    premises_id: int,
    wrong: tuple[Wrong, ...] = (),
    *,
    words: PremisesWordsForm | None = None,
    hours: WeekForm | None = None,
    close: CloseForm | None = None,
) -> PremisesPage:
    known, unit = _found(premises_id)
    now = today()
    with read_connection() as connection:
        standing = hours_of(connection, premises_id, max(now, known.valid_from))
    first = max(now, known.valid_from)
    typed = typed_hours(standing.week if standing else USUAL_WEEK)
    return PremisesPage(
        code=unit.code,
        unit=name_of(unit),
        premises=known,
        period=period_words(known.valid_from, known.valid_to),
        is_closed=known.valid_to is not None,
        hours_since=standing.valid_from if standing else None,
        words=words or PremisesWordsForm(name=known.name, address=known.address),
        hours=hours or HoursForm(data={"valid_from": first, **typed}),
        close=close or CloseForm(day=first + timedelta(days=1)),
        wrong=wrong,
    )


def _found(premises_id: int) -> tuple[Premises, Unit]:
    with read_connection() as connection:
        known = premises_by_id(connection, premises_id) or abort(404)
        return known, known_unit(connection, known.unit_id)


def _whole(refused: tuple[str, ...]) -> tuple[Wrong, ...]:
    return tuple(Wrong("", words) for words in refused)


def _told(week: Week) -> dict[str, str]:
    """The week as the audit log writes it."""
    return {str(weekday): spelled(week.get(weekday, ())) for weekday in WEEKDAYS}
