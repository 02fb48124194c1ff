"""Weeks against a commune's own base: usual, clearly below, clearly above; and what a week of this size could show.

The base is the first sixteen published points, or those from the week on from which it was set anew (`bases`); it does
not move with time, else a slow decline would become the usual level.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection

from analytics.findings.bases import Base, read_bases
from analytics.findings.city import City
from analytics.published.numbers import ScoredWeeks, read_scores
from analytics.published.rounding import SMALL_N, percent
from analytics.statistics.indices import SIXTIETHS
from analytics.statistics.periods import WEEK
from analytics.statistics.weekly_signals import MINIMUM_BASELINE, TAIL, Verdict, WeeklySignal, judge_newest
from survey_app.territory.units import Unit

BASE_POINTS = 16
"""How many points make the usual level (wording: "the past {16} weeks")."""
SIGNALS = frozenset({Verdict.BELOW, Verdict.ABOVE})


@dataclass(frozen=True, slots=True)
class PointSignal:
    """One published point against the base; numbers in percent. Without a verdict the levels are None.

    `base_points` from `base_first_day` to `base_last_day` make the usual level `usual_low` … `usual_high` for a point
    of n persons; `base` says who set it anew, and why, if anybody did. `visible_drop`: only drops over so many points
    would be seen at this n, in four cases of five (None: no drop would, or nothing is judged). `drift`: all points
    since the base began, moving together.
    """

    first_day: date
    last_day: date
    n: int
    percent: float
    verdict: Verdict
    drift: Verdict
    base_points: int
    base_first_day: date | None
    base_last_day: date | None
    base: Base | None
    usual_low: float | None = None
    usual_high: float | None = None
    visible_drop: float | None = None

    @property
    def base_weeks(self) -> int:
        """The time that the base spans."""
        if self.base_first_day is None or self.base_last_day is None:
            return 0
        return (self.base_last_day - self.base_first_day) // WEEK + 1

    @property
    def is_recent_base(self) -> bool:
        """Whether the base reaches up to this very point, so that it is "the past weeks"."""
        return self.base_last_day is not None and (self.first_day - self.base_last_day).days <= 1


@dataclass(frozen=True, slots=True)
class CitySignals:
    """What the charts of all communes said over some weeks.

    `judged`: points that were judged; `expected_false`: how many signals chance alone gives on average at that; `found`
    and `drifting` by commune: the points outside their usual level, and the communes whose newest point ends a drift.
    """

    judged: int
    expected_false: float
    found: tuple[tuple[Unit, PointSignal], ...]
    drifting: tuple[tuple[Unit, PointSignal], ...]


def judge_point(points: Sequence[ScoredWeeks], place: int, base: Base | None, variance_ratio: float) -> PointSignal:
    """Judge one of a commune's points, oldest first, by the base before it; nothing is claimed under 30 persons.

    Formula and sources: `analytics.statistics.weekly_signals`. Raises `IndexError` for a place that is not there.
    """
    point = points[place]
    start = 0 if base is None else next((i for i, one in enumerate(points) if one.first_day >= base.monday), place)
    earlier = points[min(start, place) : place]
    chosen = earlier[:BASE_POINTS]
    days = (chosen[0].first_day, chosen[-1].last_day) if chosen else (None, None)
    signal: WeeklySignal | None = None
    if len(chosen) >= MINIMUM_BASELINE and point.scores.n >= SMALL_N:
        scores = [one.scores for one in (*earlier, point)]
        satisfied = np.array([one.total for one in scores]) / SIXTIETHS
        sizes = [one.n for one in scores]
        signal = judge_newest(satisfied, sizes, baseline=len(chosen), variance_ratio=variance_ratio)
    return PointSignal(
        first_day=point.first_day,
        last_day=point.last_day,
        n=point.scores.n,
        percent=percent(point.scores.total / SIXTIETHS / point.scores.n),
        verdict=signal.verdict if signal else Verdict.NOT_JUDGED,
        drift=signal.drift if signal else Verdict.NOT_JUDGED,
        base_points=len(chosen),
        base_first_day=days[0],
        base_last_day=days[1],
        base=base,
        usual_low=_percent(signal.lower if signal else None),
        usual_high=_percent(signal.upper if signal else None),
        visible_drop=_percent(signal.visible_drop if signal else None),
    )


def unit_signal(connection: Connection, unit_id: int, last_day: date, variance_ratio: float) -> PointSignal | None:
    """The newest point that a commune has by `last_day`, judged; None without any. Two statements."""
    points = read_scores(connection, [unit_id], last_day).get(unit_id, [])
    base = read_bases(connection, [unit_id]).get(unit_id)
    return judge_point(points, len(points) - 1, base, variance_ratio) if points else None


def city_signals(connection: Connection, city: City, weeks: int = 1) -> CitySignals:
    """Judge the points of all communes that end in the last `weeks` finished weeks, each by the base before it.

    With 95 communes chance alone gives a false signal now and then: `expected_false` is 2·0.00135 of the points
    judged, what exact three-sigma limits promise; simulated rates of the limits in use stand in `docs/methods.md`.
    """
    series = read_scores(connection, city.unit_ids, city.last_day)
    bases = read_bases(connection, city.unit_ids)
    since = city.last_monday - (weeks - 1) * WEEK
    judged: list[tuple[Unit, PointSignal]] = []
    for unit in city.communes:
        judged += [(unit, one) for one in _recent(series, bases, unit.id, since, city.variance_ratio)]
    found = tuple((unit, one) for unit, one in judged if one.verdict in SIGNALS)
    newest = [(unit, one) for unit, one in judged if one.last_day == city.last_day]
    drifting = tuple((unit, one) for unit, one in newest if one.drift in SIGNALS)
    return CitySignals(len(judged), round(2 * TAIL * len(judged), 2), found, drifting)


def _recent(
    series: Mapping[int, Sequence[ScoredWeeks]],
    bases: Mapping[int, Base],
    unit_id: int,
    since: date,
    variance_ratio: float,
) -> list[PointSignal]:
    points = series.get(unit_id, [])
    places = [place for place, point in enumerate(points) if point.last_day >= since]
    judged = [judge_point(points, place, bases.get(unit_id), variance_ratio) for place in places]
    return [one for one in judged if one.verdict is not Verdict.NOT_JUDGED]


def _percent(share: float | None) -> float | None:
    return None if share is None else percent(share)
