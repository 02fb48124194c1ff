"""What can be verified: an export against its manifest, a check code's proof, a newer head against an older one.

Texts in, sentences out (keys of `words.MESSAGES` with their details); raises `Wrong` with the first thing wrong.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from survey_app.ledger.verifier.days import see_day, see_days, see_left_out, see_placed, see_units
from survey_app.ledger.verifier.files import read_rows
from survey_app.ledger.verifier.heads import (
    Head,
    Keys,
    open_head,
    read_consistency,
    read_keys,
    see_extension,
    see_same_log,
)
from survey_app.ledger.verifier.rows import Tally, see_rows
from survey_app.ledger.verifier.shapes import MANIFEST, RECEIPT, Json, read_json, see_meanings
from survey_app.ledger.verifier.trees import hash_leaf, included
from survey_app.ledger.verifier.words import Wrong

Sentence = tuple[str, dict[str, object]]
CHUNK = 1 << 20


@dataclass(frozen=True)
class Held:
    """What the verifying person holds: the log's keys, a signed head, perhaps a consistency proof."""

    keys: str
    checkpoint: str
    consistency: str | None = None


def verify_export(export: Path, manifest_text: str, held: Held) -> list[Sentence]:
    """See that the file holds every row that was sealed for what was chosen, unchanged, and no other."""
    manifest = read_json(manifest_text, MANIFEST, "manifest")
    see_meanings(manifest)
    head = _proven_head(manifest["checkpoint"], held)
    records = see_days(manifest, head)
    see_units(manifest, records)
    see_left_out(manifest, head)
    counted = _rows_of(manifest) + manifest["unsealed_row_count"]
    if manifest["row_count"] != counted:
        raise Wrong("row_count", said=manifest["row_count"], counted=counted)
    tally = see_rows(read_rows(export, manifest["file_format"]), manifest, _last_sealed_day(manifest, head))
    if _sha256(export) != manifest["sha256"]:
        raise Wrong("file_differs")
    return _report(manifest, head, tally)


def verify_receipt(proof_text: str, held: Held) -> list[Sentence]:
    """See that a check code was counted in a unit on a day: not what was answered, nor which row it is."""
    proof = read_json(proof_text, RECEIPT, "receipt")
    head = _proven_head(proof["checkpoint"], held)
    see_day(proof["day"], head)
    see_placed(proof["commune_day"], proof["day"]["record"])
    entry, day = proof["commune_day"]["entry"], proof["day"]["record"]["day"]
    leaf, root = hash_leaf(proof["receipt"].encode()), bytes.fromhex(entry["receipts_root"])
    path = [bytes.fromhex(one) for one in proof["receipt_proof"]]
    if not included(leaf, proof["receipt_index"], entry["receipts_count"], path, root):
        raise Wrong("receipt", receipt=proof["receipt"], unit=entry["unit"], day=day)
    details = {"receipt": proof["receipt"], "day": day, "unit": entry["unit"]}
    return [("counted", {**details, "origin": head.origin, "size": head.size})]


def verify_monitor(old_text: str, consistency_text: str, keys_text: str) -> list[Sentence]:
    """See that the newer head, which comes with the proof, extends the older one."""
    keys = read_keys(keys_text, "key")
    old = open_head(old_text, keys, "old checkpoint")
    old_size, path, note = read_consistency(consistency_text)
    new = open_head(note, keys, "new checkpoint")
    see_extension(old, new, old_size, path)
    return [("extends", {"origin": new.origin, "first": old.size, "second": new.size})]


def _proven_head(note: str, held: Held) -> Head:
    """The head that proofs lead to, signed, and of one log with the head that the person holds."""
    keys: Keys = read_keys(held.keys, "key")
    proven = open_head(note, keys, "checkpoint in the manifest")
    given = open_head(held.checkpoint, keys, "checkpoint")
    consistency = None if held.consistency is None else read_consistency(held.consistency)
    see_same_log(proven, given, consistency)
    return proven


def _rows_of(manifest: Json) -> int:
    return sum(one["entry"]["count"] - len(one["left_out"]) for one in manifest["commune_days"])


def _last_sealed_day(manifest: Json, head: Head) -> str:
    """The day of the log's last leaf: days are contiguous."""
    first = manifest["days"][0]
    ahead = timedelta(days=head.size - 1 - first["index"])
    return (date.fromisoformat(first["record"]["day"]) + ahead).isoformat()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _report(manifest: Json, head: Head, tally: Tally) -> list[Sentence]:
    filters, commune_days = manifest["filters"], manifest["commune_days"]
    units = "*" if filters["units"] is None else ", ".join(filters["units"])
    filtered = sum(len(one["left_out"]) for one in commune_days if one["removed_by"] is None)
    removed = sum(len(one["left_out"]) for one in commune_days if one["removed_by"] is not None)
    days = {"first_day": filters["first_day"], "last_day": filters["last_day"]}
    sentences: list[Sentence] = [
        ("complete", {"rows": tally.sealed, "commune_days": len(commune_days)}),
        ("range", {**days, "units": units, "origin": head.origin, "size": head.size}),
    ]
    optional: Sequence[tuple[int, Sentence]] = (
        (filtered, ("filtered", {"rows": filtered, "filter": filters["rows"]})),
        (removed, ("removed", {"rows": removed})),
        (tally.comments_hidden, ("comments", {"rows": tally.comments_hidden})),
        (tally.waiting, ("waiting", {"rows": tally.waiting})),
    )
    return [*sentences, *(sentence for count, sentence in optional if count)]
