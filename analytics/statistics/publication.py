"""Which weeks may be shown together: the calendar half of disclosure control.

A score over few people gives them away, and so does the difference of two scores. Everything published about a unit
is therefore a union of the same bricks: groups of whole weeks that hold at least the minimum number of persons. A
week under the minimum is joined with the following ones, for good; four-week blocks and longer periods are unions of
groups. Any difference of two published unions is again a union of groups: empty, or at least the minimum.

A week is named by its Monday (ISO 8601). Only finished weeks may be handed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise

from analytics.statistics.periods import (
    WEEK,
    Period,
    PeriodKind,
    mondays_between,
    period_of_week,
    periods_between,
    require_monday,
)

FIRST_BLOCK_MONDAY = date(2024, 1, 1)
"""The first day of four-week block 0: fixed for good, since moving it would re-cut what is published."""

BLOCK_WEEKS = 4


@dataclass(frozen=True, slots=True)
class WeekCount:
    """How many persons answered in the finished week that starts on `monday`; zeros are said too."""

    monday: date
    n: int

    def __post_init__(self) -> None:
        """Refuse a day that is no Monday and a negative count."""
        require_monday(self.monday)
        if self.n < 0:
            raise ValueError(f"n must not be negative, not {self.n}")


@dataclass(frozen=True, slots=True)
class WeekGroup:
    """Weeks that are shown as one point. No score may be shown unless `complete`."""

    first_monday: date
    last_monday: date
    n: int
    complete: bool

    @property
    def first_day(self) -> date:
        """The Monday it starts on."""
        return self.first_monday

    @property
    def last_day(self) -> date:
        """The Sunday it ends on."""
        return self.last_monday + WEEK - timedelta(days=1)

    @property
    def mondays(self) -> tuple[date, ...]:
        """Its weeks."""
        return mondays_between(self.first_monday, self.last_monday)


def _total(groups: Sequence[WeekGroup]) -> int:
    return sum(group.n for group in groups)


@dataclass(frozen=True, slots=True)
class FourWeekBlock:
    """A fixed block of four calendar weeks, with the complete groups whose last week lies in it.

    `complete` once its four weeks are finished: from then on it never changes. `groups` may reach back before the
    calendar block and may be empty.
    """

    index: int
    groups: tuple[WeekGroup, ...]
    complete: bool

    @property
    def first_monday(self) -> date:
        """The Monday on which the calendar block starts."""
        return FIRST_BLOCK_MONDAY + self.index * BLOCK_WEEKS * WEEK

    @property
    def last_monday(self) -> date:
        """The Monday of the last of its four weeks."""
        return self.first_monday + (BLOCK_WEEKS - 1) * WEEK

    @property
    def n(self) -> int:
        """Persons in its groups: 0 or at least the minimum."""
        return _total(self.groups)

    @property
    def first_day(self) -> date:
        """The first day that its numbers are about (of its first group; of the calendar block without groups)."""
        return self.groups[0].first_day if self.groups else self.first_monday

    @property
    def last_day(self) -> date:
        """The last day that its numbers are about."""
        return self.groups[-1].last_day if self.groups else self.last_monday + WEEK - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PublishedPeriod:
    """A longer period with the complete groups, or blocks, that end in it.

    `complete` once all its weeks are finished: from then on it never changes. While it runs it may be shown as "so
    far", since it is a union of what is published already.
    """

    period: Period
    groups: tuple[WeekGroup, ...]
    complete: bool

    @property
    def n(self) -> int:
        """Persons in its groups: 0 or at least the minimum."""
        return _total(self.groups)


def join_weeks(counts: Sequence[WeekCount], minimum_n: int) -> list[WeekGroup]:
    """Join weeks, from the first on, into groups of at least `minimum_n` persons.

    `counts`: finished weeks in order without a gap, zeros included, always from the same first week of the unit: a
    later start would cut other groups. A week under the minimum is joined with the following ones until the minimum is
    reached; what is left at the end comes last, with `complete=False`, and may show its n but no score.

    Law: appending weeks never changes a complete group.

    Raises `ValueError` for weeks out of order or with a gap, and for a minimum under 1.
    """
    if minimum_n < 1:
        raise ValueError(f"minimum_n must be at least 1, not {minimum_n}")
    _require_contiguous([count.monday for count in counts])
    groups: list[WeekGroup] = []
    first: date | None = None
    n = 0
    for count in counts:
        first = first or count.monday
        n += count.n
        if n >= minimum_n:
            groups.append(WeekGroup(first, count.monday, n, complete=True))
            first, n = None, 0
    if first is not None:
        groups.append(WeekGroup(first, counts[-1].monday, n, complete=False))
    return groups


def four_week_block(monday: date) -> int:
    """Return the number of the fixed four-week block that holds a week; block 0 starts on Monday 1 January 2024."""
    require_monday(monday)
    return (monday - FIRST_BLOCK_MONDAY).days // (BLOCK_WEEKS * WEEK.days)


def group_blocks(groups: Sequence[WeekGroup]) -> list[FourWeekBlock]:
    """Cut the groups of `join_weeks` into fixed four-week blocks, oldest first, without a gap.

    A group belongs to the block in which its last week lies, so blocks are disjoint unions of groups. The group still
    growing at the end belongs to none yet. A block is `complete` when the groups reach its last week.
    """
    if not groups:
        return []
    last_week = groups[-1].last_monday
    of_block = {index: tuple(g) for index, g in groupby(_complete(groups), lambda g: four_week_block(g.last_monday))}
    return [
        FourWeekBlock(index, of_block.get(index, ()), _block_end(index) <= last_week)
        for index in range(four_week_block(groups[0].first_monday), four_week_block(last_week) + 1)
    ]


def group_periods(groups: Sequence[WeekGroup], kind: PeriodKind) -> list[PublishedPeriod]:
    """Unite the groups of `join_weeks` into months, quarters or years, oldest first, without a gap.

    A group belongs to the period of its last week; so a period may begin with weeks of the one before, which is the
    price of never splitting a group. For the whole unit only. Cuts (by item, counter, domain, group, channel) are
    published by block, so their longer periods must be unions of blocks: see `block_periods`.
    """
    if not groups:
        return []
    last_week = groups[-1].last_monday
    of_period = {p: tuple(g) for p, g in groupby(_complete(groups), lambda g: period_of_week(g.last_monday, kind))}
    periods = periods_between(groups[0].first_monday, last_week, kind)
    return [PublishedPeriod(p, of_period.get(p, ()), p.mondays[-1] <= last_week) for p in periods]


def block_periods(blocks: Sequence[FourWeekBlock], kind: PeriodKind) -> list[PublishedPeriod]:
    """Unite complete four-week blocks into months, quarters or years: for what is published by block.

    A block belongs to the period of its last week. Taking single weeks instead would publish, by subtracting the
    blocks inside a year, a cut of the few weeks at its edges. A period is complete when no later block can end in it.
    """
    finished = [block for block in blocks if block.complete]
    if not finished:
        return []
    last_week = finished[-1].last_monday
    periods = periods_between(finished[0].last_monday, last_week, kind)
    following = period_of_week(last_week + BLOCK_WEEKS * WEEK, kind)
    return [
        PublishedPeriod(
            period,
            tuple(g for block in finished if period_of_week(block.last_monday, kind) == period for g in block.groups),
            period != following,
        )
        for period in periods
    ]


def _complete(groups: Sequence[WeekGroup]) -> list[WeekGroup]:
    return [group for group in groups if group.complete]


def _block_end(index: int) -> date:
    return FIRST_BLOCK_MONDAY + ((index + 1) * BLOCK_WEEKS - 1) * WEEK


def _require_contiguous(mondays: Sequence[date]) -> None:
    for before, after in pairwise(mondays):
        if after - before != WEEK:
            raise ValueError(f"weeks must follow each other without a gap; after {before} came {after}")
