"""Visits → slips made → slips used, per week: for the unit and for each place in it.

Counts of forms are public, so they stand here however small; what people answered does not. Clerks may hand slips only
to the pleased: a unit whose slips are far fewer than its visitors has chosen somehow whom to ask.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from survey_app.counter_desk.visit_views import week_words
from survey_app.languages import DEFAULT_LANGUAGE, current_language, translate
from survey_app.responses.ticket_counts import WeekOfTickets, tickets_by_week
from survey_app.territory.service_points import ServicePoint
from survey_app.territory.units import Unit
from survey_app.visits.counts import Place, denominator, monday_of
from survey_app.visits.register import visits_by_place, visits_of

WEEKS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class TicketWeek:
    """One week of one place; `visits` None: nobody reported."""

    words: str
    visits: int | None
    issued: int
    voided: int
    used: int


@dataclass(frozen=True, slots=True)
class TicketTable:
    """The weeks of the unit or of a place in it, newest first."""

    words: str
    weeks: tuple[TicketWeek, ...]


def ticket_tables(
    connection: Connection, unit: Unit, points: Iterable[ServicePoint], today: date
) -> tuple[TicketTable, ...]:
    """The unit first, then each counter of which there is anything.

    Slips for premises as a whole stand in the unit's table only; once used, they count at the counter that was picked.
    """
    last = monday_of(today)
    mondays = [last - timedelta(weeks=number) for number in range(WEEKS_SHOWN)]
    first = mondays[-1]
    tickets = tickets_by_week(connection, unit.id, first, last)
    of_unit = {each.monday: denominator(each) for each in visits_of(connection, {unit.id}, first, last)}
    by_place = {
        (each.place, each.monday): denominator(each) for each in visits_by_place(connection, {unit.id}, first, last)
    }
    tables = [_table(translate("tickets.page.whole_unit"), mondays, of_unit, _whole(tickets))]
    for point in points:
        of_point = {monday: by_place.get((Place(unit.id, None, point.id), monday)) for monday in mondays}
        here = {monday: week for (monday, place), week in tickets.items() if place == point.id}
        if here or any(number is not None for number in of_point.values()):
            tables.append(_table(_name(point), mondays, of_point, here))
    return tuple(tables)


def _whole(tickets: Mapping[tuple[date, int | None], WeekOfTickets]) -> dict[date, WeekOfTickets]:
    sums: dict[date, WeekOfTickets] = {}
    for (monday, _), week in tickets.items():
        so_far = sums.get(monday, WeekOfTickets())
        sums[monday] = WeekOfTickets(so_far.issued + week.issued, so_far.voided + week.voided, so_far.used + week.used)
    return sums


def _table(
    words: str, mondays: Iterable[date], visits: Mapping[date, int | None], tickets: Mapping[date, WeekOfTickets]
) -> TicketTable:
    weeks = []
    for monday in mondays:
        week = tickets.get(monday, WeekOfTickets())
        weeks.append(TicketWeek(week_words(monday), visits.get(monday), week.issued, week.voided, week.used))
    return TicketTable(words, tuple(weeks))


def _name(point: ServicePoint) -> str:
    name = point.name if current_language() == DEFAULT_LANGUAGE else point.name_en
    return f"{point.premises.name} · {name}"
