"""What answers are held against: visits, else dossiers of people who stood there; never the fully online ones."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.visits.counts import Numbers, Place, WeekCounts, add_up, denominator, fill, monday_of

SAID = st.none() | st.integers(0, 1_000)
NUMBERS = st.builds(Numbers, SAID, SAID, SAID, SAID)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (Numbers(), None),
        (Numbers(fully_online=900), None),
        (Numbers(counter_visits=120, dossiers_filed=80, helped_online=10, fully_online=900), 120),
        (Numbers(dossiers_filed=80, helped_online=10, fully_online=900), 90),
        (Numbers(dossiers_filed=80), 80),
        (Numbers(helped_online=0), 0),
        (Numbers(counter_visits=0, dossiers_filed=80), 0),
    ],
)
def test_visits_go_before_dossiers_and_online_ones_never_count(numbers: Numbers, expected: int | None) -> None:
    assert denominator(numbers) == expected
    assert denominator(WeekCounts(Place(1), date(2026, 11, 16), numbers)) == expected


@given(NUMBERS, SAID)
def test_fully_online_ones_never_change_it(numbers: Numbers, other: int | None) -> None:
    changed = Numbers(numbers.counter_visits, numbers.dossiers_filed, numbers.helped_online, other)
    assert denominator(changed) == denominator(numbers)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_week_begins_on_monday(day: date) -> None:
    monday = monday_of(day)
    assert monday.weekday() == 0
    assert timedelta(0) <= day - monday <= timedelta(days=6)


def test_sums_pass_over_what_nobody_said() -> None:
    parts = [Numbers(10, None, 3, None), Numbers(5, 7, None, None)]
    assert add_up(parts) == Numbers(15, 7, 3, None)
    assert add_up([]) == Numbers()


def test_the_first_goes_before_the_second_kind_by_kind() -> None:
    assert fill(Numbers(1, None, 0), Numbers(9, 8, 7, 6)) == Numbers(1, 8, 0, 6)
