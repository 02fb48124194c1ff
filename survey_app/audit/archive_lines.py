"""Lines of sealed days from the archive, which is several times faster than the database, byte for byte the same.

A day comes from here only when the archive holds as many rows of it as were booked, none of them was removed since,
and its files are those that their manifest names; every other day comes from the database.
"""

import hashlib
import json
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

from survey_app.audit.export_rows import Book
from survey_app.audit.line_queries import LineStatements
from survey_app.audit.text_forms import Piece, TextForm
from survey_app.ledger.archive.layout import ArchiveError, ArchiveFile, month_of, read_month
from survey_app.ledger.orders import removed_days

ROWS_AT_ONCE = 25_000
PROGRAM = Path(__file__).with_name("archive_process.py")


class ArchiveFailed(Exception):
    """The archive could not be read to its end."""


class ArchiveLines:
    """The lines of booked answers in a form, without comments, from the archive."""

    def __init__(self, book: Book, form: TextForm, days: Mapping[date, "ArchivedDay"], process: "_Process") -> None:
        self._days, self._process = dict(days), process
        self._statements = LineStatements(book, form, "duckdb")
        self._unit_codes = book.unit_codes

    def run_of(self, days: Sequence[date]) -> list[date]:
        """How many of the days, from the first on, can come from here at once; none if the first cannot.

        They follow each other in the archive and have the same names; together they are not too many rows to be sorted.
        """
        run: list[date] = []
        rows = 0
        for day in days:
            archived = self._days.get(day)
            rows += archived.rows if archived else 0
            too_many = run and rows > ROWS_AT_ONCE
            if archived is None or too_many or (run and self._statements.names(day) != self._statements.names(run[0])):
                break
            run.append(day)
        return run

    def lines(self, run: Sequence[date]) -> Iterator[Piece]:
        """The lines of these days in the order of the export. Raises ArchiveFailed; nothing comes from here then."""
        files = sorted({file for day in run for file in self._days[day].files})
        tables = {"unit_codes": self._unit_codes, **self._statements.names(run[0])}
        try:
            yield from self._process.ask(files, tables, self._statements.statement(run[0], run[-1]))
        except ArchiveFailed:
            self._days.clear()
            raise


@dataclass(frozen=True, slots=True)
class ArchivedDay:
    """A day that the archive holds in full."""

    rows: int
    files: tuple[str, ...]


@contextmanager
def archive_lines(book: Book, form: TextForm) -> Iterator[ArchiveLines | None]:
    """Lines from the archive while the block lasts; None where it has none of the days."""
    days = _archived_days(book)
    if not days:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="than-thien-") as folder, _program(folder) as running:
        try:
            yield ArchiveLines(book, form, days, _Process(running))
        finally:
            running.kill()


def _program(folder: str) -> subprocess.Popen[bytes]:
    """The program that reads the archive, started; `folder` lends disk space for what its memory does not hold."""
    command = [sys.executable, "-I", str(PROGRAM), folder]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603  # our own


def _archived_days(book: Book) -> dict[date, ArchivedDay]:
    """The days that the archive holds in full."""
    days = book.booked_days()
    if book.archive is None or not days or not book.archive.is_dir():
        return {}
    removed = removed_days(book.connection, min(days), max(days))
    return {
        day: archived
        for name in sorted({month_of(day) for day in days})
        for day, archived in _days_of_month(book.archive, name).items()
        if days.get(day) == archived.rows and day not in removed
    }


def _days_of_month(archive: Path, name: str) -> Mapping[date, ArchivedDay]:
    """The days of a month that have rows; none for a month that is not as its manifest says."""
    try:
        month = read_month(archive, name)
        if not all(_is_whole(archive / name / file.name, file) for file in month.files):
            return {}
    except (ArchiveError, OSError):
        return {}
    days: dict[date, ArchivedDay] = {}
    for file in month.files:
        for one in file.days:
            known = days.get(one.day, ArchivedDay(0, ()))
            path = str(archive / name / file.name)
            days[one.day] = ArchivedDay(known.rows + one.rows, (*known.files, path))
    return days


def _is_whole(path: Path, file: ArchiveFile) -> bool:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest() == file.sha256


class _Process:
    """The reading program, asked one day after the other."""

    def __init__(self, running: subprocess.Popen[bytes]) -> None:
        assert running.stdin is not None and running.stdout is not None, "both are pipes"
        self._input, self._output = running.stdin, running.stdout
        self._told: dict[str, Mapping[int, str]] = {}

    def ask(self, files: Sequence[str], tables: Mapping[str, Mapping[int, str]], sql: str) -> Iterator[Piece]:
        news = {name: cells for name, cells in tables.items() if self._told.get(name) != cells}
        self._told.update(news)
        told = {name: [list(cells), list(cells.values())] for name, cells in news.items()}
        question: dict[str, Any] = {"files": list(files), "tables": told, "sql": sql}
        try:
            self._input.write(json.dumps(question).encode() + b"\n")
            self._input.flush()
        except BrokenPipeError as error:
            raise ArchiveFailed("the program that reads the archive ended") from error
        while frame := _frame(self._output):
            yield frame


def _frame(output: IO[bytes]) -> Piece | None:
    """The next lines; None after the last ones of a question."""
    head = output.read(8)
    size, rows = struct.unpack(">II", head) if len(head) == 8 else (0, -1)
    lines = output.read(size)
    if rows < 0 or len(lines) < size:
        raise ArchiveFailed("the program that reads the archive ended")
    if size and not rows:
        raise ArchiveFailed(lines.decode(errors="replace"))
    return (lines, rows) if size else None
