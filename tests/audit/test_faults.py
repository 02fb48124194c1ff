"""Full disks, corrupted rows, missing keys: nothing half, and words that say what is wrong."""

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, text

from survey_app.audit import download
from survey_app.audit.formats import FORMATS
from survey_app.audit_log.log import every_event
from tests.audit.sealed_book import REASON, Held
from tests.audit.tampering import behind_the_triggers
from tests.support.databases import ROOT, postgresql_only, sqlite_only
from tests.support.live_server import environment_for

Begin = Callable[[], AbstractContextManager[Connection]]
FILE = "/staff/exports/responses.csv"


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """The system refuses to let any file of this process grow over so many bytes, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def recorded(begin: Begin) -> list[str]:
    with begin() as connection:
        return [event.kind for event in every_event(connection) if event.kind.startswith("audit.export")]


@pytest.mark.parametrize("name", FORMATS)
def test_a_full_disk_is_said_on_the_page_and_nothing_is_given(
    sealed: Flask, auditor: FlaskClient, transaction: Begin, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(download, "KEPT_IN_MEMORY", 10)
    with no_file_larger_than(1024):
        answer = auditor.get(f"/staff/exports/responses.{name}", query_string={"reason": REASON})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 507
    assert "Máy chủ không ghi được tệp" in page
    assert REASON in page
    assert recorded(transaction) == []
    assert auditor.get(f"/staff/exports/responses.{name}", query_string={"reason": REASON}).status_code == 200


@pytest.mark.parametrize("name", FORMATS)
def test_a_full_disk_leaves_the_old_files_and_no_half_one(sealed: Flask, tmp_path: Path, name: str) -> None:
    """In a process of its own, whose every file is limited."""
    target, beside = tmp_path / f"phieu.{name}", tmp_path / f"phieu.{name}.manifest.json"
    target.write_bytes(b"old")
    beside.write_bytes(b"old manifest")
    command = ["export", "responses", "--sealed", "--format", name, "-o", str(target)]
    limited = f"import resource as r; r.setrlimit(r.RLIMIT_FSIZE, (4096, 4096)); import sys; sys.argv[1:] = {command!r}"
    program = f"{limited}; from wsgi import app; app.cli()"
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        cwd=ROOT,
        env=environment_for(sealed.extensions["settings"]),
        capture_output=True,
        timeout=120,
    )
    said = (done.stdout + done.stderr).decode()
    assert done.returncode == 1, said
    assert "Không ghi được tệp" in said
    assert "Traceback" not in said
    found = sorted((path.name, path.read_bytes()) for path in tmp_path.glob("*phieu*"))
    assert found == [(target.name, b"old"), (beside.name, b"old manifest")]


def a_response(connection: Connection) -> str:
    """The id of some answer in the book, in hex."""
    found: bytes = connection.execute(text("SELECT id FROM response WHERE r2 = 1 LIMIT 1")).scalar_one()
    return bytes(found).hex()


def change(connection: Connection, response_id: str, what: str) -> None:
    identity = {"id": bytes.fromhex(response_id)}
    connection.execute(text(f"UPDATE response SET {what} WHERE id = :id"), identity)


def test_a_changed_row_is_exported_as_it_is_and_named_by_the_verifier(sealed: Flask, held: Held) -> None:
    with behind_the_triggers(sealed) as connection:
        response_id = a_response(connection)
        change(connection, response_id, "r2 = 5")
    path = held.folder / "phieu.csv"
    done = sealed.test_cli_runner().invoke(args=["export", "responses", "--sealed", "-o", str(path)])
    assert done.exit_code == 0, done.output
    code, said = held.verify(path)
    assert code == 1
    assert said.startswith(f"row changed: response {response_id} of unit"), said


def test_a_deleted_row_is_missed_by_the_verifier(sealed: Flask, held: Held) -> None:
    with behind_the_triggers(sealed) as connection:
        found = {"id": bytes.fromhex(a_response(connection))}
        connection.execute(text("DELETE FROM comment WHERE response_id = :id"), found)
        connection.execute(text("DELETE FROM response WHERE id = :id"), found)
    path = held.folder / "phieu.parquet"
    command = ["export", "responses", "--sealed", "--format", "parquet", "-o", str(path)]
    assert sealed.test_cli_runner().invoke(args=command).exit_code == 0
    code, said = held.verify(path)
    assert code == 1
    assert "the manifest counts 55 rows, but its commune-days make 56" in said


@pytest.mark.parametrize("name", FORMATS)
def test_a_row_that_cannot_be_is_named_and_nothing_is_given(
    sealed: Flask, auditor: FlaskClient, transaction: Begin, tmp_path: Path, name: str
) -> None:
    with behind_the_triggers(sealed) as connection:
        response_id = a_response(connection)
        change(connection, response_id, "questionnaire_id = 99999")
    answer = auditor.get(f"/staff/exports/responses.{name}", query_string={"reason": REASON})
    assert answer.status_code == 500
    assert f"Phiếu {response_id} của đơn vị" in answer.get_data(as_text=True)
    target = tmp_path / f"phieu.{name}"
    done = sealed.test_cli_runner().invoke(args=["export", "responses", "--format", name, "-o", str(target)])
    assert done.exit_code == 1
    assert f"Phiếu {response_id} của đơn vị" in done.output
    assert "Traceback" not in done.output
    assert not list(tmp_path.glob("*phieu*"))
    assert recorded(transaction) == []


@sqlite_only
def test_what_no_cell_can_hold_is_named(sealed: Flask, tmp_path: Path) -> None:
    """SQLite takes any value in any column."""
    with behind_the_triggers(sealed) as connection:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        response_id = a_response(connection)
        change(connection, response_id, "comment_digest = 5")
    target = tmp_path / "phieu.parquet"
    done = sealed.test_cli_runner().invoke(args=["export", "responses", "--format", "parquet", "-o", str(target)])
    assert done.exit_code == 1
    assert response_id in done.output
    assert not list(tmp_path.glob("*phieu*"))


@postgresql_only
def test_exporting_needs_no_right_to_change_the_book(sealed: Flask, tmp_path: Path, transaction: Begin) -> None:
    with transaction() as connection:
        connection.execute(text("REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON response, comment, inbox FROM PUBLIC"))
    target = tmp_path / "phieu.csv"
    assert sealed.test_cli_runner().invoke(args=["export", "responses", "-o", str(target)]).exit_code == 0


def test_exporting_needs_no_signing_key(sealed: Flask, auditor: FlaskClient) -> None:
    """Only whoever closes days holds it."""
    sealed.extensions["settings"].resolved_ledger_key_file.unlink()
    assert auditor.get(FILE, query_string={"reason": REASON}).status_code == 200
    assert auditor.get(f"{FILE}.manifest.json", query_string={"reason": REASON}).status_code == 200
