"""Posters as PDF for an office printer: black on white, A4, A5, or a table tent to fold. Pure.

Sizes are those of an A4 page in millimetres and points; A5 is the same drawing, smaller by the square root of two.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from fpdf import FPDF

from survey_app.territory.poster_list import Poster, PosterWords
from survey_app.territory.posters import dark_runs, modules_of
from survey_app.territory.print_font import A4, A5, FAMILY, fitted_size, new_document

Paper = Literal["a4", "a5", "tent"]
PAPERS: tuple[Paper, ...] = get_args(Paper)
WIDTH, HEIGHT = 210.0, 297.0
_A5 = 2**-0.5
_LEADING = 1.28
_POINT = 25.4 / 72
"""A point in millimetres."""
_GREY = 110


@dataclass(frozen=True, slots=True)
class _Pen:
    """Draws in A4's millimetres at a scale, from an origin."""

    document: FPDF
    scale: float = 1.0
    left: float = 0.0
    top: float = 0.0

    def text(
        self, words: str, box: tuple[float, float, float], size: float, style: str = "", align: str = "C"
    ) -> float:
        """Words in a box (left, top, width), broken into lines; returns where they end."""
        left, top, width = box
        document = self.document
        document.set_font(FAMILY, style, size * self.scale)
        document.set_xy(self.left + left * self.scale, self.top + top * self.scale)
        document.multi_cell(
            width * self.scale, size * _LEADING * _POINT * self.scale, words, align=align, new_x="LMARGIN", new_y="NEXT"
        )
        return (document.get_y() - self.top) / self.scale

    def line(self, words: str, box: tuple[float, float, float], largest: float, style: str = "") -> float:
        """One line that is set smaller until it fits."""
        size = fitted_size(self.document, words, style, box[2] * 0.99, largest)
        return self.text(words, box, size, style)

    def code(self, address: str, left: float, top: float, width: float) -> None:
        """The QR with its quiet zone, in a square."""
        modules = modules_of(address)
        module = width / len(modules) * self.scale
        self.document.set_fill_color(0)
        for row, start, end in dark_runs(modules):
            x = self.left + left * self.scale + start * module
            y = self.top + top * self.scale + row * module
            # A hair too high, so that no printer leaves white between the rows.
            self.document.rect(x, y, (end - start) * module, module * 1.004, style="F")

    def rule(self, left: float, top: float, width: float) -> None:
        """A thin line across."""
        self.document.set_line_width(0.25 * self.scale)
        x, y = self.left + left * self.scale, self.top + top * self.scale
        self.document.line(x, y, x + width * self.scale, y)


def posters_pdf(posters: Iterable[Poster], paper: Paper, title: str, printed_on: date) -> bytes:
    """A document of one page a poster, drawn as they are asked for. Raises ValueError when there is none."""
    with new_document(title, printed_on, size=A5 if paper == "a5" else A4) as document:
        for poster in posters:
            document.add_page()
            document.start_section(poster.title)
            if paper == "tent":
                _tent(document, poster)
            else:
                _sheet(_Pen(document, _A5 if paper == "a5" else 1.0), poster)
        if not document.pages_count:
            raise ValueError("no poster to print")
        return bytes(document.output())


def _sheet(pen: _Pen, poster: Poster) -> None:
    """A whole page: question, code, address, promise; English below, smaller."""
    words = poster.vietnamese
    left, width = 16.0, WIDTH - 32
    y = pen.line(words.office, (left, 13, width), 15)
    y = pen.line(words.counter, (left, y + 0.5, width), 19, "B")
    y = pen.line(words.question, (left, y + 5, width), 34, "B")
    y = pen.line(words.call, (left, y, width), 34, "B")
    side = 118.0 if poster.motto else 136.0
    pen.code(poster.address, (WIDTH - side) / 2, y - 1, side)
    y = pen.line(poster.printed, (left, y + side - 2, width), 30, "B")
    y = pen.text(words.promise, (left + 2, y + 3, width - 4), 17)
    if poster.motto:
        y = pen.text("\n".join(poster.motto), (left + 4, y + 2.5, width - 8), 11)
    pen.rule(left, y + 3.5, width)
    y = _english(pen, poster.english, (left + 2, y + 5, width - 4), 12)
    pen.line(words.footer, (left, 283, width), 10)


def _english(pen: _Pen, words: PosterWords, box: tuple[float, float, float], size: float) -> float:
    left, top, width = box
    y = pen.text(f"{words.question} {words.call}", (left, top, width), size, "B")
    return pen.text(words.promise, (left, y, width), size)


def _tent(document: FPDF, poster: Poster) -> None:
    """Two halves that stand head to head: folded across the middle, each side of the table reads one."""
    half = HEIGHT / 2
    _half(_Pen(document, top=half), poster)
    with document.rotation(180, WIDTH / 2, half):
        _half(_Pen(document, top=half), poster)
    document.set_draw_color(_GREY)
    document.set_dash_pattern(2, 2)
    document.line(6, half, WIDTH - 6, half)
    document.set_dash_pattern()
    document.set_draw_color(0)


def _half(pen: _Pen, poster: Poster) -> None:
    """A half page, wider than high: the code on the left, the words beside it."""
    words = poster.vietnamese
    side = 98.0
    pen.code(poster.address, 5, 17, side)
    left, width = 5 + side, WIDTH - side - 17
    y = pen.text(words.office, (left, 13, width), 11, align="L")
    y = pen.text(words.counter, (left, y, width), 14, "B", align="L")
    y = pen.text(f"{words.question} {words.call}", (left, y + 2, width), 21, "B", align="L")
    y = pen.text(words.promise, (left, y + 2, width), 11.5, align="L")
    y = pen.text(f"{poster.english.question} {poster.english.call}", (left, y + 2.5, width), 9, "B", align="L")
    pen.text(poster.english.promise, (left, y, width), 9, align="L")
    pen.line(poster.printed, (12, 122, WIDTH - 24), 25, "B")
    pen.line(words.footer, (12, 137, WIDTH - 24), 9)
