"""Every format holds the same rows: other programs read them, typed, calculating nothing, the same bytes each time."""

import io
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import Connection

from survey_app.audit.columns import Columns
from survey_app.audit.export_rows import Export, ExportFilter, ExportRow, open_export
from survey_app.audit.formats import FORMATS
from survey_app.audit.parquet_process import ROWS_A_GROUP
from survey_app.audit.workbook_export import write_workbook
from survey_app.ledger.verifier.files import plain, read_rows
from survey_app.responses.reader import Selection
from tests.audit.sealed_book import COMMENTS, READERS, read_file

Begin = Callable[[], AbstractContextManager[Connection]]
WITH_COMMENTS = ExportFilter(Selection(), comments=True, sealed_only=False)
COLUMNS = Columns(("overall",), ("trouble",))


def nothing(_rows: int) -> None:
    """Nobody watches."""


def file_of(name: str, export: Export, folder: Path) -> bytes:
    """The whole file."""
    file = io.BytesIO()
    FORMATS[name].write(export, file, folder, nothing)
    return file.getvalue()


def a_row(number: int, comment: str | None = None) -> ExportRow:
    """A row with a comment; its other cells are of the right kind."""
    row: list[Any] = [number % 5 if COLUMNS.is_number(name) else f"{name} {number % 7}" for name in COLUMNS.names]
    row[COLUMNS.names.index("day")] = "2026-11-23"
    row[COLUMNS.names.index("comment")] = comment
    return tuple(row)


def an_export(rows: Iterator[ExportRow]) -> Export:
    return Export(COLUMNS, rows)


@pytest.fixture
def files(sealed: Flask, transaction: Begin, tmp_path: Path) -> dict[str, bytes]:
    """The book with comments and inbox in every format."""
    with transaction() as connection:
        return {name: file_of(name, open_export(connection, WITH_COMMENTS), tmp_path) for name in FORMATS}


def test_other_programs_read_the_same_rows_from_every_format(files: dict[str, bytes]) -> None:
    rows = {name: read_file(name, content) for name, content in files.items()}
    for row in rows["csv"]:
        for name in ("service_point", "comment"):  # CSV alone has apostrophes before formulas.
            row[name] = row[name] and row[name].removeprefix("'")
    assert len(rows["csv"]) == 57
    assert {row["comment"] for row in rows["csv"]} > set(COMMENTS)
    assert rows["jsonl"] == rows["xlsx"] == rows["parquet"] == rows["csv"]
    assert len({tuple(row) for each in rows.values() for row in each}) == 1, "the same columns in the same order"


def test_the_verifier_reads_what_was_written(files: dict[str, bytes], tmp_path: Path) -> None:
    for name, content in files.items():
        path = tmp_path / f"phieu.{name}"
        path.write_bytes(content)
        _header, *rows = read_rows(path, name)
        expected = [[plain(cell) for cell in row.values()] for row in READERS[name](content)]
        assert rows == expected, name


def test_the_same_rows_give_the_same_bytes(sealed: Flask, transaction: Begin, tmp_path: Path) -> None:
    for name in FORMATS:
        with transaction() as connection:
            first, second = (file_of(name, open_export(connection, WITH_COMMENTS), tmp_path) for _ in range(2))
        assert first == second, name


def test_an_export_without_rows_has_its_columns(tmp_path: Path) -> None:
    for name in FORMATS:
        assert read_file(name, file_of(name, an_export(iter(())), tmp_path)) == []
    header = next(iter(load_workbook(io.BytesIO(file_of("xlsx", an_export(iter(())), tmp_path))).active))
    assert [cell.value for cell in header] == list(COLUMNS.names)


def test_parquet_is_typed_and_comes_in_row_groups(tmp_path: Path) -> None:
    content = file_of("parquet", an_export(a_row(number) for number in range(ROWS_A_GROUP + 10)), tmp_path)
    file = pq.ParquetFile(io.BytesIO(content))
    types = {field.name: field.type for field in file.schema_arrow}
    assert types["day"] == pa.date32()
    assert types["overall"] == types["verified"] == types["sealed"] == pa.int8()
    assert types["trouble"] == types["unit_code"] == pa.string()
    assert [file.metadata.row_group(number).num_rows for number in range(2)] == [ROWS_A_GROUP, 10]


def test_a_workbook_goes_on_on_another_sheet(tmp_path: Path) -> None:
    file = io.BytesIO()
    write_workbook(an_export(a_row(number) for number in range(25)), file, tmp_path, nothing, rows_a_sheet=11)
    sheets = load_workbook(file).worksheets
    assert [sheet.max_row for sheet in sheets] == [11, 11, 6]
    assert {sheet["A1"].value for sheet in sheets} == {"response_id"}
    assert {sheet.freeze_panes for sheet in sheets} == {"A2"}
    assert len(read_file("xlsx", file.getvalue())) == 25
    assert not list(tmp_path.iterdir()), "nothing is left on the disk"


@pytest.mark.parametrize("rows", [9, 10, 11])
def test_a_full_sheet_has_no_empty_one_behind_it(tmp_path: Path, rows: int) -> None:
    file = io.BytesIO()
    write_workbook(an_export(a_row(number) for number in range(rows)), file, tmp_path, nothing, rows_a_sheet=11)
    assert len(load_workbook(file).worksheets) == (2 if rows == 11 else 1)


def test_excel_calculates_nothing(tmp_path: Path) -> None:
    typed = ["=1+1", "+84 gọi giúp", "-1", "@ai", "http://example.vn", "0123", "1e5", "TRUE", "'tốt'"]
    content = file_of("xlsx", an_export(a_row(number, text) for number, text in enumerate(typed)), tmp_path)
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    place = COLUMNS.names.index("comment") + 1
    cells = [sheet.cell(line, place) for line in range(2, len(typed) + 2)]
    assert [(cell.value, cell.data_type, cell.hyperlink) for cell in cells] == [(text, "s", None) for text in typed]


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\ufffe\uffff"), min_size=1, max_size=30), max_size=6
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_what_people_wrote_comes_back_from_every_format(tmp_path: Path, said: list[str]) -> None:
    for name in ("jsonl", "parquet", "xlsx"):
        path = tmp_path / f"phieu.{name}"
        path.write_bytes(file_of(name, an_export(a_row(number, text) for number, text in enumerate(said)), tmp_path))
        header, *rows = [*read_rows(path, name)] or [list(COLUMNS.names)]
        assert [row[header.index("comment")] for row in rows] == said, name


def test_rows_are_told_as_they_are_written(tmp_path: Path) -> None:
    for name, each in FORMATS.items():
        told: list[int] = []
        each.write(an_export(a_row(number) for number in range(5_123)), io.BytesIO(), tmp_path, told.append)
        assert sum(told) == 5_123, name


def test_a_source_that_fails_is_not_taken_for_the_end(tmp_path: Path) -> None:
    def broken() -> Iterator[ExportRow]:
        yield from (a_row(number) for number in range(random.Random(1).randrange(100, 5_000)))
        raise OSError("the disk is gone")

    for each in FORMATS.values():
        with pytest.raises(OSError, match="the disk is gone"):
            each.write(an_export(broken()), io.BytesIO(), tmp_path, nothing)
    assert not list(tmp_path.iterdir())
