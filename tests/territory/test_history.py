"""Units through time: below whom they lay, whose place they took."""

from datetime import date, timedelta

from sqlalchemy import Connection

from survey_app.territory.history import units_within, with_predecessors
from survey_app.territory.unit_register import close_unit, import_units
from survey_app.territory.units import codes_by_id
from tests.support.factories import a_commune, dong_nai
from tests.territory.files import dong_nai_2026, parsed

SINCE, DAY = date(2026, 4, 30), date(2026, 10, 1)
LATER = DAY + timedelta(days=30)


def codes(connection: Connection, ids: frozenset[int]) -> set[str]:
    known = codes_by_id(connection)
    return {known[unit_id] for unit_id in ids}


def test_a_city_holds_its_communes_and_a_commune_itself(connection: Connection) -> None:
    city = dong_nai(connection)
    assert len(units_within(connection, {city.id}, DAY, DAY)) == 96
    commune = a_commune(connection)
    assert units_within(connection, {commune.id}, DAY, DAY) == {commune.id}
    assert units_within(connection, frozenset(), DAY, DAY) == frozenset()


def test_whoever_lay_below_on_any_of_the_days_is_there(connection: Connection) -> None:
    city, commune = dong_nai(connection), a_commune(connection)
    close_unit(connection, commune.code, DAY)
    assert commune.id in units_within(connection, {city.id}, DAY - timedelta(days=1), LATER)
    assert commune.id not in units_within(connection, {city.id}, DAY, LATER), "it ended the day before"


def test_predecessors_are_found_however_many_steps_back(connection: Connection) -> None:
    dong_nai(connection)
    import_units(connection, parsed(dong_nai_2026("29991,Hợp Một,Xã,Xã", "29992,Hợp Hai,Xã,Xã")), DAY)
    first = f"26041,29991,{DAY}\n26068,29991,{DAY}\n"
    second = f"29991,29992,{LATER}\n26380,29992,{LATER}\n"
    import_units(connection, parsed("predecessor_code,successor_code,valid_on\n" + first + second, "sáp nhập.csv"))
    ids = {code: unit_id for unit_id, code in codes_by_id(connection).items()}
    assert codes(connection, with_predecessors(connection, {ids["29992"]})) == {
        *("29992", "29991", "26380", "26041", "26068"),
    }
    assert codes(connection, with_predecessors(connection, {ids["29991"]})) == {"29991", "26041", "26068"}
    assert codes(connection, with_predecessors(connection, {ids["26041"]})) == {"26041"}
