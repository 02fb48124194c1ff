"""The raw export as Parquet: typed columns, compressed, in row groups that leave memory as they are written."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from survey_app.audit.columns import Columns
from survey_app.audit.export_rows import Export, ExportRow

ROWS_A_GROUP = 32_768
ROWS_A_CHUNK = 2_048
"""Rows as Python holds them are several times larger than as columns: few at a time."""
_NO_DICTIONARY = frozenset(
    {"response_id", "comment", "comment_salt", "comment_digest", "leaf_salt", "leaf_hash"},
)
"""Cells that never repeat: a dictionary would only cost."""


def schema_of(columns: Columns) -> pa.Schema:
    """The columns with their types: days as dates, ratings and signs as small integers, all else as text."""
    return pa.schema([pa.field(name, _type_of(columns, name)) for name in columns.names])


def write_parquet(export: Export, file: BinaryIO, advance: Callable[[int], None]) -> None:
    """Write the rows into the file. The same rows give the same bytes. `advance` is told of rows written."""
    schema = schema_of(export.columns)
    repeated = [name for name in schema.names if name not in _NO_DICTIONARY]
    options = {"compression": "zstd", "compression_level": 3, "use_dictionary": repeated, "version": "2.6"}
    with pq.ParquetWriter(file, schema, **options) as writer:
        for table in _groups(_chunks(schema, export.rows)):
            writer.write_table(table, row_group_size=ROWS_A_GROUP)
            advance(table.num_rows)


def _type_of(columns: Columns, name: str) -> pa.DataType:
    if name == "day":
        return pa.date32()
    if name == "service_point_id":
        return pa.int32()
    return pa.int8() if columns.is_number(name) else pa.string()


def _groups(chunks: Iterator[pa.Table]) -> Iterator[pa.Table]:
    while group := list(islice(chunks, ROWS_A_GROUP // ROWS_A_CHUNK)):
        yield pa.concat_tables(group).combine_chunks()


def _chunks(schema: pa.Schema, rows: Iterator[ExportRow]) -> Iterator[pa.Table]:
    while chunk := list(islice(rows, ROWS_A_CHUNK)):
        cells = dict(zip(schema.names, zip(*chunk, strict=True), strict=True))
        cells["day"] = tuple(map(date.fromisoformat, map(str, cells["day"])))
        yield pa.table([pa.array(cells[field.name], field.type) for field in schema], schema=schema)
