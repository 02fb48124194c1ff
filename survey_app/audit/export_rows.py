"""Rows of the raw export as tuples in the order of its columns, streamed in constant memory; formats write them."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from survey_app.audit.columns import Columns, columns_of
from survey_app.audit.row_decoding import Cell, ExportRow, RowDecoder
from survey_app.questionnaires import register
from survey_app.questionnaires.register import StoredQuestionnaire
from survey_app.responses import reader
from survey_app.responses.reader import Selection
from survey_app.territory.names import UnitNames, service_point_names, unit_names

__all__ = ["Book", "Cell", "CorruptedRow", "Export", "ExportFilter", "ExportRow", "count_rows", "open_export"]


@dataclass(frozen=True, slots=True)
class ExportFilter:
    """What an export holds. `sealed_only` leaves out what still waits in the inbox."""

    selection: Selection
    comments: bool = False
    sealed_only: bool = True


class CorruptedRow(Exception):
    """A row of the book cannot be what was booked: it names a thing that does not exist, or holds what no cell can."""

    def __init__(self, response_id: str, day: str, unit_code: str) -> None:
        self.response_id, self.day, self.unit_code = response_id, day, unit_code
        super().__init__(f"response {response_id} of unit {unit_code} on {day}")


@dataclass(frozen=True)
class Book:
    """Where the rows of an export come from, and all that is needed to read them."""

    connection: Connection
    wanted: ExportFilter
    columns: Columns
    stored: Sequence[StoredQuestionnaire]
    archive: Path | None = None
    """The archive's folder, if sealed days may come from there."""

    @cached_property
    def units(self) -> UnitNames:
        """What every unit was called, and when."""
        return unit_names(self.connection)

    @cached_property
    def unit_codes(self) -> dict[int, str]:
        """The code of every unit by its id."""
        return {unit_id: versions[0].code for unit_id, versions in self.units.versions.items()}

    @cached_property
    def service_points(self) -> dict[int, str]:
        """What every service point is called."""
        return dict(service_point_names(self.connection))

    @cached_property
    def _decoder(self) -> RowDecoder:
        return RowDecoder(self.columns, self.stored, self.units, self.service_points)

    def booked_days(self) -> dict[date, int]:
        """The days of the selection on which anything was booked, and how much over all units."""
        return {day: rows for day, rows in reader.booked_days(self.connection, self.wanted.selection) if rows}

    def booked_rows(self) -> Iterator[ExportRow]:
        """The rows of closed days, by day, unit code and leaf hash. Raises CorruptedRow."""
        return self._booked(self.wanted.selection)

    def corrupted_row(self, day: date) -> CorruptedRow:
        """The first row of the day that cannot be what was booked."""
        try:
            for _row in self._booked(replace(self.wanted.selection, first_day=day, last_day=day)):
                pass
        except CorruptedRow as error:
            return error
        return CorruptedRow("?", day.isoformat(), "?")

    def _booked(self, selection: Selection) -> Iterator[ExportRow]:
        decode = self._decoder.cells
        row: Any
        with closing(reader.booked_rows(self.connection, selection, self.wanted.comments)) as booked:
            for row in booked:
                day, unit_id, response_id, *answer, digest, leaf_salt, leaf_hash, unit_code, words, words_salt = row
                try:
                    hashes = (
                        words_salt and words_salt.hex(),
                        digest and digest.hex(),
                        leaf_salt.hex(),
                        leaf_hash.hex(),
                    )
                    cells = (response_id.hex(), *decode(day, unit_id, unit_code, answer), words, *hashes, 1)
                except (AttributeError, LookupError, TypeError, ValueError) as error:
                    shown = response_id.hex() if isinstance(response_id, bytes) else str(response_id)
                    raise CorruptedRow(shown, str(day), str(unit_code)) from error
                yield cells

    def waiting_rows(self) -> Iterator[ExportRow]:
        """What is not in the book yet: ids, salts and hashes are drawn when the day is closed.

        An answer that came as its day was being closed will be in the next day's book.
        """
        if self.wanted.sealed_only:
            return
        last = reader.last_booked_day(self.connection)
        open_since = last + timedelta(days=1) if last else date.min
        row: Any
        with closing(reader.waiting_rows(self.connection, self.wanted.selection)) as waiting:
            for row in waiting:
                _inbox_id, received_on, unit_id, *answer, words, _receipt, unit_code = row
                cells = self._decoder.cells(max(received_on, open_since), unit_id, unit_code, answer)
                yield (None, *cells, words if self.wanted.comments else None, None, None, None, None, 0)

    def rows(self) -> Iterator[ExportRow]:
        """All rows: what waits in the inbox comes last."""
        yield from self.booked_rows()
        yield from self.waiting_rows()


@dataclass(frozen=True, slots=True)
class Export:
    """An export about to be written: its columns and its rows, which are read as they are asked for.

    Without comments a database can write lines of text by itself: it is asked for them through the book, if one stands
    behind the rows.
    """

    columns: Columns
    rows: Iterator[ExportRow]
    book: Book | None = None

    def close(self) -> None:
        """Stop reading: whoever leaves off before the end gives the database's cursor back."""
        if isinstance(self.rows, Generator):
            self.rows.close()


def open_export(connection: Connection, wanted: ExportFilter, archive: Path | None = None) -> Export:
    """Prepare the rows of an export, ordered by day, unit code and leaf hash; what waits in the inbox comes last."""
    stored = list(register.all_stored(connection))
    book = Book(connection, wanted, columns_of([one.questionnaire for one in stored]), stored, archive)
    return Export(book.columns, book.rows(), book)


def count_rows(connection: Connection, wanted: ExportFilter) -> int:
    """How many rows the export will have."""
    count = reader.count_booked(connection, wanted.selection)
    if not wanted.sealed_only:
        count += reader.count_waiting(connection, wanted.selection)
    return count
