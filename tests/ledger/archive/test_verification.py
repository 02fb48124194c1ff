"""Whatever is changed in the archive, in its manifest or in the book, `archive verify` names it."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from survey_app.ledger.archive.columns import SCHEMA, leaf_hash_of
from survey_app.ledger.archive.files import write_file
from survey_app.ledger.archive.layout import Month, read_month
from survey_app.ledger.archive.writing import replace_month
from tests.ledger.archive.world import World
from tests.support.databases import sqlite_only

FIRST = date(2026, 11, 2)
Rows = list[dict[str, Any]]


@pytest.fixture
def archived(world: World) -> World:
    """Two days in the archive."""
    for day in (FIRST, FIRST + timedelta(days=1)):
        world.answer(day)
        world.close(day)
    world.write()
    return world


def doctor(world: World, change: Callable[[Rows], Rows]) -> None:
    """Change the rows of a file and make its manifest fit, as somebody would who knows the format."""
    month = read_month(world.archive, "2026-11")
    folder = world.archive / month.name
    files = []
    for file in month.files:
        if file.province == "75":
            rows = change(pq.read_table(folder / file.name).to_pylist())
            made = write_file(folder, "75", [pa.Table.from_pylist(rows, SCHEMA)] if rows else [])
            files += [made] if made else []
        else:
            files.append(file)
    replace_month(world.archive, Month(month.name, month.days, tuple(files)))


def with_first(rows: Rows, **values: object) -> Rows:
    return [rows[0] | values, *rows[1:]]


def with_new_hash(rows: Rows) -> Rows:
    changed = rows[0] | {"r1": rows[0]["r1"] % 5 + 1}
    changed["leaf_hash"] = leaf_hash_of(changed)
    day = [row for row in [changed, *rows[1:]] if (row["day"], row["unit_code"]) == (FIRST, "99001")]
    return [*sorted(day, key=lambda row: row["leaf_hash"]), *[row for row in rows[1:] if row not in day]]


def test_a_sound_archive_says_so(archived: World) -> None:
    for options in ([], ["--without-book"]):
        result = archived.run("archive", "verify", *options)
        assert (result.exit_code, result.stdout) == (0, "Kho lưu trữ đúng: 1 tháng, 2 ngày, 18 phiếu.\n")


@sqlite_only
def test_no_archive_is_sound(world: World) -> None:
    assert world.run("archive", "verify").stdout == "Kho lưu trữ đúng: 0 tháng, 0 ngày, 0 phiếu.\n"


@sqlite_only
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: with_first(rows, r1=rows[0]["r1"] % 5 + 1), "nội dung không khớp mã băm"),
        (lambda rows: with_first(rows, day_part="afternoon", channel="kiosk"), "nội dung không khớp mã băm"),
        (with_new_hash, "không khớp với sổ đã khóa"),
        (lambda rows: rows[1:], "đơn vị 99001: kho có 2 phiếu, không khớp với sổ đã khóa (3 phiếu)"),
        (lambda rows: [], "đơn vị 99001: kho có 0 phiếu, không khớp với sổ đã khóa (3 phiếu)"),
        (lambda rows: [rows[0], *rows], "phiếu không theo thứ tự, hoặc có phiếu lặp"),
        (lambda rows: [rows[1], rows[0], *rows[2:]], "phiếu không theo thứ tự"),
        (lambda rows: [row | {"unit_code": "99003"} for row in rows], "đơn vị 99001: kho có 0 phiếu"),
    ],
)
def test_changed_rows_are_named(archived: World, change: Callable[[Rows], Rows], said: str) -> None:
    doctor(archived, change)
    for options in ([], ["--without-book"]):
        result = archived.run("archive", "verify", *options)
        assert result.exit_code == 1
        assert said in result.output
        assert "2026-11-02" in result.output
        assert "Traceback" not in result.output


@sqlite_only
@pytest.mark.parametrize("column", ["set_aside", "questionnaire_id"])
def test_what_no_leaf_holds_is_compared_with_the_book(archived: World, column: str) -> None:
    doctor(archived, lambda rows: with_first(rows, **{column: 1 - rows[0][column] if column == "set_aside" else 999}))
    assert archived.run("archive", "verify", "--without-book").exit_code == 0
    result = archived.run("archive", "verify")
    assert (result.exit_code, "khác với sổ" in result.output) == (1, True)


def test_a_changed_book_differs_from_its_archive(archived: World) -> None:
    archived.execute("UPDATE response SET r1 = 6 - r1 WHERE r1 <> 3 AND day = '2026-11-03'")
    result = archived.run("archive", "verify")
    assert result.exit_code == 1
    assert "Ngày 2026-11-03" in result.output
    assert "khác với sổ" in result.output
    assert archived.run("archive", "verify", "--without-book").exit_code == 0


def _remove(path: Path) -> None:
    path.unlink()


def _change_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@sqlite_only
@pytest.mark.parametrize(("damage", "said"), [(_remove, "tệp không còn"), (_change_a_byte, "khác với danh mục")])
def test_a_damaged_file_is_named(archived: World, damage: Callable[[Path], None], said: str) -> None:
    file = next(archived.archive.glob("2026-11/75-*.parquet"))
    damage(file)
    result = archived.run("archive", "verify")
    assert result.exit_code == 1
    assert f"2026-11/{file.name}: " in result.output
    assert said in result.output


@sqlite_only
def test_a_file_that_is_no_archive_file_is_named(archived: World) -> None:
    month = read_month(archived.archive, "2026-11")
    content = b"not Parquet"
    digest = hashlib.sha256(content).hexdigest()
    file = month.files[1]
    other = replace(file, name=f"75-{digest[:16]}.parquet", sha256=digest)
    (archived.archive / month.name / other.name).write_bytes(content)
    replace_month(archived.archive, Month(month.name, month.days, (month.files[0], other)))
    result = archived.run("archive", "verify")
    assert (result.exit_code, "không phải tệp của kho lưu trữ" in result.output) == (1, True)
