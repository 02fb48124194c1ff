"""Scan codes are rotated: a new one at once, the earlier ones until the sheets are changed."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection

from survey_app.territory.problems import RefusedChange
from survey_app.territory.scan_code_register import ClosedCode, OpenCode, codes_of, current_code, look_up, rotate
from tests.support.factories import a_commune, a_scan_code, a_service_point

TODAY = date(2026, 11, 24)
NEXT_WEEK = TODAY + timedelta(days=7)


@pytest.fixture
def point(connection: Connection) -> int:
    return a_service_point(connection, a_commune(connection))


def test_both_codes_lead_to_the_survey_until_the_day(connection: Connection, point: int) -> None:
    old = a_scan_code(connection, point)
    rotation = rotate(connection, point, TODAY, NEXT_WEEK)
    assert rotation.closed == (old,)
    assert current_code(connection, point, TODAY) == rotation.code
    last = NEXT_WEEK - timedelta(days=1)
    assert all(isinstance(look_up(connection, code, last), OpenCode) for code in (old, rotation.code))
    closed = look_up(connection, old, NEXT_WEEK)
    assert isinstance(closed, ClosedCode) and closed.closed_on == NEXT_WEEK
    assert isinstance(look_up(connection, rotation.code, NEXT_WEEK), OpenCode)


def test_twice_in_a_day_the_poster_shows_the_last(connection: Connection, point: int) -> None:
    first = rotate(connection, point, TODAY, NEXT_WEEK)
    second = rotate(connection, point, TODAY, NEXT_WEEK)
    assert second.closed == (first.code,)
    assert current_code(connection, point, TODAY) == second.code


def test_a_code_that_closes_already_keeps_its_day(connection: Connection, point: int) -> None:
    old = a_scan_code(connection, point)
    rotate(connection, point, TODAY, NEXT_WEEK)
    rotate(connection, point, TODAY, TODAY + timedelta(days=1))
    assert {each.code: each.revoked_on for each in codes_of(connection, point)}[old] == NEXT_WEEK


def test_earlier_than_today_is_refused_and_writes_nothing(connection: Connection, point: int) -> None:
    old = a_scan_code(connection, point)
    with pytest.raises(RefusedChange) as refused:
        rotate(connection, point, TODAY, TODAY - timedelta(days=1))
    assert "không thể ngừng từ 2026-11-23" in refused.value.words("vi")
    assert [each.code for each in codes_of(connection, point)] == [old]


def test_a_closed_counter_gets_no_code(connection: Connection, point: int) -> None:
    with pytest.raises(RefusedChange):
        rotate(connection, point + 99, TODAY, TODAY)
