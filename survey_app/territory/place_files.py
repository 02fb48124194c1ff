"""Files of premises and of service points: every line is checked before the first is written, twice changes nothing.

Premises are known by unit and name, service points by premises and name; the units must be stored before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from survey_app.languages import current_language
from survey_app.territory.csv_cells import CellReader
from survey_app.territory.csv_rows import CsvFile, CsvRow, read_csv
from survey_app.territory.place_changes import places_of, premises_of
from survey_app.territory.problems import Problem, RefusedChange, TerritoryFileError
from survey_app.territory.service_points import (
    Premises,
    ServicePoint,
    add_premises,
    add_service_point,
    as_body,
)
from survey_app.territory.units import Unit, find_unit

PREMISES_COLUMNS = ("unit_code", "name", "address", "valid_from")
SERVICE_POINT_COLUMNS = ("unit_code", "premises", "name", "name_en", "body", "domains", "valid_from")


@dataclass(frozen=True, slots=True)
class PlacesImported:
    """How many lines were new, and how many were stored already."""

    new: int
    unchanged: int


def import_premises(connection: Connection, content: bytes, source: str) -> PlacesImported:
    """Store the premises of a file. Raises `TerritoryFileError` with every problem; nothing was written then."""
    file = _file(content, source, PREMISES_COLUMNS)
    cells = CellReader(list(file.problems))
    new = unchanged = 0
    for row in file.rows:
        day, unit = _day_and_unit(connection, row, cells)
        cells.once(row, "unit_code", "name")
        if day is None or unit is None:
            continue
        name, address = row.cells["name"], row.cells["address"]
        known = _premises(connection, unit, name, day)
        if known is None:
            try:
                add_premises(connection, unit.id, name, address, day)
                new += 1
            except RefusedChange as error:
                cells.complain(row, "refused", words=error.words(current_language()))
        elif known.address == address:
            unchanged += 1
        else:
            cells.complain(row, "other_address", name=name, stored=known.address, found=address)
    _see_that_all_is_well(file, cells, source)
    return PlacesImported(new, unchanged)


def import_service_points(connection: Connection, content: bytes, source: str) -> PlacesImported:
    """Store the service points of a file, likewise; `domains` stand in one cell, parted by blanks."""
    file = _file(content, source, SERVICE_POINT_COLUMNS)
    cells = CellReader(list(file.problems))
    new = unchanged = 0
    for row in file.rows:
        day, unit = _day_and_unit(connection, row, cells)
        cells.once(row, "unit_code", "premises", "name")
        if day is None or unit is None:
            continue
        premises = _premises(connection, unit, row.cells["premises"], day)
        if premises is None:
            cells.complain(row, "no_premises", name=row.cells["premises"], code=unit.code)
            continue
        try:
            if _is_new(connection, row, premises, day, cells):
                new += 1
            else:
                unchanged += 1
        except RefusedChange as error:
            cells.complain(row, "refused", words=error.words(current_language()))
    _see_that_all_is_well(file, cells, source)
    return PlacesImported(new, unchanged)


def _is_new(connection: Connection, row: CsvRow, premises: Premises, day: date, cells: CellReader) -> bool:
    name, name_en, body = row.cells["name"], row.cells["name_en"], as_body(row.cells["body"])
    domains = row.cells["domains"].split()
    known = _service_point(connection, premises, name, day)
    if known is None:
        add_service_point(connection, premises.id, name, name_en, body, domains, day)
        return True
    if (known.name_en, known.body, set(known.domains)) != (name_en, body, set(domains)):
        cells.complain(row, "other_service_point", name=name)
    return False


def _file(content: bytes, source: str, columns: Sequence[str]) -> CsvFile:
    """A readable file that has exactly these columns."""
    file = read_csv(content, source)
    known = ", ".join(columns)
    problems = [Problem(1, "missing_column", {"column": one}) for one in columns if one not in file.columns]
    problems += [
        Problem(1, "unknown_column", {"column": one, "known": known}) for one in file.columns if one not in columns
    ]
    if len(set(file.columns)) != len(file.columns):
        twice = sorted({one for one in file.columns if file.columns.count(one) > 1})
        problems += [Problem(1, "column_twice", {"column": one}) for one in twice]
    if problems:
        raise TerritoryFileError(source, [*file.problems, *problems])
    return file


def _day_and_unit(connection: Connection, row: CsvRow, cells: CellReader) -> tuple[date | None, Unit | None]:
    code, day = cells.unit_code(row, "unit_code"), cells.day(row, "valid_from")
    unit = find_unit(connection, code, day) if day is not None else None
    if unit is None and day is not None:
        cells.complain(row, "unit_not_standing", code=code, day=str(day))
    return day, unit


def _premises(connection: Connection, unit: Unit, name: str, day: date) -> Premises | None:
    """Those of that name which are not closed by the day (they may open only later)."""
    return next(
        (
            each
            for each in premises_of(connection, unit.id)
            if each.name == name and (each.valid_to is None or each.valid_to > day)
        ),
        None,
    )


def _service_point(connection: Connection, premises: Premises, name: str, day: date) -> ServicePoint | None:
    return next(
        (
            each
            for each in places_of(connection, premises.unit_id, day)
            if each.premises.id == premises.id and each.name == name and (each.valid_to is None or each.valid_to > day)
        ),
        None,
    )


def _see_that_all_is_well(file: CsvFile, cells: CellReader, source: str) -> None:
    if not file.rows and not file.problems:
        cells.problems.append(Problem(0, "no_rows"))
    if cells.problems:
        raise TerritoryFileError(source, cells.problems)
