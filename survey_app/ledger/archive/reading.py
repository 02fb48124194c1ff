"""Reading the archive: which days it has, which files hold them, and their rows in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import pyarrow as pa

from survey_app.ledger.archive.files import batches_of
from survey_app.ledger.archive.layout import ArchiveFile, Month, month_names, month_of, read_month


@dataclass(frozen=True)
class Archive:
    """The archive as it is when first asked; later writings are not seen (make a new one).

    Raises ArchiveError for a broken manifest. A file may be gone when a writing or removal came between: opening it
    then raises FileNotFoundError, and a new `Archive` knows its successor.
    """

    folder: Path

    @cached_property
    def months(self) -> tuple[Month, ...]:
        """Every month, oldest first."""
        return tuple(read_month(self.folder, name) for name in month_names(self.folder))

    @cached_property
    def rows_by_day(self) -> dict[date, int]:
        """How many rows each archived day has, in the order of days; 0 for a day without answers."""
        rows = {day: 0 for month in self.months for day in month.days}
        for month in self.months:
            for file in month.files:
                for one in file.days:
                    rows[one.day] += one.rows
        return rows

    def files(self, first: date, last: date) -> list[tuple[Path, ArchiveFile]]:
        """The files with rows of these days (both included), by month and province; they hold other days, too."""
        return [
            (self.folder / month.name / file.name, file)
            for month in self.months
            if month_of(first) <= month.name <= month_of(last)
            for file in month.files
            if any(first <= one.day <= last for one in file.days)
        ]

    def rows(self, first: date, last: date) -> Iterator[pa.Table]:
        """The rows of these days in tables of `columns.SCHEMA`: file by file, within it by day, unit code, leaf hash.

        Where there is one province this is the order of the raw export; where there are several, days must be merged.
        """
        for path, file in self.files(first, last):
            days = frozenset(one.day for one in file.days if first <= one.day <= last)
            yield from batches_of(path, days)
