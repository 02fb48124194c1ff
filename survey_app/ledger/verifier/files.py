"""The rows of an export, whatever its format: the header first, then one list of texts (None: empty) for each row."""

import csv
import importlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import ParseError

from survey_app.ledger.verifier.words import Wrong
from survey_app.ledger.verifier.workbook import read_workbook

Cells = list[str | None]
BATCH = 2_000
BROKEN = (
    *(OSError, ValueError, LookupError, EOFError, RuntimeError),
    *(csv.Error, zipfile.BadZipFile, zlib.error, ParseError),
)
"""What the readers of the formats raise for files that were cut off or damaged, or that are something else."""


def read_rows(path: Path, file_format: str) -> Iterator[Cells]:
    """The rows of a file in constant memory, its header first. Raises `unreadable` for whatever breaks."""
    rows = -1
    try:
        for row in READERS[file_format](path):
            yield [cell if type(cell) is str and cell else plain(cell) for cell in row]
            rows += 1
    except BROKEN as error:
        raise Wrong("unreadable", rows=max(rows, 0), why=str(error)[:120] or type(error).__name__) from error


def plain(cell: object) -> str | None:
    """A cell as text: what is empty in one format is null in another, and integers may come as floats."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, str):
        return cell
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int) or (isinstance(cell, float) and cell.is_integer()):
        return str(int(cell))
    raise ValueError(f"no cell of an export: {str(cell)[:60]}")


def read_csv(path: Path) -> Iterator[Sequence[object]]:
    """CSV as RFC 4180, UTF-8, with or without byte order mark. A file that ends within a line is cut off."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 1))
        ends_well = file.read() == b"\n"
    with path.open(encoding="utf-8-sig", newline="") as text:
        # One row behind, so that a last line without an end is never taken for a row.
        previous: Sequence[object] | None = None
        for row in csv.reader(text, strict=True):
            if previous is not None:
                yield previous
            previous = row
    if not ends_well:
        raise ValueError("the last line has no end")
    if previous is not None:
        yield previous


def read_json_lines(path: Path) -> Iterator[Sequence[object]]:
    """One JSON object a line; its keys are the columns, in the same order on every line."""
    header: list[str] | None = None
    with path.open(encoding="utf-8", newline="\n") as text:
        for line in text:
            if not line.endswith("\n"):
                raise ValueError("the last line has no end")
            row = json.loads(line)
            if not isinstance(row, dict) or (header is not None and list(row) != header):
                raise ValueError("a line has other columns than the first")
            if header is None:
                header = list(row)
                yield header
            yield list(row.values())


def read_parquet(path: Path) -> Iterator[Sequence[object]]:
    """Parquet, batch by batch."""
    try:
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise Wrong("pyarrow") from None
    with parquet.ParquetFile(path) as file:
        yield file.schema_arrow.names
        for batch in file.iter_batches(batch_size=BATCH):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


READERS: Mapping[str, Callable[[Path], Iterator[Sequence[object]]]] = {
    "csv": read_csv,
    "jsonl": read_json_lines,
    "xlsx": read_workbook,
    "parquet": read_parquet,
}
