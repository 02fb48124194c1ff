"""The log as a file: whoever has it checks the chain with the few lines that the documentation prints."""

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from survey_app.audit.csv_export import harmless
from survey_app.audit_log.files import FIELDS, csv_lines, json_lines
from survey_app.audit_log.log import every_event, head
from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction
from survey_app.staff.sign_in_events import record_failed_sign_in, record_sign_in
from tests.support.databases import ROOT


@pytest.fixture(autouse=True)
def _events(app: Flask, clock: Clock) -> Iterator[None]:
    """A few events, one with a name that a spreadsheet would calculate."""
    with app.app_context():
        for name in ("lan@dongnai.gov.vn", "=1+1@dongnai.gov.vn", "nguyễn@dongnai.gov.vn"):
            record_sign_in(name, clock.now())
        record_failed_sign_in("lan@dongnai.gov.vn", "wrong_password", clock.now())
        yield


def lines() -> list[bytes]:
    with read_connection() as connection:
        return b"".join(json_lines(every_event(connection))).splitlines(keepends=True)


def check(folder: Path, content: list[bytes]) -> subprocess.CompletedProcess[str]:
    """Run the program that docs/audit-log.md prints."""
    (program,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "audit-log.md").read_text("utf-8"), re.DOTALL)
    (folder / "log.jsonl").write_bytes(b"".join(content))
    command = [sys.executable, "-c", program, "log.jsonl"]
    return subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True, timeout=60)


def test_the_chain_is_checked_without_us(tmp_path: Path) -> None:
    done = check(tmp_path, lines())
    with read_connection() as connection:
        end = head(connection)
    assert (done.returncode, done.stdout.strip()) == (0, f"4 events, head {end.hash.hex()}"), done.stderr


@pytest.mark.parametrize("fault", ["changed", "dropped", "swapped", "renumbered"])
def test_every_fault_is_found(tmp_path: Path, fault: str) -> None:
    content = lines()
    if fault == "changed":
        content[1] = content[1].replace(b"1+1", b"1+2")
    elif fault == "dropped":
        del content[1]
    elif fault == "swapped":
        content[1], content[2] = content[2], content[1]
    else:
        content[1] = json.dumps(json.loads(content[1]) | {"seq": 7}).encode() + b"\n"
    done = check(tmp_path, content)
    assert done.returncode == 1
    assert "event 2 does not follow" in done.stderr


def test_csv_holds_the_same_and_calculates_nothing() -> None:
    with read_connection() as connection:
        content = b"".join(csv_lines(every_event(connection), harmless)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    told = [json.loads(line) for line in lines()]
    assert tuple(rows[0]) == FIELDS
    assert [row["hash"] for row in rows] == [one["hash"] for one in told]
    assert [row["actor"] for row in rows][1] == "'=1+1@dongnai.gov.vn"
    assert json.loads(rows[3]["details"]) == {"reason": "wrong_password"}


def test_many_events_come_in_pieces(app: Flask, clock: Clock) -> None:
    from survey_app.audit_log.log import record_event
    from survey_app.staff.audit_events import SIGNED_IN

    with write_transaction() as connection:
        for _ in range(1_000):
            record_event(connection, SIGNED_IN, actor="lan@dongnai.gov.vn", at=clock.now())
    with read_connection() as connection:
        pieces = list(json_lines(every_event(connection)))
    assert [len(piece.splitlines()) for piece in pieces] == [500, 500, 4]
