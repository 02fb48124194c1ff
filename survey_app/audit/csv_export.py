"""The raw export as CSV: UTF-8 with BOM so that Excel reads Vietnamese, RFC 4180 lines, formulas made harmless.

Written by hand, not with the standard library's writer: that one looks at every letter of the hashes, which are half of
the file, and costs more than everything before it. A test holds the two together.
"""

import re
from collections.abc import Iterator

from survey_app.audit.export_rows import Export
from survey_app.audit.text_export import text_pieces
from survey_app.audit.text_forms import TextForm

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LINE_END = "\r\n"
_STARTS_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
"""What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"), after any number of apostrophes."""
_NEEDS_QUOTES = re.compile(r'[",\r\n]')


def harmless(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet would calculate it.

    Text that already stands behind apostrophes gets one more, so that taking one away from such a cell always gives
    the original, whose digest can be recomputed.
    """
    return f"'{text}" if _STARTS_FORMULA.match(text) else text


def _cell(typed: str) -> str:
    text = harmless(typed)
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


CSV = TextForm(
    header=lambda names: BYTE_ORDER_MARK + f"{','.join(names)}{LINE_END}".encode(),
    around=lambda names: ["", *[","] * (len(names) - 1), LINE_END],
    nothing="",
    quote="",
    text=_cell,
)


def csv_pieces(export: Export) -> Iterator[bytes]:
    """The file in pieces: header first, then some thousand rows each. An error in the source breaks the iteration."""
    return (piece for piece, _rows in text_pieces(export, CSV))
