"""Comparing units without ranking noise: funnel, shrinkage, rank intervals, false discoveries, like with like.

By quarter or year, from 100 answers. What cannot be told apart is said to be so.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from analytics.statistics.arrays import (
    BoolArray,
    FloatArray,
    Numbers,
    Table,
    as_counts,
    as_successes_and_sizes,
    as_vector,
    require_probability,
    require_successes_within_sizes,
)
from analytics.statistics.distributions import normal_cdf, two_sided_z
from analytics.statistics.intervals import wilson_interval
from analytics.statistics.ranking import RankIntervals, rank_intervals, standard_errors_of_shares
from analytics.statistics.shrinkage import (
    Shrinkage,
    james_stein,
    probability_above,
    probability_among_best,
    shrink,
)

__all__ = [
    "MINIMUM_TO_COMPARE",
    "FalseDiscoveryControl",
    "Funnel",
    "RankIntervals",
    "Shrinkage",
    "StandardisedShares",
    "benjamini_hochberg",
    "direct_standardise",
    "funnel_limits",
    "james_stein",
    "probability_above",
    "probability_among_best",
    "rank_intervals",
    "shrink",
    "standard_errors_of_shares",
]

MINIMUM_TO_COMPARE = 100
"""Answers in the period from which a unit is compared with others."""


@dataclass(frozen=True, slots=True)
class Funnel:
    """A funnel plot of shares against n; arrays have one entry per unit.

    `z` are the units' distances from the target on the arcsine scale in standard errors of chance alone, `phi` their
    winsorised mean square, `tau2` the variance between ordinary units that this implies. `adjusted_z` are distances
    that allow for it, `p_values` their two-sided chances among ordinary units.
    """

    target: float
    phi: float
    tau2: float
    z: FloatArray
    adjusted_z: FloatArray
    p_values: FloatArray
    sizes: FloatArray

    def limits(
        self, n: Numbers | float, confidence: float = 0.95, *, over_dispersed: bool = True
    ) -> tuple[FloatArray, FloatArray]:
        """Return the lower and upper limit of the share at size `n` (of the shape of n), with τ² or for chance alone.

        sin²(arcsin √target ± z·√(1/4n + τ²)). Use 0.95 and 0.998, the customary two funnels.
        """
        require_probability(confidence, "confidence")
        size = as_counts(n, "n")
        if (size == 0).any():
            raise ValueError("a unit without answers has no place in a funnel")
        spread = np.sqrt(_arcsine_variance(size) + (self.tau2 if over_dispersed else 0.0))
        angle, half = np.arcsin(np.sqrt(self.target)), two_sided_z(confidence) * spread
        low, high = np.clip(angle - half, 0, np.pi / 2), np.clip(angle + half, 0, np.pi / 2)
        return np.sin(low) ** 2, np.sin(high) ** 2

    def outside(self, confidence: float = 0.998) -> BoolArray:
        """Return which units lie outside the over-dispersed funnel: the same as a p-value under 1 − confidence."""
        require_probability(confidence, "confidence")
        return np.abs(self.adjusted_z) > two_sided_z(confidence)


@dataclass(frozen=True, slots=True)
class FalseDiscoveryControl:
    """Adjusted p-values and which of the tests count as found, in the order given."""

    adjusted: FloatArray
    rejected: BoolArray


@dataclass(frozen=True, slots=True)
class StandardisedShares:
    """Directly standardised shares; not-a-number, and `comparable` false, where a stratum that counts has no answer."""

    shares: FloatArray
    standard_errors: FloatArray
    low: FloatArray
    high: FloatArray
    comparable: BoolArray


def funnel_limits(
    successes: Numbers,
    sizes: Numbers,
    *,
    target: float | None = None,
    winsorise: float = 0.1,
    corrected: bool = False,
) -> Funnel:
    """Funnel plot of shares with limits that allow for ordinary differences between units.

    y = arcsin √p, s² = 1/4n, z = (y − t)/s with t = arcsin √target (the pooled share by default). The z are winsorised
    at their 10 % and 90 % quantiles, so that a few extreme units don't widen the funnel that should show them;
    φ = Σ z²/N; τ² = (Nφ − (N−1))/(Σw − Σw²/Σw) with w = 1/s², or 0 when Nφ < N − 1. Limits: `Funnel.limits`.

    Winsorising also cuts the tails of ordinary units: at 10 % normal z keep 68 % of their mean square. `corrected`
    divides φ by that, so that ordinary units are hardly more often outside than promised (the published method calls
    out several times as many, `docs/methods.md`); use it wherever units are named.

    Source: Spiegelhalter, Statistics in Medicine 24 (2005) 1185–1202, and Quality and Safety in Health Care 14 (2005)
    347–351 (additive τ²); reference values of the R package FunnelPlotR.

    `successes`, `sizes`: one pair per unit, n ≥ 1; fractional counts pass (for the attitude index Σ of scores and n
    over the variance ratio φ). With 95 units about five lie outside 95 % limits for no reason: call units out at 99.8 %
    or by `benjamini_hochberg` on `p_values`. Assumes most units ordinary; not for fewer than ten units, nor for n
    under 10 at shares over 90 %, where the arcsine is coarse.

    Raises `ValueError` for bad counts, n = 0, a target outside (0, 1), and winsorising by half or more.
    """
    x, n = as_successes_and_sizes(successes, sizes)
    if (n == 0).any():
        raise ValueError("a unit without answers has no place in a funnel")
    if not 0 <= winsorise < 0.5:
        raise ValueError(f"winsorise must be at least 0 and under 0.5, not {winsorise}")
    middle = float(x.sum() / n.sum()) if target is None else target
    require_probability(middle, "target")
    variance = _arcsine_variance(n)
    distance = np.arcsin(np.sqrt(x / n)) - np.arcsin(np.sqrt(middle))
    z = distance / np.sqrt(variance)
    phi = float(np.mean(np.clip(z, *np.quantile(z, [winsorise, 1 - winsorise])) ** 2))
    if corrected:
        phi /= _kept_by_winsorising(winsorise)
    tau2 = _additive_variance(phi, 1 / variance)
    adjusted = distance / np.sqrt(variance + tau2)
    return Funnel(middle, phi, tau2, z, adjusted, 2 * normal_cdf(-np.abs(adjusted)), n)


def _kept_by_winsorising(share: float) -> float:
    """The mean square of standard normals that are cut at their `share` and 1 − `share` quantiles; 1 for none."""
    if share == 0:
        return 1.0
    normal = NormalDist()
    end = normal.inv_cdf(1 - share)
    return 1 - 2 * share - 2 * end * normal.pdf(end) + 2 * share * end**2


def benjamini_hochberg(p_values: Numbers, rate: float = 0.05) -> FalseDiscoveryControl:
    """Say which of many tests count, so that on average at most `rate` of those found are false.

    Sorted p_(1) ≤ … ≤ p_(m): adjusted p_(i) = min over j ≥ i of p_(j)·m/j, cut at 1; found where it is ≤ rate.

    Source: Benjamini & Hochberg, J. Royal Statistical Society B 57 (1995) 289–300. Valid for independent or positively
    dependent tests. `p_values`: one per unit. Do not add or leave out units after seeing them.

    Raises `ValueError` for values outside 0 … 1 and a rate outside (0, 1).
    """
    p = as_vector(p_values, "p_values")
    require_probability(rate, "rate")
    if ((p < 0) | (p > 1)).any():
        raise ValueError("p_values must lie between 0 and 1")
    descending = np.argsort(-p, kind="stable")
    scaled = p[descending] * (p.size / np.arange(p.size, 0, -1))  # a factor of exactly 1 for the largest
    adjusted = np.empty_like(p)
    adjusted[descending] = np.minimum(np.minimum.accumulate(scaled), 1)
    return FalseDiscoveryControl(adjusted, adjusted <= rate)


def direct_standardise(
    successes: Table, sizes: Table, standard: Numbers, confidence: float = 0.95
) -> StandardisedShares:
    """Shares that units would have if all had the same mix of strata, such as the city's mix of service domains.

    Σ_d w_d·x_d/n_d with w the shares of `standard`; variance Σ w_d²·p̃_d(1−p̃_d)/n_d with p̃ = (x + ½)/(n + 1), so that
    a stratum of only satisfied people is not taken for certain; interval: Wilson's on the size p(1−p)/variance.

    Source: Fleiss, Levin & Paik, Statistical Methods for Rates and Proportions (2003), chapter 19.

    Shapes: `successes`, `sizes` (units × strata), `standard` (strata): any weights, such as the city's visits. A unit
    without answers in a stratum that has weight is not comparable: not-a-number, never a guess. Small strata make it
    unsteady: merge them first. Show the raw share beside it.

    Raises `ValueError` for shapes that do not fit, bad counts, and weights that are negative or all 0.
    """
    x, n, weights = as_counts(successes, "successes"), as_counts(sizes, "sizes"), as_counts(standard, "standard")
    if x.ndim != 2 or x.shape != n.shape or weights.shape != x.shape[1:]:
        raise ValueError(f"tables of shape {x.shape} and {n.shape} do not fit {weights.size} strata")
    require_successes_within_sizes(x, n)
    if weights.sum() == 0:
        raise ValueError("standard must give weight to at least one stratum")
    share_of = weights / weights.sum()
    comparable = ((n > 0) | (share_of == 0)).all(axis=1)
    answered = np.where(n > 0, n, 1.0)
    smoothed = (x + 0.5) / (n + 1)
    shares = np.where(comparable, (share_of * x / answered).sum(axis=1), np.nan)
    variance = (share_of**2 * smoothed * (1 - smoothed) / answered).sum(axis=1)
    low, high = _wilson_from_variance(shares, variance, comparable, confidence)
    return StandardisedShares(shares, np.where(comparable, np.sqrt(variance), np.nan), low, high, comparable)


def _wilson_from_variance(
    shares: FloatArray, variance: FloatArray, comparable: BoolArray, confidence: float
) -> tuple[FloatArray, FloatArray]:
    """Wilson's interval on the size that would give this variance."""
    p = np.where(comparable, np.clip(shares, 0, 1), 0.5)
    # At 0 and 1 p(1−p) is 0 though the variance is not; the smoothed variance then stands for one of n + 1 answers.
    size = np.maximum(p * (1 - p), variance) / variance
    interval = wilson_interval(np.minimum(p * size, size), size, confidence)
    return np.where(comparable, interval.low, np.nan), np.where(comparable, interval.high, np.nan)


def _arcsine_variance(n: FloatArray) -> FloatArray:
    return 1 / (4 * n)


def _additive_variance(phi: float, weights: FloatArray) -> float:
    excess = weights.size * phi - (weights.size - 1)
    spare = float(weights.sum() - (weights**2).sum() / weights.sum())
    return max(0.0, excess / spare) if spare > 0 else 0.0
