"""`flask facts rebuild --engine …`: both engines make the same facts of the same closed days."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import Connection, delete, select, update

from analytics.facts.models import FACT_TABLES, fact_attitude
from config import Settings
from survey_app.ledger.retention import months_after
from tests.ledger.archive.world import World, a_world
from tests.support.databases import sqlite_only

Begin = Callable[[], AbstractContextManager[Connection]]
FIRST = date(2026, 10, 30)
Facts = dict[str, set[tuple[object, ...]]]


@pytest.fixture
def world(app: Flask, transaction: Begin, settings: Settings) -> World:
    """Four closed days over the end of a month, archived."""
    made = a_world(app, transaction, settings.resolved_archive_dir)
    for number in (0, 1, 3):
        made.answer(FIRST + timedelta(days=number), number=7)
        made.close(FIRST + timedelta(days=number))
    made.write()
    return made


def facts(world: World) -> Facts:
    with world.begin() as connection:
        return {table.name: {tuple(row) for row in connection.execute(select(table))} for table in FACT_TABLES}


def spoil(world: World) -> None:
    with world.begin() as connection:
        connection.execute(delete(FACT_TABLES[0]))
        connection.execute(update(fact_attitude).values(total=fact_attitude.c.total + 1))


@pytest.mark.parametrize("engine", ["database", "duckdb"])
def test_either_engine_heals_the_facts(world: World, engine: str) -> None:
    good = facts(world)
    assert all(rows for name, rows in good.items() if name != "fact_scale"), "nobody here rates every attitude item"
    spoil(world)
    result = world.run("facts", "rebuild", "--engine", engine)
    assert result.exit_code == 0, result.output
    assert "Rebuilt the facts of 4 day(s), 2026-10-30 to 2026-11-02." in result.stdout
    assert facts(world) == good


@sqlite_only
def test_a_span_leaves_other_days_alone(world: World) -> None:
    good = facts(world)
    spoil(world)
    result = world.run("facts", "rebuild", "--engine", "duckdb", "--from", "2026-10-31", "--to", "2026-11-01")
    assert "Rebuilt the facts of 2 day(s)" in result.stdout
    healed = facts(world)["fact_item"]
    assert healed == {row for row in good["fact_item"] if date(2026, 10, 31) in row}


@sqlite_only
def test_what_is_not_archived_is_said_before_anything_is_done(world: World) -> None:
    world.answer(date(2026, 11, 5))
    world.close(date(2026, 11, 5))
    before = facts(world)
    result = world.run("facts", "rebuild", "--engine", "duckdb")
    assert result.exit_code == 1
    assert "3 day(s) from 2026-11-03 are not archived" in result.output
    assert facts(world) == before


@sqlite_only
@pytest.mark.parametrize("engine", ["database", "duckdb"])
def test_days_under_retention_keep_their_facts(world: World, engine: str) -> None:
    good = facts(world)
    clock = world.app.extensions["clock"]
    clock.advance(months_after(FIRST, 24) + timedelta(days=1) - clock.today())
    assert world.run("retention", "apply").exit_code == 0
    result = world.run("facts", "rebuild", "--engine", engine)
    assert result.exit_code == 0, result.output
    assert "Left as they are:" in result.stdout
    assert facts(world) == good


@sqlite_only
def test_a_broken_archive_is_said(world: World) -> None:
    (world.archive / "2026-11" / "manifest.json").write_text("{}")
    result = world.run("facts", "rebuild", "--engine", "duckdb")
    assert (result.exit_code, "archive verify" in result.output) == (1, True)
    for file in world.archive.rglob("*.parquet"):
        file.write_bytes(b"PAR1")
    world.run("archive", "write")
