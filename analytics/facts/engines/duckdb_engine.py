"""The facts of closed days computed by DuckDB from the archive, and written to the database."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import Connection, delete, insert, select

from analytics.facts.engines.duckdb_process import DuckDBProcess, Question, Row, SmallTable
from analytics.facts.engines.statement_text import FactText, fact_texts
from analytics.facts.models import FACT_TABLES
from analytics.facts.statements import item_table, questionnaire_table
from survey_app.database import read_connection, write_transaction
from survey_app.ledger.archive.reading import Archive

DAYS_AT_ONCE = 7
"""A week a question: files are read seldom, and the database is locked for the writing of a week's facts only."""


def rebuild(archive: Archive, days: Sequence[date]) -> Iterator[date]:
    """Make the facts of these days anew, yielding each when it is durable; each span is one transaction.

    The days must be archived in full (`days.py` sees to that). Raises EngineFailed with the days so far in place.
    """
    with read_connection() as connection:
        tables = [_items(connection), _questionnaires(connection)]
    with DuckDBProcess(tables) as process:
        for span in spans(days):
            texts = fact_texts(span[0], span[-1])
            rows = _computed(process, archive, texts, span[0], span[-1])
            with write_transaction() as connection:
                _replace(connection, texts, rows, span[0], span[-1])
            yield from span


def spans(days: Sequence[date], largest: int = DAYS_AT_ONCE) -> Iterator[list[date]]:
    """Days, in order, cut into stretches without a gap."""
    span: list[date] = []
    for day in days:
        if span and (day != span[-1] + timedelta(days=1) or len(span) == largest):
            yield span
            span = []
        span.append(day)
    if span:
        yield span


def _computed(
    process: DuckDBProcess, archive: Archive, texts: Sequence[FactText], first: date, last: date
) -> dict[int, list[Row]]:
    rows: dict[int, list[Row]] = defaultdict(list)
    files = tuple(str(path) for path, _file in archive.files(first, last))
    if files:
        for place, some in process.ask(Question(files, tuple(text.sql for text in texts))):
            rows[place] += some
    return rows


def _replace(
    connection: Connection, texts: Sequence[FactText], rows: dict[int, list[Row]], first: date, last: date
) -> None:
    for table in FACT_TABLES:
        connection.execute(delete(table).where(table.c.day.between(first, last)))
    for place, text in enumerate(texts):
        if rows[place]:
            values = [dict(zip(text.columns, row, strict=True)) for row in rows[place]]
            connection.execute(insert(text.table), values)


def _items(connection: Connection) -> SmallTable:
    columns = ("questionnaire_id", "name", "kind", "slot")
    found = connection.execute(select(*(item_table.c[name] for name in columns)))
    return SmallTable(item_table.name, columns, [tuple(row) for row in found])


def _questionnaires(connection: Connection) -> SmallTable:
    columns = ("id", "attitude_items")
    found = connection.execute(select(*(questionnaire_table.c[name] for name in columns)))
    return SmallTable(questionnaire_table.name, columns, [tuple(row) for row in found])
