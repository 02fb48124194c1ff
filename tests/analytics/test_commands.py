"""`flask facts rebuild` and the days it works on."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import Connection, func, select

from analytics.facts.days import closed_days, last_closed_day
from analytics.facts.models import fact_attitude
from tests.analytics.dashboards.factories import THROUGH, add_unit, close_days, satisfied, write_facts

Begin = Callable[[], AbstractContextManager[Connection]]


@pytest.fixture
def closed(transaction: Begin) -> list[date]:
    """Five closed and empty days, with facts that the book does not bear out on the first and the last."""
    with transaction() as connection:
        unit = add_unit(connection)
        close_days(connection, days=5)
        days = closed_days(connection)
        for day in (days[0], days[-1]):
            write_facts(connection, unit.id, day, satisfied(3))
    return days


def rebuild(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["facts", "rebuild", *arguments])
    return result.exit_code, result.output


def responses(transaction: Begin) -> int:
    with transaction() as connection:
        return int(connection.execute(select(func.coalesce(func.sum(fact_attitude.c.responses), 0))).scalar_one())


def test_days_are_listed_oldest_first(transaction: Begin, closed: list[date]) -> None:
    assert closed == [THROUGH - timedelta(days=ago) for ago in (4, 3, 2, 1, 0)]
    with transaction() as connection:
        assert last_closed_day(connection) == THROUGH
        assert closed_days(connection, closed[1], closed[2]) == closed[1:3]


def test_every_closed_day_is_rebuilt(app: Flask, transaction: Begin, closed: list[date]) -> None:
    assert responses(transaction) == 6
    code, words = rebuild(app)
    assert code == 0
    assert "Rebuilt the facts of 5 day(s), 2026-11-19 to 2026-11-23." in words
    assert responses(transaction) == 0
    assert rebuild(app)[0] == 0


def test_only_the_days_asked_for_are_rebuilt(app: Flask, transaction: Begin, closed: list[date]) -> None:
    code, words = rebuild(app, "--from", "2026-11-20", "--to", "2026-11-30")
    assert code == 0 and "4 day(s), 2026-11-20 to 2026-11-23" in words
    assert responses(transaction) == 3


def test_wrong_days_are_told(app: Flask, closed: list[date]) -> None:
    code, words = rebuild(app, "--from", "2026-11-21", "--to", "2026-11-20")
    assert code == 2 and "2026-11-21 is after 2026-11-20" in words
    assert rebuild(app, "--from", "yesterday")[0] == 2


def test_nothing_closed_is_told(app: Flask) -> None:
    code, words = rebuild(app)
    assert code == 0 and "Nothing to rebuild" in words
