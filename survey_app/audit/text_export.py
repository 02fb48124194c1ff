"""The raw export as text: row by row where comments are asked for, else by lines from the archive or the database."""

from collections.abc import Generator, Iterator, Sequence
from datetime import date
from itertools import chain

from survey_app.audit.archive_lines import ArchiveFailed, ArchiveLines, archive_lines
from survey_app.audit.export_rows import Book, Export
from survey_app.audit.line_queries import NEVER_IN_A_NAME, DatabaseLines
from survey_app.audit.text_forms import Piece, TextForm, lines
from survey_app.request_logging import log


def text_pieces(export: Export, form: TextForm) -> Generator[Piece, None, None]:
    """The file in pieces, its header first, each with how many rows. An error in the source breaks the iteration."""
    header = form.header(export.columns.names)
    if header:
        yield header, 0
    book = export.book
    if book is None or book.wanted.comments or not _names_stay_on_their_line(book):
        yield from lines(form, export.columns, export.rows)
        return
    with archive_lines(book, form) as archived:
        live = DatabaseLines(book, form)
        days = list(book.booked_days())
        while days:
            run = archived.run_of(days) if archived is not None else []
            if archived is not None and run:
                yield from _from_archive(run, archived, live)
            else:
                run = days[:1]
                yield from live.lines(days[0])
            days = days[len(run) :]
    yield from lines(form, export.columns, book.waiting_rows())


def _from_archive(run: Sequence[date], archived: ArchiveLines, live: DatabaseLines) -> Iterator[Piece]:
    """The lines of some days from the archive; when it fails on the way, the rest, the same, from the database."""
    written = 0
    try:
        for piece, rows in archived.lines(run):
            yield piece, rows
            written += len(piece)
    except ArchiveFailed as error:
        log.warning("archive_failed", first_day=run[0].isoformat(), last_day=run[-1].isoformat(), why=str(error)[:200])
    else:
        return
    for piece, _rows in chain.from_iterable(map(live.lines, run)):
        rest = piece[written:]
        written = max(0, written - len(piece))
        yield rest, rest.count(b"\n")


def _names_stay_on_their_line(book: Book) -> bool:
    """Whether no name has a line end in it, or what statements replace: none ever had, but the tables would let it."""
    names = (unit.name for versions in book.units.versions.values() for unit in versions)
    return all(name.isprintable() and NEVER_IN_A_NAME not in name for name in (*names, *book.service_points.values()))
