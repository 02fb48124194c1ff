"""Confidence intervals that stay honest for five answers and for a hundred percent.

Shares: Wilson's score interval (the published one) and Jeffreys' interval. Means of ratings: a Dirichlet posterior
matched by a Beta distribution. All take numbers or arrays; where there are no answers there is no interval.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import overload

import numpy as np

from analytics.statistics.arrays import (
    BoolArray,
    FloatArray,
    Numbers,
    Table,
    as_counts,
    as_floats,
    require_probability,
    require_successes_within_sizes,
)
from analytics.statistics.distributions import beta_quantile, two_sided_z


@dataclass(frozen=True, slots=True)
class Interval:
    """The two ends of a confidence interval. It unpacks: `low, high = interval`."""

    low: float
    high: float

    def __iter__(self) -> Iterator[float]:
        yield self.low
        yield self.high

    @property
    def width(self) -> float:
        """How far the ends lie apart."""
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class IntervalArray:
    """Ends of many confidence intervals, of the shape of the input; not-a-number where n = 0. It unpacks too."""

    low: FloatArray
    high: FloatArray

    def __iter__(self) -> Iterator[FloatArray]:
        yield self.low
        yield self.high


@overload
def wilson_interval(
    successes: float, n: float, confidence: float = 0.95, *, population: float | None = None
) -> Interval | None: ...
@overload
def wilson_interval(
    successes: Numbers, n: Numbers | float, confidence: float = 0.95, *, population: Numbers | float | None = None
) -> IntervalArray: ...
def wilson_interval(
    successes: Numbers | float,
    n: Numbers | float,
    confidence: float = 0.95,
    *,
    population: Numbers | float | None = None,
) -> Interval | IntervalArray | None:
    """Wilson's score interval for a share.

    With p = successes/n and z the normal quantile of `confidence`:
    (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n).

    Source: Wilson, JASA 22 (1927) 209–212; recommended by Brown, Cai & DasGupta, Statistical Science 16 (2001)
    101–133, from n = 1 upwards; reference values in Newcombe, Statistics in Medicine 17 (1998) 857–872.

    Shapes: numbers give an `Interval`, or None when n = 0; arrays broadcast and give an `IntervalArray`, with
    not-a-number where n = 0. Units: counts in, shares from 0 to 1 out. Both counts may be fractional, so that sums of
    scores and effective sizes pass.

    `population` is for a *drawn* sample only (without replacement, from that many): n is then replaced by
    n(N−1)/(N−n), and the interval shrinks to a point when everybody was drawn. Never use it for people who answered
    of their own accord, even when the number of visits is known: who answers is then not chance, and more answers do
    not make the rest known.

    Assumes independent answers. Do not use it for clustered ones (several answers of one person), or for weighted ones
    without dividing both counts by the design effect.

    Raises `ValueError` for negative or not finite counts, successes over n, a confidence outside (0, 1), and a
    population under n.
    """
    share, size, exact = _share_and_size(successes, n, confidence, population)
    z2 = two_sided_z(confidence) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = (share + z2 / (2 * size)) / (1 + z2 / size)
        half = np.sqrt(z2 * (share * (1 - share) / size + z2 / (4 * size**2))) / (1 + z2 / size)
    # Rounding would leave 1e-17 where the formula gives exactly 0 or 1.
    low = np.where(share == 0, 0.0, np.maximum(centre - half, 0.0))
    high = np.where(share == 1, 1.0, np.minimum(centre + half, 1.0))
    return _as_given(low, high, share, exact)


@overload
def jeffreys_interval(
    successes: float, n: float, confidence: float = 0.95, *, population: float | None = None
) -> Interval | None: ...
@overload
def jeffreys_interval(
    successes: Numbers, n: Numbers | float, confidence: float = 0.95, *, population: Numbers | float | None = None
) -> IntervalArray: ...
def jeffreys_interval(
    successes: Numbers | float,
    n: Numbers | float,
    confidence: float = 0.95,
    *,
    population: Numbers | float | None = None,
) -> Interval | IntervalArray | None:
    """Jeffreys' interval for a share: the equal-tailed posterior interval under the prior Beta(½, ½).

    The ends are the (1 ∓ confidence)/2 quantiles of Beta(x + ½, n − x + ½); the lower end is set to 0 when x = 0 and
    the upper to 1 when x = n, else the observed share would lie outside its own interval.

    Source: Brown, Cai & DasGupta, Statistical Science 16 (2001) 101–133, section 4.3.

    Shapes, units, `population`, assumptions and errors as in `wilson_interval`. A little shorter than Wilson's near 0
    and 1, where its coverage dips (to 87 % for some p): publish Wilson's, use this one to check it.
    """
    share, size, exact = _share_and_size(successes, n, confidence, population)
    tail = (1 - confidence) / 2
    usable = np.where(np.isfinite(size) & (size > 0), size, 1.0)
    alpha = np.where(np.isfinite(share), share, 0.5) * usable + 0.5
    beta = usable + 1 - alpha
    low = np.where(share == 0, 0.0, beta_quantile(tail, alpha, beta))
    high = np.where(share == 1, 1.0, beta_quantile(1 - tail, alpha, beta))
    return _as_given(low, high, share, exact)


def mean_interval(counts: Numbers, confidence: float = 0.95, *, population: float | None = None) -> Interval | None:
    """Interval for the mean of ratings, from the counts of its K levels, on the scale 0 (lowest) to 1 (highest).

    The posterior of the level shares under a Dirichlet(1/K) prior (0.2 for five levels) is Dirichlet(n_k + 1/K). With
    v_k = k/(K−1) and a = n_k + 1/K, A = Σa, the mean Σ v_k p_k has the moments m = Σ v a / A and
    s² = (Σ v² a / A − m²)/(A + 1); the Beta distribution with these moments gives the ends. They are moved outwards to
    hold the observed mean (all ratings at the top: the upper end is 1).

    Source: the Dirichlet prior of total weight one is Perks', J. Inst. Actuaries 73 (1947) 285–334; matching a mean of
    Dirichlet shares by a Beta is the closed form checked in tests against draws from the posterior.

    Shapes: K counts, lowest level first. None when they are all 0. Multiply by 100, or by K−1 and add 1, for other
    scales. `mean_intervals` does many at once.

    Assumes independent answers and levels read as equally far apart. `population` and its warning as in
    `wilson_interval`. Not for fewer than two levels.

    Raises `ValueError` for negative or not finite counts and for fewer than two levels.
    """
    row = as_counts(counts, "counts")
    if row.ndim != 1:
        raise ValueError(f"counts must be one list of counts, not an array of shape {row.shape}")
    many = mean_intervals(row[np.newaxis, :], confidence, population=population)
    return None if np.isnan(many.low[0]) else Interval(float(many.low[0]), float(many.high[0]))


def mean_intervals(
    counts: Table, confidence: float = 0.95, *, population: Numbers | float | None = None
) -> IntervalArray:
    """`mean_interval` for many cells: counts of shape (…, K) give ends of shape (…), not-a-number without answers."""
    require_probability(confidence, "confidence")
    table = as_counts(counts, "counts")
    if table.ndim == 0 or table.shape[-1] < 2:
        raise ValueError("counts must hold the answers of at least two levels in the last dimension")
    levels = np.linspace(0, 1, table.shape[-1])
    n = table.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = table @ levels / n
        scale = _effective_size(n, population) / n
    usable = np.where(np.isfinite(scale), scale, 1.0)[..., np.newaxis]
    low, high = _matched_beta_ends(table * usable + 1 / levels.size, levels, confidence)
    return _settled(np.minimum(low, observed), np.maximum(high, observed), observed, np.isinf(scale))


def _matched_beta_ends(parameters: FloatArray, levels: FloatArray, confidence: float) -> tuple[FloatArray, FloatArray]:
    total = parameters.sum(axis=-1)
    mean = parameters @ levels / total
    variance = (parameters @ levels**2 / total - mean**2) / (total + 1)
    weight = mean * (1 - mean) / variance - 1
    tail = (1 - confidence) / 2
    alpha, beta = mean * weight, (1 - mean) * weight
    return beta_quantile(tail, alpha, beta), beta_quantile(1 - tail, alpha, beta)


def _share_and_size(
    successes: Numbers | float, n: Numbers | float, confidence: float, population: Numbers | float | None
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Return the share (not-a-number where n = 0), the effective size, and where the whole population was drawn."""
    require_probability(confidence, "confidence")
    x, size = _fitting(as_floats(successes, "successes"), as_floats(n, "n"))
    require_successes_within_sizes(x, size)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = x / size
    effective = _effective_size(size, population)
    return share, effective, np.isinf(effective)


def _fitting(x: FloatArray, n: FloatArray) -> tuple[FloatArray, FloatArray]:
    try:
        fitting = np.broadcast_arrays(x, n)
    except ValueError as error:
        raise ValueError(f"successes of shape {x.shape} do not fit n of shape {n.shape}") from error
    return fitting[0], fitting[1]


def _effective_size(n: FloatArray, population: Numbers | float | None) -> FloatArray:
    """n(N−1)/(N−n): the size of a sample drawn with replacement that would tell as much; infinite for n = N."""
    if population is None:
        return n
    whole = as_floats(population, "population")
    if (whole < n).any() or (whole < 1).any():
        raise ValueError("population must not be smaller than the sample drawn from it, nor than 1")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole == n, np.inf, n * (whole - 1) / (whole - n))


def _as_given(
    low: FloatArray, high: FloatArray, observed: FloatArray, exact: BoolArray
) -> Interval | IntervalArray | None:
    """Return a number for numbers (None without answers), arrays for arrays."""
    settled = _settled(low, high, observed, exact)
    if low.ndim:
        return settled
    return None if np.isnan(observed) else Interval(float(settled.low), float(settled.high))


def _settled(low: FloatArray, high: FloatArray, observed: FloatArray, exact: BoolArray) -> IntervalArray:
    """Put the observed value where everybody was drawn, and not-a-number where there are no answers."""
    absent = np.isnan(observed)
    ends = (np.where(absent, np.nan, np.where(exact, observed, end)) for end in (low, high))
    return IntervalArray(*ends)
