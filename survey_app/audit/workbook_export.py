"""The raw export as XLSX: a sheet for every million rows (Excel has no more), its header frozen on each.

Text is written as text, so that Excel calculates nothing and changes nothing. Rows leave memory as they are written.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

from survey_app.audit.export_rows import Export, ExportRow

ROWS_A_SHEET = 1_048_576
"""Excel's limit, header included."""
ROWS_A_PIECE = 2_000
ALWAYS = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""When the workbook says it was made: the same rows must give the same bytes. The manifest says when it really was."""
WIDTHS = {"response_id": 12, "day": 11, "unit_name": 24, "service_point": 18, "comment": 60}


def write_workbook(
    export: Export, file: BinaryIO, folder: Path, advance: Callable[[int], None], rows_a_sheet: int = ROWS_A_SHEET
) -> None:
    """Write the workbook into the file; `folder` lends disk space meanwhile. `advance` is told of rows written."""
    with tempfile.TemporaryDirectory(dir=folder) as space:
        options = {"constant_memory": True, "tmpdir": space, "strings_to_formulas": False, "strings_to_urls": False}
        workbook = xlsxwriter.Workbook(file, options)
        workbook.set_properties({"created": ALWAYS})
        try:
            _write_sheets(workbook, export, advance, rows_a_sheet)
        except BaseException:
            for sheet in workbook.worksheets():
                sheet.row_data_fh.close()
            raise
        workbook.close()


def _write_sheets(workbook: Any, export: Export, advance: Callable[[int], None], rows_a_sheet: int) -> None:
    names = export.columns.names
    numbers = [export.columns.is_number(name) for name in names]
    rows = iter(export.rows)
    for number in range(1, 1_000):
        sheet = _new_sheet(workbook, f"phieu_{number}", names)
        last = _write_rows(sheet, islice(rows, rows_a_sheet - 1), numbers, advance)
        sheet.autofilter(0, 0, last, len(names) - 1)
        following = next(rows, None)
        if following is None:
            return
        rows = chain((following,), rows)


def _new_sheet(workbook: Any, title: str, names: Sequence[str]) -> Any:
    sheet = workbook.add_worksheet(title)
    sheet.freeze_panes(1, 0)
    for place, name in enumerate(names):
        if name in WIDTHS:
            sheet.set_column(place, place, WIDTHS[name])
    for place, name in enumerate(names):
        sheet.write_string(0, place, name)
    return sheet


def _write_rows(sheet: Any, rows: Iterator[ExportRow], numbers: Sequence[bool], advance: Callable[[int], None]) -> int:
    """Write rows below the header; returns the last row's place."""
    line = 0
    for line, row in enumerate(rows, start=1):  # the last number counts after the loop
        for place, (cell, is_number) in enumerate(zip(row, numbers, strict=True)):
            if cell is None:
                continue
            if is_number:
                sheet.write_number(line, place, cell)
            else:
                sheet.write_string(line, place, str(cell))
        if line % ROWS_A_PIECE == 0:
            advance(ROWS_A_PIECE)
    advance(line % ROWS_A_PIECE)
    return line
