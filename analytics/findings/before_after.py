"""Did the index move when something was done? The blocks before a day against those after it, from published groups.

A difference in time is no proof of a cause: the words beside it say so.
"""

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from sqlalchemy import Connection

from analytics.published.numbers import Group, last_published_day, read_groups, score_totals
from analytics.published.rounding import PERCENT_DIGITS, SMALL_N, percent
from analytics.published.sums import Sums
from analytics.published.unions import Cell, Span, cells_by, is_over
from analytics.statistics.difference import share_difference
from analytics.statistics.indices import AttitudeIndex, attitude_index, pooled_variance_ratio
from analytics.statistics.periods import WEEK
from survey_app.listening.figures import Movement, ShownWeeks, Side
from survey_app.territory.units import children, last_known

SIDE_BLOCKS = 2
"""How many four-week blocks on either side are compared: one alone is about too few persons in most communes."""
REACH = 26 * WEEK
"""How far from the day groups are read."""
NOTHING = Movement(None, None, None, None, None)


class PublishedFigures:
    """What listening asks of the figures, from what was published."""

    def shown_weeks(self, connection: Connection, unit_id: int, first_day: date) -> Sequence[ShownWeeks]:
        """The weeks of the unit's headline that end on `first_day` or later, oldest first."""
        groups = read_groups(connection, [unit_id], first_day=first_day)
        return [ShownWeeks(group.first_day, group.last_day) for group in groups]

    def movements(self, connection: Connection) -> "Movements":
        """Answers what moved around a day, for as many days as a page has."""
        return Movements(connection)


class Movements:
    """The movements around many days of a unit or several: `movements(unit_id, day)`.

    What the days have in common is read once, so that a page of many actions costs two statements for each.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._groups: dict[int, Sequence[Group]] = {}
        self._parents: dict[int, int | None] = {}

    def __call__(self, unit_id: int, day: date) -> Movement:
        """The attitude index over the two blocks that ended before a day, and over the two that began after it.

        Of the blocks after it those that are over; a difference only with `SMALL_N` persons on either side.
        """
        published = self._published_through
        if published is None:
            return NOTHING
        groups = [group for group in self._groups_of(unit_id) if day - REACH <= group.last_day <= day + REACH]
        blocks = [block for block in cells_by(groups, Span.BLOCK) if is_over(block.stretch, published)]
        before = _union([block for block in blocks if block.last_day < day][-SIDE_BLOCKS:])
        after = _union([block for block in blocks if block.first_day > day][:SIDE_BLOCKS])
        if before is None and after is None:
            return NOTHING
        return _movement(before, after, self._variance_ratio(unit_id, groups, day))

    @cached_property
    def _published_through(self) -> date | None:
        return last_published_day(self._connection)

    def _groups_of(self, unit_id: int) -> Sequence[Group]:
        if unit_id not in self._groups:
            self._groups[unit_id] = read_groups(self._connection, [unit_id], last_day=self._published_through)
        return self._groups[unit_id]

    def _variance_ratio(self, unit_id: int, groups: Sequence[Group], day: date) -> float:
        """φ of persons' scores over the communes of the city in the same time."""
        if unit_id not in self._parents:
            unit = last_known(self._connection, unit_id)
            self._parents[unit_id] = unit.parent_id if unit else None
        parent_id = self._parents[unit_id]
        siblings = children(self._connection, parent_id, day) if parent_id is not None else []
        ids = {unit_id, *(one.id for one in siblings)}
        first, last = min(group.first_day for group in groups), max(group.last_day for group in groups)
        return round(pooled_variance_ratio(score_totals(self._connection, sorted(ids), first, last)), 3)


_Union = tuple[date, date, Sums]


def _movement(before: _Union | None, after: _Union | None, ratio: float) -> Movement:
    first, second = _index(before, ratio), _index(after, ratio)
    sides = (_side(before, first), _side(after, second))
    if first is None or second is None or min(first.n, second.n) < SMALL_N:
        return Movement(*sides, None, None, None)
    assert first.value is not None and first.interval is not None, "a published cell has the minimum"
    assert second.value is not None and second.interval is not None, "a published cell has the minimum"
    found = share_difference(first.value, first.interval, second.value, second.interval)
    points = (round(100 * value, PERCENT_DIGITS) for value in (found.value, found.interval.low, found.interval.high))
    return Movement(*sides, *points)


def _union(blocks: Sequence[Cell]) -> _Union | None:
    if not blocks:
        return None
    return blocks[0].first_day, blocks[-1].last_day, sum((block.sums for block in blocks), Sums())


def _index(union: _Union | None, ratio: float) -> AttitudeIndex | None:
    return None if union is None else attitude_index(*union[2].scores, ratio)


def _side(union: _Union | None, index: AttitudeIndex | None) -> Side | None:
    if union is None or index is None or index.value is None or index.interval is None:
        return None
    interval = index.interval
    return Side(union[0], union[1], index.n, percent(index.value), percent(interval.low), percent(interval.high))
