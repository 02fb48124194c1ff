"""Verify what the book holds of one sealed day: each row, each unit's rows and check codes, against its entry."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row

from survey_app.ledger.day_record import SealedDay, UnitEntry, order_hash, receipts_tree, responses_tree
from survey_app.ledger.differences import Difference
from survey_app.ledger.leaf import comment_digest, leaf_bytes, leaf_hash
from survey_app.ledger.merkle import root_of
from survey_app.ledger.orders import RemovalOrder, orders_of, removed_unit_days
from survey_app.ledger.preparing import leaf_fields
from survey_app.ledger.sealed_log import unit_ids_of
from survey_app.responses import reader
from survey_app.responses.guard import SETS_ASIDE
from survey_app.territory.units import codes_by_id


@dataclass(slots=True)
class Counted:
    """What a day held."""

    responses: int = 0
    receipts: int = 0
    removed: int = 0
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class _Day:
    """A day being verified, with what orders may have taken from it."""

    day: date
    entries: Mapping[str, UnitEntry]
    orders: tuple[RemovalOrder, ...]
    counted: Counted


def see_commune_days(connection: Connection, sealed: SealedDay, questionnaires: Mapping[int, str]) -> Counted:
    """See that the book holds of a day exactly what was sealed. Raises Difference."""
    day = sealed.record.day
    given = _orders(connection, day)
    seen = _Day(day, {entry.unit: entry for entry in sealed.entries}, given, Counted())
    trees = _Trees.read(connection, seen, questionnaires)
    _see_entries(sealed, trees)
    _see_names(connection, day)
    for entry in sealed.entries:
        _see_unit(day, entry, trees)
    booked = dict(reader.booked_days(connection, reader.Selection(day, day)))
    total = seen.counted.responses + seen.counted.removed
    if booked.get(day, total) != total:
        raise Difference("booked", day=day, found=booked[day], expected=total)
    return seen.counted


def _orders(connection: Connection, day: date) -> tuple[RemovalOrder, ...]:
    """The orders about a day, each as its hash says: that the hash is sealed is seen where the order was given."""
    codes = codes_by_id(connection)
    try:
        given = tuple(orders_of(connection, day, day))
    except ValueError as error:
        raise Difference("order_broken", day=day, order="?") from error
    for order in given:
        said = {
            "kind": order.kind,
            "what": order.what,
            "first_day": order.first_day.isoformat(),
            "last_day": order.last_day.isoformat(),
            "units": None if order.unit_id is None else [codes[order.unit_id]],
            "response_id": None if order.response_id is None else order.response_id.hex(),
        }
        as_sealed = {key: order.body.get(key) for key in said}
        if order_hash(order.body) != order.order_hash or said != as_sealed:
            raise Difference("order_broken", day=day, order=order.order_hash.hex())
    return given


@dataclass(slots=True)
class _Trees:
    """Counts and roots by unit code, as the book gives them now."""

    responses: dict[str, tuple[int, bytes]]
    receipts: dict[str, tuple[int, bytes]]

    @classmethod
    def read(cls, connection: Connection, seen: _Day, questionnaires: Mapping[int, str]) -> "_Trees":
        responses: dict[str, tuple[int, bytes]] = {}
        with closing(reader.rows_of_day(connection, seen.day)) as every_row:
            for unit, rows in groupby(every_row, key=lambda row: str(row.unit_code)):
                leaves = [_see_row(row, seen, questionnaires.get(row.questionnaire_id, "")) for row in rows]
                seen.counted.responses += len(leaves)
                responses[unit] = len(leaves), responses_tree(leaves).root()
        for unit, kept in _removed(connection, seen, responses):
            seen.counted.removed += len(kept)
            responses[unit] = len(kept), responses_tree(kept).root()
        receipts: dict[str, list[str]] = defaultdict(list)
        codes = codes_by_id(connection)
        for unit_id, code in reader.receipts(connection, seen.day):
            receipts[codes.get(unit_id, f"#{unit_id}")].append(code)
        seen.counted.receipts = sum(map(len, receipts.values()))
        _see_nothing_loose(connection, seen.day)
        return cls(responses, {unit: (len(some), receipts_tree(some).root()) for unit, some in receipts.items()})

    def entry(self, unit: str) -> UnitEntry:
        """The unit's entry as the book would give it now."""
        nothing = 0, root_of(())
        return UnitEntry(unit, *self.responses.get(unit, nothing), *self.receipts.get(unit, nothing))


def _removed(
    connection: Connection, seen: _Day, responses: Mapping[str, object]
) -> Iterator[tuple[str, tuple[bytes, ...]]]:
    """The leaf hashes that stayed of commune-days whose rows an order removed, each named by that order."""
    orders = {order.order_hash: order for order in seen.orders if order.what == "rows"}
    for removed in removed_unit_days(connection, seen.day, seen.day):
        order = orders.get(removed.order_hash)
        if order is None or not order.names(seen.day, removed.unit_id) or removed.unit_code in responses:
            raise Difference("removed", day=seen.day, unit=removed.unit_code)
        yield removed.unit_code, removed.leaf_hashes


def _see_row(row: Row[Any], seen: _Day, questionnaire: str) -> bytes:
    """See that a row is as its own leaf hash says, with its verdict and comment; returns the leaf hash."""
    place = {"day": seen.day, "unit": row.unit_code, "row": row.id.hex()}
    leaf = leaf_hash(leaf_bytes(leaf_fields(row._asdict(), row.unit_code, questionnaire)))
    if leaf != row.leaf_hash:
        raise Difference("row", **place)
    if bool(row.set_aside) != bool(row.flags & SETS_ASIDE):
        raise Difference("set_aside", **place)
    if row.comment_text is not None:
        if row.comment_digest is None or comment_digest(row.comment_salt, row.comment_text) != row.comment_digest:
            raise Difference("comment_digest", **place)
    elif row.comment_digest is not None:
        if not any(_takes_comment(order, row, seen.day) for order in seen.orders):
            raise Difference("comment", **place)
        seen.counted.hidden += 1
    return leaf


def _takes_comment(order: RemovalOrder, row: Row[Any], day: date) -> bool:
    return order.names(day, row.unit_id) and (order.what == "comments" or order.response_id == row.id)


def _see_nothing_loose(connection: Connection, day: date) -> None:
    for table, unit_id, response_id in reader.strays(connection, day):
        unit = codes_by_id(connection).get(unit_id, f"#{unit_id}")
        raise Difference(f"{table}_stray", day=day, unit=unit, row=response_id.hex())


def _see_entries(sealed: SealedDay, trees: _Trees) -> None:
    """See that the stored entries are those of the day's record; where not, the book may tell which one was changed."""
    record = sealed.record
    if root_of(entry.leaf_hash for entry in sealed.entries) == record.units_root:
        for unit in sorted(trees.responses.keys() | trees.receipts.keys()):
            if unit not in sealed.places:
                raise Difference("unit_added", day=record.day, unit=unit)
        return
    stored = {entry.unit: entry for entry in sealed.entries}
    for unit in sorted(stored.keys() | trees.responses.keys() | trees.receipts.keys()):
        if unit not in stored:
            raise Difference("unit_missing", day=record.day, unit=unit)
        if stored[unit] != trees.entry(unit):
            raise Difference("unit", day=record.day, unit=unit)
    raise Difference("units", day=record.day, found=len(stored), expected=record.unit_count)


def _see_names(connection: Connection, day: date) -> None:
    """See that each entry is kept under the id of the unit whose code was sealed."""
    codes = codes_by_id(connection)
    for unit, unit_id in unit_ids_of(connection, day):
        if codes.get(unit_id) != unit:
            raise Difference("unit", day=day, unit=unit)


def _see_unit(day: date, entry: UnitEntry, trees: _Trees) -> None:
    found = trees.entry(entry.unit)
    if found.count != entry.count:
        raise Difference("rows", day=day, unit=entry.unit, found=found.count, expected=entry.count)
    if found.responses_root != entry.responses_root:
        raise Difference("rows_exchanged", day=day, unit=entry.unit, found=found.count)
    if (found.receipts_count, found.receipts_root) != (entry.receipts_count, entry.receipts_root):
        where = {"found": found.receipts_count, "expected": entry.receipts_count}
        raise Difference("receipts", day=day, unit=entry.unit, **where)
