"""The page on which a unit reports its visits by hand, where no other system does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from survey_app.clock import Clock
from survey_app.counter_desk.unit_choice import UnitChoice, choose_unit
from survey_app.database import read_connection, write_transaction
from survey_app.languages import current_language, format_day, format_days, translate
from survey_app.staff.access import allow, current_staff
from survey_app.staff.roles import Role
from survey_app.visits.counts import Place, denominator, monday_of
from survey_app.visits.models import KINDS
from survey_app.visits.reading import Broken, ReportReader, Typed, domain_words
from survey_app.visits.register import (
    RecordedNumber,
    Reporter,
    WeekReport,
    record_visits,
    recorded_numbers,
    visits_by_place,
    visits_of,
)

blueprint = Blueprint("visits_desk", __name__, url_prefix="/staff/visits")
WEEKS_SHOWN = 12
LONGEST_FIELD = 20
LONGEST_DOMAIN = 40
_FIELDS = {"service_domain": "domain"}
"""How the page calls a field that a report calls otherwise."""


@dataclass(frozen=True, slots=True)
class WeekOption:
    """A week to pick: its Monday, and how it is called."""

    monday: str
    words: str


@dataclass(frozen=True, slots=True)
class WeekLine:
    """A week of the list: its numbers as they are shown, how many people that makes, and who said so."""

    monday: str
    words: str
    numbers: tuple[int | None, ...]
    denominator: int | None
    origin: str


@dataclass(frozen=True, slots=True)
class VisitsPage:
    """What the page shows; `typed` holds the four numbers by kind, as typed or as known of the week picked.

    `domain`: the service domain they are about, "" for the unit as a whole; `domains`: all by name, with their words.
    """

    choice: UnitChoice
    week: str
    weeks: tuple[WeekOption, ...] = ()
    lines: tuple[WeekLine, ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    saved: bool = False
    kinds: tuple[str, ...] = KINDS
    domain: str = ""
    domains: Mapping[str, str] = field(default_factory=dict)


@blueprint.get("")
@allow(Role.LEADER, Role.ADMINISTRATOR)
def page() -> ResponseReturnValue:
    """The numbers of the last weeks, and a box for one of them."""
    today = _clock().today()
    with read_connection() as connection:
        choice = choose_unit(connection, current_staff(), request.args.get("unit", ""), today)
        domain = request.args.get("domain", "")
        shown = _page(connection, choice, request.args.get("week", ""), today, domain, saved="saved" in request.args)
    return render_template("counter_desk/visits.html", page=shown)


@blueprint.post("")
@allow(Role.LEADER, Role.ADMINISTRATOR)
def report() -> ResponseReturnValue:
    """Take the numbers of a week: an empty one takes back what was said; or the page again with what was typed."""
    now = _clock().now()
    typed = {kind: request.form.get(kind, "")[:LONGEST_FIELD].strip() for kind in KINDS}
    week = request.form.get("week", "")[:LONGEST_FIELD]
    domain = request.form.get("domain", "")[:LONGEST_DOMAIN]
    with write_transaction() as connection:
        choice = choose_unit(connection, current_staff(), request.form.get("unit", ""), now.date())
        broken = _record(connection, Typed(choice.code, week, typed, service_domain=domain), now)
        if broken:
            problems = {_FIELDS.get(each.where, each.where): each.words(current_language()) for each in broken}
            shown = _page(connection, choice, week, now.date(), domain, typed=typed, problems=problems)
            return render_template("counter_desk/visits.html", page=shown), 422
    return redirect(url_for("visits_desk.page", unit=choice.code, week=week, domain=domain or None, saved=1), 303)


def _record(connection: Connection, typed: Typed, now: datetime) -> list[Broken]:
    report = ReportReader(connection, now.date()).read(typed)
    if not isinstance(report, WeekReport):
        return report
    record_visits(connection, [report], Reporter("page", current_staff().email, now))
    return []


def _page(
    connection: Connection,
    choice: UnitChoice,
    week: str,
    today: date,
    domain: str,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    saved: bool = False,
) -> VisitsPage:
    running = monday_of(today)
    mondays = [running - timedelta(weeks=number) for number in range(WEEKS_SHOWN + 1)]
    picked = next((each for each in mondays if each.isoformat() == week), mondays[1])
    if choice.unit is None:
        return VisitsPage(choice, picked.isoformat())
    domains = domain_words(current_language())
    place = Place(choice.unit.id, service_domain=domain if domain in domains else None)
    known = recorded_numbers(connection, place, mondays[-1], running)
    held = _denominators(connection, place, mondays[-1], running)
    of_week = {kind: str(each.number) for kind, each in known.get(picked, {}).items()}
    return VisitsPage(
        choice,
        picked.isoformat(),
        tuple(WeekOption(each.isoformat(), week_words(each)) for each in mondays),
        tuple(_line(each, known.get(each, {}), held.get(each)) for each in mondays),
        dict.fromkeys(KINDS, "") | of_week | dict(typed or {}),
        problems or {},
        saved,
        domain=place.service_domain or "",
        domains=domains,
    )


def _denominators(
    connection: Connection, place: Place, first_monday: date, last_monday: date
) -> dict[date, int | None]:
    """How many people came by week: to the unit, whatever the numbers are of, or for the one service domain."""
    read = visits_of if place.service_domain is None else visits_by_place
    told = read(connection, {place.unit_id}, first_monday, last_monday)
    return {counts.monday: denominator(counts) for counts in told if counts.place == place}


def _line(monday: date, known: Mapping[str, RecordedNumber], held: int | None) -> WeekLine:
    numbers = tuple(known[kind].number if kind in known else None for kind in KINDS)
    said = dict.fromkeys(
        translate(
            "visits.page.origin",
            source=translate(f"visits.source.{each.source}"),
            who=each.recorded_by,
            day=format_day(datetime.fromisoformat(each.recorded_at).date()),
        )
        for each in known.values()
    )
    return WeekLine(monday.isoformat(), week_words(monday), numbers, held, "; ".join(said))


def week_words(monday: date) -> str:
    """A week by its days, with the year in which it ends: 16–22/11/2026."""
    sunday = monday + timedelta(days=6)
    return translate("visits.page.week", days=format_days(monday, sunday), year=sunday.year)


def _clock() -> Clock:
    clock: Clock = current_app.extensions["clock"]
    return clock
