"""Two hundred thousand answers, half of them on one day, take no more memory than a few thousand."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, insert, text

from survey_app.audit.csv_export import csv_pieces
from survey_app.audit.export_rows import ExportFilter, open_export
from survey_app.database import read_connection
from survey_app.responses.book import DayOfBook, write_day
from survey_app.responses.models import BookDayRow, response
from survey_app.responses.reader import Selection
from tests.audit.test_raw_export import a_real_counter
from tests.support.counters import Counter

Begin = Callable[[], AbstractContextManager[Connection]]
FIRST, BUSY = date(2026, 10, 1), date(2026, 10, 2)
A_DAY, BUSY_TIMES = 10_000, 10
MEGABYTE = 1024 * 1024
NEW_ID = {"sqlite": "randomblob(16)", "postgresql": "decode(md5(random()::text), 'hex')"}


@pytest.fixture
def many(app: Flask, transaction: Begin) -> Flask:
    """One day of ten thousand, one of a hundred thousand, nine more of ten thousand."""
    with transaction() as connection:
        counter = a_real_counter(connection, app, "26068")
        rows = [_row(counter, number) for number in range(A_DAY)]
        write_day(connection, DayOfBook(FIRST, rows, (), (), ()))
        others = ", ".join(column.name for column in response.c if column.name not in {"day", "id"})
        copy = (
            "INSERT INTO response (day, id, {0}) SELECT :day, {1}, {0} FROM response, ({2}) AS times WHERE day = :first"
        )
        once = "SELECT 1 AS number"
        times = " UNION ALL ".join([once] * BUSY_TIMES)
        new_id = NEW_ID[connection.dialect.name]
        for day in range(2, 12):
            on = date(2026, 10, day)
            busy = on == BUSY
            connection.execute(
                text(copy.format(others, new_id, times if busy else once)), {"day": str(on), "first": str(FIRST)}
            )
            connection.execute(insert(BookDayRow), {"day": on, "responses": A_DAY * (BUSY_TIMES if busy else 1)})
    return app


def _row(counter: Counter, number: int) -> dict[str, Any]:
    return {column.name: None for column in response.c} | {
        "day": FIRST,
        "unit_id": counter.unit_id,
        "id": number.to_bytes(16, "big"),
        "day_part": "morning",
        "service_point_id": counter.service_point_id,
        "channel": "poster",
        "questionnaire_id": counter.questionnaire_id,
        "language": "vi",
        "r1": 1 + number % 5,
        "flags": 0,
        "set_aside": 0,
        "leaf_salt": bytes(16),
        "leaf_hash": number.to_bytes(32, "little"),
    }


def _resident() -> int:
    """Bytes of this process that lie in memory now."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def _pieces(selection: Selection) -> Iterator[bytes]:
    with read_connection() as connection:
        yield from csv_pieces(open_export(connection, ExportFilter(selection)))


def test_memory_does_not_grow_with_rows(many: Flask) -> None:
    with many.app_context():
        assert sum(piece.count(b"\r\n") for piece in _pieces(Selection(FIRST, FIRST))) == A_DAY + 1
        before = highest = _resident()
        rows = size = 0
        for piece in _pieces(Selection()):
            rows, size = rows + piece.count(b"\r\n"), size + len(piece)
            highest = max(highest, _resident())
    assert rows == 200_001
    assert size > 50 * MEGABYTE
    assert highest - before < 25 * MEGABYTE
