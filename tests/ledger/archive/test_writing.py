"""Sealed days come into the archive once, whole, and always as the same bytes."""

import resource
import shutil
from datetime import date, timedelta

import pyarrow.parquet as pq
import pytest

from survey_app.database import read_connection
from survey_app.ledger.archive.columns import SCHEMA
from survey_app.ledger.archive.files import ROW_GROUP, write_file
from survey_app.ledger.archive.layout import read_month
from survey_app.ledger.archive.reading import Archive
from survey_app.responses import reader
from survey_app.responses.reader import Selection
from tests.conftest import NOW
from tests.ledger.archive.world import World, days
from tests.support.databases import sqlite_only

TODAY = NOW.date()
FIRST = date(2026, 10, 30)
"""Two days before the month ends."""


@pytest.fixture
def booked(world: World) -> World:
    """Four days over the end of a month, one of them without an answer."""
    for day in (FIRST, FIRST + timedelta(days=1), FIRST + timedelta(days=3)):
        world.answer(day)
        world.close(day)
    return world


def test_what_is_archived_is_what_the_book_holds_in_its_order(booked: World) -> None:
    result = booked.write()
    assert result.exit_code == 0
    assert "Tháng 2026-10: thêm 2 ngày; tháng này nay có 18 phiếu trong kho." in result.stdout
    assert "Tháng 2026-11: thêm 2 ngày; tháng này nay có 9 phiếu trong kho." in result.stdout
    assert sorted(name.split("-")[0] + name.split("/")[1][:2] for name in booked.files()) == [
        *("202600", "202600", "202675", "202675", "2026ma", "2026ma")
    ]
    archived = [row for path in sorted(booked.archive.rglob("*.parquet")) for row in pq.read_table(path).to_pylist()]
    with booked.app.app_context(), read_connection() as connection:
        book = list(reader.booked_rows(connection, Selection()))
        codes = {row.id: row.unit_code for row in book}
    assert {row["id"] for row in archived} == codes.keys()
    by_id = {row["id"]: row for row in archived}
    for row in book:
        told = by_id[row.id]
        spoken = {"comment_text", "comment_salt"}
        assert all(told[name] == value for name, value in row._asdict().items() if name not in spoken)
    keys = [(row["unit_code"] != "99002", row["day"], row["unit_code"], row["leaf_hash"]) for row in archived]
    assert [key[1:] for key in keys if key[0]] == sorted(key[1:] for key in keys if key[0])


def test_no_comment_is_archived(booked: World) -> None:
    booked.write()
    assert not any("comment" in name and name != "comment_digest" for name in SCHEMA.names)
    assert not any("Tốt.".encode() in content for content in booked.files().values())


def test_again_changes_nothing(booked: World) -> None:
    booked.write()
    before = booked.files()
    result = booked.write()
    assert "Không có gì mới" in result.stdout
    assert booked.files() == before


def test_day_by_day_gives_the_same_bytes_as_at_once(world: World) -> None:
    for day in days(FIRST, FIRST + timedelta(days=4)):
        world.answer(day)
        world.close(day)
        assert world.write().exit_code == 0
    step_by_step = world.files()
    shutil.rmtree(world.archive)
    world.write()
    assert world.files() == step_by_step


def test_what_waits_in_the_inbox_is_not_archived(booked: World) -> None:
    booked.answer(TODAY)
    booked.write()
    with booked.app.app_context():
        archived = Archive(booked.archive).rows_by_day
    assert archived == {FIRST: 9, FIRST + timedelta(days=1): 9, date(2026, 11, 1): 0, date(2026, 11, 2): 9}


@sqlite_only
def test_nothing_sealed_is_nothing_to_write(world: World) -> None:
    assert "Không có gì mới" in world.write().stdout
    assert world.files() == {}


@sqlite_only
def test_leftovers_of_a_killed_writing_are_swept_and_never_read(booked: World) -> None:
    booked.write()
    good = booked.files()
    month = booked.archive / "2026-11"
    (month / ".writing-1-75").write_bytes(b"half")
    (month / "75-0000000000000000.parquet").write_bytes(b"half")
    assert sum(Archive(booked.archive).rows_by_day.values()) == 27
    day = FIRST + timedelta(days=4)
    booked.answer(day)
    booked.close(day)
    booked.write()
    names = {path.name for path in month.iterdir()}
    assert not any(name.startswith(".writing") for name in names)
    assert "75-0000000000000000.parquet" not in names
    assert booked.files().keys() != good.keys()


@sqlite_only
def test_a_full_disk_is_said_and_leaves_the_month_as_it_was(booked: World) -> None:
    booked.write()
    before = booked.files()
    day = FIRST + timedelta(days=4)
    booked.answer(day)
    booked.close(day)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, limits[1]))
    try:
        result = booked.write()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert result.exit_code == 1
    assert "Không ghi được vào" in result.output
    assert booked.files() == before
    assert booked.write().exit_code == 0


@sqlite_only
def test_two_writers_do_not_meet(booked: World) -> None:
    from survey_app.ledger.archive.writing import writing_lock

    with writing_lock(booked.archive):
        result = booked.write()
    assert result.exit_code == 1
    assert "Một tiến trình khác đang ghi" in result.output
    assert booked.files() == {}


@sqlite_only
def test_a_damaged_manifest_is_said(booked: World) -> None:
    booked.write()
    (booked.archive / "2026-11" / "manifest.json").write_text('{"format": 1}')
    for command in ("write", "verify"):
        result = booked.run("archive", command)
        assert (result.exit_code, "danh mục của tháng 2026-11" in result.output) == (1, True)


@sqlite_only
def test_row_groups_do_not_tell_how_the_rows_came(booked: World) -> None:
    booked.write()
    file = next(booked.archive.glob("2026-10/75-*.parquet"))
    table = pq.read_table(file)
    assert pq.read_metadata(file).num_row_groups == 1 <= ROW_GROUP
    pieces = [table.slice(place, 5) for place in range(0, table.num_rows, 5)]
    written = write_file(file.parent, "75", iter(pieces))
    assert written is not None
    assert written.name == file.name
    assert written == read_month(booked.archive, "2026-10").files[1]
