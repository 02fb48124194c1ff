"""Rebuilding facts, by engine, against a plain scan (count and sums) of the same answers by the same engine.

`python -m tests.benchmarks.facts [MILLIONS]` prints the table: one million by default (about two minutes), or also that
many (ten: about twenty minutes and 10 GB of disk). A week (a million answers) is rebuilt of each book; DuckDB also
rebuilds all of the larger one. Whole rebuilds: the facts are written to the database.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pyarrow as pa
from flask import Flask
from sqlalchemy import insert, text

from analytics.facts.engines import database_engine, duckdb_engine
from analytics.facts.engines.duckdb_process import DuckDBProcess, Question
from survey_app.database import db, read_connection
from survey_app.ledger.archive.layout import month_of
from survey_app.ledger.archive.reading import Archive
from survey_app.questionnaires.models import QuestionnaireItemRow, QuestionnaireRow
from tests.support.applications import application, settings_for
from tests.support.databases import SQLiteDatabases, postgresql_server
from tests.support.many_answers import Places, days_of_answers, loading, write_archive, write_book

FIRST = date(2026, 8, 3)
A_DAY = 1_000_000 // 7
MOST_MILLIONS = 10
SCAN = (
    "SELECT count(*), sum(r1), sum(r2), sum(r3), sum(r4), sum(r5), sum(r6), sum(c1) FROM response "
    "WHERE day BETWEEN '{first}' AND '{last}'"
)
PLACES = Places(range(1, 96), [f"{26_000 + number}" for number in range(95)], range(101, 196), ((1, "a" * 64),))


@dataclass(frozen=True)
class Rebuilt:
    """Seconds for the answers of some weeks."""

    engine: str
    book: int
    """Answers in the book or archive, in millions."""
    counted: int
    """Answers whose facts were made, in millions."""
    rebuild: float
    scan: float

    @property
    def here(self) -> str:
        """The seconds of this machine."""
        sizes = f"{self.book} M kept, {self.counted} M counted"
        return f"here: facts by {self.engine}, {sizes}: {self.rebuild:.1f} s, scan {self.scan:.2f} s"


def millions(typed: str) -> int:
    """How many million answers the larger book holds, from 1 to 10, for argparse."""
    number = int(typed) if typed.isdecimal() else 0
    if not 1 <= number <= MOST_MILLIONS:
        raise argparse.ArgumentTypeError(f"say how many million answers, 1 to {MOST_MILLIONS}, not {typed!r}")
    return number


def measure_facts(folder: Path, most: int = 1) -> list[Rebuilt]:
    """Fill books and archives of one and of `most` million answers, and rebuild them by each engine."""
    measured = []
    for weeks in sorted({1, most}):
        archive = _archived(folder / f"archive-{weeks}", weeks)
        for name, database in (("SQLite", _sqlite), ("PostgreSQL", _postgresql)):
            with database(folder / f"{name}-{weeks}") as app, app.app_context():
                _fill(weeks)
                measured.append(Rebuilt(name, weeks, 1, _seconds(_rebuild_a_week), _scan()))
                if name == "SQLite":
                    measured += _by_duckdb(archive, weeks)
    return measured


def facts_table(measured: list[Rebuilt]) -> str:
    """The ratios as Markdown."""
    lines = [
        "## Facts rebuilt, against a plain scan of the same answers by the same engine",
        "",
        "| engine | million answers kept | of which counted | rebuild ÷ scan |",
        "|---|---|---|---|",
    ]
    lines += [f"| {one.engine} | {one.book} | {one.counted} | {one.rebuild / one.scan:.1f} |" for one in measured]
    return "\n".join(lines)


def _by_duckdb(archive: Archive, weeks: int) -> list[Rebuilt]:
    measured = []
    for counted in sorted({1, weeks}):
        days = _days(counted)
        files = tuple(str(path) for path, _file in archive.files(days[0], days[-1]))
        question = Question(files, (SCAN.format(first=days[0], last=days[-1]),))
        with DuckDBProcess([]) as process:
            list(process.ask(question))
            scan = _seconds(partial(_read_all, process.ask, question))
        rebuild = _seconds(partial(_read_all, duckdb_engine.rebuild, archive, days))
        measured.append(Rebuilt("DuckDB on the archive", weeks, counted, rebuild, scan))
    return measured


def _read_all(work: Callable[..., Iterable[object]], *arguments: object) -> None:
    list(work(*arguments))


def _rebuild_a_week() -> None:
    list(database_engine.rebuild(_days(1)))


def _scan() -> float:
    days = _days(1)
    statement = text(SCAN.format(first=days[0], last=days[-1]))

    def once() -> None:
        with read_connection() as connection:
            connection.execute(statement).all()

    once()
    return _seconds(once)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _days(weeks: int) -> list[date]:
    return [FIRST + timedelta(days=number) for number in range(7 * weeks)]


def _archived(folder: Path, weeks: int) -> Archive:
    """The archive of the same answers, month by month."""
    folder.mkdir()
    month: list[tuple[date, pa.Table]] = []
    for day, answers in days_of_answers(PLACES, FIRST, 7 * weeks, A_DAY * 7 * weeks):
        if month and month_of(month[0][0]) != month_of(day):
            write_archive(folder, month)
            month = []
        month.append((day, answers))
    write_archive(folder, month)
    return Archive(folder)


def _fill(weeks: int) -> None:
    common = {"version": 1, "definition": "{}", "stored_on": FIRST, "content_hash": "a" * 64, "key": "q"}
    items = [
        {"questionnaire_id": 1, "name": slot, "slot": slot, "kind": kind, "construct": "x", "position": place}
        for place, (slot, kind) in enumerate([*((f"r{one}", "rating") for one in range(1, 7)), ("c1", "choice")])
    ]
    with loading(db.engine) as connection:
        connection.execute(insert(QuestionnaireRow), [{"id": 1, "attitude_items": 5, **common}])
        connection.execute(insert(QuestionnaireItemRow), items)
        for day, answers in days_of_answers(PLACES, FIRST, 7 * weeks, A_DAY * 7 * weeks):
            write_book(db.engine, connection, day, answers)
    with loading(db.engine) as connection:
        connection.execute(text("ANALYZE"))


@contextmanager
def _sqlite(folder: Path) -> Iterator[Flask]:
    folder.mkdir()
    with SQLiteDatabases(folder).fresh() as url, application(settings_for(url, folder / "instance")) as app:
        yield app


@contextmanager
def _postgresql(folder: Path) -> Iterator[Flask]:
    with (
        postgresql_server() as databases,
        databases.fresh() as url,
        application(settings_for(url, folder / "instance")) as app,
    ):
        yield app


def main() -> None:
    """Measure what was asked for and print it, seconds of this machine included."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.facts", description=__doc__)
    parser.add_argument("millions", nargs="?", type=millions, default=1, help="million answers of the larger book")
    with tempfile.TemporaryDirectory(prefix="tt-bench-") as scratch:
        results = measure_facts(Path(scratch), parser.parse_args().millions)
    print(facts_table(results))
    for each in results:
        print(each.here)


if __name__ == "__main__":
    main()
