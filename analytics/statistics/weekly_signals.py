"""The weeks of a unit against its own past, and the newest one in a verdict: usual, clearly below, clearly above.

Puts the control charts together as the weekly page, its twins and the digest need them, so that they cannot disagree.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from analytics.statistics.arrays import (
    FloatArray,
    Numbers,
    as_successes_and_sizes,
    as_whole,
    require_positive,
)
from analytics.statistics.control_charts import (
    SIGMAS,
    LaneyChart,
    ewma_chart,
    laney_p_chart,
    smallest_visible_drop,
)
from analytics.statistics.distributions import beta_cdf, beta_quantile

MINIMUM_BASELINE = 12
"""Fewer earlier weeks with answers than this make no limits."""

TAIL = NormalDist().cdf(-SIGMAS)
"""Chance that a quiet week falls under three sigmas: 0.00135."""

POSTERIOR_NODES, POSTERIOR_WEIGHTS = np.polynomial.legendre.leggauss(16)
"""Gauss–Legendre rule for averaging a predicted week over the quantiles of the usual share."""


class Verdict(enum.StrEnum):
    """What a chart says about a point."""

    NOT_JUDGED = "not_judged"
    USUAL = "usual"
    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class WeeklyLimits:
    """The usual level of a unit for each week's n, shares from 0 to 1; not-a-number where n = 0."""

    center: float
    sigma_z: float
    lower: FloatArray
    upper: FloatArray
    verdicts: tuple[Verdict, ...]
    drifts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class WeeklySignal:
    """The newest week against the unit's own earlier weeks; shares from 0 to 1.

    `verdict` says whether this week alone is outside the usual level, `drift` whether all weeks since the baseline
    began have moved together. `lower` and `upper` are the usual level for a week of this n. `visible_drop` is the
    smallest drop that such a week would show in four cases of five (None: not even the largest). Without enough
    earlier weeks, or answers, all but n, value and baseline_weeks are None.
    """

    verdict: Verdict
    drift: Verdict
    n: float
    value: float | None
    baseline_weeks: int
    center: float | None = None
    lower: float | None = None
    upper: float | None = None
    sigma_z: float | None = None
    visible_drop: float | None = None


def weekly_limits(
    successes: Numbers, sizes: Numbers, *, baseline: int | slice, variance_ratio: float = 1.0
) -> WeeklyLimits:
    """Return the usual level for every week and what falls outside it.

    Limits: those of `laney_p_chart`, moved outwards where an exact prediction is wider. The prediction takes the usual
    share θ as Beta(X/σ_z² + ½, (N−X)/σ_z² + ½) from the baseline's X of N and a week as binomial of n/σ_z² persons;
    its 0.135 % quantiles are limits that allow for the uncertain centre and the skew near 100 %. At n = 10 and 93 %
    the normal limits alone give five times the false alarms they promise; after only perfect weeks, one critical answer
    would be an alarm.

    `drifts` are the EWMA chart's (λ 0.2, L 3) on z-scores cut to ±3, so that one extreme week is not called a drift.

    `successes` and `sizes`: one pair per (joined) week, oldest first; for the attitude index Σ of persons' scores, as
    persons. `baseline`: the first k weeks or a slice. `variance_ratio` φ (of `pooled_variance_ratio`; 1 for 0/1
    answers) keeps σ_z from falling under √φ, which persons' differences alone make: without that floor a short quiet
    baseline multiplies false alarms (`docs/methods.md`).

    Sources: as `laney_p_chart` and `ewma_chart`; predictive limits: Menzefricke, Communications in Statistics 31
    (2002) 1423–1440. Do not use it for weeks that are not finished, nor over a change of questionnaire.

    Raises `ValueError` for bad counts, a ratio that is not over 0, and fewer than two baseline weeks with answers.
    """
    x, n = as_successes_and_sizes(successes, sizes)
    require_positive(variance_ratio, "variance_ratio")
    chosen = baseline if isinstance(baseline, slice) else slice(0, baseline)
    chart = laney_p_chart(x, n, baseline=baseline, minimum_sigma_z=float(np.sqrt(variance_ratio)))
    scale = chart.sigma_z**2
    hits, misses = float(x[chosen].sum()) / scale, float((n - x)[chosen].sum()) / scale
    lower = np.minimum(chart.lower, _predicted_share_limit(hits, misses, n / scale))
    upper = np.maximum(chart.upper, 1 - _predicted_share_limit(misses, hits, n / scale))
    return WeeklyLimits(
        center=chart.center,
        sigma_z=chart.sigma_z,
        lower=lower,
        upper=upper,
        verdicts=_verdicts(chart.proportions, lower, upper),
        drifts=_drifts(chart, chosen.start or 0),
    )


def judge_newest(
    successes: Numbers, sizes: Numbers, *, baseline: int | slice | None = None, variance_ratio: float = 1.0
) -> WeeklySignal:
    """Judge the last of the weeks by `weekly_limits` from earlier ones.

    `successes`, `sizes` and `variance_ratio` as there, the newest week last. `baseline`: the first k weeks, a slice,
    or None for all but the newest. With None the limits follow the unit; give the baseline that was set and logged
    where a slow decline must not become normal.

    With fewer than 12 baseline weeks with answers, or no answers in the newest, the verdict is `NOT_JUDGED`.

    Raises `ValueError` for bad counts, a ratio that is not over 0, and a baseline that holds the newest week.
    """
    x, n = as_successes_and_sizes(successes, sizes)
    require_positive(variance_ratio, "variance_ratio")
    last = x.size - 1
    chosen = _earlier_weeks(baseline, last)
    weeks = int(np.count_nonzero(n[chosen]))
    value = float(x[last] / n[last]) if n[last] else None
    if value is None or weeks < MINIMUM_BASELINE:
        return WeeklySignal(Verdict.NOT_JUDGED, Verdict.NOT_JUDGED, float(n[last]), value, weeks)
    limits = weekly_limits(x, n, baseline=chosen, variance_ratio=variance_ratio)
    return WeeklySignal(
        verdict=limits.verdicts[last],
        drift=limits.drifts[last],
        n=float(n[last]),
        value=value,
        baseline_weeks=weeks,
        center=limits.center,
        lower=float(limits.lower[last]),
        upper=float(limits.upper[last]),
        sigma_z=limits.sigma_z,
        visible_drop=_visible_drop(limits, float(n[last])),
    )


def _earlier_weeks(baseline: int | slice | None, last: int) -> slice:
    if isinstance(baseline, slice):
        chosen = baseline
    else:
        chosen = slice(0, last if baseline is None else as_whole(baseline, "baseline"))
    if last in range(*chosen.indices(last + 1)):
        raise ValueError("the baseline must not hold the newest week, which is judged against it")
    return chosen


def _predicted_share_limit(hits: float, misses: float, sizes: FloatArray) -> FloatArray:
    """Return the share s with P(K ≤ s·m) = TAIL, for weeks of m persons predicted from the baseline's hits and misses.

    K is beta-binomial; its distribution function, the mean over θ of I_{1−θ}(m − x, x + 1), also holds between whole
    numbers, which scores in sixtieths need. 0 where even x = 0 is not that rare. Found by halving, for all sizes at
    once.
    """
    complement = 1 - beta_quantile((POSTERIOR_NODES + 1) / 2, hits + 0.5, misses + 0.5)[:, np.newaxis]
    weights = POSTERIOR_WEIGHTS[:, np.newaxis] / 2
    distinct, place = np.unique(sizes, return_inverse=True)
    m = np.where(distinct > 0, distinct, np.nan)
    low, high = np.zeros(m.size), np.where(np.isnan(m), 0.0, m)
    for _ in range(24):
        middle = (low + high) / 2
        rare = (weights * beta_cdf(complement, m - middle, middle + 1)).sum(axis=0) <= TAIL
        low, high = np.where(rare, middle, low), np.where(rare, high, middle)
    limits: FloatArray = (low / m)[place]
    return limits


def _verdicts(values: FloatArray, lower: FloatArray, upper: FloatArray) -> tuple[Verdict, ...]:
    return tuple(_verdict(*point) for point in zip(values.tolist(), lower.tolist(), upper.tolist(), strict=True))


def _verdict(value: float, lower: float, upper: float) -> Verdict:
    if np.isnan(value):
        return Verdict.NOT_JUDGED
    if value < lower:
        return Verdict.BELOW
    return Verdict.ABOVE if value > upper else Verdict.USUAL


def _drifts(chart: LaneyChart, start: int) -> tuple[Verdict, ...]:
    capped = np.clip(chart.standardised[start:], -SIGMAS, SIGMAS)
    ewma = ewma_chart(capped, center=0.0, sigma=1.0)
    return (Verdict.NOT_JUDGED,) * start + _verdicts(ewma.ewma, ewma.lower, ewma.upper)


def _visible_drop(limits: WeeklyLimits, n: float) -> float | None:
    if not 0 < limits.center < 1:
        return None
    return smallest_visible_drop(limits.center, n, limits.sigma_z, lower=float(limits.lower[-1]))
