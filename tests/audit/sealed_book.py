"""A book of a few sealed days with everything in it that an export has to cope with, and readers of its files."""

import csv
import io
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from flask import Flask
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from sqlalchemy import Connection, insert

from survey_app.ledger.closing import close_days
from survey_app.ledger.sealed_log import newest_checkpoint, verifier_keys
from survey_app.questionnaires.definition import default_questionnaire, parse_own_questions, with_own_questions
from survey_app.responses.door import Submission
from survey_app.responses.registration import door_of
from survey_app.territory.models import UnitRow, UnitVersionRow
from survey_app.territory.unit_register import import_units, parse_units_csv
from tests.conftest import NOW
from tests.questionnaires.own_questions import OWN_BOTH
from tests.support.counters import Counter
from tests.support.databases import ROOT
from tests.support.factories import (
    a_commune,
    a_questionnaire_with,
    a_service_point,
    dong_nai,
    the_default_questionnaire,
)

Begin = Callable[[], AbstractContextManager[Connection]]
TODAY = NOW.date()
DAYS = tuple(TODAY - timedelta(days=ago) for ago in (4, 3, 2, 1))
"""Sealed; nobody answers on the second one."""
BIEN_HOA, LONG_HUNG, TAN_AN, MERGED = "26068", "26380", "26041", "26999"
"""The first has questions of its own; the third merges into the last on the last day."""
REASON = "Kiểm tra định kỳ quý IV"
COMMENTS = (
    "Cán bộ “nhiệt tình”, nhưng\nphải chờ lâu.",
    "=cmd|' /C calc'!A0",
    "'+84 gọi giúp",
    'Nói "xin chào", rồi thôi; 100% hài lòng \\ không chê',
    "_x0041_ \U0001f600",
)
SENT_BY = ("poster", "poster", "ticket", "kiosk")


def a_real_counter(connection: Connection, app: Flask, code: str, name: str = "Quầy 1") -> Counter:
    """A counter of a real commune with the default questionnaire."""
    unit = a_commune(connection, code)
    point = a_service_point(connection, unit, name)
    stored = the_default_questionnaire(connection, unit)
    return Counter(door_of(app), unit.id, code, point, stored, default_questionnaire().content_hash)


def a_counter_with_own_questions(connection: Connection, app: Flask, code: str, name: str) -> Counter:
    """A counter of a commune that asks two questions of its own."""
    unit = a_commune(connection, code)
    point = a_service_point(connection, unit, name)
    own = parse_own_questions(OWN_BOTH, "own.toml")
    stored = a_questionnaire_with(connection, unit, *own)
    return Counter(
        door_of(app), unit.id, code, point, stored, with_own_questions(default_questionnaire(), own).content_hash
    )


def a_merger(connection: Connection, day: date) -> None:
    """From the day on a new commune stands where `TAN_AN` stood."""
    city = dong_nai(connection)
    unit_id = connection.execute(insert(UnitRow).values(code=MERGED).returning(UnitRow.id)).scalar_one()
    version = {"unit_id": unit_id, "name": "Tân Hợp", "kind": "xã", "parent_id": city.id, "valid_from": day}
    connection.execute(insert(UnitVersionRow), version)
    rows = f"predecessor_code,successor_code,valid_on\n{TAN_AN},{MERGED},{day}\n"
    import_units(connection, parse_units_csv(rows.encode(), "sáp nhập.csv"))


def sealed_book(app: Flask, begin: Begin) -> list[Counter]:
    """Three communes, four sealed days, sixty answers; one more of today waits."""
    with begin() as connection:
        counters = [
            a_counter_with_own_questions(connection, app, BIEN_HOA, "Quầy “một”, tầng 1"),
            a_real_counter(connection, app, LONG_HUNG, "=Quầy 50% \\ 'A'"),
            a_real_counter(connection, app, TAN_AN),
        ]
        a_merger(connection, DAYS[-1])
    draw = random.Random(33)
    for day in (DAYS[0], DAYS[2], DAYS[3]):
        open_counters = [one for one in counters if not (one.unit_code == TAN_AN and day == DAYS[3])]
        with begin() as connection:
            for counter in open_counters:
                for number in range(7):
                    given = _submission(counter, draw, (TODAY - day).days, number)
                    counter.door.record_response(connection, given)
    with app.app_context():
        list(close_days(DAYS, (), NOW))
    with begin() as connection:
        counters[0].door.record_response(connection, counters[0].submission(NOW, comment="Mới gửi"))
    return counters


def _submission(counter: Counter, draw: random.Random, ago: int, number: int) -> Submission:
    ratings = {slot: draw.randint(1, 5) for slot in ("r1", "r2", "r4", "r6") if slot == "r1" or draw.random() < 0.8}
    choices = {"c1": draw.randint(1, 4)} if number % 3 else {}
    if counter.unit_code == BIEN_HOA:
        ratings["r11"] = draw.randint(1, 5)
        choices["c3"] = draw.randint(1, 2)
    return counter.submission(
        NOW - timedelta(days=ago),
        ratings,
        choices=choices,
        channel=SENT_BY[number % len(SENT_BY)],
        honeypot_filled=number == 5,
        service_domain=draw.choice(("land", None)),
        respondent_group=draw.choice(("citizen", "organisation", None)),
        comment=COMMENTS[number] if number < len(COMMENTS) else None,
    )


@dataclass(frozen=True)
class Held:
    """What an auditor holds on another machine: a folder with the head, the key, and files as they come."""

    folder: Path

    def keep_head(self, connection: Connection) -> None:
        """Keep the newest signed head and the keys."""
        (self.folder / "checkpoint.txt").write_text(newest_checkpoint(connection) or "", encoding="utf-8")
        keys = "".join(f"{key}\n" for key in verifier_keys(connection))
        (self.folder / "key.txt").write_text(keys, encoding="utf-8")

    def verify(self, export: Path, manifest: Path | None = None) -> tuple[int, str]:
        """Run the real stand-alone verifier; its exit code and what it said."""
        manifest = manifest or export.with_name(f"{export.name}.manifest.json")
        program = [sys.executable, "-m", "survey_app.ledger.verifier", str(export), "--manifest", str(manifest)]
        held = ["--checkpoint", str(self.folder / "checkpoint.txt"), "--key", str(self.folder / "key.txt")]
        command = [*program, *held, "--language", "en"]
        done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, timeout=120)
        return done.returncode, (done.stdout + done.stderr).decode()


def read_file(name: str, content: bytes) -> list[dict[str, Any]]:
    """The rows of a file in a format, as independent readers see them: cells as text, None for what is empty."""
    return [{key: _plain(cell) for key, cell in row.items()} for row in READERS[name](content)]


def _plain(cell: object) -> str | None:
    if cell is None or cell == "":
        return None
    return str(cell)


def _read_csv(content: bytes) -> Iterable[dict[str, Any]]:
    return csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)


def _read_json_lines(content: bytes) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in content.decode().split("\n") if line)


def _read_workbook(content: bytes) -> Iterator[dict[str, Any]]:
    for sheet in load_workbook(io.BytesIO(content), read_only=True).worksheets:
        header, *rows = sheet.iter_rows(values_only=True)
        for row in rows:
            cells = (unescape(cell) if isinstance(cell, str) else cell for cell in row)
            yield dict(zip(map(str, header), cells, strict=True))


def _read_parquet(content: bytes) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(io.BytesIO(content)).to_pylist()
    return rows


READERS: dict[str, Callable[[bytes], Iterable[dict[str, Any]]]] = {
    "csv": _read_csv,
    "jsonl": _read_json_lines,
    "xlsx": _read_workbook,
    "parquet": _read_parquet,
}
