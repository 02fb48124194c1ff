"""Our lines are what the standard library reads, whatever people write; formulas are harmless and can be undone."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.audit.columns import Columns
from survey_app.audit.csv_export import csv_pieces, harmless
from survey_app.audit.export_rows import Export, ExportRow
from survey_app.audit.json_lines_export import JSON_LINES
from survey_app.audit.text_export import text_pieces

COLUMNS = Columns(("overall",), ("trouble",))
WIDTH = len(COLUMNS.names)
comments = st.text(st.characters(codec="utf-8"), max_size=40) | st.text("=+-@\t\r\n'\",;x ", max_size=8)


def row_of(comment: str | None, unit_name: str = "Phường Biên Hòa") -> ExportRow:
    """A row whose other cells are numbers, as far as they matter."""
    row: list[str | int | None] = [number if number % 3 else None for number in range(WIDTH)]
    row[COLUMNS.names.index("comment")] = comment
    row[COLUMNS.names.index("unit_name")] = unit_name
    return tuple(row)


def read(*rows: ExportRow) -> list[list[str]]:
    """The lines as the standard library reads them, without the header."""
    file = b"".join(csv_pieces(Export(COLUMNS, iter(rows))))
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""), strict=True))[1:]


@given(st.lists(st.tuples(comments, comments), min_size=1, max_size=5))
def test_every_program_reads_what_people_wrote(said: list[tuple[str, str]]) -> None:
    rows = [row_of(comment, name) for comment, name in said]
    expected = [
        [harmless(cell) if isinstance(cell, str) else "" if cell is None else str(cell) for cell in row] for row in rows
    ]
    assert read(*rows) == expected


@given(comments)
def test_no_cell_begins_a_formula_and_the_original_can_be_told(comment: str) -> None:
    shown = harmless(comment)
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))
    original = shown[1:] if shown.startswith("'") and harmless(shown[1:]) == shown else shown
    assert original == comment


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("=1+1", "'=1+1"),
        ("'=1+1", "''=1+1"),
        ("+84 gọi giúp", "'+84 gọi giúp"),
        ("＝1+1", "'＝1+1"),
        ("5 - 3 = 2", "5 - 3 = 2"),
        ("'tốt'", "'tốt'"),
        ("", ""),
    ],
)
def test_only_what_a_spreadsheet_would_calculate_is_changed(typed: str, written: str) -> None:
    assert harmless(typed) == written


def test_pieces_are_lines_and_the_first_is_the_header() -> None:
    first, *others = csv_pieces(Export(COLUMNS, iter([row_of("a")] * 1_200)))
    assert first == b"\xef\xbb\xbf" + ",".join(COLUMNS.names).encode() + b"\r\n"
    assert [piece.count(b"\r\n") for piece in others] == [500, 500, 200]


@given(st.lists(st.tuples(comments, comments), min_size=1, max_size=5))
def test_json_lines_hold_what_people_wrote_as_it_is(said: list[tuple[str, str]]) -> None:
    rows = [row_of(comment, name) for comment, name in said]
    file = b"".join(piece for piece, _ in text_pieces(Export(COLUMNS, iter(rows)), JSON_LINES)).decode()
    read_rows = [json.loads(line) for line in file.removesuffix("\n").split("\n")]
    assert read_rows == [dict(zip(COLUMNS.names, row, strict=True)) for row in rows]


def test_json_lines_are_compact_and_keep_vietnamese_letters() -> None:
    (piece, rows), *others = text_pieces(Export(COLUMNS, iter([row_of("Tốt")])), JSON_LINES)
    assert (rows, others) == (1, [])
    assert piece.startswith(b'{"response_id":null,"day":1,')
    assert '"comment":"Tốt"'.encode() in piece
