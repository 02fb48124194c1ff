"""`flask close-day`, as an operator uses it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from flask import Flask
from sqlalchemy import Connection

from analytics.facts.models import fact_attitude
from survey_app.clock import SetClock
from tests.conftest import NOW
from tests.support.counters import a_counter

Begin = Callable[[], AbstractContextManager[Connection]]


def answer(transaction: Begin, app: Flask, days_ago: int) -> None:
    """One answer some days ago."""
    with transaction() as connection:
        counter = a_counter(connection, app)
        counter.door.record_response(connection, counter.submission(NOW - timedelta(days=days_ago), {"r1": 5, "r2": 4}))


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    """Exit code and words of `flask close-day`."""
    result = app.test_cli_runner().invoke(args=["close-day", *arguments])
    return result.exit_code, result.output


def test_it_says_what_it_closed_and_twice_changes_nothing(app: Flask, transaction: Begin) -> None:
    answer(transaction, app, days_ago=3)
    code, words = run(app)
    assert code == 0
    assert "Đã khóa sổ 3 ngày (2026-11-21 đến 2026-11-23): ghi sổ 1 phiếu." in words
    assert run(app) == (0, "Không có gì để khóa: mọi ngày đã qua đều đã vào sổ.\n")


def test_closing_counts_the_day(app: Flask, transaction: Begin) -> None:
    answer(transaction, app, days_ago=1)
    run(app)
    with transaction() as connection:
        assert connection.execute(fact_attitude.select()).one().responses == 1


def test_today_may_be_closed_for_trials_and_tomorrow_may_not(app: Flask, transaction: Begin) -> None:
    answer(transaction, app, days_ago=0)
    assert run(app, "--day", "2026-11-24")[1].endswith("ghi sổ 1 phiếu.\n")
    code, words = run(app, "--day", "2026-11-25")
    assert code == 1
    assert "2026-11-25 chưa đến" in words
    assert "Traceback" not in words


def test_a_clock_that_jumped_ahead_is_stopped_with_words(app: Flask, transaction: Begin, clock: SetClock) -> None:
    answer(transaction, app, days_ago=1)
    run(app)
    clock.advance(timedelta(days=400))
    code, words = run(app)
    assert code == 1
    assert "400 ngày (2026-11-24 đến 2027-12-28) chưa khóa sổ" in words
    assert "--day 2027-12-28" in words
    clock.advance(timedelta(days=-400))
    assert run(app)[0] == 0


def test_a_day_that_is_no_day_gets_a_clear_answer(app: Flask) -> None:
    code, words = run(app, "--day", "24/11/2026")
    assert code == 2
    assert "does not match the format '%Y-%m-%d'" in words
