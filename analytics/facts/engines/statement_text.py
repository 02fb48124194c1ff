"""The facts' statements as plain text: ANSI SQL with the days written into it, for any engine that reads SQL."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Table
from sqlalchemy.engine.default import DefaultDialect

from analytics.facts.statements import STATEMENTS

_ANSI = DefaultDialect()


@dataclass(frozen=True, slots=True)
class FactText:
    """The text that makes a fact table's rows of a span of days, and the columns that its rows have."""

    table: Table
    columns: tuple[str, ...]
    sql: str


def fact_texts(first: date, last: date) -> list[FactText]:
    """The text of every fact, for the days from `first` to `last`, both included.

    It reads the tables `response`, `questionnaire` and `questionnaire_item` by these names. Dates are written
    'YYYY-MM-DD': SQLite stores them so, the others convert them.
    """
    texts = []
    for table, statement in STATEMENTS:
        select = statement().params(first=first, last=last)
        compiled = select.compile(dialect=_ANSI, compile_kwargs={"literal_binds": True})
        texts.append(FactText(table, tuple(column.name for column in select.selected_columns), str(compiled)))
    return texts
