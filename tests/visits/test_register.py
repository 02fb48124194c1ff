"""Numbers of visits: every version stays, the newest counts, and the audit log knows who said so."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError

from survey_app.audit_log.log import every_event
from survey_app.territory.units import Unit
from survey_app.visits.counts import Numbers, Place
from survey_app.visits.models import VisitCountRow
from survey_app.visits.register import (
    Reporter,
    Taken,
    WeekReport,
    record_visits,
    recorded_numbers,
    visits_by_place,
    visits_of,
)
from tests.support import factories

MONDAY, NEXT = date(2026, 11, 16), date(2026, 11, 23)
AT = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
PAGE = Reporter("page", "leader@dongnai.gov.vn", AT)
FILE = Reporter("csv", "root (command)", AT, "thang-11.csv")


@pytest.fixture
def commune(connection: Connection) -> Unit:
    return factories.a_commune(connection)


def rows(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(VisitCountRow)).scalar_one()


def test_what_was_reported_is_read_back(connection: Connection, commune: Unit) -> None:
    numbers = {"counter_visits": 130, "dossiers_filed": 90, "helped_online": 12, "fully_online": 400}
    assert record_visits(connection, [WeekReport(Place(commune.id), MONDAY, numbers)], PAGE) == Taken(4, 0)
    (counts,) = visits_of(connection, {commune.id}, MONDAY, MONDAY)
    assert (counts.unit_id, counts.monday, counts.numbers) == (commune.id, MONDAY, Numbers(130, 90, 12, 400))
    told = recorded_numbers(connection, Place(commune.id), MONDAY, MONDAY)[MONDAY]["counter_visits"]
    assert (told.number, told.source, told.recorded_by) == (130, "page", "leader@dongnai.gov.vn")
    assert told.recorded_at == "2026-11-24T09:30:00+07:00"


def test_the_newest_counts_and_every_version_stays(connection: Connection, commune: Unit) -> None:
    place = Place(commune.id)
    for number in (100, 140, 120):
        record_visits(connection, [WeekReport(place, MONDAY, {"counter_visits": number})], PAGE)
    assert visits_of(connection, None, MONDAY, MONDAY)[0].numbers == Numbers(counter_visits=120)
    assert rows(connection) == 3


def test_the_same_twice_changes_nothing(connection: Connection, commune: Unit) -> None:
    report = WeekReport(Place(commune.id), MONDAY, {"counter_visits": 100, "helped_online": None})
    assert record_visits(connection, [report], PAGE) == Taken(1, 1)
    assert record_visits(connection, [report], FILE) == Taken(0, 2)
    assert rows(connection) == 1
    assert [event.kind for event in every_event(connection)] == ["visits.recorded"]


def test_a_kind_left_out_stays_and_none_takes_back(connection: Connection, commune: Unit) -> None:
    place = Place(commune.id)
    record_visits(connection, [WeekReport(place, MONDAY, {"counter_visits": 100, "dossiers_filed": 60})], PAGE)
    record_visits(connection, [WeekReport(place, MONDAY, {"dossiers_filed": 70})], FILE)
    assert visits_of(connection, {commune.id}, MONDAY, NEXT)[0].numbers == Numbers(100, 70)
    record_visits(connection, [WeekReport(place, MONDAY, {"counter_visits": None})], PAGE)
    assert visits_of(connection, {commune.id}, MONDAY, NEXT)[0].numbers == Numbers(dossiers_filed=70)
    record_visits(connection, [WeekReport(place, MONDAY, {"dossiers_filed": None})], PAGE)
    assert visits_of(connection, {commune.id}, MONDAY, NEXT) == []


def test_places_add_up_to_the_unit_and_its_own_number_goes_first(connection: Connection, commune: Unit) -> None:
    premises = factories.some_premises(connection, commune, "Trung tâm")
    other = factories.some_premises(connection, commune, "Điểm thứ hai")
    first = factories.a_service_point(connection, commune, "Quầy 1", premises_id=premises)
    second = factories.a_service_point(connection, commune, "Quầy 2", premises_id=premises)
    reports = [
        WeekReport(Place(commune.id, None, first), MONDAY, {"counter_visits": 30, "dossiers_filed": 20}),
        WeekReport(Place(commune.id, None, second), MONDAY, {"counter_visits": 12}),
        WeekReport(Place(commune.id, other), MONDAY, {"counter_visits": 5}),
    ]
    record_visits(connection, reports, PAGE)
    assert len(visits_by_place(connection, {commune.id}, MONDAY, MONDAY)) == 3
    assert visits_of(connection, {commune.id}, MONDAY, MONDAY)[0].numbers == Numbers(47, 20)
    record_visits(connection, [WeekReport(Place(commune.id, premises), MONDAY, {"counter_visits": 50})], PAGE)
    assert visits_of(connection, {commune.id}, MONDAY, MONDAY)[0].numbers == Numbers(55, 20)
    record_visits(connection, [WeekReport(Place(commune.id), MONDAY, {"counter_visits": 99})], PAGE)
    assert visits_of(connection, {commune.id}, MONDAY, MONDAY)[0].numbers == Numbers(99, 20)
    assert set(recorded_numbers(connection, Place(commune.id), MONDAY, MONDAY)[MONDAY]) == {"counter_visits"}


def test_domains_add_up_to_the_unit_only_where_nothing_else_is_told(connection: Connection, commune: Unit) -> None:
    reports = [
        WeekReport(Place(commune.id, service_domain=domain), MONDAY, {"dossiers_filed": number, "helped_online": 1})
        for domain, number in (("land", 30), ("business", 12))
    ]
    record_visits(connection, reports, PAGE)
    assert visits_of(connection, {commune.id}, MONDAY, MONDAY)[0].numbers == Numbers(None, 42, 2)
    told = {each.place.service_domain: each.numbers for each in visits_by_place(connection, None, MONDAY, MONDAY)}
    assert told == {"land": Numbers(None, 30, 1), "business": Numbers(None, 12, 1)}
    record_visits(connection, [WeekReport(Place(commune.id), MONDAY, {"dossiers_filed": 50})], PAGE)
    assert visits_of(connection, {commune.id}, MONDAY, MONDAY)[0].numbers == Numbers(None, 50, 2)
    assert recorded_numbers(connection, Place(commune.id), MONDAY, MONDAY)[MONDAY]["dossiers_filed"].number == 50


def test_the_table_refuses_a_domain_of_a_counter(connection: Connection, commune: Unit) -> None:
    point = factories.a_service_point(connection, commune)
    report = WeekReport(Place(commune.id, None, point, "land"), MONDAY, {"dossiers_filed": 1})
    with pytest.raises(DBAPIError), connection.begin_nested():
        record_visits(connection, [report], PAGE)


def test_weeks_and_units_are_kept_apart(connection: Connection, commune: Unit) -> None:
    other = factories.a_commune(connection, "26068")
    reports = [
        WeekReport(Place(unit.id), monday, {"counter_visits": number})
        for number, (unit, monday) in enumerate([(commune, MONDAY), (commune, NEXT), (other, MONDAY)], start=1)
    ]
    record_visits(connection, reports, FILE)
    everything = visits_of(connection, None, MONDAY, NEXT)
    assert {(each.unit_id, each.monday): each.numbers.counter_visits for each in everything} == {
        (commune.id, MONDAY): 1,
        (commune.id, NEXT): 2,
        (other.id, MONDAY): 3,
    }
    assert [each.unit_id for each in visits_of(connection, {other.id}, MONDAY, NEXT)] == [other.id]
    assert visits_of(connection, set(), MONDAY, NEXT) == []


def test_the_audit_log_says_who_reported_what(connection: Connection, commune: Unit) -> None:
    record_visits(connection, [WeekReport(Place(commune.id), MONDAY, {"counter_visits": 1})], FILE)
    (event,) = every_event(connection)
    assert (event.actor, event.unit_code) == ("root (command)", commune.code)
    assert event.details == {
        "source": "csv",
        "file": "thang-11.csv",
        "first_monday": "2026-11-16",
        "last_monday": "2026-11-16",
        "unit_codes": [commune.code],
        "units": 1,
        "numbers": 1,
    }


@pytest.mark.parametrize("statement", ["UPDATE visit_count SET number = 7", "DELETE FROM visit_count"])
def test_the_table_is_append_only(connection: Connection, commune: Unit, statement: str) -> None:
    record_visits(connection, [WeekReport(Place(commune.id), MONDAY, {"counter_visits": 1})], PAGE)
    with pytest.raises(DBAPIError, match="visit_count is append-only"), connection.begin_nested():
        connection.execute(text(statement))


@pytest.mark.parametrize("number", [-1, 1_000_001])
def test_the_table_itself_refuses_absurd_numbers(connection: Connection, commune: Unit, number: int) -> None:
    report = WeekReport(Place(commune.id), MONDAY, {"counter_visits": number})
    with pytest.raises(DBAPIError), connection.begin_nested():
        record_visits(connection, [report], PAGE)
