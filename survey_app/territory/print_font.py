"""Documents to print, in a typeface that has every Vietnamese letter; the same content gives the same bytes. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fpdf import FPDF

FAMILY = "Roboto"
A4, A5 = (210, 297), (148, 210)
"""Millimetres (ISO 216)."""


@contextmanager
def new_document(
    title: str, printed_on: date, *, landscape: bool = False, size: tuple[int, int] = A4
) -> Iterator[FPDF]:
    """An empty document in millimetres, black on white, without margins or page breaks of its own, by `with`."""
    import font_roboto  # Here, with the library for PDFs: a third of a second that only who prints should pay.
    from fpdf import FPDF
    from fpdf.fonts import TTFFont

    document = FPDF("landscape" if landscape else "portrait", "mm", size)
    document.set_auto_page_break(auto=False)
    document.set_margin(0)
    document.c_margin = 0
    document.add_font(FAMILY, "", font_roboto.font_files["Roboto"])
    document.add_font(FAMILY, "B", font_roboto.font_files["RobotoBold"])
    document.set_title(title)
    document.set_lang("vi")
    document.set_creation_date(datetime.combine(printed_on, time(), UTC))
    try:
        yield document
    finally:
        for font in document.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()


def fitted_size(document: FPDF, text: str, style: str, width: float, largest: float) -> float:
    """The font size in points, at most `largest`, at which the text is no wider than `width` millimetres."""
    document.set_font(FAMILY, style, largest)
    return min(largest, largest * width / max(document.get_string_width(text), 0.1))
