"""Answers by the million, straight into the book: for tests and benchmarks of what counts them, not of the way in.

Every column varies as life's do; ids and hashes are drawn, so nothing of it verifies against a sealed log.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.random import Generator
from sqlalchemy import Connection, Engine, insert

from survey_app.database import WRITE
from survey_app.ledger.archive.columns import SCHEMA
from survey_app.ledger.archive.files import write_file
from survey_app.ledger.archive.layout import ArchiveFile, Month, month_of
from survey_app.ledger.archive.writing import replace_month, writing_lock
from survey_app.responses.book import ensure_partition
from survey_app.responses.models import BookDayRow

_CHUNK = 50_000


@dataclass(frozen=True)
class Places:
    """Where the answers are given: unit id, code and service point in step; and the questionnaires used there."""

    unit_ids: Sequence[int]
    unit_codes: Sequence[str]
    service_point_ids: Sequence[int]
    questionnaires: Sequence[tuple[int, str]]


def day_of_answers(draw: Generator, places: Places, day: date, number: int) -> pa.Table:
    """A day's answers as the archive holds them, in its order."""
    place = np.sort(draw.integers(0, len(places.unit_ids), number))
    form = draw.integers(0, len(places.questionnaires), number)

    def chosen(values: Sequence[object], weights: Sequence[float]) -> list[object]:
        return [values[one] for one in draw.choice(len(values), number, p=weights)]

    def slots(name: str) -> pa.Array:
        levels = draw.choice(np.array([1, 2, 3, 4, 5]), number, p=[0.03, 0.05, 0.12, 0.4, 0.4])
        blank = draw.random(number) < (0.0 if name == "r1" else 0.08 if name < "r7" and len(name) == 2 else 1.0)
        return pa.array(levels, SCHEMA.field(name).type, mask=blank)

    def blobs(size: int) -> pa.Array:
        return pa.Array.from_buffers(pa.binary(size), number, [None, pa.py_buffer(draw.bytes(size * number))])

    columns: dict[str, object] = {
        "day": [day] * number,
        "unit_id": np.array(places.unit_ids)[place],
        "unit_code": [places.unit_codes[one] for one in place],
        "service_point_id": np.array(places.service_point_ids)[place],
        "questionnaire_id": np.array([one for one, _hash in places.questionnaires])[form],
        "questionnaire_hash": [places.questionnaires[one][1] for one in form],
        "id": blobs(16),
        "leaf_salt": blobs(16),
        "leaf_hash": blobs(32),
        "comment_digest": [None] * number,
        "day_part": chosen(("morning", "afternoon"), (0.6, 0.4)),
        "channel": chosen(("poster", "kiosk", "ticket", "assisted"), (0.7, 0.1, 0.15, 0.05)),
        "respondent_group": chosen((None, "citizen", "organisation"), (0.1, 0.8, 0.1)),
        "service_domain": chosen((None, "land", "certification", "residence"), (0.2, 0.3, 0.3, 0.2)),
        "language": chosen(("vi", "en"), (0.99, 0.01)),
        "flags": [0] * number,
        "set_aside": (draw.random(number) < 0.02).astype("int8"),
        "c1": pa.array(draw.integers(1, 5, number), pa.int16(), mask=draw.random(number) < 0.3),
    }
    columns |= {name: slots(name) for name in SCHEMA.names if name.startswith("r") and name[1:].isdigit()}
    columns |= {name: [None] * number for name in ("c2", "c3", "c4")}
    return pa.table([pa.array(columns[field.name], field.type) for field in SCHEMA], schema=SCHEMA)


def days_of_answers(places: Places, first: date, days: int, total: int) -> Iterator[tuple[date, pa.Table]]:
    """So many answers over so many days; the same ones each time."""
    draw = np.random.default_rng(20261124)
    for number in range(days):
        share = total // days + (number < total % days)
        yield first + timedelta(days=number), day_of_answers(draw, places, first + timedelta(days=number), share)


def write_book(engine: Engine, connection: Connection, day: date, answers: pa.Table) -> None:
    """Put a day into the book, by whatever the driver does fastest."""
    columns = [name for name in SCHEMA.names if name not in {"unit_code", "questionnaire_hash"}]
    ensure_partition(connection, day)
    driver = connection.connection.driver_connection
    assert driver is not None
    for start in range(0, answers.num_rows, _CHUNK):
        lists = [answers[name].slice(start, _CHUNK).to_pylist() for name in columns]
        if engine.dialect.name == "sqlite":
            lists[0] = [day.isoformat()] * len(lists[0])
            marks = ", ".join("?" for _ in columns)
            sql = f"INSERT INTO response ({', '.join(columns)}) VALUES ({marks})"
            driver.executemany(sql, zip(*lists, strict=True))
        else:
            with driver.cursor() as cursor, cursor.copy(f"COPY response ({', '.join(columns)}) FROM STDIN") as copy:
                for row in zip(*lists, strict=True):
                    copy.write_row(row)
    connection.execute(insert(BookDayRow), {"day": day, "responses": answers.num_rows})


def write_archive(folder: Path, days: Sequence[tuple[date, pa.Table]]) -> None:
    """Put days of one month into the archive, as `archive write` would."""
    month = month_of(days[0][0])
    with writing_lock(folder):
        (folder / month).mkdir(exist_ok=True)
        file: ArchiveFile | None = write_file(folder / month, "75", (table for _day, table in days))
        assert file is not None
        replace_month(folder, Month(month, tuple(day for day, _table in days), (file,)))


@contextmanager
def loading(engine: Engine) -> Iterator[Connection]:
    """A transaction in which rows are not checked against other tables: those are not what is tested."""
    with engine.connect().execution_options(**{WRITE: True}) as connection:
        if engine.dialect.name == "sqlite":
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA foreign_keys=OFF")  # before BEGIN: inside a transaction it is ignored
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield connection
