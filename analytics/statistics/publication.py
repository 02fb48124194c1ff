"""Which weeks may be shown together: the calendar half of disclosure control (`disclosure.py` is the other).

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
from itertools import pairwise

from analytics.statistics.periods import WEEK, mondays_between, require_monday

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


def _require_contiguous(mondays: Sequence[date]) -> None:
    for before, after in pairwise(mondays):
        if after - before != WEEK:
            raise ValueError(f"weeks must follow each other without a gap; after {before} came {after}")
