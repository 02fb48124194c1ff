"""Verify the whole log from the database: every row, unit, day and head, in one snapshot and constant memory.

The signed heads are what is believed, from the keys downwards: a record must lead to its head, the units' entries to
the record, the rows to their unit's entry. So the first thing that differs can be named.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select

from survey_app.audit_log import log as audit_log
from survey_app.ledger.checkpoint import BadSignature, KeyTextError, NoteError, VerifierKey, open_checkpoint
from survey_app.ledger.commune_days import see_commune_days
from survey_app.ledger.day_record import DayRecord, DayRecordError, SealedDay
from survey_app.ledger.differences import Difference
from survey_app.ledger.keyring import known_keys
from survey_app.ledger.merkle import Frontier
from survey_app.ledger.models import SealedDayRow
from survey_app.ledger.orders import orders_given
from survey_app.ledger.sealed_log import entries_of
from survey_app.questionnaires import register
from survey_app.responses import reader

ONE_DAY = timedelta(days=1)


@dataclass(slots=True)
class Tally:
    """What was verified. `removed`: answers that orders took, proven by their leaf hashes; `hidden`: comments."""

    days: int = 0
    unit_days: int = 0
    responses: int = 0
    receipts: int = 0
    removed: int = 0
    hidden: int = 0
    events: int = 0
    head: str | None = None


@dataclass(slots=True)
class _Log:
    """The log as far as it was walked."""

    keys: list[VerifierKey]
    questionnaires: Mapping[int, str]
    tally: Tally = field(default_factory=Tally)
    frontier: Frontier = field(default_factory=Frontier)
    last: date | None = None
    audit_heads: list[tuple[date, bytes]] = field(default_factory=list)


def verify_log(connection: Connection, verified: Callable[[date], None] = lambda _day: None) -> Tally:
    """Recompute everything; `verified` is told each day that is whole. Raises Difference, the first that is found."""
    log = _Log(_keys(connection), register.hashes_by_id(connection))
    for row in _rows(connection):
        _see_day(connection, log, row)
        verified(row.day)
    _see_nothing_beside(connection, log)
    _see_audit_log(connection, log)
    return log.tally


def count_sealed_days(connection: Connection) -> int:
    """How many days there are to verify."""
    last = connection.execute(select(SealedDayRow.position).order_by(SealedDayRow.position.desc()).limit(1)).scalar()
    return 0 if last is None else last + 1


def _keys(connection: Connection) -> list[VerifierKey]:
    try:
        return known_keys(connection)
    except KeyTextError as error:
        raise Difference("keys", why=error) from error


def _rows(connection: Connection) -> Iterator[Any]:
    table = SealedDayRow.__table__
    positions = connection.execute(select(SealedDayRow.day).order_by(SealedDayRow.position)).scalars().all()
    for day in positions:
        yield connection.execute(select(table).where(table.c.day == day)).one()


def _see_day(connection: Connection, log: _Log, row: Any) -> None:
    record = _see_head(log, row)
    day = SealedDay(record, entries_of(connection, row.day))
    ordered = tuple(sorted(order.order_hash for order in orders_given(connection, row.day)))
    if ordered != record.orders:
        raise Difference("orders", day=row.day, found=len(ordered), expected=len(record.orders))
    counted = see_commune_days(connection, day, log.questionnaires)
    tally = log.tally
    tally.days += 1
    tally.unit_days += len(day.entries)
    tally.responses += counted.responses
    tally.receipts += counted.receipts
    tally.removed += counted.removed
    tally.hidden += counted.hidden


def _see_head(log: _Log, row: Any) -> DayRecord:
    """See that the day follows the one before, and that its record leads to the head that was signed then."""
    expected = log.last + ONE_DAY if log.last else row.day
    if row.day != expected or row.position != log.tally.days:
        raise Difference("day_missing", day=expected)
    try:
        record = DayRecord.from_bytes(row.record.encode())
    except DayRecordError as error:
        raise Difference("record", day=row.day) from error
    frontier = log.frontier.append(record.leaf_hash)
    try:
        head = open_checkpoint(row.checkpoint, log.keys)
    except BadSignature as error:
        raise Difference("signature", day=row.day) from error
    except NoteError as error:
        raise Difference("head", day=row.day) from error
    if (head.size, head.origin) != (frontier.size, log.keys[0].name):
        raise Difference("head", day=row.day)
    if head.root != frontier.root() or record.day != row.day:
        raise Difference("record", day=row.day)
    if row.leaf_hash != record.leaf_hash or row.frontier != frontier.to_bytes():
        raise Difference("tree", day=row.day)
    if record.audit_head is not None:
        log.audit_heads.append((row.day, record.audit_head))
    log.frontier, log.last, log.tally.head = frontier, row.day, row.checkpoint
    return record


def _see_nothing_beside(connection: Connection, log: _Log) -> None:
    """See that nothing is booked of a day that is not sealed, and that as many days count as closed as are sealed."""
    first = log.last - timedelta(days=log.tally.days - 1) if log.last else None
    for day in reader.days_in_book(connection):
        if first is None or log.last is None or not first <= day <= log.last:
            raise Difference("not_sealed", day=day)
    booked = {day for day, _ in reader.booked_days(connection, reader.Selection())}
    for number in range(log.tally.days):
        assert first is not None
        if first + timedelta(days=number) not in booked:
            raise Difference("not_booked", day=first + timedelta(days=number))
    for day in sorted(booked):
        if first is None or log.last is None or not first <= day <= log.last:
            raise Difference("not_sealed", day=day)


def _see_audit_log(connection: Connection, log: _Log) -> None:
    """See that the audit log's chain is whole and holds every head of it that was sealed, in their order."""
    try:
        log.tally.events = audit_log.verify_chain(connection).size
    except audit_log.BrokenChain as broken:
        raise Difference("audit_chain", seq=broken.seq) from broken
    waiting = iter(log.audit_heads)
    day, sealed = next(waiting, (None, None))
    with closing(audit_log.every_event(connection)) as events:
        for event in events:
            while sealed == event.hash:
                day, sealed = next(waiting, (None, None))
    if day is not None:
        raise Difference("audit_head", day=day)
