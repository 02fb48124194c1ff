"""Published numbers stay; `facts check` says where the facts of today no longer add up to them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import Connection, delete, update

from analytics.facts.models import fact_attitude
from analytics.published.checking import differing_groups
from analytics.published.numbers import read_groups
from analytics.published.sums import Population
from tests.analytics.dashboards.conftest import City, a_city
from tests.analytics.dashboards.factories import publish, satisfied, write_weeks
from tests.analytics.published.world import a_world, live_through

Begin = Callable[[], AbstractContextManager[Connection]]


@pytest.fixture
def city(connection: Connection) -> City:
    made = a_city(connection)
    for unit in (made.trang_bom, made.long_hung):
        write_weeks(connection, unit.id, [satisfied(20, 5) + satisfied(12, 1, group="organisation")] * 3)
    publish(connection)
    return made


def test_what_was_published_is_what_the_facts_say(connection: Connection, city: City) -> None:
    assert len(read_groups(connection, [city.trang_bom.id, city.long_hung.id], tuple(Population))) == 12
    assert differing_groups(connection) == []


def test_a_world_with_joined_weeks_and_all_kinds_of_answers_does_not_differ(connection: Connection) -> None:
    world = a_world(connection, date(2026, 8, 3), 6, 5, ["26068", "26380", "26041"])
    live_through(connection, world, world.days)
    assert len(read_groups(connection, world.unit_ids, tuple(Population))) > 10
    assert differing_groups(connection) == []


def test_facts_made_anew_otherwise_are_named_and_the_number_stays(connection: Connection, city: City) -> None:
    f = fact_attitude.c
    ours = (f.unit_id == city.trang_bom.id, f.day == date(2026, 11, 17), f.respondent_group == "citizen")
    before = read_groups(connection, [city.trang_bom.id])
    connection.execute(update(fact_attitude).where(*ours).values(total=f.total - 60, n=f.n - 1))
    (one,) = differing_groups(connection)
    assert (one.unit_id, one.population, one.last_day) == (
        city.trang_bom.id,
        Population.HEADLINE,
        date(2026, 11, 22),
    )
    assert (one.published[1], one.counted[1]) == (25, 24)
    assert one.published[2] - one.counted[2] == 60
    assert read_groups(connection, [city.trang_bom.id]) == before


def test_facts_that_are_gone_are_none(connection: Connection, city: City) -> None:
    connection.execute(delete(fact_attitude).where(fact_attitude.c.unit_id == city.long_hung.id))
    found = differing_groups(connection)
    assert {(one.unit_id, one.counted) for one in found} == {(city.long_hung.id, (0, 0, 0, 0))}
    assert len(found) == 6


def test_the_command_says_so_and_exits_1(app: Flask, transaction: Begin) -> None:
    run = app.test_cli_runner().invoke
    assert run(args=["facts", "check"]).output == "What was published is what the facts say.\n"
    with transaction() as connection:
        unit = a_city(connection).trang_bom
        write_weeks(connection, unit.id, [satisfied(20, 5)])
        publish(connection)
        connection.execute(update(fact_attitude).values(responses=26))
    answer = run(args=["facts", "check"])
    assert answer.exit_code == 1
    assert "26068 2026-11-16 to 2026-11-22, headline: published 25 answers, 25 scored, sum 1200" in answer.output
    assert "the facts say 26, 25, 1200" in answer.output
    assert "1 published span(s) differ" in answer.output
