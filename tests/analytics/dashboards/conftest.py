"""Fixtures of the dashboards' tests: a city with two communes, and its last closed day."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import pytest
from sqlalchemy import Connection

from survey_app.territory.units import Unit
from tests.analytics.dashboards.factories import add_city, add_unit, close_days


@dataclass(frozen=True)
class City:
    """A city and two of its communes."""

    city: Unit
    trang_bom: Unit
    long_hung: Unit


def a_city(connection: Connection) -> City:
    """Thành phố Đồng Nai with xã Trảng Bom (26068) and phường Long Hưng (26371); days are closed up to yesterday."""
    city = add_city(connection)
    communes = (
        add_unit(connection, "26068", "Trảng Bom", "xã", city.id),
        add_unit(connection, "26371", "Long Hưng", "phường", city.id),
    )
    close_days(connection)
    return City(city, *communes)


@pytest.fixture
def city(connection: Connection) -> City:
    """A city in the open transaction of `connection`."""
    return a_city(connection)


@pytest.fixture
def stored_city(transaction: Callable[[], AbstractContextManager[Connection]]) -> City:
    """A city that pages can see."""
    with transaction() as connection:
        return a_city(connection)
