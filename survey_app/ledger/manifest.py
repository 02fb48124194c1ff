"""The manifest that goes with a raw export, and the proof behind a check code. Pure: values in, JSON objects out.

A manifest is a JSON object; hashes are SHA-256 in lower-case hex, days ISO dates, a *proof* is a list of hashes.

    format               "than-thien-manifest/1"
    software             name and version of what wrote it
    exported_by, exported_at, reason, comments_reason (or null)
    file_format          "csv", "jsonl", "xlsx" or "parquet"
    sha256               of the export file
    row_count            rows in the file
    unsealed_row_count   those of them that still waited in the inbox: they come last and nothing is proven of them
    filters              first_day, last_day: every day of this range is in `days`
                         units: list of unit codes, or null for all; each has an entry (or an absence) on every day
                         rows: object, column → list of values, such as {"channel": ["poster"]}; {} keeps every row
                         comments: whether comments were asked for
    columns              names, in the order of the file
    questionnaires       object, content hash → definition (the questionnaire's canonical JSON, with all its texts):
                         which item fills which slot, which value has which code
    flags                object, name → {"bit": integer, "sets_aside": boolean}
    checkpoint           the signed head that all proofs lead to
    days                 list by day: {"index": place in the log, "record": the day record, "proof": in the log}
    commune_days         list by day and unit: {"day", "entry": {"unit", "count", "responses_root", "receipts_count",
                         "receipts_root"}, "index": place among the day's units, "proof": in units_root, or null where
                         `units` is null and the day is complete anyway, "left_out": leaf hashes of the rows that are
                         not in the file, sorted, "removed_by": hash of the retention order that removed them, or null}
    absent               list of {"day", "unit", "before", "after"}: the neighbours between which a chosen unit that
                         was not valid that day would stand, each {"entry", "index", "proof"} or null at an end
    orders               list of {"order": the order, "day": as in `days`}: where the orders of `removed_by` are sealed

The proof of a check code (`receipt_proof`) is an object of: format "than-thien-receipt/1", receipt, receipt_index,
receipt_proof (in receipts_root), commune_day (entry, index, proof), day (index, record, proof), checkpoint.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from survey_app.ledger.day_record import SealedDay, order_hash, receipts_tree
from survey_app.ledger.merkle import Tree

MANIFEST_FORMAT = "than-thien-manifest/1"
RECEIPT_FORMAT = "than-thien-receipt/1"
DAY_PROOF_FORMAT = "than-thien-day-proof/1"
UNIT_PROOF_FORMAT = "than-thien-unit-proof/1"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SealedLog:
    """The log at the size of a signed head: its first day, the leaf hashes of its days as a tree, the head's note."""

    first_day: date
    tree: Tree
    checkpoint: str

    def index_of(self, day: date) -> int:
        """The place of a day. Raises ValueError for one that is not sealed."""
        index = (day - self.first_day).days
        if not 0 <= index < self.tree.size:
            raise ValueError(f"{day} is not sealed")
        return index


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """The file that was written."""

    file_format: str
    sha256: bytes
    columns: Sequence[str]
    row_count: int
    unsealed_row_count: int = 0


@dataclass(frozen=True, slots=True)
class ExportedRange:
    """What was asked for. `rows` maps a column to the values that were kept."""

    first_day: date
    last_day: date
    units: frozenset[str] | None = None
    rows: Mapping[str, Sequence[str]] = field(default_factory=dict)
    comments: bool = False


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who exported, when (ISO 8601 with offset), why, with which software."""

    software: str
    exported_by: str
    exported_at: str
    reason: str
    comments_reason: str | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows of a commune-day that are not in the file: leaf hashes, and the order that removed them, if one did."""

    leaf_hashes: Sequence[bytes] = ()
    removed_by: bytes | None = None


@dataclass(frozen=True, slots=True)
class SealedOrder:
    """An order and the day whose record holds its hash."""

    order: Mapping[str, Any]
    given: SealedDay


NOTHING_LEFT_OUT = LeftOut()


def build_manifest(
    file: ExportedFile,
    chosen: ExportedRange,
    provenance: Provenance,
    log: SealedLog,
    days: Iterable[SealedDay],
    *,
    questionnaires: Mapping[str, Any],
    flags: Mapping[str, Mapping[str, Any]],
    left_out: Callable[[date, str], LeftOut] = lambda _day, _unit: NOTHING_LEFT_OUT,
    orders: Iterable[SealedOrder] = (),
) -> Json:
    """The manifest of an export. `days` are the sealed days of the range, oldest first."""
    proven, commune_days, absent = [], [], []
    for day in days:
        proven.append(_day(day, log))
        for unit in sorted(day.places if chosen.units is None else chosen.units):
            if unit in day.places:
                hidden = left_out(day.record.day, unit)
                commune_days.append(_commune_day(day, unit, hidden, with_proof=chosen.units is not None))
            else:
                absent.append(_absence(day, unit))
    return {
        "format": MANIFEST_FORMAT,
        "software": provenance.software,
        "exported_by": provenance.exported_by,
        "exported_at": provenance.exported_at,
        "reason": provenance.reason,
        "comments_reason": provenance.comments_reason,
        "file_format": file.file_format,
        "sha256": file.sha256.hex(),
        "row_count": file.row_count,
        "unsealed_row_count": file.unsealed_row_count,
        "filters": {
            "first_day": chosen.first_day.isoformat(),
            "last_day": chosen.last_day.isoformat(),
            "units": None if chosen.units is None else sorted(chosen.units),
            "rows": {column: list(values) for column, values in chosen.rows.items()},
            "comments": chosen.comments,
        },
        "columns": list(file.columns),
        "questionnaires": dict(questionnaires),
        "flags": {name: dict(meaning) for name, meaning in flags.items()},
        "checkpoint": log.checkpoint,
        "days": proven,
        "commune_days": commune_days,
        "absent": absent,
        "orders": [{"order": dict(one.order), "day": _day(one.given, log)} for one in orders],
    }


def day_proof(day: SealedDay, log: SealedLog) -> Json:
    """The proof that a day's record stands in the log: as in `days`, with the head it leads to."""
    return {"format": DAY_PROOF_FORMAT, **_proven(day, log)}


def unit_proof(unit: str, day: SealedDay, log: SealedLog) -> Json:
    """The proof of what was sealed of a unit on a day: its entry among those of the day, and the day in the log.

    Raises KeyError for a unit without an entry on that day.
    """
    return {"format": UNIT_PROOF_FORMAT, "commune_day": _placed(day, day.places[unit]), **_proven(day, log)}


def receipt_proof(code: str, unit: str, codes: Sequence[str], day: SealedDay, log: SealedLog) -> Json:
    """The proof that a check code was counted in a unit on a day; `codes` are all codes of that commune-day.

    It says neither what was answered nor which row it is. Raises ValueError when the code is not among them.
    """
    index = sorted(codes).index(code)
    return {
        "format": RECEIPT_FORMAT,
        "receipt": code,
        "receipt_index": index,
        "receipt_proof": _hex(receipts_tree(codes).inclusion_proof(index)),
        "commune_day": _placed(day, day.places[unit]),
        **_proven(day, log),
    }


def _proven(day: SealedDay, log: SealedLog) -> Json:
    return {"day": _day(day, log), "checkpoint": log.checkpoint}


def _day(day: SealedDay, log: SealedLog) -> Json:
    index = log.index_of(day.record.day)
    return {"index": index, "record": day.record.fields, "proof": _hex(log.tree.inclusion_proof(index))}


def _commune_day(day: SealedDay, unit: str, hidden: LeftOut, *, with_proof: bool) -> Json:
    return {
        "day": day.record.day.isoformat(),
        **_placed(day, day.places[unit], with_proof=with_proof),
        "left_out": _hex(sorted(hidden.leaf_hashes)),
        "removed_by": None if hidden.removed_by is None else hidden.removed_by.hex(),
    }


def _absence(day: SealedDay, unit: str) -> Json:
    place = bisect_left([entry.unit for entry in day.entries], unit)
    return {
        "day": day.record.day.isoformat(),
        "unit": unit,
        "before": _placed(day, place - 1) if place > 0 else None,
        "after": _placed(day, place) if place < len(day.entries) else None,
    }


def _placed(day: SealedDay, index: int, *, with_proof: bool = True) -> Json:
    proof = _hex(day.tree.inclusion_proof(index)) if with_proof else None
    return {"entry": day.entries[index].fields, "index": index, "proof": proof}


def _hex(hashes: Iterable[bytes]) -> list[str]:
    return [one.hex() for one in hashes]


__all__ = [
    "DAY_PROOF_FORMAT",
    "MANIFEST_FORMAT",
    "RECEIPT_FORMAT",
    "UNIT_PROOF_FORMAT",
    "ExportedFile",
    "ExportedRange",
    "LeftOut",
    "Provenance",
    "SealedLog",
    "SealedOrder",
    "build_manifest",
    "day_proof",
    "order_hash",
    "receipt_proof",
    "unit_proof",
]
