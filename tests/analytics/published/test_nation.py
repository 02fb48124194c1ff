"""A nation's facts: one unit's page and a week's publishing seek the rows they need and scan nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, insert, select, text

from analytics.dashboards.series import unit_series
from analytics.facts.models import fact_attitude, fact_item
from analytics.published.keeping import publish_finished_weeks
from analytics.published.models import published_group, published_week, published_window
from survey_app.territory.models import UnitRow
from survey_app.territory.units import Unit
from tests.analytics.dashboards.conftest import City
from tests.analytics.dashboards.factories import NEWEST_MONDAY, WEEK, publish, satisfied, write_weeks

UNITS, WEEKS = 3_321, 20
LARGE = ("fact_attitude", "fact_item", "published_group", "published_window")


@pytest.fixture
def nation(connection: Connection, city: City) -> Unit:
    """Twenty weeks of one commune, copied to 3,320 others: facts and what was published of all weeks but the last."""
    write_weeks(connection, city.trang_bom.id, [satisfied(20, 5)] * WEEKS)
    publish(connection, NEWEST_MONDAY - timedelta(days=1))
    pattern = city.trang_bom.id
    codes = [{"code": f"9{number:04}"} for number in range(UNITS - 2)]
    connection.execute(insert(UnitRow), codes)
    for table in (fact_attitude, fact_item, published_group, published_window):
        columns = [UnitRow.id if column.name == "unit_id" else column for column in table.columns]
        copies = select(*columns).join_from(table, UnitRow.__table__, UnitRow.code.like("9%"))
        names = [column.name for column in table.columns]
        connection.execute(insert(table).from_select(names, copies.where(table.c.unit_id == pattern)))
    connection.execute(text("ANALYZE"))
    return city.trang_bom


@contextmanager
def plans_of(connection: Connection) -> Iterator[list[tuple[str, list[str]]]]:
    """How the database carries out each statement that touches a large table."""
    sent: list[tuple[str, Any]] = []
    found: list[tuple[str, list[str]]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if any(table in statement for table in LARGE) and statement.startswith("SELECT"):
            sent.append((statement, parameters))

    event.listen(connection.engine, "before_cursor_execute", note)
    yield found
    event.remove(connection.engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    for statement, parameters in sent:
        rows = connection.exec_driver_sql(explain + statement, parameters)
        found.append((statement, [str(row[-1]).strip() for row in rows]))


def scans(plan: list[str]) -> list[str]:
    """The steps that read a large table from end to end."""
    return [
        step
        for step in plan
        for table in LARGE
        if step.startswith((f"SCAN {table}", f"SCAN f USING {table}")) or f"Seq Scan on {table}" in step
    ]


def test_a_page_seeks_the_rows_of_its_unit(connection: Connection, nation: Unit) -> None:
    with plans_of(connection) as plans:
        series = unit_series(connection, nation, date(2026, 11, 24), 10)
    assert len(series.points) == 16 and series.blocks
    assert len(plans) >= 4
    for statement, plan in plans:
        assert not scans(plan), (statement, plan)
    facts = [plan for statement, plan in plans if "fact_attitude" in statement and "LIMIT" not in statement]
    assert facts and all("ix_fact_attitude_unit_id_day" in " ".join(plan) for plan in facts)


def test_a_week_is_published_for_all_units(connection: Connection, nation: Unit) -> None:
    """The week's own facts are read, and not the years behind them (PostgreSQL may choose to scan so few)."""
    with plans_of(connection) as plans:
        assert publish_finished_weeks(connection, NEWEST_MONDAY + WEEK - timedelta(days=1), 10) == 1
    newest = NEWEST_MONDAY + WEEK - timedelta(days=1)
    counted = select(func.count()).select_from(published_group).where(published_group.c.last_day == newest)
    assert connection.execute(counted).scalar_one() == UNITS - 1
    assert connection.execute(select(func.count()).select_from(published_week)).scalar_one() == WEEKS
    if connection.dialect.name == "sqlite":
        for statement, plan in plans:
            if "fact_" in statement:
                assert not scans(plan), (statement, plan)
