"""Retention: what is older than promised goes, by sealed orders, a whole day at a time; what must stay stays."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select, text

from analytics.facts.models import FACT_TABLES
from config import Settings
from survey_app.audit_log.log import every_event, verify_chain
from survey_app.clock import SetClock
from survey_app.database import read_connection, write_transaction
from survey_app.ledger.background import remove_what_is_due
from survey_app.ledger.closing import heal_facts
from survey_app.ledger.orders import orders_of, removed_days
from survey_app.ledger.retention import DueDay, apply_retention, due_days, due_through, months_after
from survey_app.ledger.steps import closing_steps
from survey_app.responses.models import ReceiptRow
from tests.conftest import NOW
from tests.support.applications import settings_for
from tests.support.closed_days import ClosedBook
from tests.support.live_server import environment_for

Begin = Callable[[], AbstractContextManager[Connection]]
TODAY = NOW.date()
OLD, NEXT, RECENT = TODAY - timedelta(days=63), TODAY - timedelta(days=62), TODAY - timedelta(days=40)
"""Two months ago and more; one month ago and more."""


@pytest.fixture
def settings(database_url: str, tmp_path: Any) -> Settings:
    """Forms are kept for two months, comments for one."""
    instance = tmp_path / "instance"
    return settings_for(database_url, instance, retention_months=2, comment_retention_months=1)


@pytest.fixture
def book(app: Flask, transaction: Begin) -> Iterator[ClosedBook]:
    """Days that are due, days of which only comments are due, and one that is due in nothing."""
    made = ClosedBook.at_a_counter(app, transaction)
    made.give(OLD, 3, comment="Lời cũ")
    made.give(NEXT, 2)
    made.give(RECENT, 2, comment="Lời gần đây")
    made.give(TODAY - timedelta(days=1), 1, comment="Lời hôm qua")
    made.close(OLD, TODAY - timedelta(days=1))
    with app.app_context():
        yield made


def run(settings: Settings, clock: SetClock) -> list[DueDay]:
    return list(apply_retention(due_days(settings, clock.today()), settings, "thử", clock))


def facts() -> dict[str, list[Any]]:
    with read_connection() as connection:
        return {table.name: sorted(map(str, connection.execute(select(table)))) for table in FACT_TABLES}


def test_comments_go_first_and_rows_later(book: ClosedBook, settings: Settings, clock: SetClock) -> None:
    assert due_days(settings, TODAY) == [
        DueDay(RECENT, "comments", 2),
        DueDay(OLD, "rows", 3),
        DueDay(NEXT, "rows", 2),
    ]
    run(settings, clock)
    assert {row.day for row in book.rows()} == {RECENT, TODAY - timedelta(days=1)}
    assert book.comments() == [(TODAY - timedelta(days=1), "Lời hôm qua")]
    assert all(row.comment_digest for row in book.rows()), "digests stay"


def test_what_proves_and_counts_stays(book: ClosedBook, settings: Settings, clock: SetClock) -> None:
    before = facts()
    run(settings, clock)
    assert facts() == before
    with read_connection() as connection:
        assert len(connection.scalars(select(ReceiptRow.receipt)).all()) == 8
        assert removed_days(connection) == {OLD, NEXT}
        assert connection.execute(text("SELECT SUM(responses) FROM book_day")).scalar_one() == 8


def test_facts_of_removed_days_are_never_made_anew(book: ClosedBook, settings: Settings, clock: SetClock) -> None:
    before = facts()
    run(settings, clock)
    heal_facts(NEXT, closing_steps(book.app))
    assert book.app.test_cli_runner().invoke(args=["facts", "rebuild"]).exit_code == 0
    assert facts() == before


def test_twice_removes_nothing(book: ClosedBook, settings: Settings, clock: SetClock) -> None:
    due = due_days(settings, TODAY)
    assert [one.count for one in run(settings, clock)] == [2, 3, 2]
    assert due_days(settings, TODAY) == []
    again = list(apply_retention(due, settings, "another process that looked before", clock))
    assert [one.count for one in again] == [0, 0, 0]
    with read_connection() as connection:
        assert len(orders_of(connection, OLD, TODAY)) == 3


def test_orders_and_events_say_what_was_done(book: ClosedBook, settings: Settings, clock: SetClock) -> None:
    run(settings, clock)
    with read_connection() as connection:
        orders = {one.order_hash.hex(): one for one in orders_of(connection, OLD, TODAY)}
        events = [event for event in every_event(connection) if event.kind == "retention.applied"]
        verify_chain(connection)
    assert {event.details["order"] for event in events} == orders.keys()
    assert [(event.details["day"], event.details["what"], event.details["count"]) for event in events] == [
        (RECENT.isoformat(), "comments", 2),
        (OLD.isoformat(), "rows", 3),
        (NEXT.isoformat(), "rows", 2),
    ]
    assert {one.reason for one in orders.values()} == {"RETENTION_MONTHS=2", "COMMENT_RETENTION_MONTHS=1"}


def test_a_run_that_is_killed_leaves_whole_days(book: ClosedBook, settings: Settings, clock: SetClock) -> None:
    """The second day is killed between its removal and its commit; a real process, a real SIGKILL."""
    script = f"""
import os, signal, wsgi
from datetime import date
from config import load_settings
from survey_app.ledger import retention
from survey_app.responses import removal
app = wsgi.compose(load_settings())
remove = removal.remove_rows
def remove_and_die(connection, day, unit_id=None):
    removed = remove(connection, day, unit_id)
    if day == date.fromisoformat("{NEXT}"):
        os.kill(os.getpid(), signal.SIGKILL)
    return removed
removal.remove_rows = remove_and_die
with app.app_context():
    clock = app.extensions["clock"]
    due = retention.due_days(load_settings(), date.fromisoformat("{TODAY}"))
    list(retention.apply_retention(due, load_settings(), "killed", clock))
"""
    environment = environment_for(settings) | {"RETENTION_MONTHS": "2", "COMMENT_RETENTION_MONTHS": "1"}
    command = [sys.executable, "-c", script]
    killed = subprocess.run(command, check=False, env=environment, capture_output=True, timeout=120)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    with read_connection() as connection:
        assert removed_days(connection) == {OLD}
        assert [one.first_day for one in orders_of(connection, OLD, TODAY) if one.what == "rows"] == [OLD]
    assert len(book.rows(NEXT, NEXT)) == 2
    assert [(one.day, one.count) for one in run(settings, clock)] == [(NEXT, 2)]


def test_the_command_says_what_is_due_and_what_it_did(book: ClosedBook, app: Flask) -> None:
    runner = app.test_cli_runner()
    due = runner.invoke(args=["retention", "apply", "--dry-run"])
    assert "Đến hạn xóa: 5 phiếu của 2 ngày" in due.output
    assert "Đến hạn xóa: 2 lời góp ý của 1 ngày" in due.output
    assert len(book.rows()) == 8
    done = runner.invoke(args=["retention", "apply"])
    assert done.exit_code == 0
    assert "Đã xóa 5 phiếu của 2 ngày" in done.output
    assert "Không có gì đến hạn xóa." in runner.invoke(args=["retention", "apply"]).output
    with write_transaction() as connection:
        (actor,) = {event.actor for event in every_event(connection) if event.kind == "retention.applied"}
        assert actor.endswith("(command)")


def test_at_night_it_runs_once_a_day(book: ClosedBook, app: Flask, clock: SetClock) -> None:
    assert remove_what_is_due(app, None) == TODAY
    assert len(book.rows()) == 3
    book.give(TODAY, 1)
    assert remove_what_is_due(app, TODAY) == TODAY
    clock.advance(timedelta(days=70))
    assert remove_what_is_due(app, TODAY) == clock.today()
    assert book.rows() == []


def test_a_database_that_fails_is_tried_again(book: ClosedBook, app: Flask) -> None:
    with write_transaction() as connection:
        connection.execute(text("ALTER TABLE removal_order RENAME TO elsewhere"))
    assert remove_what_is_due(app, None) is None
    assert len(book.rows()) == 8
    with write_transaction() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO removal_order"))
    assert remove_what_is_due(app, None) == TODAY


def test_the_archive_lets_go_too(book: ClosedBook, app: Flask, settings: Settings, clock: SetClock) -> None:
    from survey_app.ledger.archive.reading import Archive

    written = app.test_cli_runner().invoke(args=["archive", "write"])
    assert written.exit_code == 0, written.output
    assert Archive(settings.resolved_archive_dir).rows_by_day.get(OLD) == 3
    run(settings, clock)
    rows = Archive(settings.resolved_archive_dir).rows_by_day
    assert {day for day, number in rows.items() if number} == {RECENT, TODAY - timedelta(days=1)}


@pytest.mark.parametrize(
    ("today", "months", "last"),
    [
        (date(2026, 11, 24), 24, date(2024, 11, 24)),
        (date(2027, 2, 28), 1, date(2027, 1, 31)),
        (date(2027, 3, 1), 1, date(2027, 2, 1)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
    ],
)
def test_due_days_by_the_calendar(today: date, months: int, last: date) -> None:
    assert due_through(today, months) == last


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)), st.integers(1, 120))
def test_a_day_is_due_exactly_when_its_months_are_over(today: date, months: int) -> None:
    last = due_through(today, months)
    assert months_after(last, months) <= today < months_after(last + timedelta(days=1), months)
