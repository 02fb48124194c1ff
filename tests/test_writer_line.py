"""Writers of one SQLite file stand in line: threads, processes, nested ones, and those whose turn does not come."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from survey_app import database
from survey_app.database import write_transaction
from survey_app.responses.models import BookDayRow
from survey_app.writer_line import LineTooLong, WriterLine, line_of
from tests.support.databases import ROOT, sqlite_only

HOLD = """
import sys, time
from pathlib import Path
from survey_app.writer_line import line_of
with line_of(Path(sys.argv[1])).turn(5):
    print("mine", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def line(tmp_path: Path) -> WriterLine:
    """The line of a database that need not exist."""
    return line_of(tmp_path / "some.sqlite3")


def test_two_threads_are_never_in_at_once(line: WriterLine) -> None:
    inside, most = 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal inside, most
        for _ in range(50):
            with line.turn(10):
                with lock:
                    inside += 1
                    most = max(most, inside)
                time.sleep(0.0002)
                with lock:
                    inside -= 1

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, inside) == (1, 0)


def test_another_process_waits_and_gets_its_turn(tmp_path: Path, line: WriterLine) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "some.sqlite3")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None and holder.stdin is not None
    assert holder.stdout.readline() == "mine\n"
    with pytest.raises(LineTooLong), line.turn(0.2):
        pass
    holder.stdin.close()
    with line.turn(10):
        pass
    holder.wait(timeout=10)
    holder.stdout.close()


def test_the_line_goes_on_when_its_first_dies(tmp_path: Path, line: WriterLine) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "some.sqlite3")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None and holder.stdin is not None
    assert holder.stdout.readline() == "mine\n"
    holder.kill()
    holder.communicate(timeout=10)
    with line.turn(10):
        pass


def test_whoever_is_in_goes_on_and_leaves_once(line: WriterLine) -> None:
    with line.turn(1), line.turn(1):
        pass
    left: list[bool] = []

    def other() -> None:
        with line.turn(1):
            left.append(True)

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert left == [True]


def test_a_failure_inside_leaves_the_line(line: WriterLine) -> None:
    with pytest.raises(ValueError, match="inside"), line.turn(1):
        raise ValueError("inside")
    with line.turn(0.1):
        pass


@sqlite_only
def test_a_turn_that_does_not_come_is_a_failure_of_the_store(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    ready, done = threading.Event(), threading.Event()

    def hold() -> None:
        with app.app_context(), write_transaction():
            ready.set()
            done.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    ready.wait(10)
    try:
        with app.app_context(), pytest.raises(SQLAlchemyError, match="no turn to write"), write_transaction():
            pass
    finally:
        done.set()
        holder.join()
    with app.app_context(), write_transaction() as connection:
        assert connection.execute(select(BookDayRow.day)).all() == []
