"""Adding closed days to the archive, month by month; running it again adds only what is new."""

import fcntl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

import pyarrow as pa
from sqlalchemy import Connection

from survey_app.ledger.archive.columns import tables_of
from survey_app.ledger.archive.files import batches_of, write_file, write_whole
from survey_app.ledger.archive.layout import (
    MANIFEST,
    ArchiveError,
    ArchiveFile,
    Month,
    month_names,
    month_of,
    read_month,
)
from survey_app.ledger.archive.provinces import Provinces
from survey_app.ledger.archive.sealed import sealed_days
from survey_app.questionnaires.register import hashes_by_id
from survey_app.responses import reader
from survey_app.responses.reader import Selection

LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class WrittenMonth:
    """What a month's writing did: how many days came in, how many rows the month now has."""

    name: str
    new_days: int
    rows: int


def months_to_write(connection: Connection, folder: Path) -> dict[str, list[date]]:
    """The sealed days that are not in the archive yet, by month, oldest first. Raises ArchiveError."""
    archived = {day for name in month_names(folder) for day in read_month(folder, name).days}
    waiting = [day for day in sealed_days(connection) if day not in archived]
    return {name: list(days) for name, days in groupby(waiting, month_of)}


def write_months(connection: Connection, folder: Path, waiting: Mapping[str, Sequence[date]]) -> Iterator[WrittenMonth]:
    """Add the days month by month, yielding each month when it is on disk.

    `connection` is one snapshot (`read_connection`). Raises ArchiveError when another process writes or a manifest is
    broken, OSError when the disk is full; the month at hand then stays as it was.
    """
    provinces, hashes = Provinces(connection), hashes_by_id(connection)
    with writing_lock(folder):
        for name, days in waiting.items():
            old = read_month(folder, name)
            new = sorted(set(days) - set(old.days))
            if new:
                month = _written(connection, folder / name, old, new, provinces, hashes)
                replace_month(folder, month)
                yield WrittenMonth(name, len(new), sum(file.rows for file in month.files))


@contextmanager
def writing_lock(folder: Path) -> Iterator[None]:
    """One writer at a time, and a folder to write to. Raises ArchiveError when somebody else is writing."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ArchiveError("busy", folder=folder) from error
        yield


def replace_month(folder: Path, month: Month) -> None:
    """Let the month consist of these files, in one step; what belonged to it before is deleted."""
    write_whole(folder / month.name / MANIFEST, month.to_bytes())
    current = {MANIFEST, *(file.name for file in month.files)}
    for path in (folder / month.name).iterdir():
        if path.name not in current:
            path.unlink()


def _written(
    connection: Connection,
    folder: Path,
    old: Month,
    new_days: Sequence[date],
    provinces: Provinces,
    hashes: Mapping[int, str],
) -> Month:
    folder.mkdir(exist_ok=True)
    files = {file.province: file for file in old.files}
    places = {day: provinces.on(day) for day in new_days}
    days = sorted({*old.days, *new_days})
    written = []
    for province in sorted({*files, *(code for place in places.values() for code in place)}):
        stays = files.get(province)

        def tables(province: str = province, stays: ArchiveFile | None = stays) -> Iterator[pa.Table]:
            """The month's rows in the order of days: what is archived from the old file, the rest from the book."""
            for is_new, run in groupby(days, places.__contains__):
                if is_new:
                    for day in run:
                        yield from _booked(connection, day, places[day].get(province), hashes)
                elif stays is not None:
                    yield from batches_of(folder / stays.name, frozenset(run))

        written.append(write_file(folder, province, tables()))
    return Month(old.name, tuple(days), tuple(file for file in written if file is not None))


def _booked(
    connection: Connection, day: date, unit_ids: frozenset[int] | None, hashes: Mapping[int, str]
) -> Iterator[pa.Table]:
    if unit_ids:
        yield from tables_of(reader.booked_rows(connection, Selection(day, day, unit_ids)), hashes)
