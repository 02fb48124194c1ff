"""Where a check code stands, from the thank-you page to long after; and what a deletion before sealing gives away."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, delete, text

from survey_app.audit_log.log import every_event
from survey_app.clock import SetClock
from survey_app.database import read_connection, write_transaction
from survey_app.ledger.receipt_status import (
    ReceiptState,
    ReceiptStatus,
    count_lost_receipts,
    lost_receipts,
    note_lost,
    proof_of_receipt,
    receipt_status,
)
from survey_app.ledger.retention import DueDay, apply_retention
from survey_app.ledger.sealed_log import newest_checkpoint, verifier_keys
from survey_app.responses.models import inbox
from tests.conftest import NOW
from tests.support.closed_days import ClosedBook
from tests.support.databases import ROOT
from tests.support.queries import QueryCounter

Begin = Callable[[], AbstractContextManager[Connection]]
TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def book(app: Flask, transaction: Begin) -> Iterator[ClosedBook]:
    """An empty book."""
    made = ClosedBook.at_a_counter(app, transaction)
    with app.app_context():
        yield made


def status(book: ClosedBook, receipt: str) -> ReceiptStatus:
    return receipt_status(book.counter.door.receipts, receipt)


def drop_from_inbox(receipt: str) -> None:
    """What somebody with rights on the database could do before the day is sealed."""
    with write_transaction() as connection:
        assert connection.execute(delete(inbox).where(inbox.c.receipt == receipt)).rowcount == 1


def test_a_code_waits_and_is_then_sealed(book: ClosedBook) -> None:
    (code,) = book.give(YESTERDAY)
    waiting = status(book, code)
    assert (waiting.state, waiting.day) == (ReceiptState.WAITING, None)
    assert waiting.unit is not None and waiting.unit.code == "26041"
    book.close(YESTERDAY)
    sealed = status(book, code)
    assert (sealed.state, sealed.day) == (ReceiptState.SEALED, YESTERDAY)


def test_a_code_expires_with_its_rows(book: ClosedBook, app: Flask, clock: SetClock) -> None:
    (code,) = book.give(YESTERDAY)
    book.close(YESTERDAY)
    list(apply_retention([DueDay(YESTERDAY, "rows", 1)], app.extensions["settings"], "thử", clock))
    expired = status(book, code)
    assert (expired.state, expired.day) == (ReceiptState.EXPIRED, YESTERDAY)


def test_an_answer_dropped_before_closing_shows_by_its_code_then_and_ever_after(book: ClosedBook) -> None:
    kept, dropped = book.give(YESTERDAY, 2)
    drop_from_inbox(dropped)
    assert status(book, dropped).state is ReceiptState.LOST
    book.close(YESTERDAY)
    assert status(book, dropped).state is ReceiptState.LOST
    assert status(book, kept).state is ReceiptState.SEALED


def test_a_made_up_code_is_unknown_and_costs_no_query(book: ClosedBook, engine: Engine) -> None:
    with QueryCounter(engine) as queries:
        for made_up in ("", "A" * 20, "Ạ" * 20, "0" * 19, "0" * 400, "\x00"):
            assert status(book, made_up).state is ReceiptState.UNKNOWN
            assert proof_of_receipt(book.counter.door.receipts, made_up) is None
    assert queries.count == 0


def test_a_lost_code_is_noted_once_however_many_look(book: ClosedBook, app: Flask, clock: SetClock) -> None:
    (code,) = book.give(YESTERDAY)
    drop_from_inbox(code)
    together = threading.Barrier(4)

    def look() -> None:
        with app.app_context():
            together.wait()
            note_lost(code, clock)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with read_connection() as connection:
        assert [(one.receipt, one.noticed_on) for one in lost_receipts(connection, 10)] == [(code, TODAY)]
        assert count_lost_receipts(connection) == 1
        events = [event for event in every_event(connection) if event.kind == "receipt.lost"]
    assert len(events) == 1
    assert code not in str(events)
    assert events[0].at == "2026-11-24T00:00:00+07:00", "an hour would tell when somebody looked"


def test_the_proof_is_verified_without_us(book: ClosedBook, tmp_path: Path) -> None:
    codes = book.give(YESTERDAY, 5)
    book.close(YESTERDAY)
    proof = proof_of_receipt(book.counter.door.receipts, codes[2])
    done = verify(tmp_path, proof)
    assert done.returncode == 0, done.stderr
    assert codes[2] in done.stdout and "26041" in done.stdout and YESTERDAY.isoformat() in done.stdout
    assert proof is not None
    forged = verify(tmp_path, proof | {"receipt": codes[3]})
    assert forged.returncode == 1


def test_the_proof_leads_to_no_row(book: ClosedBook) -> None:
    (code,) = book.give(YESTERDAY)
    book.close(YESTERDAY)
    (row,) = book.rows()
    told = json.dumps(proof_of_receipt(book.counter.door.receipts, code))
    assert row.id.hex() not in told and row.leaf_salt.hex() not in told


def test_there_is_no_proof_before_sealing(book: ClosedBook) -> None:
    (waiting,) = book.give(TODAY)
    assert proof_of_receipt(book.counter.door.receipts, waiting) is None
    assert proof_of_receipt(book.counter.door.receipts, book.counter.door.receipts.draw()) is None


def test_looking_up_reads_an_index(book: ClosedBook) -> None:
    with read_connection() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            plan = connection.execute(text("EXPLAIN SELECT unit_id FROM inbox WHERE receipt = 'A'")).scalars().all()
        else:
            query = text("EXPLAIN QUERY PLAN SELECT unit_id FROM inbox WHERE receipt = 'A'")
            plan = [row[-1] for row in connection.execute(query)]
    assert any("ix_inbox_receipt" in line for line in plan), plan


def verify(folder: Path, proof: dict[str, Any] | None) -> subprocess.CompletedProcess[str]:
    with read_connection() as connection:
        head, keys = newest_checkpoint(connection), verifier_keys(connection)
    (folder / "proof.json").write_text(json.dumps(proof), encoding="utf-8")
    (folder / "head.txt").write_text(str(head), encoding="utf-8")
    (folder / "key.txt").write_text("\n".join(keys), encoding="utf-8")
    files = ["--receipt", "proof.json", "--checkpoint", "head.txt", "--key", "key.txt"]
    command = [sys.executable, "-m", "survey_app.ledger.verifier", *files, "--language", "en"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True, env=environment, timeout=60)
