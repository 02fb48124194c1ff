"""The only reader of inbox and book. Ledger, audit and analytics.facts come here; nobody else reads an answer."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, func, null, select

from survey_app.responses.models import (
    CHANNELS,
    CHOICE_SLOTS,
    RATING_SLOTS,
    BookDayRow,
    ReceiptRow,
    comment,
    inbox,
    response,
)
from survey_app.territory.models import UnitRow

FETCH = 2_000
booked_responses: Table = response
"""The book as a selectable, for statements that count or write lines."""
unit_code: ColumnElement[str] = UnitRow.code.expression
"""The code of the unit of a booked answer, in statements of `days_in_order`."""


@dataclass(frozen=True)
class Selection:
    """Which booked answers: days (inclusive; None: open), units and channels (None: all)."""

    first_day: date | None = None
    last_day: date | None = None
    unit_ids: frozenset[int] | None = None
    channels: frozenset[str] | None = None


def inbox_rows(connection: Connection, through: date) -> Generator[Row[Any], None, None]:
    """Stream everything received up to and on that day and not yet booked, in no telling order (by random id)."""
    statement = select(inbox).where(inbox.c.received_on <= through).order_by(inbox.c.id)
    with connection.execute(statement, execution_options={"yield_per": FETCH}) as rows:
        yield from rows


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


def count_by_unit(connection: Connection, selection: Selection) -> dict[int, int]:
    """How many booked answers of the selection each unit has; units without any are left out."""
    statement = select(response.c.unit_id, func.count()).where(*_conditions(selection)).group_by(response.c.unit_id)
    return {row[0]: row[1] for row in connection.execute(statement)}


def count_waiting(connection: Connection, selection: Selection) -> int:
    """How many answers of the selection still wait in the inbox."""
    statement = select(func.count()).select_from(inbox).where(*_waiting_conditions(selection))
    return int(connection.execute(statement).scalar_one())


def booked_rows(
    connection: Connection, selection: Selection, with_comments: bool = False
) -> Generator[Row[Any], None, None]:
    """Stream booked answers ordered by day, unit code and leaf hash, in constant memory.

    Columns: the book's, then `unit_code`, `comment_text` and `comment_salt` (null without `with_comments`, and when
    redacted). Each day is its own statement, so that the database never sorts more than a day.
    """
    for day, responses in booked_days(connection, selection):
        if responses:
            yield from _streamed(connection, _day_statement(day, selection, with_comments))


def rows_of_day(connection: Connection, day: date) -> Generator[Row[Any], None, None]:
    """Stream whatever the book holds of a day, whether the day counts as closed or not; otherwise as `booked_rows`."""
    statement = _day_statement(day, Selection(day, day), with_comments=True)
    with connection.execute(statement, execution_options={"yield_per": FETCH}) as rows:
        yield from rows


def leaf_hashes(connection: Connection, day: date) -> Iterator[tuple[int, bytes]]:
    """Stream the unit id and leaf hash of each booked answer of a day."""
    statement = select(response.c.unit_id, response.c.leaf_hash).where(response.c.day == day)
    for row in connection.execute(statement, execution_options={"yield_per": FETCH}):
        yield row.unit_id, row.leaf_hash


def receipts(connection: Connection, day: date) -> Iterator[tuple[int, str]]:
    """Stream the unit id and check code of each answer booked on a day, by unit; none leads to its answer."""
    statement = select(ReceiptRow.unit_id, ReceiptRow.receipt).where(ReceiptRow.day == day).order_by(ReceiptRow.unit_id)
    for row in connection.execute(statement, execution_options={"yield_per": FETCH}):
        yield row.unit_id, row.receipt


def days_in_book(connection: Connection) -> Iterator[date]:
    """Each day of which the book holds a response, comment or check code, whether it counts as closed or not.

    By looking for the next one again and again: a seek a day, where DISTINCT would read every row.
    """
    columns = (response.c.day, comment.c.day, ReceiptRow.day)
    found: date | None = None
    while True:
        after = [select(func.min(one)).where(*([one > found] if found else [])) for one in columns]
        following = [day for day in map(connection.scalar, after) if day is not None]
        if not following:
            return
        found = min(following)
        yield found


def strays(connection: Connection, day: date) -> Iterator[tuple[str, int, bytes]]:
    """What hangs loose on a day: rows of a unit that never was ("response"), comments of no row ("comment").

    Each with its unit id and response id. Foreign keys forbid it; whoever can switch them off must be found too.
    """
    rows = response.outerjoin(UnitRow.__table__, response.c.unit_id == UnitRow.id)
    loose = select(response.c.unit_id, response.c.id).select_from(rows)
    for row in connection.execute(loose.where(response.c.day == day, UnitRow.id.is_(None))):
        yield "response", row.unit_id, row.id
    words = select(comment.c.unit_id, comment.c.response_id).select_from(comment.outerjoin(response))
    for row in connection.execute(words.where(comment.c.day == day, response.c.id.is_(None))):
        yield "comment", row.unit_id, row.response_id


def waiting_rows(connection: Connection, selection: Selection) -> Generator[Row[Any], None, None]:
    """Stream what still waits in the inbox, by unit code and random id; `received_on` stands for the day."""
    columns: list[ColumnElement[Any]] = [*inbox.c, UnitRow.code.label("unit_code")]
    statement = select(*columns).join_from(inbox, UnitRow, inbox.c.unit_id == UnitRow.id)
    statement = statement.where(*_waiting_conditions(selection))
    yield from _streamed(connection, statement.order_by(UnitRow.code, inbox.c.id))


def days_in_order(first: date, last: date, selection: Selection, *columns: ColumnElement[Any]) -> Select[Any]:
    """The statement for columns made of the booked answers of some days (both included), in the order of `booked_rows`.

    The days of the selection do not matter. A single day is sorted fastest.
    """
    statement = select(*columns).select_from(response.join(UnitRow.__table__, response.c.unit_id == UnitRow.id))
    if first == last:
        return _in_order(statement, first, selection)
    statement = statement.where(response.c.day.between(first, last), *_chosen(selection, response))
    return statement.order_by(response.c.day, UnitRow.code, response.c.leaf_hash)


def left_out_leaves(connection: Connection, selection: Selection) -> Iterator[tuple[date, str, bytes]]:
    """Day, unit code and leaf hash of the answers of the days and units that the channels alone keep out, in order."""
    if selection.channels is None:
        return
    others = replace(selection, channels=None)
    for day, responses in booked_days(connection, selection):
        if responses:
            statement = days_in_order(day, day, others, unit_code, response.c.leaf_hash)
            statement = statement.where(response.c.channel.not_in(selection.channels))
            for row in _streamed(connection, statement):
                yield day, row.code, row.leaf_hash


def _streamed(connection: Connection, statement: Select[Any]) -> Iterator[Row[Any]]:
    """The rows, fetched as they are asked for; whoever stops early closes the generator, and with it the cursor."""
    with connection.execute(statement, execution_options={"yield_per": FETCH}) as rows:
        yield from rows


def _day_statement(day: date, selection: Selection, with_comments: bool) -> Select[Any]:
    source = response.join(UnitRow.__table__, response.c.unit_id == UnitRow.id)
    spoken: list[ColumnElement[Any]] = [null().label("comment_text"), null().label("comment_salt")]
    if with_comments:
        source = source.outerjoin(comment)
        spoken = [comment.c.text.label("comment_text"), comment.c.salt.label("comment_salt")]
    statement = select(*response.c, UnitRow.code.label("unit_code"), *spoken).select_from(source)
    return _in_order(statement, day, selection)


def _in_order(statement: Select[Any], day: date, selection: Selection) -> Select[Any]:
    statement = statement.where(response.c.day == day, *_chosen(selection, response))
    return statement.order_by(UnitRow.code, response.c.leaf_hash)


def _conditions(selection: Selection) -> list[ColumnElement[bool]]:
    return [*_within(selection, response.c.day), *_chosen(selection, response)]


def _waiting_conditions(selection: Selection) -> list[ColumnElement[bool]]:
    return [*_within(selection, inbox.c.received_on), *_chosen(selection, inbox)]


def _within(selection: Selection, day: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if selection.first_day is not None:
        conditions.append(day >= selection.first_day)
    if selection.last_day is not None:
        conditions.append(day <= selection.last_day)
    return conditions


def _chosen(selection: Selection, table: Table) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if selection.unit_ids is not None:
        conditions.append(table.c.unit_id.in_(selection.unit_ids))
    if selection.channels is not None:
        conditions.append(table.c.channel.in_(selection.channels))
    return conditions


__all__ = [
    "CHANNELS",
    "CHOICE_SLOTS",
    "RATING_SLOTS",
    "Selection",
    "booked_days",
    "booked_responses",
    "booked_rows",
    "count_booked",
    "count_by_unit",
    "count_waiting",
    "days_in_book",
    "days_in_order",
    "earliest_inbox_day",
    "inbox_rows",
    "last_booked_day",
    "leaf_hashes",
    "left_out_leaves",
    "receipts",
    "rows_of_day",
    "strays",
    "unit_code",
    "waiting_rows",
]
