"""Each sign that answers may not be what they seem, as the chance of seeing as much at an honest counter.

What is honest is learnt from the peers: the other counters of the city in the same period. A counter is judged by
limits to which it did not contribute.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analytics.statistics.arrays import BoolArray, FloatArray
from analytics.statistics.distributions import log_beta, log_gamma, normal_cdf
from analytics.statistics.shrinkage import shrink

FOLDS = 10
"""Peers are fitted in ten parts, each judged by the nine others."""

FEWEST_PEERS = 20
"""With fewer counters that have the number, nothing can be said about what is usual."""

FEWEST_PERSONS = 10
"""A group with fewer persons is not compared by its scores."""


def many_of(counts: FloatArray, sizes: FloatArray) -> FloatArray:
    """Return for each counter the chance that an honest one has as many `counts` of its `sizes`, or more.

    Counters' shares vary as a Beta distribution fitted to their peers (by maximum likelihood, see `shrink`); the tail
    of the beta-binomial is halved at the observed count (mid-p), so that chances are even, not cautious. Not-a-number
    where a size is 0 or missing, and everywhere with fewer than 20 counters.

    Source: mid-p: Lancaster, JASA 56 (1961) 223–234.
    """
    return _against_peers(counts, sizes, _upper_mid_p)


def unusual_share_of(counts: FloatArray, sizes: FloatArray) -> FloatArray:
    """As `many_of`, for shares that are suspicious when they are too low as well: twice the smaller tail."""

    def both(pmf: FloatArray, k: int) -> float:
        upper = _upper_mid_p(pmf, k)
        return min(1.0, 2 * min(upper, 1 - upper))

    return _against_peers(counts, sizes, both)


def diverging(
    first: FloatArray, first_sizes: FloatArray, second: FloatArray, second_sizes: FloatArray, variance_ratio: float
) -> FloatArray:
    """Return the chance that two groups of an honest counter differ as much in their satisfied share, either way.

    d = p1 − p2 with variance φ·(p̃1(1−p̃1)/n1 + p̃2(1−p̃2)/n2), p̃ = (x + ½)/(n + 1). Groups differ by nature (people
    with a transaction have waited): the peers' median of d is taken as usual, and a variance τ² between honest
    counters, from winsorised z as in `funnel_limits`, is added. Two-sided normal. Not-a-number for groups under 10
    persons and with fewer than 20 counters.
    """
    usable = (first_sizes >= FEWEST_PERSONS) & (second_sizes >= FEWEST_PERSONS)
    result = np.full(first.size, np.nan)
    if np.count_nonzero(usable) < FEWEST_PEERS:
        return result
    x1, n1, x2, n2 = (side[usable] for side in (first, first_sizes, second, second_sizes))
    variance = variance_ratio * (_smoothed_variance(x1, n1) + _smoothed_variance(x2, n2))
    difference = x1 / n1 - x2 / n2
    difference -= np.median(difference)
    z = difference / np.sqrt(variance + _between_variance(difference, variance))
    result[usable] = 2 * normal_cdf(-np.abs(z))
    return result


def too_alike(n: FloatArray, shares: FloatArray, variances: FloatArray) -> FloatArray:
    """Return the chance that the persons of an honest counter differ as little from each other, or less.

    `shares` p and `variances` s² are those of persons' scores from 0 to 1. The ratio r = s²/(p(1−p)) is compared with
    the peers' median on their own scale, the median of |r − median|·√(np(1−p)) over 0.6745: what tells of differences
    is how many are not at the top, so its spread falls with n·p(1−p). Lower tail of the normal. Not-a-number for fewer
    than 10 persons, or when all scores are 0 or all are 1 (a unit that everybody likes is not suspicious for that),
    and with fewer than 20 counters.
    """
    result = np.full(n.size, np.nan)
    usable = (n >= FEWEST_PERSONS) & (shares > 0) & (shares < 1)
    if np.count_nonzero(usable) < FEWEST_PEERS:
        return result
    bernoulli = shares[usable] * (1 - shares[usable])
    ratio = variances[usable] / bernoulli
    scaled = (ratio - np.median(ratio)) * np.sqrt(n[usable] * bernoulli)
    spread = np.median(np.abs(scaled)) / 0.6745
    result[usable] = normal_cdf(scaled / spread) if spread > 0 else 0.5
    return result


def _against_peers(counts: FloatArray, sizes: FloatArray, tail: Callable[[FloatArray, int], float]) -> FloatArray:
    result = np.full(counts.size, np.nan)
    known = np.flatnonzero(np.isfinite(counts) & np.isfinite(sizes) & (sizes > 0))
    if known.size < FEWEST_PEERS:
        return result
    fold_of = np.arange(known.size) % FOLDS
    # An excess over the size (more answers than visits) counts as all of it.
    k = np.minimum(counts[known], sizes[known])
    for fold in range(FOLDS):
        alpha, beta = _peers(k, sizes[known], fold_of != fold)
        for i in np.flatnonzero(fold_of == fold):
            result[known[i]] = tail(_beta_binomial_pmf(int(sizes[known[i]]), alpha, beta), int(k[i]))
    return result


def _peers(k: FloatArray, n: FloatArray, chosen: BoolArray) -> tuple[float, float]:
    """Fit the peers; where none of them, or all, have it, take one share for all of which little is known."""
    hits, misses = float(k[chosen].sum()), float((n - k)[chosen].sum())
    if hits == 0 or misses == 0:
        return hits + 0.5, misses + 0.5
    fitted = shrink(k[chosen], n[chosen])
    return fitted.alpha, fitted.beta


def _beta_binomial_pmf(n: int, alpha: float, beta: float) -> FloatArray:
    k = np.arange(n + 1.0)
    choose = log_gamma(n + 1.0) - log_gamma(k + 1) - log_gamma(n - k + 1)
    return np.asarray(np.exp(choose + log_beta(k + alpha, n - k + beta) - log_beta(alpha, beta)), dtype=np.float64)


def _upper_mid_p(pmf: FloatArray, k: int) -> float:
    return float(min(1.0, pmf[k + 1 :].sum() + pmf[k] / 2))


def _smoothed_variance(x: FloatArray, n: FloatArray) -> FloatArray:
    share = (x + 0.5) / (n + 1)
    return share * (1 - share) / n


def _between_variance(difference: FloatArray, variance: FloatArray) -> float:
    z = difference / np.sqrt(variance)
    phi = float(np.mean(np.clip(z, *np.quantile(z, [0.1, 0.9])) ** 2))
    weights = 1 / variance
    spare = float(weights.sum() - (weights**2).sum() / weights.sum())
    return max(0.0, (z.size * phi - (z.size - 1)) / spare)
