"""A report on paper, A4: headings, paragraphs, boxes, and tables that turn the page. Pure.

Millimetres and points. What belongs together stays together; a table repeats its headings on each page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from survey_app.territory.print_font import A4, FAMILY

if TYPE_CHECKING:
    from fpdf import FPDF

LEFT, RIGHT, TOP, BOTTOM = 14.0, A4[0] - 14.0, 16.0, A4[1] - 18.0
WIDTH = RIGHT - LEFT
INK, PALE, DEEP, SOFT, RULE = (18, 33, 31), (79, 96, 94), (11, 92, 86), (234, 244, 242), (205, 216, 213)
"""Words, words beside them, headings and bands, boxes, lines: as on the pages."""
LINE = 0.46
"""Millimetres a line of text takes, per point of its size."""
PAD = 1.3
TEXT, SMALL, HEADING = 9.5, 8.5, 13.5

Draw = Callable[["FPDF", float, float, float], None]
"""Draws into a box: document, left, top, width."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: words, paler words below them, and a picture of so many millimetres' height under both."""

    words: str
    below: str = ""
    bold: bool = False
    pale: bool = False
    picture: Draw | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its share of the width, and on which side its words stand."""

    heading: str
    share: float
    align: str = "L"


@dataclass(frozen=True, slots=True)
class Table:
    """A table to print: words at `size` points, those below them a little smaller."""

    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    size: float = TEXT - 1
    width: float = WIDTH


PICTURE = 3.2
"""Height of a picture in a cell."""


@dataclass
class Paper:
    """Where the next line goes; the page is turned when there is no room for what is to be kept together."""

    document: FPDF
    footer: tuple[str, Callable[[int], str]]
    down: float = 0.0
    pages: int = field(default=0)

    def turn(self) -> None:
        """Begin a page, with its foot."""
        self.pages += 1
        self.document.add_page()
        words, number = self.footer
        self._line(LEFT, A4[1] - 13, RIGHT)
        self._font(7.5, PALE)
        self.document.text(LEFT, A4[1] - 9, words)
        self.document.set_xy(RIGHT - 40, A4[1] - 12)
        self.document.cell(40, 4, number(self.pages), align="R")
        self.down = TOP

    def keep_together(self, height: float) -> None:
        """Turn the page unless so many millimetres are left."""
        if self.down + height > BOTTOM:
            self.turn()

    def space(self, height: float) -> None:
        """Leave so many millimetres free."""
        self.down += height

    def heading(self, words: str, room: float = 24) -> None:
        """A heading, kept with so many millimetres of what follows."""
        self.space(5)
        self.keep_together(9 + room)
        self.paragraph(words, HEADING, bold=True, colour=DEEP)
        self.space(1.2)

    def paragraph(
        self,
        words: str,
        size: float = TEXT,
        *,
        bold: bool = False,
        colour: tuple[int, int, int] = INK,
        indent: float = 0,
    ) -> None:
        """A paragraph below the last."""
        self.keep_together(self.height_of(words, size, WIDTH - indent, bold=bold))
        self._font(size, colour, bold=bold)
        self._words(words, size, LEFT + indent, self.down, WIDTH - indent, "L")
        self.down = self.document.get_y() + 1.4

    def point(self, words: str, size: float = TEXT) -> None:
        """A paragraph of a list."""
        self.keep_together(self.height_of(words, size, WIDTH - 4))
        self.document.set_fill_color(*DEEP)
        self.document.ellipse(LEFT + 0.6, self.down + size * LINE / 2 - 0.6, 1.2, 1.2, style="F")
        self.paragraph(words, size, indent=4)

    def quotation(self, words: str) -> None:
        """A sentence to be quoted, set off."""
        height = self.height_of(words, 11, WIDTH - 9, bold=True) + 5
        self.keep_together(height)
        self.document.set_fill_color(*SOFT)
        self.document.rect(LEFT, self.down, WIDTH, height, style="F")
        self.document.set_fill_color(*DEEP)
        self.document.rect(LEFT, self.down, 1.2, height, style="F")
        self._font(11, INK, bold=True)
        self._words(words, 11, LEFT + 5, self.down + 2.5, WIDTH - 9, "L")
        self.down += height + 3

    def box(self, height: float, draw: Draw) -> None:
        """Something drawn, so many millimetres high."""
        self.keep_together(height)
        draw(self.document, LEFT, self.down, WIDTH)
        self.down += height + 2

    def tiles(self, tiles: Sequence[tuple[str, str, str]], across: int = 3) -> None:
        """Boxes with a name, a large value and what stands beside it."""
        gap, height = 3.0, 21.5
        width = (WIDTH - gap * (across - 1)) / across
        for first in range(0, len(tiles), across):
            self.keep_together(height)
            for place, (name, value, beside) in enumerate(tiles[first : first + across]):
                left = LEFT + place * (width + gap)
                self.document.set_draw_color(*RULE)
                self.document.set_line_width(0.25)
                self.document.rect(left, self.down, width, height, round_corners=True, corner_radius=1.5)
                self._font(8, PALE)
                self._words(name, 8, left + 3, self.down + 2, width - 6, "L")
                self._font(15, DEEP, bold=True)
                self._words(value, 15, left + 3, self.down + 6, width - 6, "L")
                self._font(7.5, PALE)
                self._words(beside, 7.5, left + 3, self.down + 13.2, width - 6, "L")
            self.down += height + gap

    def table(self, table: Table) -> None:
        """A table; its headings stand on each page."""
        shares = sum(column.share for column in table.columns)
        widths = [table.width * column.share / shares for column in table.columns]
        rows = [(row, self._row_height(table, widths, row)) for row in table.rows]
        head = self._head_height(table, widths)
        self.keep_together(head + (rows[0][1] if rows else 0))
        self._head(table, widths, head)
        for row, height in rows:
            if self.down + height > BOTTOM:
                self.turn()
                self._head(table, widths, head)
            self._row(table, widths, row, height)
        self.space(2.5)

    def _head_height(self, table: Table, widths: Sequence[float]) -> float:
        size = table.size - 0.5
        named = zip(table.columns, widths, strict=True)
        return max(self.height_of(one.heading, size, width - 2 * PAD, bold=True) for one, width in named) + 2 * PAD

    def _head(self, table: Table, widths: Sequence[float], height: float) -> None:
        self.document.set_fill_color(*SOFT)
        self.document.rect(LEFT, self.down, table.width, height, style="F")
        left = LEFT
        for column, width in zip(table.columns, widths, strict=True):
            self._font(table.size - 0.5, INK, bold=True)
            self._words(column.heading, table.size - 0.5, left + PAD, self.down + PAD, width - 2 * PAD, column.align)
            left += width
        self.down += height
        self._line(LEFT, self.down, LEFT + table.width)

    def _row_height(self, table: Table, widths: Sequence[float], row: Sequence[Cell]) -> float:
        return max(self._cell_height(table, cell, width) for cell, width in zip(row, widths, strict=True)) + 2 * PAD

    def _cell_height(self, table: Table, cell: Cell, width: float) -> float:
        room = width - 2 * PAD
        height = self.height_of(cell.words, table.size, room, bold=cell.bold)
        if cell.below:
            height += self.height_of(cell.below, table.size - 1, room)
        return height + (PICTURE + 0.6 if cell.picture else 0)

    def _row(self, table: Table, widths: Sequence[float], row: Sequence[Cell], height: float) -> None:
        left = LEFT
        for cell, column, width in zip(row, table.columns, widths, strict=True):
            room = width - 2 * PAD
            self._font(table.size, PALE if cell.pale else INK, bold=cell.bold)
            self._words(cell.words, table.size, left + PAD, self.down + PAD, room, column.align)
            if cell.below:
                self._font(table.size - 1, PALE)
                self._words(cell.below, table.size - 1, left + PAD, self.document.get_y(), room, column.align)
            if cell.picture is not None:
                cell.picture(self.document, left + PAD, self.document.get_y() + 0.4, room)
            left += width
        self.down += height
        self._line(LEFT, self.down, LEFT + table.width)

    def height_of(self, words: str, size: float, width: float, *, bold: bool = False) -> float:
        """How high words will be."""
        if not words:
            return 0.0
        self.document.set_font(FAMILY, "B" if bold else "", size)
        lines = self.document.multi_cell(width, size * LINE, words, align="L", dry_run=True, output="LINES")
        assert isinstance(lines, list), "as asked for"
        return len(lines) * size * LINE

    def _words(self, words: str, size: float, left: float, top: float, width: float, align: str) -> None:
        self.document.set_xy(left, top)
        if words:
            self.document.multi_cell(width, size * LINE, words, align=align, new_x="LEFT", new_y="NEXT")

    def _font(self, size: float, colour: tuple[int, int, int], *, bold: bool = False) -> None:
        self.document.set_font(FAMILY, "B" if bold else "", size)
        self.document.set_text_color(*colour)

    def _line(self, left: float, top: float, right: float) -> None:
        self.document.set_draw_color(*RULE)
        self.document.set_line_width(0.2)
        self.document.line(left, top, right, top)
