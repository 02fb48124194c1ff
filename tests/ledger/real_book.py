"""A small book that the product itself took in, closed and sealed, and a way to change it behind the product's back."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from survey_app.database import WRITE, db
from survey_app.ledger.closing import close_days
from survey_app.ledger.differences import Difference
from survey_app.ledger.steps import closing_steps
from survey_app.ledger.verification import verify_log
from tests.conftest import NOW
from tests.support.counters import Counter, a_counter

Begin = Callable[[], AbstractContextManager[Connection]]
TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)
BUSY, OTHER, SILENT = "26041", "26044", "26101"


@dataclass(frozen=True)
class RealBook:
    """Three sealed days, the last of them yesterday: two units that were answered, one that never is."""

    busy: Counter
    other: Counter
    days: tuple[date, ...]


def a_real_book(app: Flask, transaction: Begin) -> RealBook:
    """Take in some answers for three days, with comments and one machine's, and close the days."""
    days = tuple(YESTERDAY - timedelta(days=ago) for ago in (2, 1, 0))
    with transaction() as connection:
        busy, other, _ = (a_counter(connection, app, code) for code in (BUSY, OTHER, SILENT))
    with transaction() as connection:
        for ago in range(1, 4):
            for number in range(4):
                at = NOW - timedelta(days=ago)
                comment = "Cán bộ niềm nở." if number < 2 else None
                given = busy.submission(at, {"r1": 1 + number, "r2": 5}, comment=comment, honeypot_filled=number == 3)
                busy.door.record_response(connection, given)
            given = other.submission(NOW - timedelta(days=ago), {"r1": 3}, service_domain="land")
            other.door.record_response(connection, given)
    close(app, *days)
    return RealBook(busy, other, days)


def close(app: Flask, *days: date) -> None:
    """Close these days as the command does."""
    with app.app_context():
        list(close_days(days, closing_steps(app), NOW))


@contextmanager
def tampering(app: Flask) -> Iterator[Connection]:
    """Write as somebody does who owns the database: no trigger fires, no foreign key holds."""
    with app.app_context(), db.engine.connect().execution_options(**{WRITE: True}) as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        with connection.begin():
            if connection.dialect.name == "sqlite":
                names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()
                for name in names.all():
                    connection.execute(text(f"DROP TRIGGER {name}"))
            else:
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            yield connection
        connection.invalidate()


class Undo(Exception):
    """Take the change back."""


@contextmanager
def taken_back(app: Flask) -> Iterator[Connection]:
    """Change what you like: in the end nothing was changed."""
    with suppress(Undo), tampering(app) as connection:
        yield connection
        raise Undo


def difference(connection: Connection) -> Difference:
    """What verifying says of the book as this connection sees it."""
    with pytest.raises(Difference) as found:
        verify_log(connection)
    return found.value
