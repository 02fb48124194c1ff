"""Reads of the sealed log, for whoever proves something by it: exports, check codes, public pages, digests."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from survey_app.ledger.checkpoint import Checkpoint
from survey_app.ledger.day_record import DayRecord, SealedDay, UnitEntry
from survey_app.ledger.manifest import SealedLog
from survey_app.ledger.merkle import Tree
from survey_app.ledger.models import LedgerKeyRow, SealedDayRow, SealedUnitDayRow


def newest_checkpoint(connection: Connection) -> str | None:
    """The signed head of the whole log; None while no day is sealed."""
    newest = select(SealedDayRow.checkpoint).order_by(SealedDayRow.position.desc()).limit(1)
    return connection.execute(newest).scalar()


def checkpoint_at(connection: Connection, size: int) -> str | None:
    """The signed head of the log when it had `size` days; None where it never had."""
    return connection.execute(select(SealedDayRow.checkpoint).where(SealedDayRow.position == size - 1)).scalar()


@dataclass(frozen=True, slots=True)
class PastHead:
    """A head of the log: how many days it held, the last of them, and the signed note."""

    size: int
    day: date
    note: str


def heads_before(connection: Connection, size: int | None, number: int) -> list[PastHead]:
    """At most `number` heads of fewer than `size` days (None: all), newest first."""
    table = SealedDayRow
    statement = select(table.position, table.day, table.checkpoint).order_by(table.position.desc()).limit(number)
    if size is not None:
        statement = statement.where(table.position < size - 1)
    return [PastHead(row.position + 1, row.day, row.checkpoint) for row in connection.execute(statement)]


def last_sealed_day(connection: Connection) -> date | None:
    """The day of the log's last leaf; None while no day is sealed."""
    return connection.execute(select(func.max(SealedDayRow.day))).scalar()


def sealed_log(connection: Connection) -> SealedLog | None:
    """The whole log as a tree of its days' leaf hashes, with its newest head; None while no day is sealed."""
    leaves = connection.execute(select(SealedDayRow.day, SealedDayRow.leaf_hash).order_by(SealedDayRow.position)).all()
    note = newest_checkpoint(connection)
    if not leaves or note is None:
        return None
    return SealedLog(leaves[0].day, Tree(row.leaf_hash for row in leaves), note)


def sealed_days(connection: Connection, first: date, last: date) -> Iterator[SealedDay]:
    """The sealed days of a range (both included), oldest first, each with its units; others are passed over."""
    chosen = select(SealedDayRow.day, SealedDayRow.record).where(SealedDayRow.day.between(first, last))
    for row in connection.execute(chosen.order_by(SealedDayRow.day)).all():
        yield SealedDay(DayRecord.from_bytes(row.record.encode()), entries_of(connection, row.day))


def sealed_day(connection: Connection, day: date) -> SealedDay | None:
    """One sealed day with its units; None when it is not sealed."""
    return next(sealed_days(connection, day, day), None)


def entries_of(connection: Connection, day: date) -> tuple[UnitEntry, ...]:
    """What a day says of its units, by unit code (code points, whatever the database's collation)."""
    table = SealedUnitDayRow
    rows = connection.execute(
        select(table.unit_code, table.count, table.responses_root, table.receipts_count, table.receipts_root).where(
            table.day == day
        )
    )
    return tuple(sorted((UnitEntry(*row) for row in rows), key=lambda entry: entry.unit))


def unit_ids_of(connection: Connection, day: date) -> list[tuple[str, int]]:
    """Code and id of each unit that has an entry on a day, by code."""
    rows = connection.execute(
        select(SealedUnitDayRow.unit_code, SealedUnitDayRow.unit_id).where(SealedUnitDayRow.day == day)
    )
    return sorted((row.unit_code, row.unit_id) for row in rows)


def verifier_keys(connection: Connection) -> list[str]:
    """The log's verifier keys, newest first, as `/ledger/key` publishes them."""
    return list(connection.scalars(select(LedgerKeyRow.verifier).order_by(LedgerKeyRow.number.desc())))


def head_fingerprint(connection: Connection) -> str | None:
    """The newest head in short, for sheets and mails: `128:3f9a-0c11-77d2-e4b0` (days, first 64 bits of the root).

    Enough to see that two people look at the same book; not enough to verify by.
    """
    note = newest_checkpoint(connection)
    return None if note is None else fingerprint(head_of(note))


def head_of(note: str) -> Checkpoint:
    """The head in a note of our own, unverified."""
    return Checkpoint.parse(note.partition("\n\n")[0] + "\n")


def fingerprint(head: Checkpoint) -> str:
    """A head in short: its size and the first 64 bits of its root, in groups of four."""
    digits = head.root.hex()[:16]
    return f"{head.size}:" + "-".join(digits[start : start + 4] for start in range(0, 16, 4))
