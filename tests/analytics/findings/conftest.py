"""A city with two communes, as the dashboards' tests have it."""

import pytest
from sqlalchemy import Connection

from tests.analytics.dashboards.conftest import City, a_city


@pytest.fixture
def city(connection: Connection) -> City:
    """A city in the open transaction of `connection`."""
    return a_city(connection)
