"""The raw export as CSV: UTF-8 with BOM so that Excel reads Vietnamese, RFC 4180 lines, formulas made harmless.

Written by hand, not with the standard library's writer: that one looks at every letter of the hashes, which are half of
the file, and costs more than everything before it. A test holds the two together.
"""

import re
from collections.abc import Iterator
from itertools import islice

from survey_app.audit.export_rows import Cell, Export, ExportRow

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LINE_END = "\r\n"
ROWS_A_PIECE = 2_000
_STARTS_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
"""What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"), after any number of apostrophes."""
_NEEDS_QUOTES = re.compile(r'[",\r\n]')


def harmless(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet would calculate it.

    Text that already stands behind apostrophes gets one more, so that taking one away from such a cell always gives
    the original, whose digest can be recomputed.
    """
    return f"'{text}" if _STARTS_FORMULA.match(text) else text


def csv_pieces(export: Export) -> Iterator[bytes]:
    """The file in pieces: header first, then some thousand rows each. An error in the source breaks the iteration."""
    yield BYTE_ORDER_MARK + f"{','.join(export.columns.names)}{LINE_END}".encode()
    fields = _Fields()
    while piece := [_line(row, fields) for row in islice(export.rows, ROWS_A_PIECE)]:
        yield "".join(piece).encode()


class _Fields(dict[Cell, str]):
    """Cells as they stand in the file, each written once: but for comments and hashes there are few different ones."""

    def __missing__(self, cell: Cell) -> str:
        written = self[cell] = _field(cell)
        return written


def _line(row: ExportRow, fields: _Fields) -> str:
    response_id, *few, comment, salt, digest, leaf_salt, leaf_hash, sealed = row
    said = _field(comment)
    return (
        f"{response_id or ''},{','.join([fields[cell] for cell in few])},{said},"
        f"{salt or ''},{digest or ''},{leaf_salt or ''},{leaf_hash or ''},{sealed}{LINE_END}"
    )


def _field(cell: Cell) -> str:
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return str(cell)
    text = harmless(cell)
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text
