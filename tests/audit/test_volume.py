"""Two hundred thousand answers, half of them on one day, take no more memory than a few thousand."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
from flask import Flask
from sqlalchemy import Connection, insert, text

from survey_app.audit.export_rows import ExportFilter, open_export
from survey_app.audit.formats import FORMATS
from survey_app.database import read_connection
from survey_app.responses.book import ensure_partition
from survey_app.responses.models import BookDayRow, response
from survey_app.responses.reader import Selection
from tests.audit.sealed_book import a_real_counter
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
        ensure_partition(connection, FIRST)
        connection.execute(insert(response), rows)
        connection.execute(insert(BookDayRow), {"day": FIRST, "responses": A_DAY})
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


class Sink(io.RawIOBase):
    """A file that only counts, and watches this process's memory meanwhile."""

    def __init__(self) -> None:
        self.size, self.highest = 0, _resident()

    def writable(self) -> bool:
        return True

    def write(self, block: Any) -> int:
        self.size += len(block)
        self.highest = max(self.highest, _resident())
        return len(block)

    def tell(self) -> int:
        return self.size


def _write(name: str, wanted: ExportFilter, folder: Path) -> tuple[int, Sink]:
    """How many rows were written, and into what."""
    told: list[int] = []
    sink = Sink()
    with read_connection() as connection:
        FORMATS[name].write(open_export(connection, wanted), cast(BinaryIO, sink), folder, told.append)
    return sum(told), sink


@pytest.mark.parametrize(
    ("name", "comments"), [("csv", False), ("csv", True), ("jsonl", False), ("parquet", False)], ids=str
)
def test_memory_does_not_grow_with_rows(many: Flask, tmp_path: Path, name: str, comments: bool) -> None:
    """Without comments the database writes the lines, with them Python does."""
    with many.app_context():
        rows, _ = _write(name, ExportFilter(Selection(FIRST, FIRST.replace(day=4)), comments), tmp_path)
        assert rows == A_DAY * (BUSY_TIMES + 3), "what a format needs at most, it has taken now"
        before = _resident()
        rows, sink = _write(name, ExportFilter(Selection(), comments), tmp_path)
    assert rows == 200_000
    assert sink.size > 3 * MEGABYTE
    assert sink.highest - before < 30 * MEGABYTE
