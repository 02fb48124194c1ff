"""Somebody subtracts from a city's numbers those of its communes: nobody is ever left over.

A city's days run from the first to the last of its communes' published weeks, so days inside others prove nothing; what
it says must therefore be made of what its communes say themselves, person by person.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection

from survey_app.clock import SetClock
from tests.analytics.published.test_attacker import CITY, CODES, MINIMUM
from tests.analytics.published.world import WEEK, a_world, live_through
from tests.conftest import NOW
from tests.support.databases import sqlite_only

FIRST_MONDAY, MONDAYS = date(2026, 6, 15), 20
PERIODS = ("week", "block", "month", "reporting_month", "quarter", "year")
COUNTED = {"n", "responses", "set_aside", "with_code", "without_code", "by_others"}


def persons_in(said: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int]]:
    """Every number of persons in what is said of a period, with what it is about."""
    if isinstance(said, list):
        for one in filter(lambda each: isinstance(each, dict), said):
            yield from persons_in(one, (*path, one.get("item", one.get("channel", ""))))
    elif isinstance(said, dict):
        for key, value in said.items():
            if key in COUNTED and isinstance(value, int):
                yield (*path, key), value
            else:
                yield from persons_in(value, (*path, key))


def said_of(client: FlaskClient, code: str, period: str) -> Mapping[tuple[str, ...], int]:
    """Persons by period and by what the number is about."""
    response = client.get(f"/api/v1/units/{code}/results?period={period}")
    assert response.status_code == 200, response.get_data(as_text=True)
    return {
        (one["period_last_day"], *about): persons
        for one in json.loads(response.data)["results"]
        for about, persons in persons_in(one)
    }


@sqlite_only
def test_a_citys_numbers_are_made_of_its_communes_and_of_nobody_else(
    app: Flask, clock: SetClock, transaction: Callable[[], AbstractContextManager[Connection]]
) -> None:
    with transaction() as connection:
        world = a_world(connection, FIRST_MONDAY, MONDAYS + 1, 1, CODES)
    tried: Counter[str] = Counter()
    for week in range(1, MONDAYS + 1):
        monday = FIRST_MONDAY + week * WEEK
        with transaction() as connection:
            live_through(connection, world, [monday - timedelta(days=ago) for ago in range(7, 0, -1)])
        clock.advance(datetime.combine(monday, NOW.timetz()) - clock.now())
        client = app.test_client()
        for period in PERIODS:
            communes = [said_of(client, code, period) for code in CODES]
            for about, persons in said_of(client, CITY, period).items():
                left = persons - sum(one.get(about, 0) for one in communes)
                # Where nothing was set aside a commune says nothing twice; its ordinary persons are in the city's.
                assert left == 0 or ("with_set_aside" in about and left >= MINIMUM), (monday, period, about, left)
                tried[period] += 1
    assert all(tried[period] > 100 for period in PERIODS), tried
