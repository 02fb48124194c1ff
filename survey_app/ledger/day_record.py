"""A day is a leaf of the log, a commune-day a branch of the day. Pure.

- A commune-day commits to two trees, sorted apart: its responses' leaves (by leaf hash) and its check codes.
- A day commits to one entry for every unit valid that day, zeros included, in the order of unit codes.
- The log commits to its days: contiguous, the first at index 0.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any

from survey_app.ledger.merkle import Tree, leaf_hash, root_of

DAY_FORMAT = "than-thien-day/1"
"""Names the form of a day record; another form gets another name, and old days keep theirs."""
_HASH = re.compile(r"[0-9a-f]{64}\Z")


class DayRecordError(ValueError):
    """Not a day record, or what would be sealed contradicts itself."""


def canonical_json(value: object) -> bytes:
    """RFC 8785 for what the ledger holds: objects with ASCII keys, lists, text, integers, null.

    For these the standard library's compact sorted JSON is the canonical one (a test compares them).
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """What a day says of one unit: how many responses and check codes, and the roots over them."""

    unit: str
    count: int
    responses_root: bytes
    receipts_count: int
    receipts_root: bytes

    @property
    def fields(self) -> dict[str, Any]:
        """The entry as JSON holds it."""
        return {
            "unit": self.unit,
            "count": self.count,
            "responses_root": self.responses_root.hex(),
            "receipts_count": self.receipts_count,
            "receipts_root": self.receipts_root.hex(),
        }

    @property
    def leaf_hash(self) -> bytes:
        """Its leaf hash in the day's tree of units."""
        return leaf_hash(canonical_json(self.fields))


@dataclass(frozen=True, slots=True)
class DayRecord:
    """The day's leaf in the log: the root over its units, the head of the audit log, the day's orders."""

    day: date
    units_root: bytes
    unit_count: int
    audit_head: bytes | None = None
    orders: tuple[bytes, ...] = ()

    @property
    def fields(self) -> dict[str, Any]:
        """The record as JSON holds it."""
        return {
            "format": DAY_FORMAT,
            "day": self.day.isoformat(),
            "units_root": self.units_root.hex(),
            "unit_count": self.unit_count,
            "audit_head": self.audit_head.hex() if self.audit_head is not None else None,
            "orders": [one.hex() for one in self.orders],
        }

    def to_bytes(self) -> bytes:
        """The leaf, as it is stored and hashed."""
        return canonical_json(self.fields)

    @property
    def leaf_hash(self) -> bytes:
        """Its leaf hash in the log."""
        return leaf_hash(self.to_bytes())

    @classmethod
    def from_bytes(cls, stored: bytes) -> "DayRecord":
        """Read what `to_bytes` wrote. Raises DayRecordError for anything else."""
        try:
            fields = json.loads(stored)
            head = fields["audit_head"]
            record = cls(
                date.fromisoformat(fields["day"]),
                _hash(fields["units_root"]),
                _count(fields["unit_count"]),
                None if head is None else _hash(head),
                tuple(_hash(one) for one in fields["orders"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise DayRecordError("not a day record") from error
        if record.to_bytes() != stored:
            raise DayRecordError("not a day record")
        return record


@dataclass(frozen=True)
class SealedDay:
    """A day as it is sealed: its record and the entries under it, ordered by unit code."""

    record: DayRecord
    entries: tuple[UnitEntry, ...]

    @cached_property
    def tree(self) -> Tree:
        """The tree of units, for proofs."""
        return Tree(entry.leaf_hash for entry in self.entries)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each unit's entry stands."""
        return {entry.unit: index for index, entry in enumerate(self.entries)}


def responses_tree(leaf_hashes: Iterable[bytes]) -> Tree:
    """The tree over a commune-day's responses: their leaf hashes (`leaf.leaf_hash`), sorted."""
    return Tree(sorted(leaf_hashes))


def receipts_tree(codes: Iterable[str]) -> Tree:
    """The tree over a commune-day's check codes, in ASCII, sorted: it tells nothing of which response is whose."""
    return Tree(leaf_hash(code.encode("ascii")) for code in sorted(codes))


def unit_entry(unit: str, leaf_hashes: Sequence[bytes], codes: Sequence[str]) -> UnitEntry:
    """Commit to a commune-day. Nothing at all is a commune-day too: two empty trees."""
    return UnitEntry(
        unit, len(leaf_hashes), responses_tree(leaf_hashes).root(), len(codes), receipts_tree(codes).root()
    )


def seal_day(
    day: date, entries: Iterable[UnitEntry], audit_head: bytes | None = None, orders: Iterable[bytes] = ()
) -> SealedDay:
    """Commit to a day: one entry for every unit valid that day. `orders` are `order_hash`es, kept sorted.

    Raises DayRecordError when a unit comes twice.
    """
    ordered = tuple(sorted(entries, key=lambda entry: entry.unit))
    for one, following in pairwise(ordered):
        if one.unit == following.unit:
            raise DayRecordError(f"{day}: unit {one.unit} comes twice")
    units_root = root_of(entry.leaf_hash for entry in ordered)
    return SealedDay(DayRecord(day, units_root, len(ordered), audit_head, tuple(sorted(set(orders)))), ordered)


def order_hash(order: Mapping[str, Any]) -> bytes:
    """SHA-256 of an order's canonical JSON: what the record of the day on which it was given holds.

    An order to remove by retention is `{"kind": "retention", "what": "rows" | "comments", "first_day", "last_day",
    "units": [codes] | null (all), …}`; further keys (who, why) are free, but never text that would identify somebody.
    """
    return hashlib.sha256(canonical_json(dict(order))).digest()


def _hash(text: str) -> bytes:
    if not _HASH.match(text):
        raise DayRecordError("not a SHA-256 in hex")
    return bytes.fromhex(text)


def _count(number: object) -> int:
    if type(number) is not int or number < 0:
        raise DayRecordError("not a number of units")
    return number
