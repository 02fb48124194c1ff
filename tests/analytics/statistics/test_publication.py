"""Laws of what may be shown together, over random histories of a unit."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

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
    FourWeekBlock,
    PublishedPeriod,
    WeekCount,
    WeekGroup,
    block_periods,
    four_week_block,
    group_blocks,
    group_periods,
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
    assert group_blocks([]) == []
    assert group_periods([], PeriodKind.MONTH) == []
    assert block_periods([], PeriodKind.MONTH) == []


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


def test_a_group_belongs_to_the_block_of_its_last_week() -> None:
    start = FIRST_BLOCK_MONDAY
    blocks = group_blocks(join_weeks(weeks([20, 20, 20, 4, 9, 20], start), MINIMUM))
    assert [(b.index, b.n, b.complete) for b in blocks] == [(0, 60, True), (1, 33, False)]
    assert (blocks[1].first_day, blocks[1].last_day) == (date(2024, 1, 22), date(2024, 2, 11))
    assert (blocks[1].first_monday, blocks[1].last_monday) == (date(2024, 1, 29), date(2024, 2, 19))


def test_a_silent_block_is_said_to_be_empty() -> None:
    blocks = group_blocks(join_weeks(weeks([20, 0, 0, 0, 0, 0, 0, 0, 15], FIRST_BLOCK_MONDAY), MINIMUM))
    assert [(b.n, b.complete) for b in blocks] == [(20, True), (0, True), (15, False)]
    assert (blocks[1].first_day, blocks[1].last_day) == (date(2024, 1, 29), date(2024, 2, 25))


@given(weekly_counts, starts)
def test_blocks_are_disjoint_unions_of_all_complete_groups(counts: list[int], start: date) -> None:
    groups = join_weeks(weeks(counts, start), MINIMUM)
    blocks = group_blocks(groups)
    assert [group for block in blocks for group in block.groups] == complete(groups)
    assert all(later.index == earlier.index + 1 for earlier, later in pairwise(blocks))
    assert all(four_week_block(group.last_monday) == block.index for block in blocks for group in block.groups)
    assert all(block.n == 0 or block.n >= MINIMUM for block in blocks)


@given(weekly_counts, later_counts, starts)
def test_a_complete_block_never_changes(before: list[int], after: list[int], start: date) -> None:
    old = [block for block in group_blocks(join_weeks(weeks(before, start), MINIMUM)) if block.complete]
    new = group_blocks(join_weeks(weeks(before + after, start), MINIMUM))
    assert new[: len(old)] == old


@given(weekly_counts, later_counts, starts, kinds)
def test_a_complete_period_never_changes(before: list[int], after: list[int], start: date, kind: PeriodKind) -> None:
    def finished(counts: list[int]) -> tuple[list[PublishedPeriod], list[PublishedPeriod]]:
        groups = join_weeks(weeks(counts, start), MINIMUM)
        of_groups, of_blocks = group_periods(groups, kind), block_periods(group_blocks(groups), kind)
        return [p for p in of_groups if p.complete], [p for p in of_blocks if p.complete]

    old_groups, old_blocks = finished(before)
    new_groups, new_blocks = finished(before + after)
    assert new_groups[: len(old_groups)] == old_groups
    assert new_blocks[: len(old_blocks)] == old_blocks


@given(weekly_counts, starts)
def test_any_difference_of_nested_published_cells_is_empty_or_holds_the_minimum(counts: list[int], start: date) -> None:
    n_of = {week.monday: week.n for week in weeks(counts, start)}
    groups = join_weeks(weeks(counts, start), MINIMUM)
    blocks = group_blocks(groups)
    cells: set[frozenset[date]] = {frozenset(group.mondays) for group in complete(groups)}
    unions: list[FourWeekBlock | PublishedPeriod] = [*blocks]
    for kind in PeriodKind:
        unions += group_periods(groups, kind) + block_periods(blocks, kind)
    cells |= {frozenset(monday for group in union.groups for monday in group.mondays) for union in unions}
    for outer in cells:
        for inner in cells:
            if inner <= outer:
                left = sum(n_of[monday] for monday in outer - inner)
                assert left == 0 or left >= MINIMUM


@given(weekly_counts, starts, kinds)
def test_periods_partition_groups_and_blocks(counts: list[int], start: date, kind: PeriodKind) -> None:
    groups = join_weeks(weeks(counts, start), MINIMUM)
    blocks = group_blocks(groups)
    assert [g for period in group_periods(groups, kind) for g in period.groups] == complete(groups)
    in_finished_blocks = [g for block in blocks if block.complete for g in block.groups]
    assert [g for period in block_periods(blocks, kind) for g in period.groups] == in_finished_blocks


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


def test_cuts_of_a_year_leave_no_edge_weeks() -> None:
    """A year of blocks minus the blocks inside it is empty, though the calendar year starts within a block."""
    groups = join_weeks(weeks([15] * 60, date(2025, 12, 1)), MINIMUM)
    blocks = group_blocks(groups)
    year = next(p for p in block_periods(blocks, PeriodKind.YEAR) if p.period.first_day.year == 2026)
    inside = [b for b in blocks if b.complete and thursday_of(b.last_monday).year == 2026]
    assert list(year.groups) == [g for b in inside for g in b.groups]
    assert year.complete


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
