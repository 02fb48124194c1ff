"""A program of its own that reads lines of text from Parquet files by DuckDB: what it takes or breaks, nobody notices.

It is started as a script, without our packages, with a folder for what its memory does not hold. Each line of its input
is a question in JSON: `files` (the answers), `tables` (name → ids and texts; only those that are new or changed) and
`sql`, which selects lines. For each question it writes frames: two numbers of four bytes (size, rows) and so many bytes
of lines; then an empty frame. A frame without rows that is not empty holds the words of an error.
"""

import json
import struct
import sys
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import duckdb

ROWS_A_FRAME = 500
MEMORY = "24MB"
"""What DuckDB may hold beside its own some 90 MB; a day that does not fit is sorted on the disk."""


def main() -> None:
    """Answer questions until there are no more."""
    config: dict[str, Any] = {"threads": 1, "memory_limit": MEMORY, "temp_directory": sys.argv[1]}
    with duckdb.connect(config=config) as connection:
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
    cursor = connection.execute(question["sql"])
    while rows := cursor.fetchmany(ROWS_A_FRAME):
        if (None,) in rows:
            raise ValueError("a line is null")
        yield "".join([line for (line,) in rows]).encode(), len(rows)


if __name__ == "__main__":
    main()
