"""From the auditor's page and from the command to another machine: the real stand-alone verifier on real files."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection

from survey_app.audit.formats import FORMATS
from survey_app.ledger.checkpoint import Checkpoint, SigningKey, sign_checkpoint
from survey_app.ledger.closing import close_days
from survey_app.ledger.sealed_log import newest_checkpoint
from tests.audit.sealed_book import BIEN_HOA, DAYS, MERGED, REASON, TAN_AN, TODAY, Held
from tests.conftest import NOW

Begin = Callable[[], AbstractContextManager[Connection]]
ADDRESS = "/staff/exports/responses."


def download(auditor: FlaskClient, held: Held, name: str, **asked: object) -> Path:
    """Take a file and its manifest from the page, as a browser saves them."""
    path = held.folder / f"phieu.{name}"
    for address, target in ((name, path), (f"{name}.manifest.json", held.folder / f"{path.name}.manifest.json")):
        answer = auditor.get(ADDRESS + address, query_string={"reason": REASON} | asked)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        target.write_bytes(answer.get_data())
    return path


def manifest_of(path: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(path.with_name(f"{path.name}.manifest.json").read_bytes())
    return manifest


@pytest.mark.parametrize("name", FORMATS)
def test_what_the_page_gives_is_proven_complete(auditor: FlaskClient, held: Held, name: str) -> None:
    path = download(auditor, held, name)
    code, said = held.verify(path)
    # 97 units on three days; on the last one another has taken the place of one of them.
    assert said.splitlines()[0] == f"complete: 56 rows in {4 * 96} commune-days"
    assert f"{DAYS[0]} to {DAYS[-1]}, units: *" in said
    assert code == 0


@pytest.mark.parametrize("name", FORMATS)
def test_what_the_command_writes_is_proven_complete(sealed: Flask, held: Held, name: str) -> None:
    path = held.folder / f"phieu.{name}"
    command = ["export", "responses", "--format", name, "--comments", "-o", str(path)]
    done = sealed.test_cli_runner().invoke(args=command)
    assert done.exit_code == 0, done.output
    code, said = held.verify(path)
    assert said.splitlines()[0] == f"complete: 56 rows in {4 * 96} commune-days"
    assert "1 more rows are not sealed yet" in said
    assert code == 0


def test_a_filter_by_channel_lists_what_it_left_out(auditor: FlaskClient, held: Held) -> None:
    path = download(auditor, held, "csv", channel=["ticket", "kiosk"])
    code, said = held.verify(path)
    assert code == 0, said
    assert "complete: 24 rows" in said
    assert "32 more rows are in the book and left out by the filter" in said


def test_units_days_and_the_merger(auditor: FlaskClient, held: Held) -> None:
    asked = {"unit": [MERGED], "predecessors": "1", "from": str(DAYS[1])}
    code, said = held.verify(download(auditor, held, "jsonl", **asked))
    assert code == 0, said
    assert "complete: 7 rows in 3 commune-days" in said, "two days of the old commune, one of the new"
    assert f"units: {TAN_AN}, {MERGED}" in said


def test_no_rows_are_proven_too(auditor: FlaskClient, held: Held) -> None:
    for name in FORMATS:
        path = download(auditor, held, name, unit=BIEN_HOA, **{"from": str(DAYS[1]), "to": str(DAYS[1])})
        code, said = held.verify(path)
        assert (code, said.splitlines()[0]) == (0, "complete: 0 rows in 1 commune-days"), name


def test_the_manifest_stays_that_of_the_file_when_the_log_grows(
    sealed: Flask, auditor: FlaskClient, held: Held, transaction: Begin
) -> None:
    """The same address without a last day means another range tomorrow; the manifest is of the file that was taken."""
    path = held.folder / "phieu.csv"
    path.write_bytes(auditor.get(f"{ADDRESS}csv", query_string={"reason": REASON}).get_data())
    with sealed.app_context():
        list(close_days([TODAY], (), NOW + timedelta(days=1)))
    manifest = auditor.get(f"{ADDRESS}csv.manifest.json", query_string={"reason": REASON})
    path.with_name("phieu.csv.manifest.json").write_bytes(manifest.get_data())
    with transaction() as connection:
        held.keep_head(connection)
    code, said = held.verify(path)
    assert code == 0, said
    assert f"{DAYS[0]} to {DAYS[-1]}" in said
    assert f"/ledger at {len(DAYS) + 1} days" in said


def test_a_manifest_asked_for_first_is_of_the_file_that_comes_later(auditor: FlaskClient, held: Held) -> None:
    asked = {"reason": REASON, "unit": BIEN_HOA}
    manifest = auditor.get(f"{ADDRESS}xlsx.manifest.json", query_string=asked).get_data()
    path = held.folder / "phieu.xlsx"
    path.write_bytes(auditor.get(f"{ADDRESS}xlsx", query_string=asked).get_data())
    path.with_name("phieu.xlsx.manifest.json").write_bytes(manifest)
    assert held.verify(path)[0] == 0


def test_the_manifest_explains_the_columns_and_says_who_took_it(auditor: FlaskClient, held: Held) -> None:
    path = download(auditor, held, "csv", comments="1", comments_reason="Xác minh phản ánh")
    manifest = manifest_of(path)
    assert (manifest["exported_by"], manifest["reason"]) == ("kiemtra@dongnai.gov.vn", REASON)
    assert manifest["comments_reason"] == "Xác minh phản ánh"
    assert manifest["exported_at"] == "2026-11-24T10:00:00+07:00"
    dictionary = {entry["column"]: entry for entry in manifest["dictionary"]}
    assert list(dictionary) == manifest["columns"]
    (courtesy, _other) = dictionary["courtesy"]["questions"]
    assert courtesy["questionnaire"] == "attitude-1"
    assert courtesy["text"]["vi"].endswith("Lời nói, cách cư xử (lịch sự, tôn trọng)")
    assert courtesy["sipas"].keys() >= {"vi"}
    assert courtesy["note"]["en"] == "Adapted, not comparable with SIPAS samples"
    assert dictionary["trouble"]["questions"][0]["values"][2]["value"] == "money"
    assert all(entry["meaning"]["vi"] and entry["meaning"]["en"] for entry in dictionary.values())


def lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lines: lines[:-1], "file cut off: it ends after 55 of 56 rows"),
        (lambda lines: [*lines[:-1], lines[-1][:200]], "file cut off or damaged after 55 rows"),
        (lambda lines: [*lines[:9], lines[9].replace(b",morning,", b",afternoon,"), *lines[10:]], "row changed"),
        (lambda lines: [*lines[:9], *lines[10:]], "rows missing"),
        (lambda lines: [*lines[:9], lines[9], *lines[9:]], "row out of order or twice"),
        (lambda lines: [*lines[:1], *lines[8:]], "rows missing"),
        (lambda lines: [line.replace("Quầy 1".encode(), "Quầy 2".encode()) for line in lines], "file changed"),
    ],
    ids=["last row", "half a row", "changed", "missing", "twice", "a unit's day", "a name"],
)
def test_the_verifier_names_what_is_wrong_with_the_file(
    auditor: FlaskClient, held: Held, change: Callable[[list[bytes]], list[bytes]], words: str
) -> None:
    path = download(auditor, held, "csv")
    path.write_bytes(b"".join(change(lines_of(path))))
    code, said = held.verify(path)
    assert code == 1
    assert said.startswith(words), said


def test_the_verifier_names_a_missing_day_a_wrong_key_and_heads_that_do_not_fit(
    auditor: FlaskClient, held: Held, transaction: Begin
) -> None:
    path = download(auditor, held, "parquet")
    whole = manifest_of(path)
    changed = held.folder / "changed.json"
    changed.write_text(json.dumps(whole | {"days": [whole["days"][0], *whole["days"][2:]]}), encoding="utf-8")
    assert held.verify(path, changed) == (1, f"day missing: {DAYS[1]}\n")

    with transaction() as connection:
        head = Checkpoint.parse((newest_checkpoint(connection) or "").partition("\n\n")[0] + "\n")
    stranger = SigningKey.generate(head.origin)
    good = {name: (held.folder / name).read_text(encoding="utf-8") for name in ("key.txt", "checkpoint.txt")}

    def said_with(**files: str) -> tuple[int, str]:
        for name, text in (good | {f"{name}.txt": text for name, text in files.items()}).items():
            (held.folder / name).write_text(text, encoding="utf-8")
        return held.verify(path)

    code, said = said_with(key=stranger.verifier.text + "\n")
    assert (code, said[:9]) == (1, "wrong key")
    foreign = SigningKey.generate("other.example/log")
    note = sign_checkpoint(Checkpoint(foreign.verifier.name, head.size, head.root), foreign)
    code, said = said_with(key=good["key.txt"] + foreign.verifier.text + "\n", checkpoint=note)
    assert (code, "head of another log" in said) == (1, True)
    (held.folder / "key.txt").unlink()
    code, said = held.verify(path)
    assert (code, "cannot read" in said) == (1, True)


def test_an_older_head_is_called_stale(sealed: Flask, auditor: FlaskClient, held: Held) -> None:
    with sealed.app_context():
        list(close_days([TODAY], (), NOW + timedelta(days=1)))
    code, said = held.verify(download(auditor, held, "csv"))
    assert code == 1
    assert said.startswith("stale head: your checkpoint has 4 days, the proofs lead to 5")
