"""The form on paper: A4, black on white, large enough for old eyes, faces with their words, boxes to tick. Pure.

A sheet fills an even number of pages, so that a printer that uses both sides never puts two people on one leaf; each
page bears the batch and the number of the sheet, so that one that uses one side loses nothing. No QR: a visitor who
scanned it would stand before the sign-in page of the staff.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from survey_app.paper.form_words import PrintedBlock, PrintedForm, PrintedQuestion
from survey_app.territory.print_font import A4, FAMILY, fitted_size, new_document

if TYPE_CHECKING:
    from fpdf import FPDF

LEFT, RIGHT, TOP, BOTTOM = 18.0, A4[0] - 18.0, 15.0, A4[1] - 20.0
"""The binding margin is on both sides, since the back of a leaf is its front turned over."""
WIDTH = RIGHT - LEFT
LEVEL_WIDTH = 22.0
BOX = 5.5
LINE, FEWEST_LINES, MOST_LINES = 9.5, 5, 8
"""Lines to write on, as many as there is room for."""
END_SIZE = 14.0
FULL_LINE = 0.46
"""Millimetres a line of text takes, per point of its size."""
SMILES = ((4, -5.0), (3, -2.5), (3, 0.0), (3, 2.5), (4, 5.0))
"""Half-width of the mouth and how far its middle hangs below its ends, in a face of radius 11."""


@dataclass(frozen=True, slots=True)
class _Length:
    """How many pages a sheet has, and on how many of them something stands to be answered."""

    pages: int
    filled: int


@dataclass
class _Pen:
    """Where the next line goes; the page is turned when there is no room for what is to be kept together."""

    document: FPDF
    form: PrintedForm
    serial: int
    length: _Length
    page: int = 0
    down: float = 0.0

    def turn(self) -> None:
        """Begin the next page of the sheet."""
        self.page += 1
        self.document.add_page()
        number = self.form.number.format(serial=self.serial, page=self.page, pages=self.length.pages)
        self.document.set_text_color(0)
        size = fitted_size(self.document, number, "B", WIDTH * 0.6, 10)
        self.document.set_font(FAMILY, "B", size)
        self.document.text(LEFT, A4[1] - 12, number)
        if self.page < self.length.filled:
            self.document.set_font(FAMILY, "B", 12)
            self.document.text(RIGHT - self.document.get_string_width(self.form.turn), A4[1] - 12, self.form.turn)
        self.down = TOP

    def keep_together(self, height: float) -> None:
        """Turn the page unless so many millimetres are left."""
        if self.down + height > BOTTOM:
            self.turn()

    def height_of(self, text: str, size: float, width: float, style: str = "") -> float:
        """How high a paragraph will be."""
        if not text:
            return 0.0
        self.document.set_font(FAMILY, style, size)
        lines = self.document.multi_cell(width, size * FULL_LINE, text, align="L", dry_run=True, output="LINES")
        assert isinstance(lines, list), "as asked for"
        return len(lines) * size * FULL_LINE

    def paragraph(self, text: str, size: float, style: str = "", *, left: float = LEFT, width: float = WIDTH) -> None:
        """Print a paragraph below the last."""
        if text:
            self.document.set_font(FAMILY, style, size)
            self.document.set_xy(left, self.down)
            self.document.multi_cell(width, size * FULL_LINE, text, align="L", new_x="LEFT", new_y="NEXT")
            self.down = self.document.get_y()


def forms_pdf(form: PrintedForm, serials: Iterable[int], printed_on: date) -> bytes:
    """The sheets with these numbers, two pages each (or four, if the questions need them)."""
    length = _length_of(form, printed_on)
    with new_document(form.document, printed_on) as document:
        document.set_lang(form.language)
        for serial in serials:
            _sheet(_Pen(document, form, serial, length))
        return bytes(document.output())


def _length_of(form: PrintedForm, printed_on: date) -> _Length:
    with new_document(form.document, printed_on) as document:
        pen = _Pen(document, form, 1, _Length(0, 0))
        filled = _sheet(pen)
        return _Length(pen.page, filled)


def _sheet(pen: _Pen) -> int:
    """Print a sheet; the page on which its last words stand."""
    pen.turn()
    pen.paragraph(pen.form.title, 20, "B")
    pen.down += 1
    pen.paragraph(pen.form.place, 11, "B")
    pen.down += 1.5
    pen.paragraph(pen.form.notice, 10)
    pen.down += 2.5
    pen.paragraph(pen.form.how, 11, "B")
    for block in pen.form.blocks:
        pen.down += 4
        if block.kind == "rating":
            _ratings(pen, block)
        else:
            for question in block.questions:
                _lines(pen, question) if block.kind == "comment" else _choice(pen, question)
                pen.down += 3
    pen.down += 2
    height = _height_of_the_end(pen)
    pen.keep_together(height)
    pen.document.set_line_width(0.5)
    pen.document.rect(LEFT, pen.down, WIDTH, height)
    pen.down += 3
    pen.paragraph(pen.form.box, END_SIZE, "B", left=LEFT + 4, width=WIDTH - 8)
    filled = pen.page
    if pen.page % 2:
        pen.turn()
    return filled


def _height_of_the_end(pen: _Pen) -> float:
    """How high the frame is that says where the form goes."""
    return pen.height_of(pen.form.box, END_SIZE, WIDTH - 8, "B") + 6


def _ratings(pen: _Pen, block: PrintedBlock) -> None:
    """The five levels as faces with words at the head of columns, and a row of boxes for each question."""
    text_width = WIDTH - 5 * LEVEL_WIDTH
    heights = [max(12.0, pen.height_of(question.text, 12, text_width - 3) + 3) for question in block.questions]
    pen.keep_together(pen.height_of(block.stem, 12, WIDTH, "B") + 24 + sum(heights))
    pen.paragraph(block.stem, 12, "B")
    pen.down += 1.5
    _levels(pen, LEFT + text_width)
    for question, height in zip(block.questions, heights, strict=True):
        pen.document.set_line_width(0.15)
        pen.document.line(LEFT, pen.down, RIGHT, pen.down)
        bottom = pen.down + height
        pen.down += (height - pen.height_of(question.text, 12, text_width - 3)) / 2
        pen.paragraph(question.text, 12, width=text_width - 3)
        for level in range(5):
            _box(pen.document, LEFT + text_width + (level + 0.5) * LEVEL_WIDTH - BOX / 2, bottom - (height + BOX) / 2)
        pen.down = bottom


def _levels(pen: _Pen, left: float) -> None:
    document, highest = pen.document, 0.0
    for level, words in enumerate(pen.form.levels):
        middle = left + (level + 0.5) * LEVEL_WIDTH
        _face(document, middle, pen.down + 4.5, level)
        document.set_font(FAMILY, "B", 9.5)
        document.set_xy(middle - LEVEL_WIDTH / 2, pen.down + 10)
        document.multi_cell(LEVEL_WIDTH, 4.2, f"{level + 1} {words}", align="C", new_x="LEFT", new_y="NEXT")
        highest = max(highest, document.get_y())
    pen.down = highest + 1


def _face(document: FPDF, middle: float, down: float, level: int) -> None:
    """A face of one line; the five differ by their mouths only, as on the page."""
    unit = 4.5 / 11
    document.set_line_width(0.35)
    document.circle(middle, down, 4.5)
    document.set_fill_color(0)
    for side in (-1, 1):
        document.circle(middle + side * 4 * unit, down - 2.5 * unit, 0.45, style="F")
    half, hang = SMILES[level]
    ends = 4.5 - hang / 2
    steps = [number / 6 - 1 for number in range(13)]
    document.polyline(
        [(middle + half * 1.2 * step * unit, down + (ends + hang * (1 - step * step)) * unit) for step in steps]
    )


def _choice(pen: _Pen, question: PrintedQuestion) -> None:
    """A question with boxes before its answers, in two columns where they are many."""
    columns = 2 if len(question.answers) > 4 else 1
    width = WIDTH / columns
    rows = list(_rows(question.answers, columns))
    heights = [max(8.0, *(pen.height_of(each, 12, width - BOX - 6) + 2.5 for each in row)) for row in rows]
    head = pen.height_of(question.text, 12, WIDTH, "B") + pen.height_of(question.hint, 10, WIDTH) + 2
    pen.keep_together(head + sum(heights))
    pen.paragraph(question.text, 12, "B")
    pen.paragraph(question.hint, 10)
    pen.down += 2
    for row, height in zip(rows, heights, strict=True):
        top = pen.down
        for column, answer in enumerate(row):
            pen.down = top
            _box(pen.document, LEFT + column * width, top)
            pen.down += (BOX - 12 * FULL_LINE) / 2
            pen.paragraph(answer, 12, left=LEFT + column * width + BOX + 3, width=width - BOX - 6)
        pen.down = top + height


def _rows(answers: tuple[str, ...], columns: int) -> Iterator[tuple[str, ...]]:
    for start in range(0, len(answers), columns):
        yield answers[start : start + columns]


def _lines(pen: _Pen, question: PrintedQuestion) -> None:
    """Lines to write on."""
    head = pen.height_of(question.text, 12, WIDTH, "B") + pen.height_of(question.hint, 10, WIDTH)
    below = _height_of_the_end(pen) + 6
    pen.keep_together(head + FEWEST_LINES * LINE + below)
    fitting = int((BOTTOM - pen.down - head - below) / LINE)
    pen.paragraph(question.text, 12, "B")
    pen.paragraph(question.hint, 10)
    pen.document.set_line_width(0.2)
    for _ in range(max(FEWEST_LINES, min(MOST_LINES, fitting))):
        pen.down += LINE
        pen.document.line(LEFT, pen.down, RIGHT, pen.down)


def _box(document: FPDF, left: float, down: float) -> None:
    document.set_line_width(0.4)
    document.rect(left, down, BOX, BOX)
