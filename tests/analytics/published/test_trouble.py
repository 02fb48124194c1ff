"""Shares of trouble and money: by quarter that is over, from a hundred answers, and never below by subtraction."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, insert

from analytics.facts.models import fact_choice
from analytics.published.models import published_week
from analytics.published.trouble import trouble_by_quarter, trouble_of_all
from tests.analytics.dashboards.conftest import City, a_city

NO, TROUBLE, MONEY, NO_ANSWER, LEFT_OUT = 1, 2, 3, 4, 0
IN_QUARTER = date(2026, 8, 12)
LAST_MONDAY = date(2026, 9, 28)
"""Its Thursday is the first of October: the week belongs to the fourth quarter."""


@pytest.fixture
def city(connection: Connection) -> City:
    """A city in the open transaction."""
    made = a_city(connection)
    connection.execute(insert(published_week), {"monday": LAST_MONDAY, "minimum_n": 10})
    return made


def count(connection: Connection, unit_id: int, day: date, counts: dict[int, int], **others: object) -> None:
    keys = {"day": day, "unit_id": unit_id, "item": "trouble", "channel": "poster", "respondent_group": "citizen"}
    rows = [keys | {"set_aside": 0, "option": option, "n": n} | others for option, n in counts.items()]
    connection.execute(insert(fact_choice), rows)


def test_shares_with_their_n_and_interval(connection: Connection, city: City) -> None:
    count(connection, city.trang_bom.id, IN_QUARTER, {NO: 60, TROUBLE: 3, MONEY: 1, NO_ANSWER: 9, LEFT_OUT: 50})
    count(connection, city.trang_bom.id, IN_QUARTER + timedelta(days=1), {NO: 134, TROUBLE: 2})
    (quarter,) = trouble_by_quarter(connection, [city.trang_bom.id])[city.trang_bom.id]
    assert (quarter.first_day, quarter.last_day) == (date(2026, 7, 1), date(2026, 9, 30))
    assert (quarter.n, quarter.trouble.count, quarter.money.count) == (200, 5, 1)
    assert (quarter.trouble.percent, quarter.trouble.low, quarter.trouble.high) == (2.5, 1.1, 5.7)
    assert quarter.money.percent == 0.5


@pytest.mark.parametrize(("n", "shown"), [(99, 0), (100, 1)])
def test_from_a_hundred_answers_on(connection: Connection, city: City, n: int, shown: int) -> None:
    count(connection, city.trang_bom.id, IN_QUARTER, {NO: n - 5, TROUBLE: 5, NO_ANSWER: 40})
    assert len(trouble_by_quarter(connection, [city.trang_bom.id]).get(city.trang_bom.id, [])) == shown


@pytest.mark.parametrize(
    "others",
    [{"set_aside": 1}, {"channel": "assisted"}, {"respondent_group": "organisation"}, {"item": "own_1"}],
    ids=str,
)
def test_only_the_headline_population_counts(connection: Connection, city: City, others: dict[str, object]) -> None:
    count(connection, city.trang_bom.id, IN_QUARTER, {NO: 100})
    count(connection, city.trang_bom.id, IN_QUARTER, {TROUBLE: 50}, **others)
    (quarter,) = trouble_by_quarter(connection, [city.trang_bom.id])[city.trang_bom.id]
    assert (quarter.n, quarter.trouble.count) == (100, 0)


def test_a_quarter_is_whole_weeks_and_is_over(connection: Connection, city: City) -> None:
    unit = city.trang_bom.id
    count(connection, unit, date(2026, 6, 29), {NO: 100})  # Its Thursday is the second of July.
    count(connection, unit, LAST_MONDAY, {NO: 1000})  # The fourth quarter's, which is not over.
    (quarter,) = trouble_by_quarter(connection, [unit])[unit]
    assert quarter.n == 100


def test_a_quarter_whose_last_week_is_not_decided_is_not_shown(connection: Connection) -> None:
    city = a_city(connection)
    count(connection, city.trang_bom.id, IN_QUARTER, {NO: 200})
    assert trouble_by_quarter(connection, [city.trang_bom.id]) == {}
    connection.execute(insert(published_week), {"monday": date(2026, 9, 14), "minimum_n": 10})
    assert trouble_by_quarter(connection, [city.trang_bom.id]) == {}
    connection.execute(insert(published_week), {"monday": date(2026, 9, 21), "minimum_n": 10})
    assert list(trouble_by_quarter(connection, [city.trang_bom.id])) == [city.trang_bom.id]


def test_all_together_are_those_that_are_shown_themselves(connection: Connection, city: City) -> None:
    both = [city.trang_bom.id, city.long_hung.id]
    count(connection, both[0], IN_QUARTER, {NO: 118, TROUBLE: 2})
    count(connection, both[1], IN_QUARTER, {NO: 3, TROUBLE: 1})  # Subtraction must not give these four away.
    (together,) = trouble_of_all(connection, both)
    assert (together.units, together.n, together.trouble.count) == (1, 120, 2)
    count(connection, both[1], IN_QUARTER + timedelta(days=1), {NO: 99, MONEY: 1})
    (together,) = trouble_of_all(connection, both)
    assert (together.units, together.n, together.trouble.count, together.money.count) == (2, 224, 3, 1)


def test_quarters_from_a_day_on(connection: Connection, city: City) -> None:
    unit = city.trang_bom.id
    for day in (date(2026, 2, 11), date(2026, 5, 13), IN_QUARTER):
        count(connection, unit, day, {NO: 150})
    assert len(trouble_by_quarter(connection, [unit])[unit]) == 3
    assert len(trouble_by_quarter(connection, [unit], date(2026, 4, 1))[unit]) == 2
    assert len(trouble_by_quarter(connection, [unit], date(2026, 6, 30))[unit]) == 2
    assert len(trouble_by_quarter(connection, [unit], date(2026, 7, 1))[unit]) == 1
