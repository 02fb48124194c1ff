"""The formats of the raw export: what each is called, and how it is written into a file."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from survey_app.audit.csv_export import CSV
from survey_app.audit.export_rows import Export
from survey_app.audit.json_lines_export import JSON_LINES
from survey_app.audit.text_export import text_pieces
from survey_app.audit.text_forms import TextForm

Advance = Callable[[int], None]
"""Told how many more rows have been written."""


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format. `write` takes a file that can seek, and a folder for what has to lie on the disk meanwhile."""

    name: str
    mimetype: str
    bytes_a_row: int
    """About how large a row becomes, to tell the size beforehand."""
    write: Callable[[Export, BinaryIO, Path, Advance], None]


def _text(form: TextForm) -> Callable[[Export, BinaryIO, Path, Advance], None]:
    def write(export: Export, file: BinaryIO, _folder: Path, advance: Advance) -> None:
        with closing(text_pieces(export, form)) as pieces:
            for piece, rows in pieces:
                file.write(piece)
                advance(rows)

    return write


def _workbook(export: Export, file: BinaryIO, folder: Path, advance: Advance) -> None:
    from survey_app.audit.workbook_export import write_workbook

    write_workbook(export, file, folder, advance)


def _parquet(export: Export, file: BinaryIO, _folder: Path, advance: Advance) -> None:
    from survey_app.audit.parquet_export import write_parquet  # Arrow takes 50 MB: only who asks for it pays.

    write_parquet(export, file, advance)


FORMATS: Mapping[str, FileFormat] = {
    one.name: one
    for one in (
        FileFormat("csv", "text/csv", 380, _text(CSV)),
        FileFormat("jsonl", "application/jsonl", 790, _text(JSON_LINES)),
        FileFormat("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 330, _workbook),
        FileFormat("parquet", "application/vnd.apache.parquet", 110, _parquet),
    )
}
