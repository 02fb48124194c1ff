"""Killed anywhere, several at once, on a full disk, while answers come: nothing half, nothing lost."""

import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event, func, select, text, update

from config import Settings
from survey_app.database import db, write_transaction
from survey_app.ledger import sealed_log
from survey_app.ledger.closing import DayNotClosed, close_days
from survey_app.ledger.models import SealedUnitDayRow
from survey_app.ledger.verification import verify_log
from survey_app.responses import reader
from survey_app.responses.guard import Flag
from survey_app.responses.models import BookDayRow, ReceiptRow, comment, inbox, response
from survey_app.responses.registration import door_of
from tests.conftest import NOW
from tests.ledger.real_book import TODAY, YESTERDAY, Begin, close
from tests.support.counters import Counter, a_counter
from tests.support.databases import ROOT, postgresql_only, sqlite_only
from tests.support.live_server import environment_for

BEFORE = YESTERDAY - timedelta(days=1)
POINTS = (
    "INSERT INTO prepared_answer",
    "INSERT INTO response",
    "INSERT INTO comment",
    "INSERT INTO receipt",
    "DELETE FROM inbox",
    "INSERT INTO book_day",
    "INSERT INTO sealed_day",
    "INSERT INTO sealed_unit_day",
    "INSERT INTO fact_",
    "DELETE FROM spent",
    "COMMIT 4",
    "COMMIT 6",
)
"""Where a closer dies: between any two things that it writes, and right before the first and second day are durable."""


@pytest.fixture
def counter(transaction: Begin, app: Flask) -> Counter:
    """A counter where six people answered on each of the last two days; one wrote something."""
    with transaction() as connection:
        made = a_counter(connection, app)
    with transaction() as connection:
        for ago in (1, 2):
            for number in range(6):
                at = NOW - timedelta(days=ago)
                given = made.submission(at, {"r1": 1 + number % 5}, comment="Tốt" if number == 0 else None)
                made.door.record_response(connection, given)
    return made


def closer(settings: Settings, *arguments: str) -> subprocess.Popen[str]:
    """A closer in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.ledger.closer_process", *arguments],
        cwd=ROOT,
        env=environment_for(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, list[str]]:
    """Its exit code and lines."""
    words, errors = process.communicate(timeout=120)
    assert process.returncode in {0, -signal.SIGKILL}, errors
    return process.returncode, words.splitlines()


def held(connection: Connection) -> dict[str, int]:
    """How many answers wait, are booked, have comments and check codes; how many days are closed and sealed."""

    def count(table: Any) -> int:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())

    tables = {"inbox": inbox, "book": response, "comments": comment, "receipts": ReceiptRow, "days": BookDayRow}
    return {name: count(table) for name, table in tables.items()} | {"entries": count(SealedUnitDayRow)}


def assert_whole(connection: Connection) -> int:
    """Nothing is half: what is sealed verifies, and each answer is in exactly one place. Returns the days closed."""
    days = verify_log(connection).days
    assert held(connection) == {
        "inbox": 12 - 6 * days,
        "book": 6 * days,
        "comments": days,
        "receipts": 6 * days,
        "days": days,
        "entries": days,
    }
    return days


@pytest.mark.parametrize("point", POINTS)
def test_a_closer_that_is_killed_leaves_nothing_half_and_the_next_completes_it(
    settings: Settings, app: Flask, transaction: Begin, counter: Counter, point: str
) -> None:
    code, _ = ended(closer(settings, point))
    assert code == -signal.SIGKILL, "it must have come to this point"
    with transaction() as connection:
        done = assert_whole(connection)
    assert done == (1 if point == "COMMIT 6" else 0)
    close(app, BEFORE, YESTERDAY)
    with transaction() as connection:
        assert assert_whole(connection) == 2
        assert reader.booked_days(connection, reader.Selection()) == [(BEFORE, 6), (YESTERDAY, 6)]


def test_closers_in_several_processes_close_each_day_once(
    settings: Settings, app: Flask, transaction: Begin, counter: Counter
) -> None:
    together = [closer(settings) for _ in range(3)]
    said = [ended(process) for process in together]
    assert [code for code, _ in said] == [0, 0, 0]
    assert sorted(line for _, lines in said for line in lines) == [f"{BEFORE} 6", f"{YESTERDAY} 6"]
    with transaction() as connection:
        assert assert_whole(connection) == 2
        assert len(sealed_log.verifier_keys(connection)) == 1


@sqlite_only
def test_on_a_full_disk_the_day_stays_open_and_the_command_says_so(
    settings: Settings, app: Flask, transaction: Begin, counter: Counter
) -> None:
    with transaction() as connection:
        for _ in range(600):
            given = counter.submission(NOW - timedelta(days=1), comment="Cán bộ hướng dẫn dễ hiểu." * 8)
            counter.door.record_response(connection, given)
    with app.app_context(), db.engine.connect() as opened:
        opened.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    room = 250_000

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    last = YESTERDAY.isoformat()
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "close-day", "--day", last]
    environment = environment_for(settings)
    ran = subprocess.run(
        command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True, preexec_fn=little_room
    )
    assert ran.returncode == 1
    assert f"Chưa khóa được ngày {last}" in ran.stderr
    assert "Đã khóa sổ 1 ngày" in ran.stdout, "the small day before it had room"
    assert "Traceback" not in ran.stderr
    with transaction() as connection:
        assert verify_log(connection).days == 1
        assert (held(connection)["inbox"], held(connection)["book"]) == (606, 6)
    close(app, YESTERDAY)
    with transaction() as connection:
        assert held(connection)["book"] == 612


@postgresql_only
def test_a_connection_that_breaks_leaves_the_day_open(app: Flask, transaction: Begin, counter: Counter) -> None:
    def breaks(connection: Connection, _day: object) -> None:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with app.app_context(), pytest.raises(DayNotClosed, match=str(BEFORE)):
        list(close_days([BEFORE, YESTERDAY], [breaks], NOW))
    with transaction() as connection:
        assert assert_whole(connection) == 0
    close(app, BEFORE, YESTERDAY)
    with transaction() as connection:
        assert assert_whole(connection) == 2


class Meanwhile:
    """Does something to the inbox on another connection right after a closer has prepared some answers."""

    def __init__(self, times: int, changes: Sequence[Any]) -> None:
        self.times, self.changes = times, changes
        self.done = 0

    def __enter__(self) -> "Meanwhile":
        event.listen(db.engine, "after_cursor_execute", self._look)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(db.engine, "after_cursor_execute", self._look)

    def _look(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("INSERT INTO prepared_answer") and self.done < self.times:
            self.done += 1
            with write_transaction() as other:
                for change in self.changes:
                    change(other)


@pytest.mark.parametrize("times", [1, 2])
def test_a_verdict_that_changes_while_the_day_is_prepared_is_the_one_that_is_booked(
    app: Flask, transaction: Begin, counter: Counter, times: int
) -> None:
    """Twice in vain, and then the writers wait."""

    def judged(connection: Connection) -> None:
        flags = int(Flag.HONEYPOT if changing.done % 2 else Flag.TOO_FAST)
        connection.execute(update(inbox).values(flags=flags, set_aside=1))

    with app.app_context(), Meanwhile(times, [judged]) as changing:
        close(app, BEFORE)
    assert changing.done == times
    expected = int(Flag.HONEYPOT if times % 2 else Flag.TOO_FAST)
    with transaction() as connection:
        assert set(connection.execute(select(response.c.flags, response.c.set_aside))) == {(expected, 1)}
        verify_log(connection)


def test_answers_that_come_while_the_day_is_prepared_are_in_the_next_book(
    app: Flask, transaction: Begin, counter: Counter
) -> None:
    def arrives(connection: Connection) -> None:
        door_of(app).record_response(connection, counter.submission(NOW - timedelta(days=2)))

    with app.app_context(), Meanwhile(1, [arrives]):
        close(app, BEFORE, YESTERDAY)
    with transaction() as connection:
        assert reader.booked_days(connection, reader.Selection()) == [(BEFORE, 6), (YESTERDAY, 7)]
        assert verify_log(connection).receipts == 13


def test_a_week_of_downtime_is_caught_up(app: Flask, transaction: Begin, counter: Counter) -> None:
    close(app, BEFORE)
    week = [YESTERDAY + timedelta(days=number) for number in range(7)]
    close(app, *week)
    with transaction() as connection:
        assert verify_log(connection).days == 8
        assert sealed_log.last_sealed_day(connection) == week[-1] > TODAY


def test_no_trace_of_the_preparation_is_left(
    app: Flask, settings: Settings, transaction: Begin, counter: Counter
) -> None:
    """Which answer of the inbox became which row of the book stands on no disk, and in no session."""
    with transaction() as connection:
        waiting = list(connection.scalars(select(inbox.c.id)))
    close(app, BEFORE, YESTERDAY)
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            assert connection.execute(text("SELECT to_regclass('pg_temp.prepared_answer')")).scalar() is None
            return
        assert connection.execute(text("SELECT name FROM sqlite_temp_master")).all() == []
    files = [path.read_bytes() for path in Path(settings.database_url.removeprefix("sqlite:///")).parent.glob("*")]
    assert not any(one in content for one in waiting for content in files)
