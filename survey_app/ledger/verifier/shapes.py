"""The shapes of the JSON files that are verified (docs/ledger.md), seen to before anything in them is used."""

import hashlib
import json
import re
from datetime import date
from typing import Any

from survey_app.ledger.verifier.trees import canonical
from survey_app.ledger.verifier.words import Wrong

Json = Any
"""What json.loads gives; every use of it comes after `see_shape` has looked at it."""

HASH = re.compile(r"[0-9a-f]{64}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
ENTRY = {"unit": str, "count": int, "responses_root": HASH, "receipts_count": int, "receipts_root": HASH}
PLACED = {"entry": ENTRY, "index": int, "proof": [HASH]}
RECORD = {
    "format": re.compile("than-thien-day/1"),
    "day": DAY,
    "units_root": HASH,
    "unit_count": int,
    "audit_head": (None, HASH),
    "orders": [HASH],
}
PROVEN_DAY = {"index": int, "record": RECORD, "proof": [HASH]}
OPTION = {"code": int, "value": str}
ITEM = {"name": str, "kind": str, "slot": str}
MANIFEST = {
    "format": re.compile("than-thien-manifest/1"),
    "file_format": re.compile("csv|jsonl|xlsx|parquet"),
    "sha256": HASH,
    "row_count": int,
    "unsealed_row_count": int,
    "filters": {
        "first_day": DAY,
        "last_day": DAY,
        "units": (None, [str]),
        "rows": {...: [str]},
        "comments": bool,
    },
    "columns": [str],
    "questionnaires": {...: {"key": str, "version": int, "items": [ITEM]}},
    "flags": {...: {"bit": int, "sets_aside": bool}},
    "checkpoint": str,
    "days": [PROVEN_DAY],
    "commune_days": [
        {
            "day": DAY,
            "entry": ENTRY,
            "index": int,
            "proof": (None, [HASH]),
            "left_out": [HASH],
            "removed_by": (None, HASH),
        }
    ],
    "absent": [{"day": DAY, "unit": str, "before": (None, PLACED), "after": (None, PLACED)}],
    "orders": [{"order": {"kind": str}, "day": PROVEN_DAY}],
}
RETENTION = {"what": str, "first_day": DAY, "last_day": DAY, "units": (None, [str])}
RECEIPT = {
    "format": re.compile("than-thien-receipt/1"),
    "receipt": re.compile("[0-9A-Z]{1,64}"),
    "receipt_index": int,
    "receipt_proof": [HASH],
    "commune_day": PLACED,
    "day": PROVEN_DAY,
    "checkpoint": str,
}
KNOWN_FLAGS = {"honeypot": 1, "too_fast": 2}
"""Signs on an answer, by their bit. Later ones are taken from the manifest."""


def see_shape(value: Json, shape: Json, where: str, file: str) -> None:
    """See that a value has a shape.

    A shape is a type, a pattern, [shape of each], {key: shape}, {...: shape of each value}, or (None, shape).
    """
    if isinstance(shape, tuple):
        return see_shape(value, shape[1], where, file) if value is not None else None
    if isinstance(shape, list) and isinstance(value, list):
        for place, one in enumerate(value):
            see_shape(one, shape[0], f"{where}[{place}]", file)
        return None
    if isinstance(shape, dict) and isinstance(value, dict):
        if ... in shape:
            shape = dict.fromkeys(value, shape[...])
        for key, inner in shape.items():
            if key not in value:
                raise Wrong("json", file=file, where=f"{where}.{key}")
            see_shape(value[key], inner, f"{where}.{key}", file)
        return None
    if isinstance(shape, re.Pattern):
        fits = isinstance(value, str) and shape.fullmatch(value) is not None and (shape is not DAY or is_day(value))
    else:
        fits = type(value) is shape and (shape is not int or value >= 0)
    if not fits:
        raise Wrong("json", file=file, where=f"{where}: {str(value)[:60]}")
    return None


def is_day(text: str) -> bool:
    """Whether there is such a day."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def read_json(text: str, shape: Json, file: str) -> Json:
    """The JSON object of a file, once it has its shape."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Wrong("json", file=file, where=str(error)) from None
    see_shape(value, shape, "", file)
    return value


def see_meanings(manifest: Json) -> None:
    """See that questionnaires are those of their hashes, that known flags keep their bits, that days go forward."""
    for name, definition in manifest["questionnaires"].items():
        see_shape([item.get("options", []) for item in definition["items"]], [[OPTION]], "questionnaires", "manifest")
        if hashlib.sha256(canonical(definition)).hexdigest() != name:
            raise Wrong("questionnaire", hash=name)
    for name, flag in manifest["flags"].items():
        if flag["bit"] != KNOWN_FLAGS.get(name, flag["bit"]):
            raise Wrong("flags", flag=name)
    filters = manifest["filters"]
    if filters["first_day"] > filters["last_day"]:
        raise Wrong("json", file="manifest", where=f"filters: {filters['first_day']} > {filters['last_day']}")
