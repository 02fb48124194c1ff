"""Warnings on counters' days: written when a day is closed, read by whoever looks at integrity. No time, no answer."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from survey_app.clock import Clock
from survey_app.responses import reader
from survey_app.responses.guard_models import CounterDayWarningRow
from survey_app.responses.guard_post import Guard, guard_of
from survey_app.responses.guard_state import CounterWarning
from survey_app.responses.guard_warnings import WarningKind, above_visits
from survey_app.visits.counts import denominator
from survey_app.visits.register import visits_of

WHOLE_UNIT = 0
SUNDAY = 6


class BookWarnings:
    """The closing step that books the guard's warnings on a day. Idempotent: what is booked stays as it is.

    When the day ends a week, units with more answers than visits are warned about too. The last ten days are redone
    each night, so counts of visits may come ten days late.
    """

    def __init__(self, guard: Guard, clock: Clock) -> None:
        self._guard = guard
        self._clock = clock

    def __call__(self, connection: Connection, day: date) -> None:
        """Book the day's warnings in the caller's transaction."""
        found = [*self._guard.warnings_of(day, self._clock.today())]
        if day.weekday() == SUNDAY:
            found += weeks_above_visits(connection, day - timedelta(days=6))
        _book(connection, found)


def booking_warnings(app: Flask) -> BookWarnings:
    """The application's closing step."""
    return BookWarnings(guard_of(app), app.extensions["clock"])


def weeks_above_visits(connection: Connection, monday: date) -> list[CounterWarning]:
    """The units that gave more answers in the ISO week than people came, where visits were counted."""
    visits = {one.unit_id: denominator(one) for one in visits_of(connection, None, monday, monday)}
    if not visits:
        return []
    answers = reader.count_by_unit(connection, reader.Selection(monday, monday + timedelta(days=6)))
    warnings = []
    for unit_id, came in visits.items():
        size = above_visits(answers.get(unit_id, 0), came) if came is not None else 0
        if size:
            warnings.append(CounterWarning(monday, unit_id, WHOLE_UNIT, WarningKind.ABOVE_VISITS, size))
    return warnings


def warnings_of(
    connection: Connection, first: date, last: date, unit_ids: Collection[int] | None = None
) -> list[CounterWarning]:
    """The booked warnings of the days first…last (inclusive) and units (None: all), by day, unit, counter and kind.

    More answers than visits stands on the Monday of its week.
    """
    table = CounterDayWarningRow.__table__
    order = (table.c.day, table.c.unit_id, table.c.service_point_id, table.c.kind)
    statement = select(table).where(table.c.day.between(first, last)).order_by(*order)
    if unit_ids is not None:
        statement = statement.where(table.c.unit_id.in_(unit_ids))
    return [CounterWarning(*row) for row in connection.execute(statement)]


def _book(connection: Connection, warnings: Sequence[CounterWarning]) -> None:
    if not warnings:
        return
    make = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    connection.execute(
        make(CounterDayWarningRow).on_conflict_do_nothing(),
        [
            {
                "day": one.day,
                "unit_id": one.unit_id,
                "service_point_id": one.service_point_id,
                "kind": str(one.kind),
                "size": one.size,
            }
            for one in warnings
        ],
    )
