"""Writing one Parquet file so that the same rows always give the same bytes, whole or not at all."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from survey_app.ledger.archive.columns import DICTIONARY_COLUMNS, SCHEMA
from survey_app.ledger.archive.layout import ArchivedDay, ArchiveFile, file_name
from survey_app.ledger.merkle import root_of

ROW_GROUP = 16_384
"""Row groups end at multiples of this, however the rows arrived: bytes must not tell how often we wrote."""
TEMPORARY = ".writing-"


def write_file(folder: Path, province: str, tables: Iterable[pa.Table]) -> ArchiveFile | None:
    """Write a province's rows of a month, in their order, into the month's folder; None when there are no rows.

    The file gets its name when it is complete and on disk. Raises OSError (a full disk) with nothing left behind.
    """
    days = _DayRoots()
    with _temporary(folder, province) as path:
        rows = _write_row_groups(path, days.watch(tables))
        if not rows:
            return None
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        name, size = file_name(province, digest), path.stat().st_size
        path.replace(folder / name)
    return ArchiveFile(province, name, rows, size, digest, days.finished())


def write_whole(path: Path, content: bytes) -> None:
    """Replace a small file in one step, and see that it is on disk."""
    with _temporary(path.parent, path.name) as temporary:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def batches_of(path: Path, days: frozenset[date] | None = None) -> Iterator[pa.Table]:
    """The rows of a file in their order, in tables of bounded size; only those of the days, if days are given."""
    wanted = None if days is None else pa.array(sorted(days), pa.date32())
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=16_384):
            table = pa.Table.from_batches([batch])
            if wanted is not None:
                table = table.filter(pc.is_in(table["day"], wanted))
            if table.num_rows:
                yield table


def has_columns(path: Path) -> bool:
    """Whether the file is Parquet with the columns of the archive."""
    try:
        return bool(pq.read_schema(path).equals(SCHEMA))
    except (pa.ArrowException, OSError):
        return False


def by_day(tables: Iterable[pa.Table]) -> Iterator[tuple[date, pa.Table]]:
    """Tables whose rows lie by day, gathered to one table a day."""
    gathered: list[pa.Table] = []
    current: date | None = None
    for table in tables:
        for day, part in _split_by_day(table):
            if day != current and current is not None:
                yield current, pa.concat_tables(gathered)
                gathered = []
            current = day
            gathered.append(part)
    if current is not None:
        yield current, pa.concat_tables(gathered)


def _split_by_day(table: pa.Table) -> Iterator[tuple[date, pa.Table]]:
    """Stretches of equal days, in the order of the rows."""
    ends = pc.run_end_encode(table["day"].combine_chunks()).run_ends.to_pylist()
    start = 0
    for end in ends:
        yield table["day"][start].as_py(), table.slice(start, end - start)
        start = end


@dataclass
class _DayRoots:
    """Watches the rows go by and keeps each day's count and root."""

    _days: list[ArchivedDay] = field(default_factory=list)
    _current: date | None = None
    _hashes: list[bytes] = field(default_factory=list)

    def watch(self, tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
        for table in tables:
            for day, part in _split_by_day(table):
                if day != self._current:
                    self._finish_day()
                    self._current = day
                self._hashes += part["leaf_hash"].to_pylist()
            yield table

    def finished(self) -> tuple[ArchivedDay, ...]:
        self._finish_day()
        return tuple(self._days)

    def _finish_day(self) -> None:
        if self._current is not None and self._hashes:
            self._days.append(ArchivedDay(self._current, len(self._hashes), root_of(self._hashes).hex()))
        self._hashes = []


def _write_row_groups(path: Path, tables: Iterable[pa.Table]) -> int:
    waiting: list[pa.Table] = []
    held = written = 0
    with pq.ParquetWriter(
        path, SCHEMA, compression="zstd", compression_level=3, use_dictionary=DICTIONARY_COLUMNS, version="2.6"
    ) as writer:
        for table in tables:
            waiting.append(table)
            held += table.num_rows
            while held >= ROW_GROUP:
                whole = pa.concat_tables(waiting)
                writer.write_table(whole.slice(0, ROW_GROUP).combine_chunks(), row_group_size=ROW_GROUP)
                waiting, held, written = [whole.slice(ROW_GROUP)], held - ROW_GROUP, written + ROW_GROUP
        if held:
            writer.write_table(pa.concat_tables(waiting).combine_chunks(), row_group_size=ROW_GROUP)
    return written + held


@contextmanager
def _temporary(folder: Path, name: str) -> Iterator[Path]:
    path = folder / f"{TEMPORARY}{os.getpid()}-{name}"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
