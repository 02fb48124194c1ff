"""Ranks with their uncertainty: which places could a unit truly hold?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analytics.statistics.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    Numbers,
    as_successes_and_sizes,
    as_vector,
    require_probability,
)
from analytics.statistics.distributions import normal_cdf, root

CHUNK = 250
"""Draws handled at once for all pairs of units, to bound memory."""

WIDEST_STEP, NARROWEST_STEP = 0.1, 0.01
"""Steps of the trapezoidal rule for a mean over the standard normal distribution, in its standard deviations."""

CRITICAL_RANGE = (-12.0, 12.0)
"""No critical value lies outside: even one of a thousand million standard normal values is seldom over 7."""


@dataclass(frozen=True, slots=True)
class RankIntervals:
    """Estimated ranks and the lowest and highest rank each unit could hold; 1 is best; one entry per unit."""

    rank: IntArray
    low: IntArray
    high: IntArray


def standard_errors_of_shares(successes: Numbers, sizes: Numbers) -> FloatArray:
    """Return √(p̃(1−p̃)/n) with p̃ = (x + ½)/(n + 1): never 0, so that 5 of 5 is not taken for certain.

    For the attitude index give Σ of scores and n, both divided by the variance ratio φ. Raises `ValueError` for n = 0.
    """
    x, n = as_successes_and_sizes(successes, sizes)
    if (n == 0).any():
        raise ValueError("a unit without answers has no share to rank")
    share = (x + 0.5) / (n + 1)
    return np.sqrt(share * (1 - share) / n)


def rank_intervals(
    estimates: Numbers,
    standard_errors: Numbers,
    confidence: float = 0.95,
    simultaneous: bool = False,
    *,
    draws: int = 10_000,
    seed: int = 33,
) -> RankIntervals:
    """Confidence intervals for ranks; a larger estimate is better, rank 1 is best.

    For the ordered pairs (j, k) it is tested whether θ_j ≤ θ_k by t = (θ̂_j − θ̂_k)/√(se_j² + se_k²); rejected where t
    exceeds the `confidence` quantile of the largest such t under equality, stepping down: rejected pairs leave and the
    quantile is taken again, until nothing more is rejected. Unit j's interval goes from 1 + (units surely better) to
    p − (units surely worse).

    Marginal (the default): the pairs of one unit j, so each interval by itself holds the true rank in 95 % of cases.
    `simultaneous`: all pairs, so all intervals together do; take these to compare units or to print a whole table.

    Source: Mogstad, Romano, Shaikh & Wilhelm, Review of Economic Studies 91 (2024) 476–518, two-sided with step-down;
    their PISA example is a test here. They take the quantiles from a parametric bootstrap; for marginal intervals of
    independent estimates they are computed here exactly, by one integral.

    `estimates`, `standard_errors`: one per unit (`standard_errors_of_shares`). Tied estimates share the better rank.
    `draws` and `seed` fix the bootstrap of the simultaneous ones: the same input gives the same answer. 95 units take
    about a second, 3,000 many minutes: rank within a province.

    Assumes independent, about normal estimates: n of 100 or more. Do not rank weeks, nor shrunken estimates (their
    errors are not independent). Intervals that overlap do not by themselves show that two units are alike.

    Raises `ValueError` for lengths that differ, standard errors of 0 or less, and a confidence outside (0, 1).
    """
    theta, errors = as_vector(estimates, "estimates"), as_vector(standard_errors, "standard_errors")
    if theta.shape != errors.shape:
        raise ValueError(f"estimates and standard_errors must have one length, not {theta.size} and {errors.size}")
    if (errors <= 0).any():
        raise ValueError("standard errors must be over 0; see standard_errors_of_shares")
    require_probability(confidence, "confidence")
    if simultaneous:
        noise = np.random.default_rng(seed).standard_normal((draws, theta.size)) * errors
        surely_better = _better_pairs(theta, errors, noise, confidence)
        better, worse = surely_better.sum(axis=0), surely_better.sum(axis=1)
    else:
        counts = [_surely_better_and_worse(j, theta, errors, confidence) for j in range(theta.size)]
        better, worse = np.array(counts).T
    rank = 1 + (theta[np.newaxis, :] > theta[:, np.newaxis]).sum(axis=1)
    return RankIntervals(rank.astype(np.int64), (1 + better).astype(np.int64), (theta.size - worse).astype(np.int64))


def _surely_better_and_worse(j: int, theta: FloatArray, errors: FloatArray, confidence: float) -> tuple[int, int]:
    """Count the units surely better and surely worse than unit j, from the pairs that hold j."""
    others = np.arange(theta.size) != j
    scale = np.hypot(errors[j], errors[others])
    observed = (theta[j] - theta[others]) / scale
    # Given unit j's own error (a node), the others' are independent: the largest t is below c with this product of
    # probabilities that each lies within reach.
    reach, spread = scale, errors[others]
    nodes, weights = _normal_nodes(spread / errors[j])
    own = errors[j] * nodes[:, np.newaxis]

    def critical(active: BoolArray) -> float:
        better, worse = np.split(active, 2)

        def excess(c: float) -> float:
            below = np.where(better, normal_cdf((own + c * reach) / spread), 1.0)
            above = np.where(worse, normal_cdf((own - c * reach) / spread), 0.0)
            return float(weights @ np.maximum(below - above, 0.0).prod(axis=1)) - confidence

        return root(excess, *CRITICAL_RANGE)

    rejected = _step_down(np.concatenate([-observed, observed]), critical)
    better, worse = np.split(rejected, 2)
    return int(better.sum()), int(worse.sum())


def _normal_nodes(spreads: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return nodes and weights for a mean over the standard normal of functions that rise over `spreads`.

    The steps are half as wide as the narrowest rise: a unit of few answers among units of very many would otherwise
    have a critical value that is some hundredths too large.
    """
    step = float(np.clip(spreads.min(initial=1) / 2, NARROWEST_STEP, WIDEST_STEP))
    nodes = np.linspace(-6, 6, 1 + 2 * round(6 / step))
    density = np.exp(-(nodes**2) / 2)
    return nodes, density / density.sum()


def _better_pairs(theta: FloatArray, errors: FloatArray, noise: FloatArray, confidence: float) -> BoolArray:
    """Return the matrix of "row is surely better than column", over all ordered pairs at once."""
    first, second = (side.ravel() for side in np.nonzero(~np.eye(theta.size, dtype=bool)))
    scale = np.hypot(errors[first], errors[second])

    def critical(active: BoolArray) -> float:
        i, k, s = first[active], second[active], scale[active]
        largest = np.concatenate([((part[:, i] - part[:, k]) / s).max(axis=1) for part in _chunks(noise)])
        return float(np.quantile(largest, confidence))

    better = np.zeros((theta.size, theta.size), dtype=bool)
    better[first, second] = _step_down((theta[first] - theta[second]) / scale, critical)
    return better


def _chunks(noise: FloatArray) -> list[FloatArray]:
    return [noise[start : start + CHUNK] for start in range(0, noise.shape[0], CHUNK)]


def _step_down(observed: FloatArray, critical: Callable[[BoolArray], float]) -> BoolArray:
    """Return which one-sided tests reject, by Romano & Wolf's step-down over the tests still active."""
    active = np.ones(observed.size, dtype=bool)
    while active.any():
        newly = active & (observed > critical(active))
        if not newly.any():
            break
        active &= ~newly
    return ~active
