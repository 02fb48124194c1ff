"""Makes what a test is about through the rooms' own functions, with sensible values where a test does not care."""

from collections.abc import Collection
from datetime import date
from functools import cache

from sqlalchemy import Connection

from survey_app.questionnaires import register
from survey_app.questionnaires.definition import OwnQuestion, default_questionnaire, with_own_questions
from survey_app.territory import scan_code_register, service_points
from survey_app.territory.service_points import Body
from survey_app.territory.unit_register import ParsedUnits, import_units, parse_units_csv
from survey_app.territory.units import Unit, find_unit
from tests.support.databases import ROOT

LONG_AGO = date(2026, 5, 1)
"""The day after Đồng Nai became a centrally run city: everything stands since then, unless a test says otherwise."""
CITY_CODE = "75"
COMMUNE_CODE = "26041"
"""A commune of Đồng Nai in the real list of units."""
_UNITS_FILE = ROOT / "survey_app" / "territory" / "data" / "dong_nai_units_2026.csv"


@cache
def _parsed_units() -> ParsedUnits:
    return parse_units_csv(_UNITS_FILE.read_bytes(), _UNITS_FILE.name)


def dong_nai(connection: Connection) -> Unit:
    """The city with its 95 communes and wards, from the list that the product ships; twice changes nothing."""
    import_units(connection, _parsed_units())
    city = find_unit(connection, CITY_CODE, LONG_AGO)
    assert city is not None
    return city


def a_commune(connection: Connection, code: str = COMMUNE_CODE) -> Unit:
    """One of the 95 units by its code, the whole tree being there."""
    dong_nai(connection)
    commune = find_unit(connection, code, LONG_AGO)
    assert commune is not None, f"no unit {code} in {_UNITS_FILE.name}"
    return commune


def some_premises(connection: Connection, unit: Unit, name: str = "Trụ sở chính") -> int:
    """A place where the unit receives people; returns its id."""
    return service_points.add_premises(connection, unit.id, name, "Số 1, đường Cách Mạng Tháng Tám", LONG_AGO)


def a_service_point(
    connection: Connection,
    unit: Unit,
    name: str = "Quầy 1",
    *,
    premises_id: int | None = None,
    body: Body = "commune",
    domains: Collection[str] = (),
    valid_from: date = LONG_AGO,
) -> int:
    """A counter of the unit, in premises of its own unless some are given; returns its id."""
    premises_id = premises_id or some_premises(connection, unit)
    english = name.replace("Quầy", "Counter")
    return service_points.add_service_point(connection, premises_id, name, english, body, domains, valid_from)


def a_scan_code(connection: Connection, service_point_id: int, issued_on: date = LONG_AGO) -> str:
    """A code printed for the counter, as it stands in the QR."""
    return scan_code_register.issue(connection, service_point_id, issued_on)


def the_default_questionnaire(connection: Connection, unit: Unit, valid_from: date = LONG_AGO) -> int:
    """Let the unit, and those below it, use the questionnaire that comes with the software; returns its id."""
    stored = register.store(connection, default_questionnaire(), valid_from)
    register.assign(connection, unit.id, stored, valid_from)
    return stored


def a_questionnaire_with(connection: Connection, unit: Unit, *own: OwnQuestion, valid_from: date = LONG_AGO) -> int:
    """Let the unit use the default questionnaire with questions of its own; returns its id."""
    stored = register.store(connection, with_own_questions(default_questionnaire(), own), valid_from)
    register.assign(connection, unit.id, stored, valid_from)
    return stored
