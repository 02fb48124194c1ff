"""Publishing happens once: what was written stays, whatever becomes of facts or the minimum; on both databases."""

from datetime import date, timedelta
from itertools import dropwhile
from random import Random

import pytest
from flask import Flask
from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from analytics.facts.models import FACT_TABLES, fact_attitude, fact_item
from analytics.facts.rebuild import rebuild_day
from analytics.published.keeping import publish_finished_weeks, publishing_step
from analytics.published.models import PUBLISHED_TABLES, published_group, published_week
from analytics.published.numbers import Group, last_published_day, read_groups, read_parts, read_windows
from analytics.published.quarters import publish_finished_quarters
from analytics.published.sums import Axis, Population, Viewer, WindowKind
from analytics.statistics.publication import WeekCount, join_weeks
from survey_app.responses.models import response
from tests.analytics.dashboards.conftest import City
from tests.analytics.dashboards.factories import (
    NEWEST_MONDAY,
    THROUGH,
    WEEK,
    Answer,
    publish,
    rated,
    satisfied,
    write_facts,
    write_weeks,
)
from tests.analytics.published.trouble_facts import NO, write_trouble
from tests.analytics.published.world import a_world, live_through
from tests.support.databases import sqlite_only
from tests.support.queries import QueryCounter

SUNDAY = NEWEST_MONDAY + timedelta(days=6)


def groups_of(connection: Connection, city: City, *populations: Population) -> list[Group]:
    return read_groups(connection, [city.trang_bom.id], populations or (Population.HEADLINE,))


def spans(groups: list[Group]) -> list[tuple[date, date, int]]:
    return [(group.first_day, group.last_day, group.sums.responses) for group in groups]


def everything(connection: Connection) -> list[tuple[object, ...]]:
    return [
        tuple(row)
        for table in PUBLISHED_TABLES
        for row in connection.execute(select(table).order_by(*table.primary_key))
    ]


def test_thin_weeks_wait_and_are_written_together(connection: Connection, city: City) -> None:
    write_weeks(connection, city.trang_bom.id, [satisfied(12), satisfied(4), [], satisfied(7), satisfied(3)])
    publish(connection)
    first = NEWEST_MONDAY - 4 * WEEK
    assert spans(groups_of(connection, city)) == [
        (first, first + timedelta(days=6), 12),
        (first + WEEK, first + 3 * WEEK + timedelta(days=6), 11),
    ]
    assert last_published_day(connection) == SUNDAY


@pytest.mark.parametrize("seed", range(4))
def test_groups_are_those_of_the_rule(connection: Connection, city: City, seed: int) -> None:
    """`join_weeks` says what is joined, from the whole history; publishing does the same week by week."""
    chance = Random(seed)
    sizes = [chance.choice((0, 2, 5, 9, 11, 30)) for _week in range(40)]
    write_weeks(connection, city.trang_bom.id, [satisfied(size) for size in sizes])
    publish(connection)
    mondays = [NEWEST_MONDAY - ago * WEEK for ago in reversed(range(40))]
    counts = [WeekCount(monday, size) for monday, size in zip(mondays, sizes, strict=True)]
    joined = join_weeks(list(dropwhile(lambda count: not count.n, counts)), 10)
    expected = [(group.first_day, group.last_day, group.n) for group in joined if group.complete]
    assert spans(groups_of(connection, city)) == expected


def test_weeks_publish_as_they_end(connection: Connection, city: City) -> None:
    write_weeks(connection, city.trang_bom.id, [satisfied(12), satisfied(12)])
    step = publishing_step(10)
    seen = []
    for ago in range(14, -1, -1):
        step(connection, SUNDAY - timedelta(days=ago))
        seen.append(len(groups_of(connection, city)))
    assert seen == [0] * 7 + [1] * 7 + [2]
    assert publish_finished_weeks(connection, SUNDAY, 10) == 0


def test_without_answers_there_is_nothing_to_decide(connection: Connection, city: City) -> None:
    assert publish_finished_weeks(connection, SUNDAY, 10) == 0
    assert last_published_day(connection) is None
    assert groups_of(connection, city) == []


def test_populations_have_trees_of_their_own(connection: Connection, city: City) -> None:
    week = (
        satisfied(10) + satisfied(5, group="organisation") + satisfied(4, channel="paper") + satisfied(3, set_aside=1)
    )
    write_weeks(connection, city.trang_bom.id, [week] * 3)
    publish(connection)
    sizes = {
        population: [(len(group.mondays), group.sums.responses) for group in groups_of(connection, city, population)]
        for population in Population
    }
    assert sizes == {
        Population.HEADLINE: [(1, 10)] * 3,
        Population.ORGANISATIONS: [(2, 10)],
        Population.BY_OTHERS: [(3, 12)],
    }
    headline = groups_of(connection, city)[0]
    composition = headline.composition
    assert (composition.without_code, composition.by_others, composition.set_aside) == (10, 4, 3)
    assert headline.aside.persons == (3, 3)


def test_a_population_starts_with_its_first_answer(connection: Connection, city: City) -> None:
    """Weeks in which nobody of it answered are no part of its first group."""
    others = [satisfied(2, group="organisation") + satisfied(1, set_aside=1)] * 3
    write_weeks(connection, city.trang_bom.id, [*others, satisfied(10) + satisfied(1, set_aside=1)])
    publish(connection)
    (group,) = groups_of(connection, city)
    assert (group.first_day, group.composition.set_aside, group.aside.persons) == (NEWEST_MONDAY, 1, (1, 1))


def test_facts_made_anew_change_nothing_published(connection: Connection, city: City) -> None:
    write_weeks(connection, city.trang_bom.id, [satisfied(12)] * 8)
    publish(connection)
    before = everything(connection)
    connection.execute(update(fact_attitude).values(total=0, n=1))
    for table in FACT_TABLES:
        connection.execute(delete(table))
    assert publish_finished_weeks(connection, SUNDAY, 10) == 0
    assert everything(connection) == before
    assert len(groups_of(connection, city)) == 8


def test_a_raised_minimum_cuts_the_future_only(connection: Connection, city: City) -> None:
    write_weeks(connection, city.trang_bom.id, [satisfied(12)] * 6)
    publish_finished_weeks(connection, SUNDAY - 2 * WEEK, 10)
    publish_finished_weeks(connection, SUNDAY, 20)
    found = [(group.minimum_n, len(group.mondays), group.sums.responses) for group in groups_of(connection, city)]
    assert found == [(10, 1, 12)] * 4 + [(20, 2, 24)]
    weeks = connection.execute(select(published_week.c.minimum_n).order_by(published_week.c.monday)).scalars()
    assert list(weeks) == [10] * 4 + [20] * 2


@pytest.mark.parametrize("table", PUBLISHED_TABLES, ids=lambda table: str(table.name))
def test_what_is_published_cannot_be_changed(connection: Connection, city: City, table: object) -> None:
    write_weeks(connection, city.trang_bom.id, [satisfied(8, 4) + satisfied(12, channel="ticket")] * 12)
    write_trouble(connection, city.trang_bom.id, date(2026, 9, 1), {NO: 100})
    publish(connection)
    publish_finished_quarters(connection, 10)
    assert isinstance(table, type(published_group))
    assert connection.execute(select(func.count()).select_from(table)).scalar_one()
    for statement in (delete(table), update(table).values({list(table.columns)[-1].name: None})):
        with pytest.raises(DBAPIError, match="append-only"), connection.begin_nested():
            connection.execute(statement)


def test_nothing_under_the_minimum_can_be_stored(connection: Connection, city: City) -> None:
    write_weeks(connection, city.trang_bom.id, [satisfied(10)])
    publish(connection)
    row = dict(connection.execute(select(published_group)).one()._mapping) | {"last_day": SUNDAY + WEEK, "scored": 9}
    with pytest.raises(DBAPIError, match=r"(?i)check"), connection.begin_nested():
        connection.execute(insert(published_group), row)


def test_items_wait_until_those_who_left_some_out_are_enough(connection: Connection, city: City) -> None:
    incomplete = Answer({"overall": 5, "courtesy": 5, "answers": 5, "guidance": 2})
    write_weeks(connection, city.trang_bom.id, [[*satisfied(20), incomplete]] * 16, newest=date(2026, 10, 26))
    publish(connection)
    windows = read_windows(connection, groups_of(connection, city))
    # Four persons a block left some out: three blocks hold twelve, and the fourth waits.
    assert [(window.first_day, window.last_day) for window in windows] == [(date(2026, 7, 13), date(2026, 10, 4))]
    assert windows[0].items["guidance"] == (0, 12, 0, 0, 240)
    assert windows[0].items["dedication"] == (0, 0, 0, 0, 240)


def test_items_of_unknown_completeness_are_not_shown(connection: Connection, city: City) -> None:
    write_weeks(connection, city.trang_bom.id, [satisfied(20)] * 8)
    connection.execute(update(fact_attitude).values(partial=None))
    publish(connection)
    assert len(groups_of(connection, city)) == 8
    assert read_windows(connection, groups_of(connection, city)) == []


def test_a_window_that_waits_too_long_is_given_up(connection: Connection, city: City) -> None:
    incomplete = Answer({"overall": 5, "courtesy": 5, "answers": 5, "guidance": 2})
    old = [[*satisfied(20), incomplete], *[satisfied(20)] * 23]
    write_weeks(connection, city.trang_bom.id, [*old, *[satisfied(20)] * 8], newest=date(2026, 10, 26))
    publish(connection)
    windows = read_windows(connection, groups_of(connection, city))
    assert [window.first_day for window in windows] == [date(2026, 9, 7), date(2026, 10, 5)]


def test_set_aside_answers_are_included_from_ten_on(connection: Connection, city: City) -> None:
    week = [*satisfied(20), rated(1, set_aside=1)]
    write_weeks(connection, city.trang_bom.id, [week] * 12 + [satisfied(20)] * 4, newest=date(2026, 10, 26))
    publish(connection)
    windows = read_windows(connection, groups_of(connection, city), (WindowKind.SET_ASIDE,))
    sums = [(len(window.groups), sum(group.aside.responses for group in window.groups)) for window in windows]
    assert sums == [(12, 12), (4, 0)]


def test_parts_along_channels(connection: Connection, city: City) -> None:
    week = satisfied(8, 2) + satisfied(3, channel="ticket") + satisfied(1, channel="kiosk")
    write_weeks(connection, city.trang_bom.id, [week] * 4, newest=date(2026, 10, 26))
    publish(connection)
    parts = read_parts(connection, [city.trang_bom.id], Axis.CHANNEL, Viewer.PUBLIC)
    found = [(part.labels, part.label, part.sums.responses) for part in parts]
    assert found == [(("poster",), "poster", 40), (("kiosk", "ticket"), None, 16)]
    assert {(part.first_day, part.last_day) for part in parts} == {(date(2026, 10, 5), date(2026, 11, 1))}


def test_service_points_are_for_staff(connection: Connection) -> None:
    with pytest.raises(ValueError, match="staff only"):
        read_parts(connection, [1], Axis.SERVICE_POINT, Viewer.PUBLIC)


def test_a_whole_life_on_both_databases(connection: Connection) -> None:
    """Booked answers, all cuts, twice the same: the statements of publishing run alike everywhere."""
    world = a_world(connection, date(2026, 5, 11), 13, 1, ("25195", "25210", "25217", "26041"))
    live_through(connection, world, world.days)
    points = read_parts(connection, world.unit_ids, Axis.SERVICE_POINT, Viewer.STAFF)
    assert points and min(min(part.sums.persons) for part in points) >= 30
    domains = read_parts(connection, world.unit_ids, Axis.DOMAIN, Viewer.PUBLIC)
    assert any(part.label == "land" for part in domains)
    before = everything(connection)
    for day in world.days:
        rebuild_day(connection, day)
        publishing_step(10)(connection, day)
    assert everything(connection) == before


@sqlite_only
def test_lost_answers_hide_counters_rather_than_guess(connection: Connection) -> None:
    """Which counters serve which domains is known from the book alone: where it lost rows, counters are not shown."""
    world = a_world(connection, date(2026, 5, 11), 13, 1, ("25195", "25210", "25217", "26041"))
    days = list(world.days)
    live_through(connection, world, days[:-1])
    shown = read_parts(connection, world.unit_ids, Axis.SERVICE_POINT, Viewer.STAFF)
    connection.exec_driver_sql("DROP TRIGGER response_refuses_delete")
    connection.execute(delete(response).where(response.c.day == days[-4]))
    publishing_step(10)(connection, days[-1])
    after = read_parts(connection, world.unit_ids, Axis.SERVICE_POINT, Viewer.STAFF)
    assert after == [part for part in shown if part in after]
    domains = read_parts(connection, world.unit_ids, Axis.DOMAIN, Viewer.PUBLIC, first_day=days[-20])
    assert domains


@pytest.mark.parametrize("weeks", [1, 30])
def test_a_week_costs_the_same_statements_whatever_lies_behind(connection: Connection, city: City, weeks: int) -> None:
    write_weeks(connection, city.trang_bom.id, [satisfied(12)] * weeks)
    publish_finished_weeks(connection, SUNDAY - WEEK, 10)
    with QueryCounter(connection.engine) as queries:
        publish_finished_weeks(connection, SUNDAY, 10)
    first_fact = 1 if weeks == 1 else 0
    assert queries.count == 13 + first_fact


def test_the_command_publishes_what_no_closing_did(app: Flask, connection: Connection, city: City) -> None:
    write_weeks(connection, city.trang_bom.id, [satisfied(12)] * 3)
    write_facts(connection, city.long_hung.id, THROUGH, satisfied(3))
    assert connection.execute(select(func.count()).select_from(fact_item)).scalar_one()
    connection.commit()
    runner = app.test_cli_runner()
    output = runner.invoke(args=["facts", "publish"]).output
    assert "Published 3 finished week(s)" in output
    assert "quarter" not in output, "the fourth is not over"
    assert "Nothing to publish" in runner.invoke(args=["facts", "publish"]).output
