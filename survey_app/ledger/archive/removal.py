"""Taking commune-days out of the archive again: what retention removes from the book must not live on here."""

from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from survey_app.ledger.archive.files import batches_of, write_file
from survey_app.ledger.archive.layout import Month, month_names, month_of, read_month
from survey_app.ledger.archive.writing import replace_month, writing_lock


def remove_days(folder: Path, first: date, last: date, unit_codes: Collection[str] | None = None) -> int:
    """Remove the rows of the days (both included) of these units (None: all) and return how many went.

    The months are rewritten without them; their manifests still list the days, so that writing never brings them back.
    Twice removes nothing. Raises ArchiveError when another process writes, OSError when the disk is full.
    """
    if not folder.is_dir():
        return 0
    removed = 0
    with writing_lock(folder):
        for name in month_names(folder):
            if month_of(first) <= name <= month_of(last):
                removed += _without(folder, read_month(folder, name), first, last, unit_codes)
    return removed


def _without(folder: Path, month: Month, first: date, last: date, unit_codes: Collection[str] | None) -> int:
    kept = []
    for file in month.files:
        if any(first <= one.day <= last for one in file.days):
            tables = batches_of(folder / month.name / file.name)
            kept.append(write_file(folder / month.name, file.province, _spared(tables, first, last, unit_codes)))
        else:
            kept.append(file)
    files = tuple(file for file in kept if file is not None)
    removed = sum(file.rows for file in month.files) - sum(file.rows for file in files)
    if removed:
        replace_month(folder, Month(month.name, month.days, files))
    return removed


def _spared(
    tables: Iterator[pa.Table], first: date, last: date, unit_codes: Collection[str] | None
) -> Iterator[pa.Table]:
    for table in tables:
        due = pc.and_(pc.greater_equal(table["day"], pa.scalar(first)), pc.less_equal(table["day"], pa.scalar(last)))
        if unit_codes is not None:
            due = pc.and_(due, pc.is_in(table["unit_code"], pa.array(sorted(unit_codes), pa.string())))
        yield table.filter(pc.invert(due))
