"""`export responses`: whole files with their manifests, live or sealed, and words for what is wrong."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection

from survey_app.audit.formats import FORMATS
from survey_app.audit_log.log import every_event
from tests.audit.sealed_book import BIEN_HOA, DAYS, MERGED, TAN_AN, TODAY, read_file

Begin = Callable[[], AbstractContextManager[Connection]]


def export(app: Flask, target: Path, *arguments: str) -> str:
    """Run the command; what it said."""
    done = app.test_cli_runner().invoke(args=["export", "responses", "-o", str(target), *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def manifest_of(target: Path) -> dict[str, object]:
    manifest: dict[str, object] = json.loads(target.with_name(f"{target.name}.manifest.json").read_bytes())
    return manifest


@pytest.mark.parametrize("name", FORMATS)
def test_sealed_days_or_the_inbox_too(sealed: Flask, tmp_path: Path, name: str) -> None:
    target = tmp_path / f"phieu.{name}"
    said = export(sealed, target, "--format", name, "--sealed")
    assert "Đã ghi 56 phiếu" in said
    assert f"{target.name}.manifest.json" in said.replace("\n", "")
    assert len(read_file(name, target.read_bytes())) == 56
    assert "Đã ghi 57 phiếu" in export(sealed, target, "--format", name)
    rows = read_file(name, target.read_bytes())
    assert [row["sealed"] for row in rows] == ["1"] * 56 + ["0"]
    assert (rows[-1]["day"], rows[-1]["response_id"]) == (str(TODAY), None)
    manifest = manifest_of(target)
    assert (manifest["row_count"], manifest["unsealed_row_count"]) == (57, 1)
    assert sorted(path.name for path in tmp_path.glob("*phieu*")) == [target.name, f"{target.name}.manifest.json"]
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("*phieu*")} == {0o600}


def test_units_channels_days_and_comments(sealed: Flask, tmp_path: Path) -> None:
    target = tmp_path / "phieu.csv"
    export(sealed, target, "--unit", MERGED, "--with-predecessors", "--from", str(DAYS[2]), "--channel", "poster")
    rows = read_file("csv", target.read_bytes())
    assert {(row["day"], row["unit_code"], row["channel"]) for row in rows} == {(str(DAYS[2]), TAN_AN, "poster")}
    assert not any(row["comment"] for row in rows)
    export(sealed, target, "--unit", MERGED, "--unit", BIEN_HOA, "--comments", "--sealed")
    rows = read_file("csv", target.read_bytes())
    assert {row["unit_code"] for row in rows} == {BIEN_HOA}, "nobody has answered in the new commune yet"
    assert any(row["comment"] for row in rows)
    export(sealed, target, "--unit", "75", "--sealed")
    assert len(read_file("csv", target.read_bytes())) == 56, "a city is all below it"


def test_what_is_taken_is_recorded(sealed: Flask, tmp_path: Path, transaction: Begin) -> None:
    export(sealed, tmp_path / "phieu.csv", "--unit", BIEN_HOA, "--reason", "Đoàn kiểm tra số 3")
    with transaction() as connection:
        (event,) = (one for one in every_event(connection) if one.kind == "audit.export")
    assert event.actor.endswith("(command)")
    assert (event.unit_code, event.details["rows"], event.details["unsealed_rows"]) == (BIEN_HOA, 22, 1)
    assert event.details["reason"] == manifest_of(tmp_path / "phieu.csv")["reason"] == "Đoàn kiểm tra số 3"


def test_days_that_are_not_sealed_have_no_manifest_not_even_an_old_one(sealed: Flask, tmp_path: Path) -> None:
    target = tmp_path / "phieu.csv"
    export(sealed, target)
    assert "Không có bản kê" in export(sealed, target, "--from", str(TODAY))
    assert [path.name for path in tmp_path.glob("*phieu*")] == ["phieu.csv"]
    assert len(read_file("csv", target.read_bytes())) == 1


def test_an_empty_installation_gives_a_header(app: Flask, tmp_path: Path) -> None:
    target = tmp_path / "phieu.csv"
    assert "Đã ghi 0 phiếu" in export(app, target)
    assert target.read_bytes().startswith(b"\xef\xbb\xbfresponse_id,day,day_part,")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--unit", "99999"), "Không có đơn vị nào mang mã 99999"),
        (("--from", "hôm qua"), "không phải là ngày"),
        (("--sealed", "--from", "2030-01-01"), "Không ngày nào trong khoảng này đã khóa sổ"),
        (("-o", "/dev/full/x.csv"), "Không ghi được tệp"),
        (("-o", "/no/such/folder/x.csv"), "Không ghi được tệp"),
    ],
)
def test_the_command_says_what_is_wrong(sealed: Flask, tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    target = tmp_path / "x.csv"
    done = sealed.test_cli_runner().invoke(args=["export", "responses", "-o", str(target), *arguments])
    assert done.exit_code == 1
    assert words in done.output
    assert "Traceback" not in done.output
    assert not target.exists()
