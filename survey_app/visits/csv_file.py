"""A CSV file of visits, all or nothing: every problem is said at once, with its line."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from survey_app.languages import catalogue
from survey_app.territory.csv_rows import CsvFile, CsvRow, read_csv
from survey_app.territory.problems import Problem, TerritoryFileError
from survey_app.visits.models import KINDS
from survey_app.visits.reading import Broken, ReportReader, Typed, shown
from survey_app.visits.register import Reporter, Taken, WeekReport, record_visits

NEEDED_COLUMNS = ("unit_code", "week")
OPTIONAL_COLUMNS = ("premises_id", "service_point_id", "service_domain")
COLUMNS = NEEDED_COLUMNS + KINDS + OPTIONAL_COLUMNS
_FIELD_OF_COLUMN = {"unit_code": "unit", "premises_id": "premises", "service_point_id": "service_point"}
_COLUMN_OF_FIELD = {name: column for column, name in _FIELD_OF_COLUMN.items()}


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What is wrong on a line (0: with the file as a whole)."""

    line: int
    broken: Broken

    def words(self, language: str) -> str:
        """Line, column and what to do, in the language."""
        texts = catalogue(language)
        words = self.broken.words(language)
        if not self.line:
            return words
        column = _COLUMN_OF_FIELD.get(self.broken.where, self.broken.where)
        return texts.text("visits.line", line=self.line, column=column, words=words)


class VisitFileError(ValueError):
    """The file was not taken; `problems` holds everything that is wrong, by line."""

    def __init__(self, source: str, problems: list[LineProblem | Problem]) -> None:
        self.source = source
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__(source, self.problems)

    def words(self, language: str) -> list[str]:
        """One sentence for each problem, in the language."""
        return [problem.words(language) for problem in self.problems]


def import_csv(connection: Connection, content: bytes, reader: ReportReader, reporter: Reporter, source: str) -> Taken:
    """Take in a file in the caller's transaction. Raises `VisitFileError`; nothing is written then."""
    return record_visits(connection, read_reports(content, reader, source), reporter)


def read_reports(content: bytes, reader: ReportReader, source: str) -> list[WeekReport]:
    """The reports of a file. An empty cell says nothing; a week and place may stand in one row only.

    Raises `VisitFileError`.
    """
    try:
        file = read_csv(content, source)
    except TerritoryFileError as error:
        raise VisitFileError(source, list(error.problems)) from error
    problems: list[LineProblem | Problem] = [*file.problems, *_problems_of_header(file)]
    if any(isinstance(problem, LineProblem) for problem in problems):
        raise VisitFileError(source, problems)
    reports = list(_reports(file, reader, problems))
    if not file.rows and not problems:
        problems.append(LineProblem(0, Broken("", "no_rows")))
    if problems:
        raise VisitFileError(source, problems)
    return reports


def _reports(file: CsvFile, reader: ReportReader, problems: list[LineProblem | Problem]) -> Iterator[WeekReport]:
    seen: dict[tuple[object, object], int] = {}
    for row in file.rows:
        report = reader.read(_typed(row))
        if not isinstance(report, WeekReport):
            problems += [LineProblem(row.line, broken) for broken in report]
            continue
        first = seen.setdefault((report.place, report.monday), row.line)
        if first != row.line:
            problems.append(LineProblem(row.line, Broken("unit", "twice", {"line_of_first": str(first)})))
        yield report


def _typed(row: CsvRow) -> Typed:
    cells = row.cells
    numbers = {kind: cells[kind] for kind in KINDS if cells.get(kind, "")}
    return Typed(
        cells["unit_code"],
        cells["week"],
        numbers,
        cells.get("premises_id", ""),
        cells.get("service_point_id", ""),
        cells.get("service_domain", ""),
    )


def _problems_of_header(file: CsvFile) -> Iterator[LineProblem]:
    known = ", ".join(COLUMNS)
    for name in NEEDED_COLUMNS:
        if name not in file.columns:
            yield LineProblem(1, Broken(name, "missing_column", {"column": name, "known": known}))
    if not set(KINDS) & set(file.columns):
        yield LineProblem(1, Broken(KINDS[0], "no_number_column", {"known": known}))
    for name in dict.fromkeys(file.columns):
        if name not in COLUMNS:
            yield LineProblem(1, Broken(name, "unknown_column", {"column": shown(name), "known": known}))
        elif file.columns.count(name) > 1:
            yield LineProblem(1, Broken(name, "column_twice", {"column": name}))
