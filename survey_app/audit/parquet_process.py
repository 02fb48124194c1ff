"""A program of its own that writes rows into a Parquet file: the memory that Arrow takes is not the server's.

It is started as a script, without our packages. Its input is frames: a size of four bytes and so many bytes of
`marshal` (both ends are the same Python). The first holds names and types of the columns and the names of those that
repeat, each other one columns of cells. Its output is the file.
"""

import marshal
import struct
import sys
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

ROWS_A_GROUP = 16_384
"""Arrow keeps something of every group until the end: half as large ones took 164 MB for ten million rows, not 142."""
STATISTICS = ["day", "unit_code"]
"""Columns whose least and greatest value a reader can use to pass over groups."""
TYPES = {"date": pa.date32(), "int32": pa.int32(), "int8": pa.int8(), "text": pa.string()}


class NoPandas:
    """Where pandas is installed, Arrow would load it at the first column: 47 MB for nothing."""

    def find_spec(self, name: str, *_others: Any) -> None:
        """Refuse pandas, leave everything else to the others."""
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def main() -> None:
    """Write one file."""
    sys.meta_path.insert(0, NoPandas())
    pa.set_memory_pool(pa.system_memory_pool())  # It gives back what is free; the default keeps it.
    _write(sys.stdin.buffer, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _write(frames: BinaryIO, file: BinaryIO) -> None:
    (names, types, repeated), rows_a_chunk = _frame(frames), _frame(frames)
    schema = pa.schema([pa.field(name, TYPES[kind]) for name, kind in zip(names, types, strict=True)])
    options: dict[str, Any] = {
        "compression": "zstd",
        "compression_level": 3,
        "use_dictionary": repeated,
        "version": "2.6",
    }
    options["write_statistics"] = [name for name in names if name in STATISTICS]
    chunks = _chunks(frames, schema)
    with pq.ParquetWriter(file, schema, **options) as writer:
        while group := list(islice(chunks, ROWS_A_GROUP // rows_a_chunk)):
            writer.write_table(pa.concat_tables(group).combine_chunks(), row_group_size=ROWS_A_GROUP)


def _chunks(frames: BinaryIO, schema: pa.Schema) -> Iterator[pa.Table]:
    while (columns := _frame(frames)) is not None:
        arrays = [
            pa.array(map(date.fromisoformat, cells) if field.type == TYPES["date"] else cells, field.type)
            for field, cells in zip(schema, columns, strict=True)
        ]
        yield pa.table(arrays, schema=schema)


def _frame(frames: BinaryIO) -> Any:
    """The next frame; None is the last. Raises EOFError when the writer of the frames ended too early."""
    head = frames.read(4)
    body = frames.read(struct.unpack(">I", head)[0]) if len(head) == 4 else b""
    return marshal.loads(body)  # noqa: S302  # from our own process, through a pipe that nobody else holds


if __name__ == "__main__":
    main()
