"""The monthly check sheet of a unit: is each poster there, whole, ours, and not pasted over? Pure.

Police warn of QR codes that are pasted over genuine ones; the sheet has somebody look, and sign, each month.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from survey_app.territory.print_font import FAMILY, new_document

if TYPE_CHECKING:
    from fpdf import FPDF

_LEFT, _WIDTH, _BOTTOM = 14.0, 269.0, 196.0
_ROW = 11.0
_LINES = 2
_COLUMNS = (10.0, 56.0, 62.0, 32.0, 26.0, 45.0, 38.0)
"""Number, counter, place, code, and a box for each of three questions."""
_FIRST_BOX = 4


@dataclass(frozen=True, slots=True)
class CheckedPoster:
    """A line of the sheet."""

    service_point: str
    place: str
    code: str


@dataclass(frozen=True, slots=True)
class CheckSheet:
    """All the words of a unit's sheet."""

    title: str
    unit: str
    instructions: tuple[str, ...]
    headings: tuple[str, ...]
    """One for each column."""
    signature: str
    footer: str
    posters: tuple[CheckedPoster, ...]


def check_sheets_pdf(sheets: Sequence[CheckSheet], title: str, printed_on: date) -> bytes:
    """The sheets in one document, each beginning a page. Raises ValueError when there is none."""
    if not sheets:
        raise ValueError("no sheet to print")
    with new_document(title, printed_on, landscape=True) as document:
        for sheet in sheets:
            _sheet(document, sheet)
        return bytes(document.output())


def _sheet(document: FPDF, sheet: CheckSheet) -> None:
    y = _head(document, sheet)
    for number, poster in enumerate(sheet.posters, start=1):
        if y + _ROW > _BOTTOM - 16:
            y = _head(document, sheet)
        _row(document, y, (str(number), poster.service_point, poster.place, poster.code))
        y += _ROW
    document.set_font(FAMILY, "", 11)
    document.text(_LEFT, y + 10, sheet.signature)


def _head(document: FPDF, sheet: CheckSheet) -> float:
    """Begin a page: title, unit, what to do, headings; returns where the first row begins."""
    document.add_page()
    document.set_line_width(0.25)
    document.set_font(FAMILY, "B", 16)
    document.text(_LEFT, 17, sheet.title)
    document.set_font(FAMILY, "", 12)
    document.text(_LEFT, 24, sheet.unit)
    document.set_xy(_LEFT, 27.5)
    document.set_font(FAMILY, "", 10)
    for line in sheet.instructions:
        document.set_x(_LEFT)
        document.multi_cell(_WIDTH, 4.6, line, align="L", new_x="LMARGIN", new_y="NEXT")
    document.set_font(FAMILY, "", 9)
    document.text(_LEFT, _BOTTOM + 6, sheet.footer)
    return _headings(document, document.get_y() + 2, sheet.headings)


def _headings(document: FPDF, y: float, headings: Sequence[str]) -> float:
    x = _LEFT
    for width, words in zip(_COLUMNS, headings, strict=True):
        document.rect(x, y, width, _ROW)
        document.set_font(FAMILY, "B", 9)
        document.set_xy(x + 1, y + 1.3)
        document.multi_cell(width - 2, 4.2, words, align="L", new_x="LMARGIN", new_y="NEXT")
        x += width
    return y + _ROW


def _row(document: FPDF, y: float, cells: Sequence[str]) -> None:
    x = _LEFT
    for place, width in enumerate(_COLUMNS):
        document.rect(x, y, width, _ROW)
        if place >= _FIRST_BOX:
            document.rect(x + width / 2 - 2.5, y + _ROW / 2 - 2.5, 5, 5)
        else:
            _cell(document, (x + 1.5, y, width - 3), cells[place], "B" if place == _FIRST_BOX - 1 else "")
        x += width


def _cell(document: FPDF, box: tuple[float, float, float], words: str, style: str) -> None:
    """Words in the middle of a row's height, on at most two lines, set smaller until they fit."""
    left, top, width = box
    sizes = (11, 9.5, 8.5, 7.5, 6.5)
    size = next((one for one in sizes if _lines(document, words, width, style, one) <= _LINES), sizes[-1])
    height = size * 0.42
    document.set_xy(left, top + (_ROW - height * _lines(document, words, width, style, size)) / 2)
    document.multi_cell(width, height, words, align="L", new_x="LMARGIN", new_y="NEXT")


def _lines(document: FPDF, words: str, width: float, style: str, size: float) -> int:
    """On how many lines the words would stand; sets the font."""
    document.set_font(FAMILY, style, size)
    from fpdf.enums import MethodReturnValue

    lines = document.multi_cell(width, 1, words, dry_run=True, output=MethodReturnValue.LINES)
    assert isinstance(lines, list)
    return len(lines)
