"""Close the day: everything received up to a past day walks from the inbox into the book, once, in one transaction.

Rows get fresh random ids and salts and are written in an order that tells nothing of their arrival. The same
transaction seals the day into the log and takes further steps (facts). Hashing comes before it, so that nobody waits
for that; its cost is the day's work, however long the log.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from survey_app.audit_log.actors import AT_NIGHT
from survey_app.database import (
    WRITE,
    db,
    lock_for_closing,
    read_connection,
    truncate_write_ahead_log,
    write_transaction,
)
from survey_app.ledger.keyring import Keyring
from survey_app.ledger.orders import removed_days
from survey_app.ledger.preparing import PreparedDay, prepare_day
from survey_app.ledger.sealing import append_day, days_booked_before_sealing, entries_from_book
from survey_app.responses import reader
from survey_app.responses.book import InboxChanged, write_day
from survey_app.responses.door import forget_expired_tokens
from survey_app.territory.assisted_links import forget_ended_links

LARGEST_GAP_DAYS = 31
HEALED_DAYS = 10
"""The facts of the last ten closed days are redone each night, so that errors heal."""
PREPARATIONS = 3
"""How often a day is prepared: beside the inbox, and the last time with its writers waiting."""

ClosingStep = Callable[[Connection, date], None]
"""What else happens to a day, inside its transaction; must be idempotent."""


class GapTooLarge(Exception):
    """More than 31 days would be closed at once: a clock that jumped must not seal the future."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last
        self.days = (last - first).days + 1
        super().__init__(f"{self.days} days wait, {first} to {last}")


class DayNotClosed(Exception):
    """The database refused (full disk, broken connection): the day is as it was, those before it are closed."""

    def __init__(self, day: date, why: str) -> None:
        self.day, self.why = day, why
        super().__init__(f"{day} was not closed: {why}")


@dataclass(frozen=True)
class ClosedDay:
    """What closing one day did: answers booked, units sealed, days in the log since."""

    day: date
    responses: int
    units: int
    log_size: int


def days_to_close(today: date, through: date | None = None) -> list[date]:
    """The contiguous days that wait, oldest first: up to yesterday, or up to `through`.

    The first day ever closed is that of the oldest waiting answer (yesterday when none waits). Raises `GapTooLarge`,
    unless the last day was named.
    """
    last = through or today - timedelta(days=1)
    with read_connection() as connection:
        booked = reader.last_booked_day(connection)
        first = booked + timedelta(days=1) if booked else reader.earliest_inbox_day(connection) or last
    if first > last:
        return []
    if through is None and (last - first).days + 1 > LARGEST_GAP_DAYS:
        raise GapTooLarge(first, last)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def close_days(days: Sequence[date], steps: Sequence[ClosingStep], now: datetime) -> Iterator[ClosedDay]:
    """Close the days one by one, yielding each when it is durable; a day that another process closed is passed over.

    Days that were booked before there was a log are sealed first. Raises SigningKeyError before anything is closed,
    `DayNotClosed`, and `sealing.NotContiguous` for a day that is not the next.
    """
    if days:
        for _sealed in open_log(now):
            pass
    keyring = Keyring.of(current_app.extensions["settings"])
    for day in days:
        try:
            closed = _close_day(day, steps, now, keyring)
        except DBAPIError as error:
            raise DayNotClosed(day, _why(error)) from error
        if closed is not None:
            yield closed
    if days:
        truncate_write_ahead_log()


def has_backlog() -> bool:
    """Whether days were booked by a version without a log and wait to be sealed."""
    with read_connection() as connection:
        return bool(days_booked_before_sealing(connection))


def open_log(now: datetime) -> Iterator[date]:
    """See that the log's key is here, and seal the days that were booked by a version without a log.

    Each is sealed from the book in its own transaction and yielded then. Raises SigningKeyError, `DayNotClosed`.
    """
    keyring = Keyring.of(current_app.extensions["settings"])
    with _closing() as connection:
        keyring.ensure(connection, now, actor=AT_NIGHT)
        backlog = days_booked_before_sealing(connection)
    for day in backlog:
        try:
            with _closing() as connection:
                if day in days_booked_before_sealing(connection)[:1]:
                    append_day(connection, day, entries_from_book(connection, day), keyring)
        except DBAPIError as error:
            raise DayNotClosed(day, _why(error)) from error
        yield day


def heal_facts(last: date, steps: Sequence[ClosingStep]) -> None:
    """Redo the steps of the last ten closed days, each in its own transaction; never of days under retention."""
    first = last - timedelta(days=HEALED_DAYS - 1)
    with read_connection() as connection:
        booked = reader.booked_days(connection, reader.Selection(first, last))
        removed = removed_days(connection, first, last)
    for day in (day for day, _responses in booked if day not in removed):
        with write_transaction() as connection:
            for step in steps:
                step(connection, day)


def _close_day(day: date, steps: Sequence[ClosingStep], now: datetime, keyring: Keyring) -> ClosedDay | None:
    with _own_connection() as connection:
        for attempt in range(1, PREPARATIONS + 1):
            prepared = None
            if attempt < PREPARATIONS:  # The last time it is prepared with the writers waiting.
                with _snapshot(connection):
                    if _is_booked(connection, day):
                        return None
                    prepared = prepare_day(connection, day)
            try:
                return _book_and_seal(connection, day, prepared, steps, now, keyring)
            except InboxChanged:
                continue
    raise DayNotClosed(day, "the inbox keeps changing")


def _book_and_seal(
    connection: Connection,
    day: date,
    prepared: PreparedDay | None,
    steps: Sequence[ClosingStep],
    now: datetime,
    keyring: Keyring,
) -> ClosedDay | None:
    with _writing(connection):
        lock_for_closing(connection)
        if _is_booked(connection, day):
            return None
        prepared = prepared or prepare_day(connection, day)
        write_day(connection, prepared)
        size = append_day(connection, day, prepared.entries, keyring)
        for step in steps:
            step(connection, day)
        forget_expired_tokens(connection, now)
        forget_ended_links(connection, now)
    return ClosedDay(day, prepared.count, len(prepared.entries), size)


def _why(error: DBAPIError) -> str:
    """The database's own words, on one line."""
    return " ".join(str(error.orig).split())


def _is_booked(connection: Connection, day: date) -> bool:
    last = reader.last_booked_day(connection)
    return last is not None and day <= last


@contextmanager
def _own_connection() -> Iterator[Connection]:
    """A connection that is closed in the end, with its temporary tables. SQLite keeps these in memory meanwhile.

    Which answer of the inbox became which row of the book must not stand on a disk.
    """
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.execute("PRAGMA temp_store=MEMORY")
        try:
            yield connection
        finally:
            connection.invalidate()


@contextmanager
def _snapshot(connection: Connection) -> Iterator[None]:
    """Read one consistent state; nobody waits for it."""
    level = {"isolation_level": "REPEATABLE READ"} if connection.dialect.name == "postgresql" else {}
    with connection.execution_options(**{WRITE: False}, **level).begin():
        yield


@contextmanager
def _writing(connection: Connection) -> Iterator[None]:
    """Write: all or nothing."""
    level = {"isolation_level": "READ COMMITTED"} if connection.dialect.name == "postgresql" else {}
    with connection.execution_options(**{WRITE: True}, **level).begin():
        yield


@contextmanager
def _closing() -> Iterator[Connection]:
    """A transaction that no other closer's overlaps."""
    with write_transaction() as connection:
        lock_for_closing(connection)
        yield connection
