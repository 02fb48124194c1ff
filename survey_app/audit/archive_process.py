"""A program of its own that reads lines of text from Parquet files by DuckDB: what it takes or breaks, nobody notices.

It is started as a script, without our packages. Each line of its input is a question in JSON: `files` (the answers),
`tables` (name → ids and texts; only those that are new or changed) and `sql`, which selects lines. For each question it
writes frames: two numbers of four bytes (size, rows) and so many bytes of lines; then an empty frame. A frame without
rows that is not empty holds the words of an error.
"""

import json
import struct
import sys
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import duckdb

ROWS_A_FRAME = 20_000
MEMORY = "256MB"


def main() -> None:
    """Answer questions until there are no more."""
    with duckdb.connect(config={"threads": 2, "memory_limit": MEMORY}) as connection:
        for line in sys.stdin.buffer:
            _answer(connection, json.loads(line), sys.stdout.buffer)


def _answer(connection: Any, question: Mapping[str, Any], output: BinaryIO) -> None:
    try:
        output.writelines(struct.pack(">II", len(lines), rows) + lines for lines, rows in _lines(connection, question))
        output.write(struct.pack(">II", 0, 0))
    except (duckdb.Error, ValueError, OSError) as error:
        words = str(error).encode()[:2_000] or b"?"
        output.write(struct.pack(">II", len(words), 0) + words)
    output.flush()


def _lines(connection: Any, question: Mapping[str, Any]) -> Iterator[tuple[bytes, int]]:
    for name, (ids, texts) in question["tables"].items():
        make = f"CREATE OR REPLACE TABLE {name} AS SELECT unnest(?) AS id, unnest(?) AS text"
        connection.execute(make, [ids, texts])
    connection.execute("CREATE OR REPLACE VIEW unit AS SELECT id, text AS code FROM unit_codes")
    connection.read_parquet(question["files"]).create_view("response", replace=True)
    for batch in connection.sql(question["sql"]).to_arrow_reader(ROWS_A_FRAME):
        lines = batch.column(0)
        if lines.null_count:
            raise ValueError("a line is null")
        if len(lines):
            yield _joined(lines), len(lines)


def _joined(lines: Any) -> bytes:
    """The texts of an Arrow array one after the other: so they lie in its memory already."""
    _validity, offsets, characters = lines.buffers()
    places = memoryview(offsets).cast("i")
    return bytes(memoryview(characters)[places[lines.offset] : places[lines.offset + len(lines)]])


if __name__ == "__main__":
    main()
