"""Control charts: is this week different from the unit's own past, or is it chance?

`laney_p_chart` for shares with more week-to-week spread than chance explains, `ewma_chart` for slow drift, `xmr_chart`
for single measurements. Limits come from a baseline of earlier points; a newer point is judged against them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.statistics.arrays import (
    BoolArray,
    FloatArray,
    Numbers,
    as_one_number,
    as_successes_and_sizes,
    as_vector,
    as_whole,
    require_positive,
    require_probability,
)
from analytics.statistics.distributions import normal_quantile, root

D2 = 1.128
"""Expected range of two standard normal values, as tabulated for control charts: turns moving ranges into σ."""

D4 = 3.267
"""Upper limit of a moving range, in mean moving ranges."""

SIGMAS = 3.0
"""Half the width of Shewhart limits."""

ROUNDING = 1e-10
"""Relative size under which a difference is the computer's rounding: points that are all alike must not signal."""

Baseline = int | slice | None
"""Which points the limits come from: the first k, a slice, or all."""


@dataclass(frozen=True, slots=True)
class LaneyChart:
    """A Laney p′ chart. Arrays have one entry per point, not-a-number where n = 0.

    `z` are the points' distances from the centre in binomial standard deviations, `standardised` the same divided by
    σ_z: about standard normal while nothing changes. `signals` marks the points outside the limits.
    """

    proportions: FloatArray
    center: float
    sigma_z: float
    lower: FloatArray
    upper: FloatArray
    z: FloatArray
    signals: BoolArray

    @property
    def standardised(self) -> FloatArray:
        """The z-scores on the scale of the unit's own spread: what `ewma_chart` takes, with center 0 and sigma 1."""
        return self.z / self.sigma_z


@dataclass(frozen=True, slots=True)
class EwmaChart:
    """An EWMA chart. `ewma`, `lower`, `upper` have one entry per value, not-a-number where the value is missing."""

    ewma: FloatArray
    center: float
    sigma: float
    lower: FloatArray
    upper: FloatArray
    signals: BoolArray


@dataclass(frozen=True, slots=True)
class XmrChart:
    """A chart of individual values and moving ranges; `moving_ranges[i]` is that from value i−1 to value i."""

    center: float
    mean_moving_range: float
    lower: float
    upper: float
    moving_ranges: FloatArray
    moving_range_upper: float
    signals: BoolArray


def laney_p_chart(
    successes: Numbers,
    sizes: Numbers,
    baseline: Baseline = None,
    *,
    center: float | None = None,
    sigma_z: float | None = None,
    minimum_sigma_z: float = 0.0,
) -> LaneyChart:
    """Laney's p′ chart: a p-chart whose limits allow for the natural spread from week to week.

    Over the baseline: center c = Σ successes/Σ n; σ_i = √(c(1−c)/n_i); z_i = (p_i − c)/σ_i; σ_z = mean |z_i − z_{i−1}|
    / 1.128. Limits c ± 3·σ_i·σ_z, cut to 0 … 1. With σ_z = 1 it is the plain p-chart.

    Source: Laney, Quality Engineering 14 (2002) 531–537; reference values in Mohammed et al., BMJ Quality & Safety 22
    (2013) 362–368.

    `successes` and `sizes`: one pair per week, oldest first; successes may be fractional (Σ of scores). Weeks with
    n = 0 are skipped: moving ranges go from a week with answers to the next with answers. `baseline`: the first k
    points, a slice, or all. `center` and `sigma_z` may be given instead, for limits that were set earlier and kept.
    `minimum_sigma_z` is a floor for σ_z: √φ for scores whose variance ratio φ is known, 1 for 0/1 answers, since less
    than the chance of drawing persons can only be luck of a short baseline. When every baseline answer is the same
    (c = 0 or 1), σ_i is computed from (Σ successes + ½)/(Σ n + 1), else a single other answer would be a signal.

    Use 12 baseline points or more; with fewer, limits are guesses. Do not use it for trends or seasons (they inflate
    σ_z), nor re-estimate the baseline each week, which lets a slow decline become the new normal.

    Raises `ValueError` for bad counts, for a baseline with fewer than two weeks with answers, and for σ_z = 0 (all
    baseline weeks alike): give `minimum_sigma_z`.
    """
    x, n = as_successes_and_sizes(successes, sizes)
    _require_finite(center=center, sigma_z=sigma_z, minimum_sigma_z=minimum_sigma_z)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = x / n
        usable = np.where(n > 0, n, np.nan)
    chosen = slice(0, None) if center is not None and sigma_z is not None else _baseline(baseline, n > 0)
    middle = float(x[chosen].sum() / n[chosen].sum()) if center is None else center
    if not 0 <= middle <= 1:
        raise ValueError(f"center must lie between 0 and 1, not {middle}")
    inside = middle if 0 < middle < 1 else float((x[chosen].sum() + 0.5) / (n[chosen].sum() + 1))
    binomial_sigma = np.sqrt(inside * (1 - inside) / usable)
    z = (p - middle) / binomial_sigma
    spread = max(_moving_range_sigma(z[chosen]) if sigma_z is None else sigma_z, minimum_sigma_z)
    if not spread > ROUNDING:
        raise ValueError("all weeks of the baseline are alike: sigma_z is 0 and needs a floor (minimum_sigma_z)")
    half = SIGMAS * binomial_sigma * spread
    lower, upper = np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)
    return LaneyChart(p, middle, spread, lower, upper, z, (p < lower) | (p > upper))


def ewma_chart(
    values: Numbers,
    lam: float = 0.2,
    L: float = 3.0,
    *,
    center: float | None = None,
    sigma: float | None = None,
    baseline: Baseline = None,
    steady_state: bool = True,
) -> EwmaChart:
    """Exponentially weighted moving average: finds small lasting shifts that no single point shows.

    E_0 = center; E_i = λ·x_i + (1 − λ)·E_{i−1}; limits center ± L·σ·√(λ/(2 − λ)), or with `steady_state=False` the
    narrower exact ones of the first points, √(λ/(2 − λ)·(1 − (1−λ)^{2i})).

    Source: Roberts, Technometrics 1 (1959) 239–250; NIST/SEMATECH e-Handbook 6.3.2.4, whose example is a test here.

    `values`: oldest first, not-a-number where a point is missing (the average then waits). `center` and `sigma`
    default to the mean and the moving-range σ of the baseline. For shares give `laney_p_chart(…).standardised` with
    center 0 and sigma 1, so that unequal n weigh right.

    Assumes independent values of one spread. Slower than a Shewhart chart for one big jump: use both.

    Raises `ValueError` for λ outside (0, 1], L ≤ 0, sigma ≤ 0 and a baseline with fewer than two values.
    """
    x = as_vector(values, "values", missing_allowed=True)
    if not 0 < as_one_number(lam, "lam") <= 1:
        raise ValueError(f"lam must lie over 0 and not over 1, not {lam}")
    require_positive(L, "L")
    _require_finite(center=center, sigma=sigma)
    if center is None or sigma is None:
        reference = x[_baseline(baseline, ~np.isnan(x))]
        center = float(np.nanmean(reference)) if center is None else center
        sigma = _moving_range_sigma(reference) if sigma is None else sigma
    require_positive(sigma, "sigma")
    seen = np.cumsum(~np.isnan(x))
    growth = np.ones(x.size) if steady_state else 1 - (1 - lam) ** (2 * seen)
    half = np.where(np.isnan(x), np.nan, L * sigma * np.sqrt(lam / (2 - lam) * growth))
    ewma = _weighted_averages(x, lam, center)
    return EwmaChart(ewma, center, sigma, center - half, center + half, np.abs(ewma - center) > half)


def xmr_chart(values: Numbers, baseline: Baseline = None) -> XmrChart:
    """Chart of individuals and moving ranges: for one measurement per week, such as answers per hundred visits.

    Limits: mean ± 3·(mean moving range)/1.128; upper limit of the ranges 3.267·(mean moving range).

    Source: NIST/SEMATECH e-Handbook 6.3.2.2, whose example is a test here; Wheeler, Understanding Variation (1993).

    `values`: oldest first, not-a-number where missing (skipped). Assumes independent, roughly symmetric values of one
    spread: do not use it for shares with unequal n (use `laney_p_chart`).

    Raises `ValueError` for values that are no numbers and a baseline with fewer than two.
    """
    x = as_vector(values, "values", missing_allowed=True)
    reference = x[_baseline(baseline, ~np.isnan(x))]
    middle, mean_range = float(np.nanmean(reference)), _moving_range_sigma(reference) * D2
    rounding = ROUNDING * float(np.nanmax(np.abs(x)))
    half = SIGMAS * mean_range / D2
    ranges = np.full(x.size, np.nan)
    seen = np.flatnonzero(~np.isnan(x))
    ranges[seen[1:]] = np.abs(np.diff(x[seen]))
    signals = (np.abs(x - middle) > half + rounding) | (ranges > D4 * mean_range + rounding)
    return XmrChart(middle, mean_range, middle - half, middle + half, ranges, D4 * mean_range, signals)


def smallest_visible_drop(
    center: float, size: float, sigma_z: float = 1.0, power: float = 0.8, *, lower: float | None = None
) -> float | None:
    """Return the smallest drop of a share that one week of `size` answers would show, with probability `power`.

    The d that solves c − d + z_power·σ_z·√((c−d)(1−c+d)/n) = c − 3·σ_z·√(c(1−c)/n): after a drop by d the week's
    share falls under the lower limit of `laney_p_chart` in `power` of cases. As a share (0.12: twelve points); None
    when no drop could be seen, because the lower limit is at 0 or the share cannot fall far enough. `lower`: the lower
    limit, where it is another than Laney's.

    Source: the usual power of a Shewhart limit under the normal approximation; Montgomery, Introduction to Statistical
    Quality Control (2009), 7.2. Coarse under n·c(1−c) ≈ 3: `docs/methods.md` prints simulated power beside it.

    Raises `ValueError` for a center outside (0, 1), a size or σ_z of 0 or less, a power outside [0.5, 1), and a lower
    limit over the center.
    """
    require_probability(center, "center")
    if not 0.5 <= power < 1:
        raise ValueError(f"power must be at least 0.5 and under 1, not {power}")
    require_positive(size, "size")
    require_positive(sigma_z, "sigma_z")
    limit = center - SIGMAS * sigma_z * np.sqrt(center * (1 - center) / size) if lower is None else lower
    if not as_one_number(limit, "lower") <= center:
        raise ValueError(f"lower must not be over the center {center}, not {lower}")
    z = float(normal_quantile(power))

    def above_limit(drop: float) -> float:
        after = center - drop
        return float(after + z * sigma_z * np.sqrt(after * (1 - after) / size) - limit)

    if limit <= 0 or above_limit(center) >= 0:
        return None
    # Near a share of ½ the spread can grow faster than the mean falls; the last crossing is the one that holds.
    drops = np.linspace(0, center, 201)
    last = int(np.flatnonzero([above_limit(drop) >= 0 for drop in drops])[-1])
    return root(above_limit, float(drops[last]), float(drops[last + 1]))


def _baseline(baseline: Baseline, usable: BoolArray) -> slice:
    """Return the baseline as a slice, after checking that it holds at least two usable points."""
    if isinstance(baseline, slice):
        chosen = baseline
    elif baseline is None:
        chosen = slice(0, None)
    else:
        chosen = slice(0, as_whole(baseline, "baseline"))
        if baseline < 0 or baseline > usable.size:
            raise ValueError(f"baseline must be between 2 and the number of points {usable.size}, not {baseline}")
    if np.count_nonzero(usable[chosen]) < 2:
        raise ValueError("the baseline needs at least two points with answers")
    return chosen


def _require_finite(**given: float | None) -> None:
    """Raise for a number that was given and is none, or not a finite one."""
    for name, value in given.items():
        if value is not None:
            as_one_number(value, name)


def _moving_range_sigma(values: FloatArray) -> float:
    seen = values[~np.isnan(values)]
    return float(np.mean(np.abs(np.diff(seen)))) / D2


def _weighted_averages(values: FloatArray, lam: float, start: float) -> FloatArray:
    averages = np.full(values.size, np.nan)
    current = start
    for i, value in enumerate(values):
        if not np.isnan(value):
            current = lam * float(value) + (1 - lam) * current
            averages[i] = current
    return averages
