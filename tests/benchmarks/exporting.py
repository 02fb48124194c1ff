"""The raw export as CSV against the sqlite3 shell's `.mode csv`: the same rows in the same order, whole programs."""

import hashlib
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from survey_app.database import write_transaction
from survey_app.responses.models import CHOICE_SLOTS, RATING_SLOTS
from tests.benchmarks.load import BenchmarkError
from tests.support.applications import application, settings_for
from tests.support.databases import SQLiteDatabases
from tests.support.live_server import environment_for
from tests.support.surveys import ScannedCounter, a_scanned_counter

ROWS = 300_000
DAYS = 112
ROUNDS = 2
SHELL_COLUMNS = (
    "lower(hex(r.id)), r.day, r.day_part, u.code, v.kind || ' ' || v.name, r.service_point_id, p.name, "
    "r.channel, r.channel = 'ticket', r.respondent_group, r.service_domain, q.key || '-' || q.version, "
    "q.content_hash, r.language, "
    "r.r1, r.r2, r.r3, r.r4, r.r5, r.r6, r.c1, r.flags, r.set_aside, '', '', '', lower(hex(r.leaf_salt)), "
    "lower(hex(r.leaf_hash)), 1"
)
SHELL_QUERY = (
    f"SELECT {SHELL_COLUMNS} FROM response r JOIN unit u ON u.id = r.unit_id JOIN unit_version v ON v.unit_id = u.id "
    "JOIN service_point p ON p.id = r.service_point_id JOIN questionnaire q ON q.id = r.questionnaire_id "
    "ORDER BY r.day, u.code, r.leaf_hash;"
)


@dataclass(frozen=True)
class Exported:
    """Seconds of the best round of each program."""

    ours: float
    shell: float


def measure_exporting(folder: Path) -> Exported:
    """Fill a book with `ROWS` simulated answers and export it both ways."""
    with SQLiteDatabases(folder).fresh() as url:
        settings = settings_for(url, folder / "instance")
        with application(settings) as app, app.app_context(), write_transaction() as connection:
            counter = a_scanned_counter(connection)
        path = Path(url.removeprefix("sqlite:///"))
        _fill(path, counter)
        output = folder / "export.csv"
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "export", "responses", "--sealed", "-o", str(output)]
        ours, shell = [], []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            subprocess.run(command, cwd=folder, env=environment_for(settings), capture_output=True, check=True)
            ours.append(time.perf_counter() - started)
            _check(output)
            output.unlink()
            shell.append(_seconds_of_shell(path, folder / "shell.csv"))
    return Exported(min(ours), min(shell))


def _seconds_of_shell(database: Path, output: Path) -> float:
    program = shutil.which("sqlite3")
    if program is None:
        raise BenchmarkError("sqlite3 is missing: `make bench` installs it")
    started = time.perf_counter()
    with output.open("wb") as file:
        command = [program, "-readonly", "-csv", "-header", str(database), SHELL_QUERY]
        subprocess.run(command, stdout=file, check=True, timeout=120)
    seconds = time.perf_counter() - started
    _check(output)
    return seconds


def _check(output: Path) -> None:
    with output.open("rb") as file:
        lines = sum(1 for _ in file)
    if lines != ROWS + 1:
        raise BenchmarkError(f"{output.name} has {lines} lines instead of {ROWS + 1}")


def _fill(path: Path, counter: ScannedCounter) -> None:
    """Write simulated answers straight into the book: how they come in is another benchmark."""
    names = (
        *("day", "unit_id", "id", "day_part", "service_point_id", "channel", "respondent_group", "service_domain"),
        *("questionnaire_id", "language", *RATING_SLOTS, *CHOICE_SLOTS, "flags", "set_aside", "leaf_salt", "leaf_hash"),
    )
    connection = sqlite3.connect(path)
    with connection:
        days = [date(2026, 8, 1) + timedelta(days=number) for number in range(DAYS)]
        share = [ROWS // DAYS + (number < ROWS % DAYS) for number in range(DAYS)]
        marks = ", ".join("?" * len(names))
        for day, responses in zip(days, share, strict=True):
            insert = f"INSERT INTO response ({', '.join(names)}) VALUES ({marks})"
            connection.executemany(insert, _answers(day, responses, counter))
            connection.execute("INSERT INTO book_day (day, responses) VALUES (?, ?)", (day.isoformat(), responses))
    connection.execute("ANALYZE")
    connection.close()


def _answers(day: date, responses: int, counter: ScannedCounter) -> Iterator[tuple[object, ...]]:
    draw = random.Random(day.toordinal())
    for _ in range(responses):
        identity = draw.randbytes(16)
        ratings = [*draw.choices((1, 2, 3, 4, 5, None), (2, 3, 10, 40, 40, 5), k=5), 5] + [None] * 6
        yield (
            *(day.isoformat(), counter.commune.id, identity, "morning", counter.service_point_id, "poster"),
            *(draw.choice(("citizen", "organisation", None)), draw.choice(("land", "residence", None))),
            *(counter.questionnaire_id, "vi", *ratings, draw.choice((1, 1, 1, 2, None)), None, None, None, 0, 0),
            *(draw.randbytes(16), hashlib.sha256(identity).digest()),
        )
