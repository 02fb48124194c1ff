"""Seal a booked day: its record becomes the log's next leaf, under a newly signed head."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import Connection, insert, select

from survey_app.audit_log import log as audit_log
from survey_app.ledger.checkpoint import Checkpoint, sign_checkpoint
from survey_app.ledger.day_record import SealedDay, UnitEntry, seal_day, unit_entry
from survey_app.ledger.keyring import Keyring
from survey_app.ledger.merkle import Frontier
from survey_app.ledger.models import SealedDayRow, SealedUnitDayRow
from survey_app.ledger.orders import removed_unit_days, unsealed_orders
from survey_app.responses import reader
from survey_app.territory.units import codes_by_id, units_on


class NotContiguous(Exception):
    """A day would leave a gap in the log; `expected` is the one that comes next."""

    def __init__(self, day: date, expected: date) -> None:
        self.day, self.expected = day, expected
        super().__init__(f"{day} cannot be closed before {expected}: the days of the log are contiguous")


def append_day(connection: Connection, day: date, entries: Mapping[int, UnitEntry], keyring: Keyring) -> int:
    """Append a day to the log, in the caller's transaction; returns the log's new size.

    `entries` by unit id: one for every unit valid that day. Raises NotContiguous, SigningKeyError.
    """
    newest = connection.execute(
        select(SealedDayRow.day, SealedDayRow.frontier).order_by(SealedDayRow.position.desc()).limit(1)
    ).first()
    if newest is not None and day != newest.day + timedelta(days=1):
        raise NotContiguous(day, newest.day + timedelta(days=1))
    head = audit_log.head(connection)
    sealed = seal_day(day, entries.values(), head.hash if head.size else None, unsealed_orders(connection, day))
    frontier = (Frontier.from_bytes(newest.frontier) if newest else Frontier()).append(sealed.record.leaf_hash)
    keys = keyring.signers(connection)
    note = sign_checkpoint(Checkpoint(keys[0].name, frontier.size, frontier.root()), *keys)
    _store(connection, sealed, {entry.unit: unit_id for unit_id, entry in entries.items()}, frontier, note)
    return frontier.size


def _store(
    connection: Connection, sealed: SealedDay, unit_ids: Mapping[str, int], frontier: Frontier, note: str
) -> None:
    record = sealed.record
    connection.execute(
        insert(SealedDayRow),
        {
            "day": record.day,
            "position": frontier.size - 1,
            "record": record.to_bytes().decode("ascii"),
            "leaf_hash": record.leaf_hash,
            "frontier": frontier.to_bytes(),
            "checkpoint": note,
        },
    )
    rows = [
        {
            "day": record.day,
            "unit_code": entry.unit,
            "unit_id": unit_ids[entry.unit],
            "count": entry.count,
            "responses_root": entry.responses_root,
            "receipts_count": entry.receipts_count,
            "receipts_root": entry.receipts_root,
        }
        for entry in sealed.entries
    ]
    if rows:
        connection.execute(insert(SealedUnitDayRow), rows)


def days_booked_before_sealing(connection: Connection) -> list[date]:
    """Days that were booked by a version that did not seal yet, oldest first: they are sealed from the book."""
    sealed = connection.execute(select(SealedDayRow.day).order_by(SealedDayRow.day.desc()).limit(1)).scalar()
    booked = reader.booked_days(connection, reader.Selection(first_day=sealed))
    if not booked:
        return []
    first, last = (sealed + timedelta(days=1) if sealed else booked[0][0]), booked[-1][0]
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def entries_from_book(connection: Connection, day: date) -> dict[int, UnitEntry]:
    """The entries of a booked day's units, by unit id, from what the book holds."""
    codes = codes_by_id(connection)
    leaves: dict[int, list[bytes]] = defaultdict(list)
    receipts: dict[int, list[str]] = defaultdict(list)
    for unit_id, leaf in reader.leaf_hashes(connection, day):
        leaves[unit_id].append(leaf)
    for removed in removed_unit_days(connection, day, day):
        leaves[removed.unit_id].extend(removed.leaf_hashes)
    for unit_id, code in reader.receipts(connection, day):
        receipts[unit_id].append(code)
    units = {unit.id for unit in units_on(connection, day)} | leaves.keys() | receipts.keys()
    return {unit: unit_entry(codes[unit], leaves.get(unit, ()), receipts.get(unit, ())) for unit in units}
