"""The combined app closes past days by itself, one worker at a time."""

import multiprocessing
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection
from structlog.testing import capture_logs

from survey_app.clock import SetClock
from survey_app.ledger.background import close_past_days, hold_lock
from survey_app.ledger.preparing import prepare_day
from survey_app.ledger.sealed_log import last_sealed_day
from survey_app.responses import reader
from survey_app.responses.book import write_day
from tests.conftest import NOW
from tests.support.counters import a_counter

Begin = Callable[[], AbstractContextManager[Connection]]


def _try_lock(path: Path) -> bool:
    """Take the lock in another process."""
    with path.open("w") as lock:
        return hold_lock(lock.fileno())


def test_past_days_are_closed_without_anybody_asking(app: Flask, transaction: Begin, clock: SetClock) -> None:
    with transaction() as connection:
        counter = a_counter(connection, app)
        counter.door.record_response(connection, counter.submission(NOW - timedelta(days=2)))
    assert close_past_days(app) == 2
    assert close_past_days(app) == 0
    clock.advance(timedelta(days=1))
    assert close_past_days(app) == 1
    with transaction() as connection:
        assert reader.last_booked_day(connection) == NOW.date()


def test_a_jump_of_the_clock_is_refused_and_does_not_end_the_thread(
    app: Flask, transaction: Begin, clock: SetClock
) -> None:
    close_past_days(app)
    clock.advance(timedelta(days=90))
    assert close_past_days(app) == 0
    with transaction() as connection:
        assert reader.last_booked_day(connection) == NOW.date() - timedelta(days=1)


def test_one_process_holds_the_lock_until_it_dies(tmp_path: Path) -> None:
    path = tmp_path / "close-day.lock"
    others = multiprocessing.get_context("spawn")
    with others.Pool(1) as pool:
        with path.open("w") as lock:
            assert hold_lock(lock.fileno())
            assert hold_lock(lock.fileno()), "the holder keeps it at every look"
            assert pool.apply(_try_lock, (path,)) is False
        assert pool.apply(_try_lock, (path,)) is True
    assert os.access(path, os.R_OK)


def test_a_missing_key_is_logged_and_does_not_end_the_thread(app: Flask, transaction: Begin, clock: SetClock) -> None:
    close_past_days(app)
    key = app.extensions["settings"].resolved_ledger_key_file
    kept = key.read_text(encoding="utf-8")
    key.unlink()
    clock.advance(timedelta(days=1))
    with capture_logs() as logged:
        assert close_past_days(app) == 0
    assert [one["event"] for one in logged] == ["closing_refused"]
    assert "there is no ledger key" in logged[0]["reason"]
    key.write_text(kept, encoding="utf-8")
    assert close_past_days(app) == 1


def test_days_booked_before_there_was_a_log_are_sealed_though_no_day_waits(app: Flask, transaction: Begin) -> None:
    with transaction() as connection:
        a_counter(connection, app)
        write_day(connection, prepare_day(connection, NOW.date() - timedelta(days=1)))
    assert close_past_days(app) == 0
    with transaction() as connection:
        assert last_sealed_day(connection) == NOW.date() - timedelta(days=1)
