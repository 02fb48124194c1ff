"""The raw export as CSV: UTF-8 with BOM so that Excel reads Vietnamese, RFC 4180 lines, formulas made harmless."""

import csv
import io
from collections.abc import Iterator
from itertools import islice

from survey_app.audit.columns import FREE_TEXT
from survey_app.audit.export_rows import Export, ExportRow

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
ROWS_A_PIECE = 2_000
FORMULA_STARTERS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""


def csv_pieces(export: Export) -> Iterator[bytes]:
    """The file in pieces: header first, then some thousand rows each. An error in the source breaks the stream."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    free_text = [export.columns.names.index(name) for name in FREE_TEXT]
    writer.writerow(export.columns.names)
    yield BYTE_ORDER_MARK + _take(buffer)
    while piece := list(islice(export.rows, ROWS_A_PIECE)):
        writer.writerows(_harmless(row, free_text) for row in piece)
        yield _take(buffer)


def _harmless(row: ExportRow, free_text: list[int]) -> ExportRow:
    """The row with an apostrophe before any free text that a spreadsheet would calculate."""
    dangerous = [place for place in free_text if (text := row[place]) and str(text).startswith(FORMULA_STARTERS)]
    if not dangerous:
        return row
    cells = list(row)
    for place in dangerous:
        cells[place] = f"'{row[place]}"
    return tuple(cells)


def _take(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
