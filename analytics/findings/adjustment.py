"""A commune's index by four-week block, raw and as it would be if those who answered came as those who visited.

Visits are known by service point at best (no system tells them by matter or channel): so blocks are weighted to the
visits of the service points, from published parts alone. Where that cannot be done the raw number stands alone, with
the reason. For staff: the parts are service points'.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection

from analytics.findings.coverage import Coverage, coverage
from analytics.published.numbers import Part, read_groups, read_parts
from analytics.published.rounding import percent
from analytics.published.sums import Axis, Viewer
from analytics.published.unions import Cell, Span, cells_by
from analytics.statistics.adjustment import AdjustedShare, Refusal, adjust_to_visits
from analytics.statistics.indices import SIXTIETHS, attitude_index
from analytics.statistics.intervals import Interval
from analytics.statistics.periods import WEEK, monday_of, mondays_between
from analytics.statistics.publication import BLOCK_WEEKS
from survey_app.visits.counts import denominator
from survey_app.visits.register import visits_by_place

BLOCKS = 4


class NotAdjusted(StrEnum):
    """Why a block has no adjusted number; words: `findings.not_adjusted.<reason>`."""

    NO_VISITS = "no_visits"
    """Visits are not known for each service point and week of it."""
    ONE_PART = "one_part"
    """The block is shown as one part: there is nothing to weight."""
    EMPTY_STRATUM = "empty_stratum"
    """People came to a service point from which no form of the block is shown."""
    DESIGN_EFFECT = "design_effect"
    """The weights would throw away more than half of what the forms are worth."""
    DISCREPANCY = "discrepancy"
    """Even the largest weights allowed leave the forms unlike the visits."""


@dataclass(frozen=True, slots=True)
class Percent:
    """An index with its 95 % interval, in percent."""

    percent: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class AdjustedBlock:
    """A four-week block: its coverage, the raw index of n persons, and the adjusted one or the reason for none.

    `parts`: over how many parts it was weighted; `design_effect` (Kish): n is worth n over this.
    """

    first_day: date
    last_day: date
    n: int
    coverage: Coverage
    raw: Percent
    adjusted: Percent | None
    parts: int
    design_effect: float
    refusal: NotAdjusted | None


def unit_blocks(connection: Connection, unit_id: int, last_day: date, variance_ratio: float) -> list[AdjustedBlock]:
    """The last four blocks of a commune by `last_day`, oldest first. Method: `analytics.statistics.adjustment`."""
    first_day = last_day - (BLOCKS + 1) * BLOCK_WEEKS * WEEK
    groups = read_groups(connection, [unit_id], first_day=first_day, last_day=last_day)
    blocks = [cell for cell in cells_by(groups, Span.BLOCK) if cell.stretch.last_day <= last_day][-BLOCKS:]
    if not blocks:
        return []
    axis = Axis.SERVICE_POINT
    parts = read_parts(connection, [unit_id], axis, Viewer.STAFF, first_day=first_day, last_day=last_day)
    visits = _visits(connection, unit_id, monday_of(blocks[0].first_day), monday_of(last_day))
    made = []
    for block in blocks:
        inside = [part for part in parts if part.last_day == block.last_day]
        mondays = mondays_between(monday_of(block.first_day), monday_of(block.last_day))
        covered = coverage(connection, [unit_id], mondays[0], mondays[-1])[unit_id]
        made.append(_block(block, inside, visits_in(visits, mondays), covered, variance_ratio))
    return made


def visits_in(visits: Mapping[date, Mapping[str, int]], mondays: Sequence[date]) -> Mapping[str, int] | None:
    """Visits by service point over the weeks; None where any of them lacks a week."""
    points = {point for week in visits.values() for point in week}
    if not points or any(point not in visits.get(monday, {}) for monday in mondays for point in points):
        return None
    return {point: sum(visits[monday][point] for monday in mondays) for point in points}


def weigh(
    parts: Sequence[Part], visits: Mapping[str, int] | None, variance_ratio: float
) -> AdjustedShare | NotAdjusted:
    """The parts' index at their share of the visits, or why it cannot be told."""
    if len(parts) < 2:
        return NotAdjusted.ONE_PART
    labels = {label for part in parts for label in part.labels}
    if visits is None or not labels <= visits.keys():
        return NotAdjusted.NO_VISITS
    if any(came and point not in labels for point, came in visits.items()):
        return NotAdjusted.EMPTY_STRATUM
    share = adjust_to_visits(
        [part.sums.scores.n for part in parts],
        [part.sums.scores.total / SIXTIETHS for part in parts],
        [[sum(visits[label] for label in part.labels) for part in parts]],
        variance_ratio=variance_ratio,
    )
    return share if share.refusal is None else _REASONS.get(share.refusal, NotAdjusted.NO_VISITS)


_REASONS = {
    Refusal.EMPTY_STRATUM: NotAdjusted.EMPTY_STRATUM,
    Refusal.DESIGN_EFFECT: NotAdjusted.DESIGN_EFFECT,
    Refusal.DISCREPANCY: NotAdjusted.DISCREPANCY,
}


def _block(
    block: Cell, parts: Sequence[Part], visits: Mapping[str, int] | None, covered: Coverage, variance_ratio: float
) -> AdjustedBlock:
    raw = attitude_index(*block.sums.scores, variance_ratio)
    weighed = weigh(parts, visits, variance_ratio)
    share = None if isinstance(weighed, NotAdjusted) else weighed
    return AdjustedBlock(
        first_day=block.first_day,
        last_day=block.last_day,
        n=raw.n,
        coverage=covered,
        raw=_percent(raw.value, raw.interval),
        adjusted=_percent(share.adjusted, share.adjusted_interval) if share else None,
        parts=len(parts),
        design_effect=round(share.design_effect, 2) if share else 1.0,
        refusal=weighed if isinstance(weighed, NotAdjusted) else None,
    )


def _visits(
    connection: Connection, unit_id: int, first_monday: date, last_monday: date
) -> Mapping[date, Mapping[str, int]]:
    """Visits by week and service point (its id as parts write it), where they are told by service point."""
    found: dict[date, dict[str, int]] = defaultdict(dict)
    for counts in visits_by_place(connection, [unit_id], first_monday, last_monday):
        came = denominator(counts)
        if counts.place.service_point_id is not None and came is not None:
            found[counts.monday][str(counts.place.service_point_id)] = came
    return found


def _percent(value: float | None, interval: Interval | None) -> Percent:
    assert value is not None and interval is not None, "a published cell has the minimum"
    return Percent(percent(value), percent(interval.low), percent(interval.high))
