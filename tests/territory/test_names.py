"""Names of units and service points for files of many rows."""

from datetime import date

import pytest
from sqlalchemy import Connection, Engine

from survey_app.territory.names import service_point_names, unit_names
from survey_app.territory.unit_register import import_units
from survey_app.territory.units import find_unit
from tests.support.factories import a_commune, a_service_point
from tests.support.queries import QueryCounter
from tests.territory.files import DONG_NAI_2023, shipped


@pytest.mark.parametrize(
    ("code", "day", "name"),
    [
        ("26041", date(2022, 1, 1), "Phường Quyết Thắng"),
        ("26041", date(2025, 6, 30), "Phường Quyết Thắng"),
        ("26041", date(2025, 7, 1), "Phường Trấn Biên"),
        ("25270", date(2026, 4, 29), "Xã Lộc Ninh"),
        ("25270", date(2026, 4, 30), "Phường Lộc Ninh"),
        ("75", date(2026, 11, 24), "Thành phố Đồng Nai"),
    ],
)
def test_a_unit_has_the_name_of_the_day(connection: Connection, code: str, day: date, name: str) -> None:
    a_commune(connection)
    import_units(connection, shipped(DONG_NAI_2023))
    unit = find_unit(connection, code, date(2026, 11, 24))
    assert unit is not None and unit_names(connection).on(unit.id, day) == name


def test_an_ended_unit_keeps_its_last_name(connection: Connection) -> None:
    import_units(connection, shipped(DONG_NAI_2023))
    unit = find_unit(connection, "25996", date(2024, 1, 1))
    assert unit is not None and unit_names(connection).on(unit.id, date(2026, 1, 1)) == "Phường Tân Phong"


def test_all_names_come_with_one_query_each(connection: Connection, engine: Engine) -> None:
    commune = a_commune(connection)
    first, second = a_service_point(connection, commune, "Quầy 1"), a_service_point(connection, commune, "Quầy 2")
    with QueryCounter(engine) as queries:
        assert service_point_names(connection) == {first: "Quầy 1", second: "Quầy 2"}
        unit_names(connection)
    assert queries.count == 2
