"""One definition, three engines, the same integers: on a million answers, on SQLite, PostgreSQL and DuckDB."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from sqlalchemy import Engine, insert, text
from sqlglot import ErrorLevel

from analytics.facts.engines.duckdb_engine import spans
from analytics.facts.engines.duckdb_process import DuckDBProcess, EngineFailed, Question, SmallTable
from analytics.facts.engines.statement_text import FactText, fact_texts
from survey_app.ledger.archive.reading import Archive
from survey_app.questionnaires.models import QuestionnaireItemRow, QuestionnaireRow
from tests.support.databases import PostgreSQLDatabases, SQLiteDatabases, connect
from tests.support.many_answers import Places, days_of_answers, loading, write_archive, write_book

MILLION = 1_000_000
FIRST, LAST, DAYS = date(2026, 11, 2), date(2026, 11, 8), 7
PLACES = Places(
    unit_ids=range(1, 41),
    unit_codes=[f"{26_000 + number}" for number in range(40)],
    service_point_ids=range(101, 141),
    questionnaires=((1, "a" * 64), (2, "b" * 64)),
)
ITEMS = {
    1: ["overall r1", "courtesy r2", "answers r3", "guidance r4", "fairness r5", "dedication r6", "trouble c1"],
    2: ["overall r1", "courtesy r2", "answers r3", "own r9", "trouble c1"],
}
ATTITUDE_ITEMS = {1: 5, 2: 2}


@pytest.fixture
def engines(
    sqlite_databases: SQLiteDatabases, postgresql_databases: PostgreSQLDatabases
) -> Iterator[dict[str, Engine]]:
    """Both databases with the two questionnaires."""
    with sqlite_databases.fresh() as sqlite, postgresql_databases.fresh() as postgresql:
        made = {"sqlite": connect(sqlite), "postgresql": connect(postgresql)}
        yield made
        for engine in made.values():
            engine.dispose()


def questionnaires() -> list[dict[str, object]]:
    common = {"version": 1, "definition": "{}", "stored_on": FIRST}
    return [
        {"id": one, "content_hash": content, "key": f"q{one}", "attitude_items": ATTITUDE_ITEMS[one], **common}
        for one, content in PLACES.questionnaires
    ]


def items() -> list[dict[str, object]]:
    rows = []
    for questionnaire, names in ITEMS.items():
        for position, words in enumerate(names):
            name, slot = words.split()
            kind = "rating" if slot.startswith("r") else "choice"
            row = {"name": name, "slot": slot, "kind": kind, "construct": "x", "position": position}
            rows.append({"questionnaire_id": questionnaire, **row})
    return rows


def small_tables() -> list[SmallTable]:
    columns = ("questionnaire_id", "name", "kind", "slot")
    return [
        SmallTable("questionnaire_item", columns, [tuple(row[name] for name in columns) for row in items()]),
        SmallTable("questionnaire", ("id", "attitude_items"), list(ATTITUDE_ITEMS.items())),
    ]


def in_database(engine: Engine, texts: list[FactText]) -> list[set[tuple[object, ...]]]:
    """The rows of each statement's text, as the database answers it."""
    with engine.connect() as connection:
        return [{_plain(row) for row in connection.execute(text(one.sql.replace(":", r"\:")))} for one in texts]


def in_duckdb(archive: Archive, texts: list[FactText]) -> list[set[tuple[object, ...]]]:
    rows: list[set[tuple[object, ...]]] = [set() for _ in texts]
    files = tuple(str(path) for path, _file in archive.files(FIRST, LAST))
    with DuckDBProcess(small_tables()) as process:
        for place, some in process.ask(Question(files, tuple(one.sql for one in texts))):
            rows[place] |= {_plain(row) for row in some}
    return rows


def _plain(row: Sequence[Any]) -> tuple[object, ...]:
    """Days as text (SQLite's own), numbers as integers (a SUM is a DECIMAL in some)."""
    return tuple(one.isoformat() if isinstance(one, date) else one if isinstance(one, str) else int(one) for one in row)


def test_all_engines_make_equal_integers_of_a_million_answers(engines: dict[str, Engine], tmp_path: Path) -> None:
    days = list(days_of_answers(PLACES, FIRST, DAYS, MILLION))
    write_archive(tmp_path, days)
    texts = fact_texts(FIRST, LAST)

    def filled_and_asked(engine: Engine) -> list[set[tuple[object, ...]]]:
        with loading(engine) as connection:
            connection.execute(insert(QuestionnaireRow), questionnaires())
            connection.execute(insert(QuestionnaireItemRow), items())
            for day, answers in days:
                write_book(engine, connection, day, answers)
        return in_database(engine, texts)

    with ThreadPoolExecutor() as both:
        sqlite, postgresql = both.map(filled_and_asked, engines.values())
    duckdb = in_duckdb(Archive(tmp_path), texts)
    for one, *answers in zip(texts, sqlite, postgresql, duckdb, strict=True):
        assert answers[0] == answers[1] == answers[2], one.table.name
        assert len(answers[0]) > (0 if one.table.name == "fact_scale" else 1_000)
    place = next(place for place, one in enumerate(texts) if one.table.name == "fact_attitude")
    responses = texts[place].columns.index("responses")
    assert sum(int(str(row[responses])) for row in sqlite[place]) == MILLION


@pytest.mark.parametrize("dialect", ["spark", "clickhouse", "duckdb", "postgres", "sqlite"])
def test_the_text_is_read_by_other_dialects_as_it_stands(dialect: str) -> None:
    for one in fact_texts(FIRST, LAST):
        parsed = sqlglot.parse_one(one.sql, read=dialect, error_level=ErrorLevel.RAISE)
        assert isinstance(parsed, sqlglot.exp.Select)
        assert parsed.sql(dialect=dialect)
        assert not list(parsed.find_all(sqlglot.exp.Div)), "engines disagree on division"
        assert [column.alias_or_name for column in parsed.selects] == list(one.columns)


def test_days_are_asked_for_by_weeks_and_never_across_a_gap() -> None:
    days = [date(2026, 11, number) for number in (1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13)]
    assert [(span[0].day, span[-1].day) for span in spans(days)] == [(1, 3), (5, 11), (12, 13)]
    assert list(spans([])) == []


def test_what_duckdb_cannot_do_is_said_and_the_process_goes_on(tmp_path: Path) -> None:
    with DuckDBProcess(small_tables()) as process:
        with pytest.raises(EngineFailed, match="nowhere"):
            list(process.ask(Question((str(tmp_path / "nowhere.parquet"),), ("SELECT 1",))))
        days = list(days_of_answers(PLACES, FIRST, 1, 100))
        write_archive(tmp_path, days)
        files = tuple(str(path) for path, _file in Archive(tmp_path).files(FIRST, FIRST))
        assert list(process.ask(Question(files, ("SELECT count(*) FROM response",)))) == [(0, [(100,)])]


def test_duckdb_loads_nothing_from_outside(tmp_path: Path) -> None:
    write_archive(tmp_path, list(days_of_answers(PLACES, FIRST, 1, 10)))
    files = tuple(str(path) for path, _file in Archive(tmp_path).files(FIRST, FIRST))
    with DuckDBProcess([]) as process, pytest.raises(EngineFailed):
        list(process.ask(Question(files, ("SELECT * FROM read_xlsx('x.xlsx')",))))


def test_a_process_that_dies_is_said(tmp_path: Path) -> None:
    with DuckDBProcess(small_tables()) as process:
        process._process.kill()
        process._process.join()
        with pytest.raises(EngineFailed, match="ended"):
            list(process.ask(Question((), ("SELECT 1",))))
