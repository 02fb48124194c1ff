"""A city whose half-year was published week by week: thin and busy communes, organisations, answers set aside."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection

from tests.analytics.dashboards.conftest import City, a_city
from tests.analytics.published.world import World, a_world, live_through

CODES = ("25195", "25210", "25217", "26041")
BUSY = "26041"
"""The commune with about thirty forms a week."""
FIRST_MONDAY = date(2026, 5, 25)
WEEKS = 26
"""Up to Sunday, 22 November 2026: the clock of the tests stands on the Tuesday after."""

Begin = Callable[[], AbstractContextManager[Connection]]
Ask = Callable[..., Mapping[str, Any]]


@pytest.fixture
def half_a_year(transaction: Begin) -> World:
    """Everything published."""
    with transaction() as connection:
        world = a_world(connection, FIRST_MONDAY, WEEKS, 0, CODES)
        live_through(connection, world, world.days)
    return world


@pytest.fixture
def stored_city(transaction: Begin) -> City:
    """A city with two communes of which nothing is known yet."""
    with transaction() as connection:
        return a_city(connection)


@pytest.fixture
def ask(client: FlaskClient) -> Ask:
    """Fetch a document that must be there."""

    def fetch(path: str, **query: str | int) -> Mapping[str, Any]:
        response = client.get(f"/api/v1{path}", query_string=query)
        assert response.status_code == 200, response.get_data(as_text=True)
        document: Mapping[str, Any] = response.get_json()
        return document

    return fetch
