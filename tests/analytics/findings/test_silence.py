"""Who is silent, since when, and nobody for weeks before they began."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from analytics.findings.city import City
from analytics.findings.counters import RAREST, one_in
from analytics.findings.silence import silent_communes
from survey_app.territory.units import Unit

FIRST = date(2026, 8, 3)
LAST = FIRST + timedelta(weeks=15)
LONG_AGO = date(2025, 7, 1)
UNIT = Unit(1, "26068", "Biên Hòa", "phường", 9, None, LONG_AGO, None)


def silences(
    forms: Sequence[int], unit: Unit = UNIT, first_day: date = LONG_AGO, calls: int = 2
) -> list[tuple[int, date, bool, bool]]:
    city = City(replace(unit, id=9, code="75", kind="thành phố"), (unit,), FIRST, LAST, 1.0, calls)
    found = silent_communes(city, {unit.id: forms}, first_day)
    return [(one.weeks, one.since, one.is_to_be_called, one.whole_span) for one in found]


def test_one_week_is_a_reminder_two_are_a_call() -> None:
    assert silences([3] * 16) == []
    assert silences([3] * 15 + [0]) == [(1, LAST, False, False)]
    assert silences([0] * 3 + [3] * 11 + [0, 0]) == [(2, LAST - timedelta(weeks=1), True, False)]


def test_the_city_may_wait_longer_before_it_calls() -> None:
    assert silences([3] * 14 + [0, 0], calls=3) == [(2, LAST - timedelta(weeks=1), False, False)]
    assert silences([3] * 13 + [0, 0, 0], calls=3) == [(3, LAST - timedelta(weeks=2), True, False)]


def test_the_whole_time_is_said_to_be_at_least_that() -> None:
    assert silences([0] * 16) == [(16, FIRST, True, True)]


def test_weeks_before_the_beginning_are_held_against_nobody() -> None:
    assert silences([0] * 16, first_day=date(2026, 11, 12)) == [(2, date(2026, 11, 9), True, True)]
    young = replace(UNIT, valid_from=date(2026, 11, 18))
    assert silences([0] * 16, unit=young) == [(1, LAST, False, True)]


@pytest.mark.parametrize(
    ("chance", "told"), [(0.04, 20), (0.0123, 80), (0.00034, 3000), (1e-12, RAREST), (0.0, RAREST), (0.7, 1)]
)
def test_a_chance_is_told_to_one_digit_and_never_beyond_belief(chance: float, told: int) -> None:
    assert one_in(chance) == told
