"""The facts of closed days computed by the database itself, from the book."""

from collections.abc import Iterator, Sequence
from datetime import date

from analytics.facts.rebuild import rebuild_day
from survey_app.database import write_transaction


def rebuild(days: Sequence[date]) -> Iterator[date]:
    """Make the facts of these days anew, one transaction a day, yielding each when it is durable."""
    for day in days:
        with write_transaction() as connection:
            rebuild_day(connection, day)
        yield day
