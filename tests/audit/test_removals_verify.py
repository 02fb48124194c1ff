"""What was removed by order: exports show it, the stand-alone verifier accepts it once the order is sealed."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection

from survey_app.clock import SetClock
from survey_app.ledger.closing import close_days
from survey_app.ledger.redaction import redact_comment
from survey_app.ledger.retention import DueDay, apply_retention
from survey_app.responses import reader
from tests.audit.sealed_book import DAYS, TODAY, Held, read_file

Begin = Callable[[], AbstractContextManager[Connection]]


def export(app: Flask, folder: Path, *options: str, name: str = "phieu.csv") -> Path:
    target = folder / name
    kind = name.rpartition(".")[2]
    arguments = ["export", "responses", "--format", kind, "--sealed", *options, "-o", str(target)]
    done = app.test_cli_runner().invoke(args=arguments)
    assert done.exit_code == 0, done.output
    return target


def close_today(app: Flask, begin: Begin, held: Held) -> None:
    with app.app_context():
        list(close_days([TODAY], (), app.extensions["clock"].now()))
    with begin() as connection:
        held.keep_head(connection)


def remove_first_day(app: Flask, clock: SetClock) -> int:
    with app.app_context():
        due = [DueDay(DAYS[0], "rows", 1)]
        return sum(one.count for one in apply_retention(due, app.extensions["settings"], "night", clock))


def test_removed_days_verify_once_their_order_is_sealed(
    sealed: Flask, held: Held, transaction: Begin, clock: SetClock
) -> None:
    removed = remove_first_day(sealed, clock)
    early = held.verify(export(sealed, held.folder))
    assert early[0] == 1
    assert "left out without a filter or a sealed order" in early[1]
    close_today(sealed, transaction, held)
    code, said = held.verify(export(sealed, held.folder))
    assert code == 0, said
    assert f"{removed} more rows were removed by sealed orders of retention" in said


@pytest.mark.parametrize("options", [("--unit", "26068"), ("--from", DAYS[0].isoformat(), "--to", DAYS[0].isoformat())])
def test_units_and_ranges_with_removed_days_verify_too(
    sealed: Flask, held: Held, transaction: Begin, clock: SetClock, options: tuple[str, ...]
) -> None:
    remove_first_day(sealed, clock)
    close_today(sealed, transaction, held)
    code, said = held.verify(export(sealed, held.folder, *options))
    assert code == 0, said
    assert "7 more rows" in said or "21 more rows" in said


def test_a_removal_without_its_order_is_named(sealed: Flask, held: Held, transaction: Begin, clock: SetClock) -> None:
    remove_first_day(sealed, clock)
    close_today(sealed, transaction, held)
    path = export(sealed, held.folder)
    manifest = json.loads((path.parent / f"{path.name}.manifest.json").read_text("utf-8"))
    manifest["orders"] = []
    forged = path.with_name("forged.json")
    forged.write_text(json.dumps(manifest), encoding="utf-8")
    code, said = held.verify(path, forged)
    assert code == 1 and "without a filter or a sealed order" in said


@pytest.mark.parametrize("kind", ["csv", "jsonl", "xlsx", "parquet"])
def test_a_redacted_comment_is_empty_counted_and_proven(
    sealed: Flask, held: Held, transaction: Begin, clock: SetClock, kind: str
) -> None:
    with transaction() as connection:
        rows = list(reader.booked_rows(connection, reader.Selection(), with_comments=True))
    spoken = [row for row in rows if row.comment_text]
    with sealed.app_context():
        redact_comment(spoken[0].id.hex(), "Có tên người", "thanhtra@dongnai.gov.vn", clock)
    close_today(sealed, transaction, held)
    path = export(sealed, held.folder, "--comments", name=f"phieu.{kind}")
    (shown,) = (row for row in read_file(kind, path.read_bytes()) if row["response_id"] == spoken[0].id.hex())
    assert (shown["comment"], shown["comment_salt"]) == (None, None)
    assert shown["comment_digest"] == spoken[0].comment_digest.hex()
    code, said = held.verify(path)
    assert code == 0, said
    assert "1 comment" in said or "comments" in said


def test_the_ledger_verifies_after_removal_and_redaction(
    sealed: Flask, held: Held, transaction: Begin, clock: SetClock
) -> None:
    with transaction() as connection:
        rows = list(reader.booked_rows(connection, reader.Selection(first_day=DAYS[2]), with_comments=True))
    with sealed.app_context():
        redact_comment(next(row for row in rows if row.comment_text).id.hex(), "Có tên người", "a@b.vn", clock)
    remove_first_day(sealed, clock)
    for _ in range(2):
        done = sealed.test_cli_runner().invoke(args=["ledger", "verify"])
        assert done.exit_code == 0, done.output
        close_today(sealed, transaction, held)
