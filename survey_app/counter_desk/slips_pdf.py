"""Slips to print and cut: A4, twelve a page, each with its QR, its code in print and its serial number. Pure.

Black on white, for an office printer; the lines to cut along run through, so that a guillotine does a page in seven
cuts. Vector squares instead of a picture keep the modules of the QR sharp at any size (ISO/IEC 18004, level Q, a quiet
zone of four modules).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from survey_app.responses.ticket_codes import slip_address, spoken, typing_address
from survey_app.responses.tickets import NewTicket

if TYPE_CHECKING:
    from fpdf import FPDF

PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
COLUMNS, ROWS = 2, 6
SLIPS_A_PAGE = COLUMNS * ROWS
MARGIN = 8.0
WIDTH, HEIGHT = (PAGE_WIDTH - 2 * MARGIN) / COLUMNS, (PAGE_HEIGHT - 2 * MARGIN) / ROWS
QR_WIDTH = 36.0
"""Quiet zone included: about one millimetre a module, read from an arm's length by any phone."""
QUIET_ZONE = 4
_PADDING = 3.0
_FONT = "Roboto"


@dataclass(frozen=True, slots=True)
class SlipSheet:
    """What all slips of an order say, in the order in which it stands there."""

    title: str
    place: str
    text: str
    english: str
    serial_line: str
    """With `{serial}` still in it."""
    public_url: str
    document_title: str


def slips_pdf(tickets: Sequence[NewTicket], sheet: SlipSheet) -> bytes:
    """The slips as a PDF, in the order of their serial numbers."""
    from font_roboto import font_files
    from fpdf import FPDF

    document = FPDF(orientation="portrait", unit="mm", format="A4")
    document.set_auto_page_break(False)
    document.add_font(_FONT, "", font_files["Roboto"])
    document.add_font(_FONT, "B", font_files["RobotoBold"])
    document.set_title(sheet.document_title)
    document.set_lang("vi")
    for number, ticket in enumerate(tickets):
        place = number % SLIPS_A_PAGE
        if place == 0:
            document.add_page()
            _cut_lines(document)
        column, row = place % COLUMNS, place // COLUMNS
        _slip(document, ticket, sheet, MARGIN + column * WIDTH, MARGIN + row * HEIGHT)
    return bytes(document.output())


def _cut_lines(document: FPDF) -> None:
    document.set_draw_color(120)
    document.set_line_width(0.2)
    document.set_dash_pattern(dash=2, gap=1.5)
    for column in range(COLUMNS + 1):
        across = MARGIN + column * WIDTH
        document.line(across, 3, across, PAGE_HEIGHT - 3)
    for row in range(ROWS + 1):
        down = MARGIN + row * HEIGHT
        document.line(3, down, PAGE_WIDTH - 3, down)
    document.set_dash_pattern()


def _slip(document: FPDF, ticket: NewTicket, sheet: SlipSheet, left: float, top: float) -> None:
    _qr(document, slip_address(sheet.public_url, ticket.code), left + 1, top + (HEIGHT - QR_WIDTH) / 2)
    text_left = left + QR_WIDTH + 2
    width = WIDTH - QR_WIDTH - 2 - _PADDING
    document.set_text_color(0)
    document.set_xy(text_left, top + _PADDING)
    for style, size, words in (
        ("B", 11, sheet.title),
        ("", 8, sheet.place),
        ("", 8, sheet.text),
        ("B", 9, typing_address(sheet.public_url)),
        ("B", 13.5, spoken(ticket.code)),
        ("", 6, sheet.english),
        ("", 6.5, sheet.serial_line.format(serial=f"{ticket.serial:06d}")),
    ):
        document.set_font(_FONT, style, size)
        document.set_x(text_left)
        document.multi_cell(width, size * 0.41, words, align="L", new_x="LEFT", new_y="NEXT")


def _qr(document: FPDF, address: str, left: float, top: float) -> None:
    from qrcode.constants import ERROR_CORRECT_Q
    from qrcode.main import QRCode
    from qrcode.util import QRData

    symbol = QRCode(error_correction=ERROR_CORRECT_Q, border=QUIET_ZONE)
    symbol.add_data(QRData(address))
    symbol.make(fit=True)
    modules = symbol.get_matrix()
    size = QR_WIDTH / len(modules)
    document.set_fill_color(0)
    for row, first, length in _runs(modules):
        document.rect(left + first * size, top + row * size, length * size, size, style="F")


def _runs(modules: Sequence[Sequence[bool | None]]) -> Iterator[tuple[int, int, int]]:
    """Dark stretches as (row, first column, length)."""
    for row, line in enumerate(modules):
        for dark, stretch in groupby(range(len(line)), key=lambda column: bool(line[column])):
            columns = list(stretch)
            if dark:
                yield row, columns[0], len(columns)
