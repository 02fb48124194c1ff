"""Sealed days from the archive are, byte for byte, those from the database; what the archive lacks comes from there."""

import json
import shutil
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection

from survey_app.audit import archive_lines
from survey_app.audit.archive_lines import ArchiveLines
from survey_app.audit.csv_export import CSV
from survey_app.audit.export_rows import ExportFilter, open_export
from survey_app.audit.json_lines_export import JSON_LINES
from survey_app.audit.text_export import text_pieces
from survey_app.audit.text_forms import TextForm
from survey_app.ledger.closing import close_days
from survey_app.ledger.retention import DueDay, apply_retention
from survey_app.responses.reader import Selection
from tests.audit.sealed_book import DAYS, TODAY, Held, read_file
from tests.conftest import NOW

Begin = Callable[[], AbstractContextManager[Connection]]
FORMS = {"csv": CSV, "jsonl": JSON_LINES}
EVERYTHING = ExportFilter(Selection(), sealed_only=False)


@pytest.fixture
def archive(sealed: Flask) -> Path:
    """The archive of the sealed days."""
    done = sealed.test_cli_runner().invoke(args=["archive", "write"])
    assert done.exit_code == 0, done.output
    folder: Path = sealed.extensions["settings"].resolved_archive_dir
    return folder


def written(begin: Begin, wanted: ExportFilter, form: TextForm, archive: Path | None) -> tuple[bytes, int]:
    """The file, and how many rows it is said to have."""
    with begin() as connection:
        pieces = list(text_pieces(open_export(connection, wanted, archive), form))
    return b"".join(piece for piece, _ in pieces), sum(rows for _, rows in pieces)


@pytest.fixture
def asked_of_the_archive(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The days whose lines came from the archive; the real thing answers."""
    asked: list[object] = []
    answer = ArchiveLines.lines

    def noting(self: ArchiveLines, run: Sequence[date]) -> object:
        asked.extend(run)
        return answer(self, run)

    monkeypatch.setattr(ArchiveLines, "lines", noting)
    return asked


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(
    "wanted",
    [
        EVERYTHING,
        ExportFilter(Selection(DAYS[1], DAYS[2])),
        ExportFilter(Selection(channels=frozenset({"ticket", "kiosk"}))),
        ExportFilter(Selection(unit_ids=frozenset({-1}))),
    ],
    ids=["everything", "days", "channels", "no unit"],
)
def test_the_bytes_are_those_of_the_database(
    archive: Path, transaction: Begin, asked_of_the_archive: list[object], name: str, wanted: ExportFilter
) -> None:
    expected = written(transaction, wanted, FORMS[name], None)
    assert asked_of_the_archive == []
    assert written(transaction, wanted, FORMS[name], archive) == expected
    first, last = wanted.selection.first_day or DAYS[0], wanted.selection.last_day or DAYS[-1]
    assert asked_of_the_archive == [day for day in DAYS if first <= day <= last and day != DAYS[1]]


def test_days_that_are_not_archived_yet_come_from_the_database(
    sealed: Flask, archive: Path, transaction: Begin, asked_of_the_archive: list[object]
) -> None:
    with sealed.app_context():
        list(close_days([TODAY], (), NOW + timedelta(days=1)))
    expected = written(transaction, EVERYTHING, CSV, None)
    assert written(transaction, EVERYTHING, CSV, archive) == expected
    assert expected[1] == 57
    assert TODAY not in asked_of_the_archive and len(asked_of_the_archive) == 3


def test_removed_days_never_come_from_an_archive_that_still_has_them(
    sealed: Flask, archive: Path, transaction: Begin, tmp_path: Path, asked_of_the_archive: list[object]
) -> None:
    kept = tmp_path / "kept"
    shutil.copytree(archive, kept)
    with sealed.app_context():
        due = [DueDay(DAYS[0], "rows", 1)]
        list(apply_retention(due, sealed.extensions["settings"], "night", sealed.extensions["clock"]))
    content, rows = written(transaction, EVERYTHING, CSV, kept)
    assert (rows, len(read_file("csv", content))) == (36, 36)
    assert asked_of_the_archive == [DAYS[2], DAYS[3]]


def spoil(folder: Path) -> None:
    for path in folder.rglob("*.parquet"):
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)


@pytest.mark.parametrize(
    "harm",
    [
        spoil,
        lambda folder: [path.unlink() for path in folder.rglob("*.parquet")],
        lambda folder: [path.write_text("{", encoding="utf-8") for path in folder.rglob("manifest.json")],
        shutil.rmtree,
    ],
    ids=["spoilt", "without files", "without a manifest", "gone"],
)
def test_a_damaged_archive_is_left_alone(
    archive: Path, transaction: Begin, asked_of_the_archive: list[object], harm: Callable[[Path], object]
) -> None:
    expected = written(transaction, EVERYTHING, CSV, None)
    harm(archive)
    assert written(transaction, EVERYTHING, CSV, archive) == expected
    assert asked_of_the_archive == []


@pytest.mark.parametrize("given", [7, 30], ids=["first day", "second day"])
def test_when_the_reading_program_dies_the_rest_comes_from_the_database(
    archive: Path, transaction: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: int
) -> None:
    """A program that gives some of the lines and then ends, as one that is killed."""
    expected = written(transaction, EVERYTHING, CSV, None)
    first_lines = b"".join(expected[0].splitlines(keepends=True)[1 : 1 + given])
    program = tmp_path / "dying.py"
    program.write_text(
        "import struct, sys\n"
        "sys.stdin.readline()\n"
        f"lines = {first_lines!r}\n"
        f"sys.stdout.buffer.write(struct.pack('>II', len(lines), {given}) + lines)\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(archive_lines, "PROGRAM", program)
    assert written(transaction, EVERYTHING, CSV, archive) == expected
    program.write_text("raise SystemExit(1)", encoding="utf-8")
    assert written(transaction, EVERYTHING, CSV, archive) == expected


def test_what_the_program_complains_of_is_no_line(archive: Path, transaction: Begin, tmp_path: Path) -> None:
    """A question that cannot be answered is answered by its error; the next one is answered rightly."""
    with transaction() as connection:
        export = open_export(connection, EVERYTHING, archive)
        assert export.book is not None
        with archive_lines.archive_lines(export.book, CSV) as lines:
            assert lines is not None
            with pytest.raises(archive_lines.ArchiveFailed, match="no_such_column"):
                list(lines._process.ask(lines._days[DAYS[0]].files, {"unit_codes": {1: "75"}}, "SELECT no_such_column"))
            assert sum(rows for _, rows in lines.lines(DAYS[:1])) == 21


def test_a_command_and_the_verifier_do_not_notice(sealed: Flask, archive: Path, held: Held) -> None:
    path = held.folder / "phieu.jsonl"
    command = ["export", "responses", "--format", "jsonl", "--sealed", "-o", str(path)]
    assert sealed.test_cli_runner().invoke(args=command).exit_code == 0
    code, said = held.verify(path)
    assert (code, said.splitlines()[0]) == (0, f"complete: 56 rows in {4 * 96} commune-days")
    assert json.loads(path.with_name("phieu.jsonl.manifest.json").read_bytes())["row_count"] == 56
