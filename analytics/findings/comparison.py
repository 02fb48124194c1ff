"""Communes of a city compared, by quarter or year and from 100 persons: never a ranking of raw averages.

Funnel, shrunken estimates, the places a commune could truly hold, false discoveries under control, like with like. What
cannot be told apart is said to be so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

import numpy as np
from sqlalchemy import Connection

from analytics.facts.models import NOT_STATED
from analytics.findings.city import City
from analytics.findings.standardising import standardised_shares
from analytics.published.numbers import Part, last_published_day, read_parts, read_scores
from analytics.published.rounding import percent
from analytics.published.sums import Axis, Viewer
from analytics.published.unions import Span, Stretch, is_over, stretch_of, stretch_of_block
from analytics.statistics.arrays import FloatArray
from analytics.statistics.comparison import (
    MINIMUM_TO_COMPARE,
    RankIntervals,
    benjamini_hochberg,
    funnel_limits,
    probability_above,
    probability_among_best,
    rank_intervals,
    shrink,
    standard_errors_of_shares,
)
from analytics.statistics.indices import SIXTIETHS, ScoreTotals
from survey_app.territory.units import Unit

BEST = 10
RATE = 0.05
FEWEST_UNITS = 10
"""A funnel and a pull towards the usual need so many communes."""
COMPARED_BY = (Span.QUARTER, Span.REPORTING_QUARTER, Span.YEAR, Span.REPORTING_YEAR)


class Tier(StrEnum):
    """Where a commune stands for sure, all statements of a table together at 95 %."""

    UPPER = "upper"
    """All places it could hold lie in the upper half."""
    LOWER = "lower"
    NOT_TOLD_APART = "not_told_apart"


class TooFewUnits(Exception):
    """Fewer than ten communes have the 100 persons: nothing is compared; `ready` says how many do."""

    def __init__(self, ready: int) -> None:
        self.ready = ready
        super().__init__(f"{ready} communes")


@dataclass(frozen=True, slots=True)
class ComparedUnit:
    """A commune among others; numbers in percent. `shrunken` with its interval is the number to compare by.

    `rank` is the place of the raw index, which alone means nothing: `rank_low` … `rank_high` are the places it could
    hold (by itself, at 95 %), `all_rank_low` … `all_rank_high` those that hold for all communes at once; `tier` follows
    from these. `among_best`: chance in percent to be truly among the ten best; `above`: to be truly over the threshold
    (None without one). `differs`: outside the funnel beyond chance and ordinary differences, false discoveries under
    5 %. `standardised`: the index if it had the city's mix of service domains; None where its forms don't allow it.
    """

    unit: Unit
    n: int
    percent: float
    shrunken: float
    low: float
    high: float
    funnel_low: float
    funnel_high: float
    rank: int
    rank_low: int
    rank_high: int
    all_rank_low: int
    all_rank_high: int
    tier: Tier
    among_best: float
    above: float | None
    differs: bool
    standardised: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The communes with 100 persons or more in a period, by shrunken index, and those with fewer, by name alone.

    `center`: the city's index in percent; `phi` how much more communes differ than chance alone would have them.
    """

    span: Span
    stretch: Stretch
    is_over: bool
    threshold: float | None
    center: float
    phi: float
    units: tuple[ComparedUnit, ...]
    too_few: tuple[Unit, ...]

    @property
    def counts(self) -> Mapping[Tier, int]:
        """How many communes are in each tier."""
        return {tier: sum(one.tier is tier for one in self.units) for tier in Tier}


def compare_communes(
    connection: Connection, city: City, span: Span, *, last_day: date | None = None, threshold: float | None = None
) -> Comparison:
    """Compare the city's communes in the period that holds `last_day` (default: the newest finished week).

    `threshold`: an index in percent that was fixed beforehand. Methods and sources: `analytics.statistics.comparison`,
    on n/φ persons.

    Raises `TooFewUnits` under ten communes with 100 persons, and `ValueError` for weeks, blocks and months: they are
    too short to compare anybody by.
    """
    if span not in COMPARED_BY:
        raise ValueError(f"communes are compared by quarter or year, not by {span}")
    stretch = stretch_of(last_day or city.last_day, span)
    totals = _totals(connection, city, span, stretch)
    compared = [unit for unit in city.communes if totals[unit.id].n >= MINIMUM_TO_COMPARE]
    if len(compared) < FEWEST_UNITS:
        raise TooFewUnits(len(compared))
    parts = _domains(connection, city, span, stretch)
    standardised = standardised_shares({unit.id: parts.get(unit.id, ()) for unit in compared}, NOT_STATED)
    units = _compared(compared, [totals[unit.id] for unit in compared], standardised, city.variance_ratio, threshold)
    published = last_published_day(connection)
    return Comparison(
        span=span,
        stretch=stretch,
        is_over=published is not None and is_over(stretch, published),
        threshold=threshold,
        center=percent(
            sum(totals[one.id].total for one in compared) / SIXTIETHS / sum(totals[o.id].n for o in compared)
        ),
        phi=round(units.phi, 2),
        units=units.rows,
        too_few=tuple(unit for unit in city.communes if totals[unit.id].n < MINIMUM_TO_COMPARE),
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    rows: tuple[ComparedUnit, ...]
    phi: float


def _totals(connection: Connection, city: City, span: Span, stretch: Stretch) -> dict[int, ScoreTotals]:
    series = read_scores(connection, city.unit_ids, city.last_day)
    totals = {}
    for unit in city.communes:
        inside = [one.scores for one in series.get(unit.id, ()) if stretch_of(one.last_day, span) == stretch]
        totals[unit.id] = ScoreTotals(*(sum(column) for column in zip(*inside, strict=True))) if inside else _NOBODY
    return totals


_NOBODY = ScoreTotals(0, 0, 0)


def _domains(connection: Connection, city: City, span: Span, stretch: Stretch) -> dict[int, list[Part]]:
    parts = read_parts(connection, city.unit_ids, Axis.DOMAIN, Viewer.STAFF, last_day=city.last_day)
    found: dict[int, list[Part]] = {}
    for part in parts:
        if stretch_of_block(part.last_day, span) == stretch:
            found.setdefault(part.unit_id, []).append(part)
    return found


def _compared(
    units: Sequence[Unit],
    totals: Sequence[ScoreTotals],
    standardised: Mapping[int, float | None],
    variance_ratio: float,
    threshold: float | None,
) -> _Rows:
    n = np.array([one.n for one in totals], dtype=np.float64)
    sizes = n / variance_ratio
    satisfied = np.array([one.total for one in totals]) / SIXTIETHS / variance_ratio
    shares = satisfied / sizes
    errors = standard_errors_of_shares(satisfied, sizes)
    told = _with_half_an_answer(satisfied, sizes)
    shrunken = shrink(told, sizes)
    funnel = funnel_limits(told, sizes, corrected=True)
    low, high = funnel.limits(sizes, 0.998)
    estimates, spread = tuple(shares.tolist()), tuple(errors.tolist())
    alone, together = _places(estimates, spread, False), _places(estimates, spread, True)
    differs = benjamini_hochberg(funnel.p_values, RATE).rejected
    best = probability_among_best(shrunken, min(BEST, len(units)))
    above = None if threshold is None else probability_above(shrunken, threshold / 100)
    rows = [
        ComparedUnit(
            unit=unit,
            n=totals[i].n,
            percent=percent(float(shares[i])),
            shrunken=percent(float(shrunken.estimates[i])),
            low=percent(float(shrunken.low[i])),
            high=percent(float(shrunken.high[i])),
            funnel_low=percent(float(low[i])),
            funnel_high=percent(float(high[i])),
            rank=int(alone.rank[i]),
            rank_low=int(alone.low[i]),
            rank_high=int(alone.high[i]),
            all_rank_low=int(together.low[i]),
            all_rank_high=int(together.high[i]),
            tier=_tier(int(together.low[i]), int(together.high[i]), len(units)),
            among_best=_whole_percent(best, i),
            above=None if above is None else _whole_percent(above, i),
            differs=bool(differs[i]),
            standardised=_maybe_percent(standardised[unit.id]),
        )
        for i, unit in enumerate(units)
    ]
    return _Rows(tuple(sorted(rows, key=lambda row: (-row.shrunken, row.unit.code))), funnel.phi)


def _with_half_an_answer(satisfied: FloatArray, sizes: FloatArray) -> FloatArray:
    """Where nobody in the city differs, half an answer does, spread over all: a share of 1 fits no prior, no funnel."""
    everybody, sum_ = float(sizes.sum()), float(satisfied.sum())
    return satisfied + (min(max(sum_, 0.5), everybody - 0.5) - sum_) * sizes / everybody


@lru_cache(maxsize=16)
def _places(estimates: tuple[float, ...], errors: tuple[float, ...], together: bool) -> RankIntervals:
    """Rank intervals take seconds, and a finished week's numbers do not change: the next reader need not wait."""
    return rank_intervals(estimates, errors, simultaneous=together)


def _tier(low: int, high: int, units: int) -> Tier:
    if high <= units / 2:
        return Tier.UPPER
    return Tier.LOWER if low > (units + 1) / 2 else Tier.NOT_TOLD_APART


def _whole_percent(chances: FloatArray, place: int) -> float:
    return float(round(100 * float(chances[place])))


def _maybe_percent(share: float | None) -> float | None:
    return None if share is None else percent(share)
