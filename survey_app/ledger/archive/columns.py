"""What a file of the archive holds: the book's columns, the unit's code and the questionnaire's hash. No comments.

The names are the book's own, so that the text of a fact's statement runs over Parquet as over the database. Rows lie by
day, unit code and leaf hash, as in the raw export.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa

from survey_app.ledger.leaf import leaf_bytes, leaf_hash
from survey_app.ledger.preparing import leaf_fields
from survey_app.responses.reader import CHOICE_SLOTS, RATING_SLOTS, booked_responses

_TEXT = ("day_part", "channel", "respondent_group", "service_domain", "language", "unit_code", "questionnaire_hash")
_TYPES: Mapping[str, pa.DataType] = {
    "day": pa.date32(),
    "unit_id": pa.int32(),
    "id": pa.binary(16),
    "service_point_id": pa.int32(),
    "questionnaire_id": pa.int32(),
    "flags": pa.int32(),
    "set_aside": pa.int8(),
    "comment_digest": pa.binary(32),
    "leaf_salt": pa.binary(16),
    "leaf_hash": pa.binary(32),
    **dict.fromkeys(RATING_SLOTS, pa.int8()),
    **dict.fromkeys(CHOICE_SLOTS, pa.int16()),
    **dict.fromkeys(_TEXT, pa.string()),
}
_BOOK_COLUMNS = tuple(booked_responses.c.keys())
_MAY_BE_EMPTY = frozenset(
    {*RATING_SLOTS, *CHOICE_SLOTS, "respondent_group", "service_domain", "comment_digest"},
)
SCHEMA = pa.schema(
    [
        pa.field(name, _TYPES[name], nullable=name in _MAY_BE_EMPTY)
        for name in (*_BOOK_COLUMNS, "unit_code", "questionnaire_hash")
    ]
)
"""The columns, in their order in every file."""
DICTIONARY_COLUMNS = [name for name in SCHEMA.names if not pa.types.is_fixed_size_binary(_TYPES[name])]
"""Hashes and salts never repeat: a dictionary would only cost."""
_CHUNK = 5_000


def tables_of(rows: Iterable[Sequence[Any]], questionnaire_hashes: Mapping[int, str]) -> Iterator[pa.Table]:
    """Rows of `reader.booked_rows` as tables of `SCHEMA`, a few thousand rows each."""
    stream = iter(rows)
    while chunk := list(islice(stream, _CHUNK)):
        columns = dict(zip((*_BOOK_COLUMNS, "unit_code"), zip(*chunk, strict=True), strict=False))
        columns["questionnaire_hash"] = tuple(questionnaire_hashes[one] for one in columns["questionnaire_id"])
        yield pa.table([pa.array(columns[field.name], field.type) for field in SCHEMA], schema=SCHEMA)


def leaf_hash_of(row: Mapping[str, Any]) -> bytes:
    """The leaf hash that follows from the fields of a row, whatever the row says it is."""
    return leaf_hash(leaf_bytes(leaf_fields(row, row["unit_code"], row["questionnaire_hash"])))
