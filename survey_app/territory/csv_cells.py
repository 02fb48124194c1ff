"""Cells of a CSV file read into values, each complaint kept with its line. Pure."""

import re
from datetime import date

from survey_app.territory.csv_rows import CsvRow, shown
from survey_app.territory.problems import Problem
from survey_app.territory.units import COMMUNE_KINDS, PROVINCE_KINDS

LONGEST_NAME = 80
_UNIT_CODE = re.compile(r"[0-9]{5}")
_PROVINCE_CODE = re.compile(r"[0-9]{2}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class CellReader:
    """Reads cells; what is wrong goes to `problems`, and a harmless value comes back so that reading goes on."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self._seen: dict[tuple[str, ...], int] = {}

    def complain(self, row: CsvRow, rule: str, **details: str) -> None:
        """Keep a problem of the row."""
        self.problems.append(Problem(row.line, rule, details))

    def unit_code(self, row: CsvRow, column: str) -> str:
        """The code of a commune: five digits, of which the first may be 0."""
        if not _UNIT_CODE.fullmatch(row.cells[column]):
            self.complain(row, "unit_code", column=column, value=shown(row.cells[column]))
        return row.cells[column]

    def province_code(self, row: CsvRow, column: str) -> str:
        """The code of a province: two digits, of which the first may be 0."""
        if not _PROVINCE_CODE.fullmatch(row.cells[column]):
            self.complain(row, "province_code", column=column, value=shown(row.cells[column]))
        return row.cells[column]

    def any_code(self, row: CsvRow, column: str) -> str:
        """The code of a commune or a province."""
        code = row.cells[column]
        return code if _PROVINCE_CODE.fullmatch(code) else self.unit_code(row, column)

    def name(self, row: CsvRow, column: str) -> str:
        """A name of at most 80 printable characters."""
        name = row.cells[column]
        if not name:
            self.complain(row, "empty", column=column)
        elif len(name) > LONGEST_NAME:
            self.complain(row, "too_long", column=column, length=str(len(name)), limit=str(LONGEST_NAME))
        elif not name.isprintable():
            self.complain(row, "unprintable", column=column, value=shown(name))
        return name

    def commune_kind(self, row: CsvRow, column: str) -> str:
        """A kind of the commune level, in lower case."""
        kind = row.cells[column].lower()
        if kind not in COMMUNE_KINDS:
            known = ", ".join(COMMUNE_KINDS)
            self.complain(row, "kind", column=column, value=shown(row.cells[column]), known=known)
        return kind

    def province(self, row: CsvRow, column: str) -> tuple[str, str]:
        """Name and kind of a province written in full: Tỉnh An Giang, Thành phố Huế."""
        full_name = self.name(row, column)
        for kind in PROVINCE_KINDS:
            if full_name.lower().startswith(f"{kind} "):
                return full_name[len(kind) + 1 :], kind
        known = ", ".join(PROVINCE_KINDS)
        if full_name:
            self.complain(row, "kind", column=column, value=shown(full_name), known=known)
        return full_name, PROVINCE_KINDS[0]

    def day(self, row: CsvRow, column: str) -> date | None:
        """A day written YYYY-MM-DD (ISO 8601)."""
        value = row.cells[column]
        try:
            if _DAY.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.complain(row, "day", column=column, value=shown(value))
        return None

    def only(self, row: CsvRow, column: str, expected: str) -> None:
        """The column may hold nothing else."""
        if row.cells[column] != expected:
            self.complain(row, "only", column=column, value=shown(row.cells[column]), expected=expected)

    def once(self, row: CsvRow, *columns: str) -> None:
        """The values of the columns together may stand in one row only."""
        values = tuple(row.cells[column] for column in columns)
        if not all(values):
            return
        first = self._seen.setdefault(values, row.line)
        if first != row.line:
            self.complain(row, "twice", value=shown(", ".join(values)), line_of_first=str(first))
