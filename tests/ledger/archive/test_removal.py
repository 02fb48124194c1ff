"""What retention takes out of the book leaves the archive too, and does not come back."""

from datetime import date, timedelta

import pytest

from survey_app.ledger.archive.reading import Archive
from survey_app.ledger.archive.removal import remove_days
from survey_app.ledger.retention import months_after
from tests.ledger.archive.world import World
from tests.support.databases import sqlite_only

FIRST = date(2026, 10, 31)


@pytest.fixture
def archived(world: World) -> World:
    """Three days over the end of a month."""
    for number in range(3):
        day = FIRST + timedelta(days=number)
        world.answer(day)
        world.close(day)
    world.write()
    return world


def rows(world: World) -> dict[date, int]:
    return Archive(world.archive).rows_by_day


@sqlite_only
def test_days_go_from_every_file_and_nothing_else_does(archived: World) -> None:
    leaves = {one for table in Archive(archived.archive).rows(FIRST, FIRST) for one in table["leaf_hash"].to_pylist()}
    assert remove_days(archived.archive, FIRST, FIRST + timedelta(days=1)) == 18
    assert list(rows(archived).values()) == [0, 0, 9]
    assert not any(leaf in content for leaf in leaves for content in archived.files().values())
    assert remove_days(archived.archive, FIRST, FIRST + timedelta(days=1)) == 0


@sqlite_only
def test_one_commune_may_go_alone(archived: World) -> None:
    assert remove_days(archived.archive, FIRST, FIRST, ["99001", "11111"]) == 3
    assert list(rows(archived).values()) == [6, 9, 9]
    left = {code for table in Archive(archived.archive).rows(FIRST, FIRST) for code in table["unit_code"].to_pylist()}
    assert left == {"99002", "99003"}


@sqlite_only
def test_where_there_is_no_archive_nothing_is_removed(world: World) -> None:
    assert remove_days(world.archive, FIRST, FIRST) == 0
    assert not world.archive.exists()


def test_after_retention_the_archive_is_sound_and_the_days_stay_away(archived: World) -> None:
    clock = archived.app.extensions["clock"]
    clock.advance(months_after(FIRST, 24) + timedelta(days=1) - clock.today())
    result = archived.run("retention", "apply")
    assert result.exit_code == 0, result.output
    left = rows(archived)
    assert left[FIRST] == 0 < left[FIRST + timedelta(days=2)]
    archived.write()
    assert rows(archived) == left
    for options in ([], ["--without-book"]):
        checked = archived.run("archive", "verify", *options)
        assert checked.exit_code == 0, checked.output
