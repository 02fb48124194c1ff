"""A nation of 3,321 communes, paged by province: one province's page seeks its own rows and scans nothing."""

from datetime import date

import pytest
from sqlalchemy import Connection, insert, select

from analytics.dashboards.overview import cities_of, read_overview
from analytics.published.unions import Span
from survey_app.territory.models import UnitRow, UnitVersionRow
from survey_app.territory.units import Unit
from tests.analytics.dashboards.conftest import City
from tests.analytics.dashboards.factories import BEGINNING, add_unit
from tests.analytics.published.test_nation import nation, plans_of, scans
from tests.support.databases import sqlite_only

__all__ = ["nation"]
pytestmark = sqlite_only
PROVINCES = 33


@pytest.fixture
def provinces(connection: Connection, city: City, nation: Unit) -> list[Unit]:
    """The nation's communes dealt to thirty-three more provinces."""
    made = [add_unit(connection, str(100 + number), f"Tỉnh {number}", "tỉnh") for number in range(PROVINCES)]
    ids = connection.scalars(select(UnitRow.id).where(UnitRow.code.like("9____"))).all()
    versions = [
        {
            "unit_id": unit_id,
            "parent_id": made[place % PROVINCES].id,
            "name": f"Xã {place}",
            "kind": "xã",
            "area": None,
            "valid_from": BEGINNING,
        }
        for place, unit_id in enumerate(ids)
    ]
    connection.execute(insert(UnitVersionRow), versions)
    return made


def test_a_province_reads_its_own_rows(connection: Connection, provinces: list[Unit]) -> None:
    day = date(2026, 11, 24)
    assert len(cities_of(connection, day)) == PROVINCES + 1
    with plans_of(connection) as plans:
        overview = read_overview(connection, provinces[0], day, Span.QUARTER)
    assert overview is not None
    assert 100 <= len(overview.units) <= 101
    assert all(len(one.points) == 16 for one in overview.units)
    assert len(plans) >= 5
    for statement, plan in plans:
        assert not scans(plan), (statement, plan)
