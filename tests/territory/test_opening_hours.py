"""Opening hours by premises and weekday: appended, and what was said before stays for its days."""

from datetime import date

import pytest
from sqlalchemy import Connection, func, select

from survey_app.territory.office_models import OpeningHoursRow
from survey_app.territory.opening_hours import (
    Week,
    clock_time,
    hours_of,
    hours_of_service_points,
    set_hours,
    spelled,
)
from survey_app.territory.problems import RefusedChange
from tests.support.factories import a_commune, a_service_point, some_premises

DAY, LATER = date(2026, 11, 24), date(2026, 12, 1)
WORKDAY = ((450, 690), (810, 1020))
WEEK: Week = {**dict.fromkeys(range(1, 6), WORKDAY), 6: ((450, 690),), 7: ()}


def test_a_week_holds_from_its_day(connection: Connection) -> None:
    premises = some_premises(connection, a_commune(connection))
    assert hours_of(connection, premises, DAY) is None
    assert set_hours(connection, premises, WEEK, DAY)
    known = hours_of(connection, premises, DAY)
    assert known is not None and (known.week, known.valid_from) == (WEEK, DAY)
    assert hours_of(connection, premises, date(2026, 11, 23)) is None


def test_only_what_differs_is_written_and_earlier_days_keep_theirs(connection: Connection) -> None:
    premises = some_premises(connection, a_commune(connection))
    set_hours(connection, premises, WEEK, DAY)
    assert not set_hours(connection, premises, WEEK, LATER)
    assert set_hours(connection, premises, {**WEEK, 6: ()}, LATER)
    assert connection.scalar(select(func.count()).select_from(OpeningHoursRow)) == 8
    before, after = hours_of(connection, premises, DAY), hours_of(connection, premises, LATER)
    assert before is not None and after is not None
    assert (before.week[6], after.week[6], after.week[1], after.valid_from) == (((450, 690),), (), WORKDAY, LATER)


def test_service_points_have_the_hours_of_their_premises(connection: Connection) -> None:
    commune = a_commune(connection)
    point = a_service_point(connection, commune)
    premises = some_premises(connection, commune, "Cơ sở 2")
    other = a_service_point(connection, commune, "Quầy 2", premises_id=premises)
    set_hours(connection, premises, WEEK, DAY)
    assert hours_of_service_points(connection, [point, other, 999], DAY) == {other: WEEK}
    assert hours_of_service_points(connection, [], DAY) == {}


@pytest.mark.parametrize(
    ("spans", "rule"),
    [
        (((690, 450),), "bad_hours"),
        (((450, 450),), "bad_hours"),
        (((450, 690), (600, 1020)), "bad_hours"),
        (((450, 1441),), "bad_hours"),
        (((0, 60), (120, 180), (240, 300)), "too_many_spans"),
    ],
)
def test_impossible_hours_are_refused(connection: Connection, spans: tuple[tuple[int, int], ...], rule: str) -> None:
    premises = some_premises(connection, a_commune(connection))
    with pytest.raises(RefusedChange) as refused:
        set_hours(connection, premises, {**WEEK, 3: spans}, DAY)
    assert refused.value.rule == rule
    assert hours_of(connection, premises, DAY) is None


def test_premises_that_are_not_open_have_no_hours(connection: Connection) -> None:
    premises = some_premises(connection, a_commune(connection))
    with pytest.raises(RefusedChange) as refused:
        set_hours(connection, premises, WEEK, date(2025, 1, 1))
    assert refused.value.rule == "premises_not_open"


def test_hours_are_written_as_people_do() -> None:
    assert spelled(WORKDAY) == "07:30–11:30, 13:30–17:00"
    assert (spelled(()), clock_time(5)) == ("", "00:05")
