"""The only reader of inbox and book. Ledger, audit and analytics.facts come here; nobody else reads an answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, func, null, select

from survey_app.responses.models import CHOICE_SLOTS, RATING_SLOTS, BookDayRow, comment, inbox, response
from survey_app.territory.models import UnitRow

FETCH = 2_000
booked_responses: Table = response
"""The book as a selectable, for statements that count."""


@dataclass(frozen=True)
class Selection:
    """Which booked answers: days (inclusive; None: open) and units (None: all)."""

    first_day: date | None = None
    last_day: date | None = None
    unit_ids: frozenset[int] | None = None


def inbox_rows(connection: Connection, through: date) -> list[Row[Any]]:
    """Everything received up to and on that day and not yet booked, in no telling order (by random id)."""
    return list(connection.execute(select(inbox).where(inbox.c.received_on <= through).order_by(inbox.c.id)))


def earliest_inbox_day(connection: Connection) -> date | None:
    """The day of the oldest answer that waits, if any."""
    return connection.execute(select(func.min(inbox.c.received_on))).scalar()


def last_booked_day(connection: Connection) -> date | None:
    """The last closed day; the next one to close is the day after."""
    return connection.execute(select(func.max(BookDayRow.day))).scalar()


def booked_days(connection: Connection, selection: Selection) -> list[tuple[date, int]]:
    """The closed days of the selection with how many answers each holds over all units."""
    statement = select(BookDayRow.day, BookDayRow.responses).order_by(BookDayRow.day)
    if selection.first_day is not None:
        statement = statement.where(BookDayRow.day >= selection.first_day)
    if selection.last_day is not None:
        statement = statement.where(BookDayRow.day <= selection.last_day)
    return [(row.day, row.responses) for row in connection.execute(statement)]


def count_booked(connection: Connection, selection: Selection) -> int:
    """How many booked answers the selection holds."""
    statement = select(func.count()).select_from(response).where(*_conditions(selection))
    return int(connection.execute(statement).scalar_one())


def count_waiting(connection: Connection, selection: Selection) -> int:
    """How many answers of the selection still wait in the inbox."""
    statement = select(func.count()).select_from(inbox).where(*_waiting_conditions(selection))
    return int(connection.execute(statement).scalar_one())


def booked_rows(connection: Connection, selection: Selection, with_comments: bool = False) -> Iterator[Row[Any]]:
    """Stream booked answers ordered by day, unit code and leaf hash, in constant memory.

    Columns: the book's, then `unit_code`, `comment_text` and `comment_salt` (null without `with_comments`, and when
    redacted). Each day is its own statement, so that the database never sorts more than a day.
    """
    for day, responses in booked_days(connection, selection):
        if responses:
            statement = _day_statement(day, selection.unit_ids, with_comments)
            yield from connection.execution_options(yield_per=FETCH).execute(statement)


def waiting_rows(connection: Connection, selection: Selection) -> Iterator[Row[Any]]:
    """Stream what still waits in the inbox, by unit code and random id; `received_on` stands for the day."""
    columns: list[ColumnElement[Any]] = [*inbox.c, UnitRow.code.label("unit_code")]
    statement = select(*columns).join_from(inbox, UnitRow, inbox.c.unit_id == UnitRow.id)
    statement = statement.where(*_waiting_conditions(selection))
    yield from connection.execution_options(yield_per=FETCH).execute(statement.order_by(UnitRow.code, inbox.c.id))


def _day_statement(day: date, unit_ids: frozenset[int] | None, with_comments: bool) -> Select[Any]:
    source = response.join(UnitRow.__table__, response.c.unit_id == UnitRow.id)
    spoken: list[ColumnElement[Any]] = [null().label("comment_text"), null().label("comment_salt")]
    if with_comments:
        source = source.outerjoin(comment)
        spoken = [comment.c.text.label("comment_text"), comment.c.salt.label("comment_salt")]
    statement = select(*response.c, UnitRow.code.label("unit_code"), *spoken).select_from(source)
    statement = statement.where(response.c.day == day)
    if unit_ids is not None:
        statement = statement.where(response.c.unit_id.in_(unit_ids))
    return statement.order_by(UnitRow.code, response.c.leaf_hash)


def _conditions(selection: Selection) -> list[ColumnElement[bool]]:
    return _within(selection, response.c.day, response.c.unit_id)


def _waiting_conditions(selection: Selection) -> list[ColumnElement[bool]]:
    return _within(selection, inbox.c.received_on, inbox.c.unit_id)


def _within(selection: Selection, day: ColumnElement[Any], unit_id: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if selection.first_day is not None:
        conditions.append(day >= selection.first_day)
    if selection.last_day is not None:
        conditions.append(day <= selection.last_day)
    if selection.unit_ids is not None:
        conditions.append(unit_id.in_(selection.unit_ids))
    return conditions


__all__ = [
    "CHOICE_SLOTS",
    "RATING_SLOTS",
    "Selection",
    "booked_days",
    "booked_responses",
    "booked_rows",
    "count_booked",
    "count_waiting",
    "earliest_inbox_day",
    "inbox_rows",
    "last_booked_day",
    "waiting_rows",
]
