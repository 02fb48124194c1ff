"""What the page of a unit shows to staff besides what everybody sees: plain data, read once for page and twins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from analytics.dashboards.cells import attitude_score, share_score
from analytics.dashboards.parts import Cut, labels_of, read_cuts
from analytics.dashboards.published import OrganisationBlock, UnitSeries
from analytics.findings.adjustment import AdjustedBlock, unit_blocks
from analytics.findings.bases import read_bases
from analytics.findings.signals import PointSignal, judge_point
from analytics.findings.warned_days import WarnedDays, warned_days
from analytics.published.numbers import read_groups, read_scores
from analytics.published.sums import Axis, Population
from analytics.published.trouble import TroubleQuarter, trouble_by_quarter
from analytics.published.unions import Span, cells_by
from analytics.statistics.periods import WEEK
from survey_app.territory.service_points import ServicePoint, service_point_by_id, service_points_of
from survey_app.territory.targets import targets_by_measure

SHOWN_QUARTERS = 8
REACH = 110 * WEEK
"""Eight quarters, and what is left of the one that runs."""


@dataclass(frozen=True, slots=True)
class StaffDetails:
    """`judged`: the scored points against the usual level; `cuts` of the blocks shown; `by_others`: citizens helped by
    others, in blocks of their own; `adjusted`: raw and weighted to visits, with coverage; `targets` by measure, set by
    the city; `trouble`: shares reported by quarter; `service_points` by id as cuts write it, closed ones too;
    `open_points`: those open today. All oldest first.
    """

    judged: tuple[PointSignal, ...]
    cuts: Mapping[Axis, tuple[Cut, ...]]
    by_others: tuple[OrganisationBlock, ...]
    adjusted: tuple[AdjustedBlock, ...]
    warned: tuple[WarnedDays, ...]
    targets: Mapping[str, int]
    trouble: tuple[TroubleQuarter, ...]
    service_points: Mapping[str, ServicePoint]
    open_points: tuple[ServicePoint, ...]


def read_details(connection: Connection, series: UnitSeries, today: date) -> StaffDetails:
    """Read them for a unit's series."""
    unit_id = series.unit.id
    ended = series.unit.valid_to is not None and series.unit.valid_to <= today
    points = [] if ended else service_points_of(connection, unit_id, today)
    known, cuts = _cuts(connection, series, points)
    last_day = series.newest_week.last_day if series.newest_week else None
    return StaffDetails(
        judged=_judged(connection, series, last_day) if last_day else (),
        cuts=cuts,
        by_others=_by_others(connection, series) if series.blocks else (),
        adjusted=tuple(unit_blocks(connection, unit_id, last_day, series.variance_ratio)) if last_day else (),
        warned=_warned(connection, series),
        targets=_targets(connection, unit_id, today),
        trouble=tuple(trouble_by_quarter(connection, [unit_id], today - REACH).get(unit_id, [])[-SHOWN_QUARTERS:]),
        service_points=known,
        open_points=tuple(points),
    )


def _targets(connection: Connection, unit_id: int, today: date) -> Mapping[str, int]:
    found = targets_by_measure(connection, [unit_id], today)
    return {measure: of[unit_id].percent for measure, of in found.items() if unit_id in of}


def _cuts(
    connection: Connection, series: UnitSeries, points: Sequence[ServicePoint]
) -> tuple[dict[str, ServicePoint], Mapping[Axis, tuple[Cut, ...]]]:
    known = {str(point.id): point for point in points}
    cuts = read_cuts(connection, series.unit.id, series.blocks, known, series.variance_ratio)
    closed = sorted(labels_of(cuts, Axis.SERVICE_POINT) - known.keys())
    if not closed:
        return known, cuts
    found = (service_point_by_id(connection, int(label), None) for label in closed)
    known |= {str(point.id): point for point in found if point is not None}
    return known, read_cuts(connection, series.unit.id, series.blocks, known, series.variance_ratio)


def _judged(connection: Connection, series: UnitSeries, last_day: date) -> tuple[PointSignal, ...]:
    if not series.points:
        return ()
    points = read_scores(connection, [series.unit.id], last_day).get(series.unit.id, [])
    base = read_bases(connection, [series.unit.id]).get(series.unit.id)
    first_day = series.points[0].first_day
    places = [place for place, point in enumerate(points) if point.first_day >= first_day]
    return tuple(judge_point(points, place, base, series.variance_ratio) for place in places)


def _by_others(connection: Connection, series: UnitSeries) -> tuple[OrganisationBlock, ...]:
    first_day, last_day = series.blocks[0].first_day, series.blocks[-1].last_day
    populations = (Population.BY_OTHERS,)
    groups = read_groups(connection, [series.unit.id], populations, first_day=first_day, last_day=last_day)
    made = []
    for cell in cells_by(groups, Span.BLOCK):
        attitude = attitude_score(cell.sums.scores, cell.sums.ratings, series.variance_ratio, cell.minimum_n)
        overall = share_score(cell.sums.overall, cell.minimum_n)
        assert attitude is not None and overall is not None, "a published cell has the minimum"
        made.append(OrganisationBlock(cell.first_day, cell.last_day, cell.sums.responses, attitude, overall))
    return tuple(made)


def _warned(connection: Connection, series: UnitSeries) -> tuple[WarnedDays, ...]:
    if series.through is None or not series.points:
        return ()
    return warned_days(connection, series.unit.id, series.points[0].first_day, series.through)
