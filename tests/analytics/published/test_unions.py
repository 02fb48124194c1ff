"""Periods and areas are unions of whole bricks: none is split, none counted twice, none left out."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.published.numbers import Group, Part, Window
from analytics.published.sums import Axis, Composition, ItemLevels, Population, Sums, WindowKind
from analytics.published.unions import (
    Span,
    Stretch,
    cells_by,
    included_by,
    is_over,
    items_by,
    parts_by,
    stretch_of,
    stretch_of_block,
)
from analytics.statistics.indices import ScoreTotals
from analytics.statistics.periods import monday_of
from analytics.statistics.publication import FIRST_BLOCK_MONDAY, WeekCount, join_weeks

MINIMUM = 10
WEEK = timedelta(days=7)
SUNDAY = timedelta(days=6)

weekly_counts = st.lists(st.integers(0, 40), max_size=60)
starts = st.integers(0, 200).map(lambda weeks: FIRST_BLOCK_MONDAY + weeks * WEEK)
spans = st.sampled_from(Span)


def sums(n: int) -> Sums:
    return Sums(n, ScoreTotals(n, 60 * n, 3600 * n), (0, 0, 0, 0, n), (0, 0, 0, 0, 5 * n))


def a_group(
    first_monday: date, n: int = 12, weeks: int = 1, unit_id: int = 1, items: ItemLevels | None = None, aside: int = 0
) -> Group:
    last_day = first_monday + (weeks - 1) * WEEK + SUNDAY
    composition = Composition(without_code=n, set_aside=aside)
    return Group(
        unit_id,
        Population.HEADLINE,
        first_monday,
        last_day,
        MINIMUM,
        sums(n),
        composition,
        0,
        items or {"overall": (0, 0, 0, 0, n)},
        sums(aside),
    )


def groups_of(counts: list[int], start: date, unit_id: int = 1) -> list[Group]:
    weeks = [WeekCount(start + k * WEEK, n) for k, n in enumerate(counts)]
    joined = [group for group in join_weeks(weeks, MINIMUM) if group.complete]
    return [a_group(one.first_monday, one.n, len(one.mondays), unit_id) for one in joined]


def a_part(last_day: date, *labels: str, n: int = 12, unit_id: int = 1) -> Part:
    return Part(unit_id, Axis.DOMAIN, labels, last_day - timedelta(days=27), last_day, MINIMUM, sums(n))


def a_window(*groups: Group) -> Window:
    return Window(1, WindowKind.ITEMS, groups[0].first_day, groups[-1].last_day, groups)


@given(weekly_counts, weekly_counts, starts, spans)
def test_every_group_of_every_unit_is_in_one_cell(first: list[int], second: list[int], start: date, span: Span) -> None:
    groups = groups_of(first, start) + groups_of(second, start, unit_id=2)
    cells = cells_by(groups, span)
    assert sum((cell.sums for cell in cells), Sums()) == sum((group.sums for group in groups), Sums())
    assert len({cell.stretch for cell in cells}) == len(cells)
    for cell in cells:
        inside = [group for group in groups if stretch_of(group.last_day, span) == cell.stretch]
        assert cell.sums == sum((group.sums for group in inside), Sums())
        assert cell.units == len({group.unit_id for group in inside})
        assert cell.first_day == min(group.first_day for group in inside)


@given(weekly_counts, starts, spans)
def test_a_period_that_is_over_never_changes(counts: list[int], start: date, span: Span) -> None:
    groups = groups_of(counts, start)
    final = {cell.stretch: cell for cell in cells_by(groups, span)}
    for weeks in range(0, len(counts) + 1, 5):
        through = start + weeks * WEEK - timedelta(days=1)
        for cell in cells_by([group for group in groups if group.last_day <= through], span):
            assert not is_over(cell.stretch, through) or final[cell.stretch] == cell


@given(st.dates(date(2024, 1, 1), date(2040, 1, 1)), spans)
def test_weeks_belong_to_one_period(day: date, span: Span) -> None:
    sunday = monday_of(day) + SUNDAY
    stretch = stretch_of(sunday, span)
    assert stretch.first_day <= monday_of(day) + timedelta(days=3) <= stretch.last_day
    assert not is_over(stretch, stretch.first_day)
    assert is_over(stretch, stretch.last_day + SUNDAY)


def test_a_group_that_straddles_a_border_stands_in_the_later_period() -> None:
    # Three weeks from 21 September to 11 October: October's, and the fourth quarter's.
    (cell,) = cells_by([a_group(date(2026, 9, 21), weeks=3)], Span.QUARTER)
    assert cell.stretch == Stretch(date(2026, 10, 1), date(2026, 12, 31))
    assert (cell.first_day, cell.last_day) == (date(2026, 9, 21), date(2026, 10, 11))
    assert cells_by([a_group(date(2026, 9, 21), weeks=3)], Span.REPORTING_MONTH)[0].stretch == Stretch(
        date(2026, 9, 15), date(2026, 10, 14)
    )


def test_cuts_follow_the_last_week_of_their_block() -> None:
    # The block of 7 September to 4 October ends in a week whose Thursday is 1 October, though the part ends before.
    early = date(2026, 9, 13)
    assert stretch_of(early, Span.MONTH).first_day == date(2026, 9, 1)
    assert stretch_of_block(early, Span.MONTH).first_day == date(2026, 10, 1)
    with pytest.raises(ValueError, match="not shown by week"):
        stretch_of_block(early, Span.WEEK)


def test_a_label_is_counted_where_it_stood_alone() -> None:
    first, second = date(2026, 10, 4), date(2026, 11, 1)
    parts = [
        a_part(first, "land", n=20),
        a_part(first, "building", "permits", n=11),
        a_part(second, "building", n=13),
        a_part(second, "land", "permits", n=14),
        a_part(second, "land", n=30, unit_id=2),
    ]
    found = [(one.label, one.cell.sums.responses, one.cell.units) for one in parts_by(parts, Span.QUARTER)]
    assert found == [("building", 13, 1), ("land", 50, 2), (None, 25, 1)]
    assert [one.label for one in parts_by(parts, Span.BLOCK)] == ["land", None, "building", "land", None]


def test_items_that_few_rated_in_a_window_stay_out_of_longer_periods() -> None:
    few, many = (0, 0, 0, 0, 5), (0, 0, 0, 0, 20)
    windows = [
        a_window(a_group(date(2026, 9, 28), items={"courtesy": many, "own_parking": few})),
        a_window(a_group(date(2026, 10, 26), items={"courtesy": many, "own_parking": many})),
    ]
    (cell,) = items_by(windows, Span.QUARTER)
    assert cell.items == {"courtesy": (0, 0, 0, 0, 40), "own_parking": (0, 0, 0, 0, 20)}
    assert [window.withholds_items for window in windows] == [True, False]


def test_what_was_set_aside_is_added_and_its_ratings_are_unknown() -> None:
    (cell,) = included_by([a_window(a_group(date(2026, 10, 5), n=20, aside=10))], Span.BLOCK)
    assert cell.sums.persons == (30, 30)
    assert sum(cell.sums.ratings) == 0
