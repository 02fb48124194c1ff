"""The raw export as lines of text, whatever the form: CSV and JSON Lines differ in a header, in what stands between the
cells and in how a cell is written. Lines are made here from rows, and by the database itself in `line_queries`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from survey_app.audit.columns import Columns
from survey_app.audit.row_decoding import Cell, ExportRow

ROWS_A_PIECE = 500
Piece = tuple[bytes, int]
"""Some lines, and how many."""


@dataclass(frozen=True, slots=True)
class TextForm:
    """How lines are written. Labels (words of our own, hashes, days) need no more than the form's quotes."""

    header: Callable[[Sequence[str]], bytes]
    around: Callable[[Sequence[str]], list[str]]
    """What stands before each cell, and after the last one."""
    nothing: str
    """An empty cell."""
    quote: str
    """What a label stands in."""
    text: Callable[[str], str]
    """A cell of text that somebody typed."""

    def cell(self, cell: Cell) -> str:
        """A cell as it stands in a line."""
        if cell is None:
            return self.nothing
        return self.text(cell) if isinstance(cell, str) else str(cell)


def lines(form: TextForm, columns: Columns, rows: Iterable[ExportRow]) -> Iterator[Piece]:
    """Rows as lines, some thousand a piece. An error in the source breaks the iteration."""
    template = "%s".join(part.replace("%", "%%") for part in form.around(columns.names))
    cells, stream = _Cells(form), iter(rows)
    while piece := [template % cells.of(row) for row in islice(stream, ROWS_A_PIECE)]:
        yield "".join(piece).encode(), len(piece)


class _Cells(dict[Cell, str]):
    """Cells as they stand in the file, each written once: but for comments and hashes there are few different ones."""

    def __init__(self, form: TextForm) -> None:
        super().__init__()
        self._write = form.cell

    def __missing__(self, cell: Cell) -> str:
        written = self[cell] = self._write(cell)
        return written

    def of(self, row: ExportRow) -> tuple[str, ...]:
        """The cells of a row."""
        response_id, *few, comment, salt, digest, leaf_salt, leaf_hash, sealed = row
        unlike = map(self._write, (comment, salt, digest, leaf_salt, leaf_hash))
        return self._write(response_id), *[self[cell] for cell in few], *unlike, self[sealed]
