"""Shares of trouble and money: stored once, by quarter that is over, from a hundred answers, none by subtraction."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from analytics.facts.models import fact_choice
from analytics.facts.rebuild import rebuild_day
from analytics.published.checking import differing_quarters
from analytics.published.keeping import publishing_step
from analytics.published.models import published_quarter, published_trouble, published_week
from analytics.published.quarters import publish_finished_quarters
from analytics.published.trouble import trouble_by_quarter, trouble_of_all
from analytics.statistics.periods import WEEK, mondays_between
from tests.analytics.dashboards.conftest import City, a_city
from tests.analytics.dashboards.factories import satisfied, write_facts
from tests.analytics.published.trouble_facts import LEFT_OUT, MONEY, NO, NO_ANSWER, TROUBLE, write_trouble
from tests.analytics.published.world import World, a_world, live_through
from tests.support.queries import QueryCounter

Begin = Callable[[], AbstractContextManager[Connection]]
IN_QUARTER = date(2026, 8, 12)
FIRST_MONDAY, LAST_MONDAY = date(2025, 12, 29), date(2026, 9, 28)
"""The first week of 2026; the last one's Thursday is the first of October: it belongs to the fourth quarter."""
THIRD = (date(2026, 6, 29), date(2026, 9, 27))


@pytest.fixture
def city(connection: Connection) -> City:
    """A city in the open transaction, whose weeks were decided up to the first of the fourth quarter."""
    made = a_city(connection)
    decide(connection, FIRST_MONDAY, LAST_MONDAY)
    return made


def decide(connection: Connection, first: date, last: date) -> None:
    weeks = [{"monday": monday, "minimum_n": 10} for monday in mondays_between(first, last)]
    connection.execute(insert(published_week), weeks)


def everything(connection: Connection) -> list[tuple[object, ...]]:
    tables = (published_quarter, published_trouble)
    return [tuple(row) for table in tables for row in connection.execute(select(table).order_by(*table.primary_key))]


def test_shares_with_their_n_and_interval(connection: Connection, city: City) -> None:
    counts = {NO: 60, TROUBLE: 3, MONEY: 1, NO_ANSWER: 9, LEFT_OUT: 50}
    write_trouble(connection, city.trang_bom.id, IN_QUARTER, counts)
    write_trouble(connection, city.trang_bom.id, IN_QUARTER + timedelta(days=1), {NO: 134, TROUBLE: 2})
    publish_finished_quarters(connection, 10)
    (quarter,) = trouble_by_quarter(connection, [city.trang_bom.id])[city.trang_bom.id]
    assert (quarter.first_day, quarter.last_day) == (date(2026, 7, 1), date(2026, 9, 30))
    assert (quarter.first_monday, quarter.last_sunday) == THIRD
    assert (quarter.n, quarter.trouble.count, quarter.money.count) == (200, 5, 1)
    assert (quarter.trouble.percent, quarter.trouble.low, quarter.trouble.high) == (2.5, 1.1, 5.7)
    assert (quarter.money.percent, quarter.units, quarter.minimum_n) == (0.5, 1, 100)


@pytest.mark.parametrize(("n", "minimum_n", "shown"), [(99, 10, 0), (100, 10, 1), (149, 150, 0), (150, 150, 1)])
def test_from_a_hundred_answers_on(connection: Connection, city: City, n: int, minimum_n: int, shown: int) -> None:
    write_trouble(connection, city.trang_bom.id, IN_QUARTER, {NO: n - 5, TROUBLE: 5, NO_ANSWER: 40})
    publish_finished_quarters(connection, minimum_n)
    assert len(trouble_by_quarter(connection, [city.trang_bom.id]).get(city.trang_bom.id, [])) == shown
    least = connection.execute(select(published_quarter.c.minimum_n).distinct()).scalar_one()
    assert least == max(100, minimum_n)


@pytest.mark.parametrize(
    "others",
    [{"set_aside": 1}, {"channel": "assisted"}, {"respondent_group": "organisation"}, {"item": "own_1"}],
    ids=str,
)
def test_only_the_headline_population_counts(connection: Connection, city: City, others: dict[str, object]) -> None:
    write_trouble(connection, city.trang_bom.id, IN_QUARTER, {NO: 100})
    write_trouble(connection, city.trang_bom.id, IN_QUARTER, {TROUBLE: 50}, **others)
    publish_finished_quarters(connection, 10)
    (quarter,) = trouble_by_quarter(connection, [city.trang_bom.id])[city.trang_bom.id]
    assert (quarter.n, quarter.trouble.count) == (100, 0)


def test_a_quarter_is_whole_weeks_and_is_over(connection: Connection, city: City) -> None:
    unit = city.trang_bom.id
    write_trouble(connection, unit, date(2026, 6, 28), {NO: 1000})  # The Sunday before; the second quarter's.
    write_trouble(connection, unit, date(2026, 6, 29), {NO: 100})  # Its Thursday is the second of July.
    write_trouble(connection, unit, date(2026, 9, 27), {NO: 3})
    write_trouble(connection, unit, LAST_MONDAY, {NO: 10_000})  # The fourth quarter's, which is not over.
    publish_finished_quarters(connection, 10)
    assert [quarter.n for quarter in trouble_by_quarter(connection, [unit])[unit]] == [1000, 103]


def test_a_quarter_is_published_with_its_last_week(connection: Connection) -> None:
    """Day by day, as closing does it: on the Sunday of the last week, and never again."""
    unit = a_city(connection).trang_bom
    write_facts(connection, unit.id, IN_QUARTER, satisfied(200))
    write_trouble(connection, unit.id, IN_QUARTER, {NO: 200})
    publish, seen = publishing_step(10), []
    for ago in range(9, -10, -1):
        publish(connection, THIRD[1] - timedelta(days=ago))
        seen.append(len(trouble_by_quarter(connection, [unit.id])))
    assert seen == [0] * 9 + [1] * 10
    assert list(connection.execute(select(published_quarter.c.first_day, published_quarter.c.last_day))) == [THIRD]


def test_before_the_first_week_there_is_no_quarter(connection: Connection) -> None:
    write_trouble(connection, a_city(connection).trang_bom.id, IN_QUARTER, {NO: 200})
    assert publish_finished_quarters(connection, 10) == 0
    assert everything(connection) == []


def test_all_together_are_those_that_are_shown_themselves(connection: Connection, city: City) -> None:
    both = [city.trang_bom.id, city.long_hung.id]
    spring = IN_QUARTER - 13 * WEEK
    write_trouble(connection, both[0], IN_QUARTER, {NO: 118, TROUBLE: 2})
    write_trouble(connection, both[1], IN_QUARTER, {NO: 3, TROUBLE: 1})  # Subtraction must not give these four away.
    write_trouble(connection, both[0], spring, {NO: 118, TROUBLE: 2})
    write_trouble(connection, both[1], spring, {NO: 102, TROUBLE: 1, MONEY: 1})
    publish_finished_quarters(connection, 10)
    before, alone = trouble_of_all(connection, both)
    assert (alone.units, alone.n, alone.trouble.count) == (1, 120, 2)
    assert (before.units, before.n, before.trouble.count, before.money.count) == (2, 224, 3, 1)


def test_quarters_from_a_day_on(connection: Connection, city: City) -> None:
    unit = city.trang_bom.id
    for day in (date(2026, 2, 11), date(2026, 5, 13), IN_QUARTER):
        write_trouble(connection, unit, day, {NO: 150})
    publish_finished_quarters(connection, 10)
    for first_day, quarters in (
        (None, 3),
        (date(2026, 3, 31), 3),
        (date(2026, 4, 1), 2),
        (date(2026, 6, 30), 2),
        (date(2026, 7, 1), 1),
        (date(2026, 10, 1), 0),
    ):
        assert len(trouble_by_quarter(connection, [unit], first_day).get(unit, [])) == quarters


def test_the_first_run_after_an_upgrade_stores_every_quarter_that_is_over(connection: Connection, city: City) -> None:
    unit = city.trang_bom.id
    for day in (date(2026, 2, 11), date(2026, 5, 13), IN_QUARTER):
        write_trouble(connection, unit, day, {NO: 150})
    assert publish_finished_quarters(connection, 10) == 3
    stored = everything(connection)
    assert publish_finished_quarters(connection, 10) == 0
    assert everything(connection) == stored
    assert len(stored) == 3 + 3


def test_a_new_quarter_follows_the_last_one(connection: Connection, city: City) -> None:
    publish_finished_quarters(connection, 10)
    decide(connection, LAST_MONDAY + WEEK, date(2026, 12, 21))
    assert publish_finished_quarters(connection, 10) == 0, "one week is missing"
    write_trouble(connection, city.trang_bom.id, date(2027, 1, 3), {NO: 100})  # Its Thursday is the last of December.
    decide(connection, date(2026, 12, 28), date(2026, 12, 28))
    assert publish_finished_quarters(connection, 10) == 1
    (quarter,) = trouble_by_quarter(connection, [city.trang_bom.id])[city.trang_bom.id]
    assert (quarter.first_day, quarter.last_sunday) == (date(2026, 10, 1), date(2027, 1, 3))


def test_facts_made_anew_change_nothing_and_are_named(connection: Connection, city: City) -> None:
    both = [city.trang_bom.id, city.long_hung.id]
    for unit_id in both:
        write_trouble(connection, unit_id, IN_QUARTER, {NO: 118, TROUBLE: 2, MONEY: 1})
    publish_finished_quarters(connection, 10)
    assert differing_quarters(connection) == []
    stored = everything(connection)
    f = fact_choice.c
    connection.execute(update(fact_choice).where(f.unit_id == both[0], f.option == TROUBLE).values(n=7))
    connection.execute(delete(fact_choice).where(f.unit_id == both[1]))
    assert publish_finished_quarters(connection, 10) == 0
    assert everything(connection) == stored
    found = [(one.unit_id, one.published, one.counted) for one in differing_quarters(connection)]
    assert found == [(both[0], (118, 2, 1), (118, 7, 1)), (both[1], (118, 2, 1), (0, 0, 0))]
    assert {(one.first_day, one.last_day) for one in differing_quarters(connection)} == {THIRD}


def test_a_unit_with_too_few_stays_without_a_share(connection: Connection, city: City) -> None:
    """Decided is decided: answers that a rebuild finds later would give themselves away in the sum of all."""
    unit = city.trang_bom.id
    write_trouble(connection, unit, IN_QUARTER, {NO: 99})
    publish_finished_quarters(connection, 10)
    write_trouble(connection, unit, IN_QUARTER + timedelta(days=1), {NO: 9})
    assert publish_finished_quarters(connection, 10) == 0
    assert trouble_of_all(connection, [unit]) == []


def test_answers_that_are_neither_do_not_make_a_difference(connection: Connection, city: City) -> None:
    write_trouble(connection, city.trang_bom.id, IN_QUARTER, {NO: 100, NO_ANSWER: 4})
    publish_finished_quarters(connection, 10)
    others = {"set_aside": 1}
    write_trouble(connection, city.trang_bom.id, IN_QUARTER, {TROUBLE: 40}, **others)
    write_trouble(connection, city.trang_bom.id, IN_QUARTER + timedelta(days=1), {NO_ANSWER: 8, LEFT_OUT: 8})
    assert differing_quarters(connection) == []


@pytest.mark.parametrize("fewer", [{"answered_no": 97}, {"minimum_n": 99}], ids=str)
def test_nothing_under_a_hundred_can_be_stored(connection: Connection, city: City, fewer: dict[str, int]) -> None:
    write_trouble(connection, city.trang_bom.id, IN_QUARTER, {NO: 98, TROUBLE: 1, MONEY: 1})
    publish_finished_quarters(connection, 10)
    row = dict(connection.execute(select(published_trouble)).one()._mapping) | {"unit_id": city.long_hung.id}
    with pytest.raises(DBAPIError, match=r"(?i)check"), connection.begin_nested():
        connection.execute(insert(published_trouble), row | fewer)
    connection.execute(insert(published_trouble), row)


@pytest.fixture
def lived(connection: Connection) -> World:
    """Half a year of answers, booked, counted and published day by day."""
    world = a_world(connection, date(2026, 5, 25), 19, 1, ("25195", "25210", "25217", "26041"))
    live_through(connection, world, world.days)
    return world


def test_quarters_of_booked_answers_on_both_databases(connection: Connection, lived: World) -> None:
    """Counted from every person's answer, and the same whatever is rebuilt."""
    found = trouble_by_quarter(connection, lived.unit_ids)
    expected = {}
    for unit_id in lived.unit_ids:
        inside = [
            person.trouble
            for person in lived.of_unit(unit_id)
            if person.headline and not person.set_aside and THIRD[0] <= person.day <= THIRD[1]
        ]
        counts = tuple(inside.count(answer) for answer in ("no", "trouble", "money"))
        if sum(counts) >= 100:
            expected[unit_id] = (sum(counts), *counts[1:])
    told = {unit_id: quarters[-1] for unit_id, quarters in found.items()}
    assert {unit_id: (one.n, one.trouble.count, one.money.count) for unit_id, one in told.items()} == expected
    assert 0 < len(expected) < len(lived.unit_ids)
    stored = everything(connection)
    for day in list(lived.days)[::7]:
        rebuild_day(connection, day)
        publishing_step(10)(connection, day)
    assert everything(connection) == stored
    assert differing_quarters(connection) == []


@pytest.mark.parametrize("answers", [150, 50])
def test_a_day_on_which_no_quarter_ends_costs_one_statement(connection: Connection, city: City, answers: int) -> None:
    write_trouble(connection, city.trang_bom.id, IN_QUARTER, {NO: answers})
    publish_finished_quarters(connection, 10)
    with QueryCounter(connection.engine) as queries:
        publish_finished_quarters(connection, 10)
    assert queries.count == 1


def test_the_commands_publish_and_check_quarters(app: Flask, transaction: Begin) -> None:
    with transaction() as connection:
        unit = a_city(connection).trang_bom
        decide(connection, FIRST_MONDAY, date(2026, 11, 16))  # The clock of the tests stands in the week after.
        write_trouble(connection, unit.id, IN_QUARTER, {NO: 118, TROUBLE: 2, MONEY: 1})
    run = app.test_cli_runner().invoke
    assert run(args=["facts", "publish"]).output == "Published what 3 finished quarter(s) say of trouble and money.\n"
    assert "Nothing to publish" in run(args=["facts", "publish"]).output
    assert run(args=["facts", "check"]).output == "What was published is what the facts say.\n"
    with transaction() as connection:
        connection.execute(update(fact_choice).where(fact_choice.c.option == MONEY).values(n=3))
    answer = run(args=["facts", "check"])
    assert answer.exit_code == 1
    said = "26068 2026-06-29 to 2026-09-27, quarter: published 118 no, 2 trouble, 1 money; the facts say 118, 2, 3"
    assert said in answer.output
    assert "1 published span(s) differ" in answer.output
