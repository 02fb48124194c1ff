"""From the bytes of a CSV file to rows with line numbers; says what makes a file unreadable. Pure."""

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from survey_app.territory.problems import Problem, TerritoryFileError

LARGEST_FILE_BYTES = 8 * 1024 * 1024
"""The nation's 3,321 units take 250 KB."""
_SHOWN_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One record: the line it begins on and its cells by column name, in composed letters (NFC), trimmed."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A readable file: its columns, its records with the right number of cells, and what was wrong with the others."""

    columns: tuple[str, ...]
    rows: tuple[CsvRow, ...]
    problems: tuple[Problem, ...] = field(default=())


def read_csv(content: bytes, source: str) -> CsvFile:
    """Read a comma-separated file in UTF-8 (RFC 4180; a byte order mark is allowed).

    Raises `TerritoryFileError` when there is nothing to read: too large, empty, in UTF-16, separated by semicolons.
    """
    if len(content) > LARGEST_FILE_BYTES:
        megabytes = str(LARGEST_FILE_BYTES // (1024 * 1024))
        raise TerritoryFileError(source, [Problem(0, "too_large", {"megabytes": megabytes})])
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise TerritoryFileError(source, [Problem(1, "not_utf8")])
    problems = list(_damaged_lines(content))
    text = content.decode("utf-8-sig", "replace").replace("\0", "")
    if not text.strip():
        raise TerritoryFileError(source, problems or [Problem(0, "empty_file")])
    records = list(_records(text, problems))
    header = records[0][1] if records else []
    columns = tuple(shown(cell) for cell in header)
    if len(header) == 1 and any(separator in header[0] for separator in ";\t|"):
        raise TerritoryFileError(source, [*problems, Problem(1, "separator")])
    rows = tuple(_rows(columns, records[1:], problems))
    return CsvFile(columns, rows, tuple(problems))


def shown(text: str) -> str:
    """What was found, short and printable, for a message about it."""
    printable = "".join(character for character in text.strip() if character.isprintable())
    return printable if len(printable) <= _SHOWN_CHARACTERS else printable[:_SHOWN_CHARACTERS] + "…"


def _damaged_lines(content: bytes) -> Iterator[Problem]:
    for line, raw in enumerate(content.split(b"\n"), start=1):
        if b"\0" in raw:
            yield Problem(line, "nul")
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            yield Problem(line, "not_utf8")


def _records(text: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Records with the line each begins on; blank lines are no records. A broken quotation ends the reading."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        problems.append(Problem(line, "quotation"))


def _rows(
    columns: Sequence[str], records: Sequence[tuple[int, list[str]]], problems: list[Problem]
) -> Iterator[CsvRow]:
    for line, cells in records:
        if len(cells) == len(columns):
            yield CsvRow(line, {name: _clean(cell) for name, cell in zip(columns, cells, strict=True)})
        else:
            problems.append(Problem(line, "ragged", {"found": str(len(cells)), "expected": str(len(columns))}))


def _clean(cell: str) -> str:
    return unicodedata.normalize("NFC", " ".join(cell.split()))
