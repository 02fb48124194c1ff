"""A book of a given size, made by the database itself out of some days of simulated answers."""

import hashlib
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Date, bindparam, insert, text

from survey_app.responses.book import ensure_partition
from survey_app.responses.models import BookDayRow, response
from tests.support.surveys import ScannedCounter

FIRST = date(2026, 1, 1)
SEED_DAYS = 20
SEED_ROWS = 100_000
_SHIFTED = {
    "sqlite": "date(day, '+' || :days || ' days')",
    "postgresql": "day + CAST(:days AS integer)",
}


def fill(connection: Connection, counter: ScannedCounter, rows: int) -> None:
    """Write `rows` answers (a multiple of `SEED_ROWS`) straight into the book."""
    times = rows // SEED_ROWS
    if connection.dialect.name == "postgresql":
        for number in range(0, times * SEED_DAYS + 31, 28):
            ensure_partition(connection, FIRST + timedelta(days=number))
    for number in range(SEED_DAYS):
        connection.execute(insert(response), list(_answers(FIRST + timedelta(days=number), counter)))
    others = ", ".join(column.name for column in response.c if column.name != "day")
    shifted = _SHIFTED[connection.dialect.name]
    copy = text(f"INSERT INTO response (day, {others}) SELECT {shifted}, {others} FROM response WHERE day < :end")
    copy = copy.bindparams(bindparam("end", FIRST + timedelta(days=SEED_DAYS), Date()))
    for number in range(1, times):
        connection.execute(copy, {"days": number * SEED_DAYS})
    days = [FIRST + timedelta(days=number) for number in range(times * SEED_DAYS)]
    connection.execute(insert(BookDayRow), [{"day": day, "responses": SEED_ROWS // SEED_DAYS} for day in days])


def _answers(day: date, counter: ScannedCounter) -> Iterator[dict[str, Any]]:
    draw = random.Random(day.toordinal())
    empty = dict.fromkeys(column.name for column in response.c)
    for _ in range(SEED_ROWS // SEED_DAYS):
        identity = draw.randbytes(16)
        ratings = draw.choices((1, 2, 3, 4, 5, None), (2, 3, 10, 40, 40, 5), k=5)
        yield (
            empty
            | dict(zip(("r2", "r3", "r4", "r5", "r6"), ratings, strict=True))
            | {
                "day": day,
                "unit_id": counter.commune.id,
                "id": identity,
                "day_part": "morning",
                "service_point_id": counter.service_point_id,
                "channel": "poster",
                "respondent_group": draw.choice(("citizen", "organisation", None)),
                "service_domain": draw.choice(("land", "residence", None)),
                "questionnaire_id": counter.questionnaire_id,
                "language": "vi",
                "r1": 5,
                "c1": draw.choice((1, 1, 1, 2, None)),
                "flags": 0,
                "set_aside": 0,
                "leaf_salt": draw.randbytes(16),
                "leaf_hash": hashlib.sha256(identity).digest(),
            }
        )
