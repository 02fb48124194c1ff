"""Laws of what may be shown together, over random histories of a unit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.statistics.periods import (
    WEEK,
    Period,
    PeriodKind,
    monday_of,
    period_of_day,
    period_of_week,
    thursday_of,
)
from analytics.statistics.publication import (
    FIRST_BLOCK_MONDAY,
    WeekCount,
    WeekGroup,
    four_week_block,
    join_weeks,
)

START = date(2026, 8, 3)
MINIMUM = 10

weekly_counts = st.lists(st.one_of(st.integers(0, 12), st.integers(0, 60)), max_size=80)
later_counts = st.lists(st.integers(0, 40), max_size=30)
starts = st.integers(0, 200).map(lambda weeks: FIRST_BLOCK_MONDAY + weeks * WEEK)
kinds = st.sampled_from(PeriodKind)


def weeks(counts: list[int], start: date = START) -> list[WeekCount]:
    return [WeekCount(start + k * WEEK, n) for k, n in enumerate(counts)]


def complete(groups: list[WeekGroup]) -> list[WeekGroup]:
    return [group for group in groups if group.complete]


def test_thin_weeks_are_joined_with_the_following_ones() -> None:
    groups = join_weeks(weeks([12, 4, 0, 7, 30, 3]), MINIMUM)
    assert [(g.first_monday, g.last_monday, g.n, g.complete) for g in groups] == [
        (date(2026, 8, 3), date(2026, 8, 3), 12, True),
        (date(2026, 8, 10), date(2026, 8, 24), 11, True),
        (date(2026, 8, 31), date(2026, 8, 31), 30, True),
        (date(2026, 9, 7), date(2026, 9, 7), 3, False),
    ]
    assert groups[1].mondays == (date(2026, 8, 10), date(2026, 8, 17), date(2026, 8, 24))
    assert (groups[1].first_day, groups[1].last_day) == (date(2026, 8, 10), date(2026, 8, 30))


def test_no_weeks_give_nothing() -> None:
    assert join_weeks([], MINIMUM) == []


@given(weekly_counts, later_counts, starts)
def test_later_weeks_never_change_a_complete_group(before: list[int], after: list[int], start: date) -> None:
    old = complete(join_weeks(weeks(before, start), MINIMUM))
    new = complete(join_weeks(weeks(before + after, start), MINIMUM))
    assert new[: len(old)] == old


@given(weekly_counts, starts, st.integers(1, 30))
def test_groups_cover_every_week_once_and_hold_the_minimum(counts: list[int], start: date, minimum: int) -> None:
    groups = join_weeks(weeks(counts, start), minimum)
    assert [monday for group in groups for monday in group.mondays] == [week.monday for week in weeks(counts, start)]
    assert sum(group.n for group in groups) == sum(counts)
    assert all(group.n >= minimum for group in complete(groups))
    assert all(group.n < minimum for group in groups if not group.complete)
    assert all(group.complete for group in groups[:-1])


@given(weekly_counts, starts)
def test_a_group_ends_as_soon_as_it_can(counts: list[int], start: date) -> None:
    n_of = {week.monday: week.n for week in weeks(counts, start)}
    for group in complete(join_weeks(weeks(counts, start), MINIMUM)):
        assert group.n - n_of[group.last_monday] < MINIMUM


def test_blocks_are_fixed_in_the_calendar() -> None:
    assert four_week_block(date(2024, 1, 1)) == 0
    assert four_week_block(date(2024, 1, 22)) == 0
    assert four_week_block(date(2024, 1, 29)) == 1
    assert four_week_block(date(2023, 12, 25)) == -1
    assert four_week_block(date(2026, 11, 16)) == (date(2026, 11, 16) - date(2024, 1, 1)).days // 28


@pytest.mark.parametrize(
    ("day", "kind", "first", "last"),
    [
        (date(2026, 11, 20), PeriodKind.MONTH, date(2026, 11, 1), date(2026, 11, 30)),
        (date(2024, 2, 29), PeriodKind.MONTH, date(2024, 2, 1), date(2024, 2, 29)),
        (date(2026, 11, 20), PeriodKind.QUARTER, date(2026, 10, 1), date(2026, 12, 31)),
        (date(2026, 1, 1), PeriodKind.YEAR, date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 11, 14), PeriodKind.REPORTING_MONTH, date(2026, 10, 15), date(2026, 11, 14)),
        (date(2026, 11, 15), PeriodKind.REPORTING_MONTH, date(2026, 11, 15), date(2026, 12, 14)),
        (date(2026, 12, 15), PeriodKind.REPORTING_MONTH, date(2026, 12, 15), date(2027, 1, 14)),
        (date(2027, 1, 14), PeriodKind.REPORTING_MONTH, date(2026, 12, 15), date(2027, 1, 14)),
        (date(2026, 12, 15), PeriodKind.REPORTING_QUARTER, date(2026, 12, 15), date(2027, 3, 14)),
        (date(2026, 3, 14), PeriodKind.REPORTING_QUARTER, date(2025, 12, 15), date(2026, 3, 14)),
        (date(2026, 12, 14), PeriodKind.REPORTING_YEAR, date(2025, 12, 15), date(2026, 12, 14)),
        (date(2026, 12, 15), PeriodKind.REPORTING_YEAR, date(2026, 12, 15), date(2027, 12, 14)),
    ],
)
def test_periods_of_the_calendar(day: date, kind: PeriodKind, first: date, last: date) -> None:
    assert period_of_day(day, kind) == Period(kind, first, last)


@pytest.mark.parametrize(
    ("monday", "month"),
    [(date(2026, 9, 28), 10), (date(2026, 8, 31), 9), (date(2026, 10, 26), 10), (date(2024, 12, 30), 1)],
)
def test_a_week_belongs_where_its_thursday_falls(monday: date, month: int) -> None:
    assert period_of_week(monday, PeriodKind.MONTH).first_day.month == month


def test_the_week_of_new_year_belongs_to_the_iso_year() -> None:
    assert period_of_week(date(2024, 12, 30), PeriodKind.YEAR).first_day.year == 2025
    assert period_of_week(date(2026, 12, 28), PeriodKind.YEAR).first_day.year == 2026


@given(st.dates(date(2023, 1, 1), date(2040, 1, 1)), kinds)
def test_periods_tile_the_calendar(day: date, kind: PeriodKind) -> None:
    period = period_of_day(day, kind)
    assert period.first_day <= day <= period.last_day
    assert period.next().first_day == period.last_day + timedelta(days=1)
    assert period.next().previous() == period
    assert all(period_of_week(monday, kind) == period for monday in period.mondays)
    assert period_of_week(period.mondays[0] - WEEK, kind) == period.previous()
    assert period_of_week(period.mondays[-1] + WEEK, kind) == period.next()


@given(st.dates(date(2023, 1, 1), date(2040, 1, 1)))
def test_iso_years_are_unions_of_these_weeks(day: date) -> None:
    monday = monday_of(day)
    assert monday.weekday() == 0 and monday <= day < monday + WEEK
    assert thursday_of(monday).year == day.isocalendar().year == period_of_week(monday, PeriodKind.YEAR).first_day.year


def test_wrong_input_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="Monday; 2026-08-04 is none"):
        WeekCount(date(2026, 8, 4), 3)
    with pytest.raises(ValueError, match="must not be negative"):
        WeekCount(START, -1)
    with pytest.raises(ValueError, match="without a gap; after 2026-08-03 came 2026-08-17"):
        join_weeks([WeekCount(START, 1), WeekCount(START + 2 * WEEK, 1)], MINIMUM)
    with pytest.raises(ValueError, match="at least 1"):
        join_weeks(weeks([3]), 0)
    with pytest.raises(ValueError, match="Monday"):
        four_week_block(date(2026, 8, 5))
