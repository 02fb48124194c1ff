"""Checking the archive: its files against their manifest, its rows against the sealed log, and against the book.

The first two stand without the book: every leaf is computed anew from the row's fields, the roots of commune-days from
the leaves, and the sealed log holds those roots.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection

from survey_app.ledger.archive.columns import SCHEMA, leaf_hash_of, tables_of
from survey_app.ledger.archive.files import batches_of, by_day, has_columns
from survey_app.ledger.archive.layout import ArchivedDay, ArchiveFile, Month, read_month
from survey_app.ledger.archive.provinces import Provinces
from survey_app.ledger.archive.sealed import is_removed, sealed_commune_days
from survey_app.ledger.day_record import responses_tree
from survey_app.ledger.merkle import root_of
from survey_app.questionnaires.register import hashes_by_id
from survey_app.responses import reader
from survey_app.responses.reader import Selection
from survey_app.territory.units import codes_by_id


@dataclass(frozen=True)
class Fault:
    """Something that is wrong. `key` names the sentence (`ledger.archive.fault.<key>`), `values` fill it."""

    key: str
    values: Mapping[str, object]


@dataclass
class MonthCheck:
    """What checking a month found."""

    name: str
    days: int = 0
    rows: int = 0
    faults: list[Fault] = field(default_factory=list)

    def add(self, key: str, **values: object) -> None:
        """Note a fault."""
        self.faults.append(Fault(key, values))


class Verification:
    """Checks months of the archive against one snapshot of the database; `with_book` compares every row, too."""

    def __init__(self, connection: Connection, folder: Path, *, with_book: bool = True) -> None:
        self._connection, self._folder, self._with_book = connection, folder, with_book
        self._provinces, self._hashes = Provinces(connection), hashes_by_id(connection)
        self._ids = {code: unit_id for unit_id, code in codes_by_id(connection).items()}

    def check(self, name: str) -> MonthCheck:
        """Check a month. Raises ArchiveError when its manifest cannot be read."""
        month = read_month(self._folder, name)
        found = MonthCheck(name, days=len(month.days))
        commune_days: dict[date, dict[str, list[bytes]]] = defaultdict(lambda: defaultdict(list))
        for file in month.files:
            path = self._folder / name / file.name
            if not _is_as_listed(path, file, found):
                continue
            listed = {one.day: one for one in file.days}
            for day, table in by_day(batches_of(path)):
                found.rows += table.num_rows
                self._check_day(file, day, table, listed.pop(day, None), commune_days[day], found)
            for day in listed:
                found.add("day_differs", file=file.name, day=day)
        self._check_against_the_log(month, commune_days, found)
        return found

    def _check_day(
        self,
        file: ArchiveFile,
        day: date,
        table: pa.Table,
        listed: ArchivedDay | None,
        commune_days: dict[str, list[bytes]],
        found: MonthCheck,
    ) -> None:
        rows = table.to_pylist()
        hashes = [row["leaf_hash"] for row in rows]
        if listed is None or (listed.rows, listed.root) != (len(rows), root_of(hashes).hex()):
            found.add("day_differs", file=file.name, day=day)
        if any(key >= following for key, following in zip(_keys(rows), _keys(rows[1:]), strict=False)):
            found.add("order", file=file.name, day=day)
        for row in rows:
            commune_days[row["unit_code"]].append(row["leaf_hash"])
            if leaf_hash_of(row) != row["leaf_hash"]:
                found.add("leaf", day=day, unit=row["unit_code"], row=row["id"].hex())
        if self._with_book:
            self._compare_with_book(file, day, table, found)

    def _compare_with_book(self, file: ArchiveFile, day: date, table: pa.Table, found: MonthCheck) -> None:
        unit_ids = self._provinces.on(day).get(file.province, frozenset())
        booked = reader.booked_rows(self._connection, Selection(day, day, unit_ids)) if unit_ids else iter(())
        book = pa.concat_tables([SCHEMA.empty_table(), *tables_of(booked, self._hashes)])
        if not table.equals(book):
            archived, kept = ({row["id"]: row for row in one.to_pylist()} for one in (table, book))
            for row_id in sorted(archived.keys() | kept.keys()):
                row = archived.get(row_id) or kept[row_id]
                if archived.get(row_id) != kept.get(row_id):
                    found.add("book_differs", day=day, unit=row["unit_code"], row=row_id.hex())

    def _check_against_the_log(
        self, month: Month, commune_days: Mapping[date, Mapping[str, list[bytes]]], found: MonthCheck
    ) -> None:
        for day in sorted({*month.days, *commune_days}):
            sealed = sealed_commune_days(self._connection, day)
            archived = commune_days.get(day, {})
            for unit in sorted({*sealed, *archived}):
                hashes = archived.get(unit, [])
                if not hashes and is_removed(self._connection, day, self._ids[unit]):
                    continue
                if sealed.get(unit) != (len(hashes), responses_tree(hashes).root()):
                    found.add("log_differs", day=day, unit=unit, rows=len(hashes), sealed=sealed.get(unit, (0,))[0])


def verify(connection: Connection, folder: Path, months: list[str], *, with_book: bool = True) -> Iterator[MonthCheck]:
    """Check these months one by one. Raises ArchiveError for a manifest that cannot be read."""
    verification = Verification(connection, folder, with_book=with_book)
    for name in months:
        yield verification.check(name)


def _is_as_listed(path: Path, file: ArchiveFile, found: MonthCheck) -> bool:
    """Whether the file is there, byte for byte; only then is it worth reading."""
    if not path.is_file():
        found.add("file_gone", file=f"{path.parent.name}/{file.name}")
        return False
    with path.open("rb") as opened:
        is_same = hashlib.file_digest(opened, "sha256").hexdigest() == file.sha256
    if not is_same:
        found.add("file_differs", file=f"{path.parent.name}/{file.name}")
    elif not has_columns(path):
        found.add("no_archive_file", file=f"{path.parent.name}/{file.name}")
    else:
        return True
    return False


def _keys(rows: list[dict[str, Any]]) -> list[tuple[str, bytes]]:
    return [(row["unit_code"], row["leaf_hash"]) for row in rows]
