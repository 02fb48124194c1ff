"""Facts are rebuilt, not patched: a day's rows are deleted and made anew, in the caller's transaction; idempotent."""

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Connection, Delete, Insert, bindparam, delete, insert

from analytics.facts.models import FACT_TABLES
from analytics.facts.statements import STATEMENTS


@cache
def _statements() -> tuple[tuple[Delete, Insert], ...]:
    """DELETE and INSERT … SELECT of every fact, compiled once."""
    made: list[tuple[Delete, Any]] = []
    for table, statement in STATEMENTS:
        select = statement()
        names = [column.name for column in select.selected_columns]
        made.append((delete(table).where(table.c.day == bindparam("day")), insert(table).from_select(names, select)))
    return tuple(made)


def rebuild_day(connection: Connection, day: date) -> None:
    """Make the facts of one closed day from the book."""
    for clear, fill in _statements():
        connection.execute(clear, {"day": day})
        connection.execute(fill, {"first": day, "last": day})


__all__ = ["FACT_TABLES", "rebuild_day"]
