"""Shares pulled towards what is usual, as far as their n leaves room for chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.statistics.arrays import (
    FloatArray,
    Numbers,
    as_successes_and_sizes,
    as_vector,
    as_whole,
    require_positive,
    require_probability,
)
from analytics.statistics.distributions import beta_cdf, beta_quantile, digamma, log_beta, minimise

LOGIT_BOUNDS = (-12.0, 12.0)
LOG_WEIGHT_BOUNDS = (-3.0, 14.0)
"""Prior weight from 0.05 persons (units have nothing in common) to a million (units are all alike)."""


@dataclass(frozen=True, slots=True)
class Shrinkage:
    """Shrunken shares; arrays have one entry per unit.

    Units' true shares are taken as Beta(`alpha`, `beta`); unit i's own, after its answers, as Beta(`posterior_alpha`,
    `posterior_beta`), of which `estimates` are the means and `low`, `high` the ends of the interval.
    """

    alpha: float
    beta: float
    estimates: FloatArray
    low: FloatArray
    high: FloatArray
    posterior_alpha: FloatArray
    posterior_beta: FloatArray

    @property
    def center(self) -> float:
        """The usual share, towards which units are pulled."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def prior_weight(self) -> float:
        """How many answers the pull is worth: a unit with as many is pulled half the way."""
        return self.alpha + self.beta


def shrink(successes: Numbers, sizes: Numbers, confidence: float = 0.95) -> Shrinkage:
    """Empirical-Bayes shares of many units under the beta-binomial model.

    α, β maximise Π B(x_i + α, n_i − x_i + β)/B(α, β); unit i's share is (x_i + α)/(n_i + α + β), its interval the
    equal-tailed one of Beta(x_i + α, n_i − x_i + β).

    Source: Efron & Morris, JASA 70 (1975) 311–319, and Scientific American 236 (1977), whose baseball data are a test
    here; Casella, The American Statistician 39 (1985) 83–87. At 20 answers a unit it halves the error of
    raw shares, at 250 it takes a sixth off (`docs/methods.md`).

    `successes`, `sizes`: one pair per unit; fractional counts pass, so for the attitude index give Σ of scores and n
    both divided by the variance ratio φ. Units with n = 0 get the usual share. When units differ no more than chance,
    the prior weight goes to its bound of a million and all estimates to the pooled share: that is the answer.

    Assumes units exchangeable (of one kind: do not mix communes with provinces) and a single-peaked spread. The
    intervals take α, β as known and cover 95 % averaged over units, less for an extreme one. Use it to compare units,
    not to judge a unit's own change; show the raw share beside it. Not for fewer than ten units.

    Raises `ValueError` for bad counts, fewer than two units with answers, or no answers that differ.
    """
    x, n = as_successes_and_sizes(successes, sizes)
    require_probability(confidence, "confidence")
    if np.count_nonzero(n) < 2:
        raise ValueError("shrinking needs at least two units with answers")
    if not 0 < x.sum() < n.sum():
        raise ValueError("shrinking needs answers that differ: all are successes, or none is")
    alpha, beta = _fit_beta_binomial(x, n)
    tail = (1 - confidence) / 2
    posterior_alpha, posterior_beta = x + alpha, n - x + beta
    return Shrinkage(
        alpha=alpha,
        beta=beta,
        estimates=posterior_alpha / (posterior_alpha + posterior_beta),
        low=beta_quantile(tail, posterior_alpha, posterior_beta),
        high=beta_quantile(1 - tail, posterior_alpha, posterior_beta),
        posterior_alpha=posterior_alpha,
        posterior_beta=posterior_beta,
    )


def probability_above(shrinkage: Shrinkage, threshold: float) -> FloatArray:
    """Return for each unit the posterior probability that its true share is over `threshold`.

    1 − F(threshold) of Beta(x_i + α, n_i − x_i + β). For a target fixed beforehand; a target taken from the same
    answers (their mean) is none.

    Raises `ValueError` for a threshold outside (0, 1).
    """
    require_probability(threshold, "threshold")
    return 1 - beta_cdf(threshold, shrinkage.posterior_alpha, shrinkage.posterior_beta)


def probability_among_best(shrinkage: Shrinkage, k: int, *, draws: int = 10_000, seed: int = 33) -> FloatArray:
    """Return for each unit the posterior probability that its true share is among the `k` highest.

    The share of `draws` from the units' posteriors in which the unit is among the k highest; the k largest
    probabilities are seldom near 1, which is the message. Standard error under 0.005 with 10,000 draws.

    Source: Laird & Louis, Journal of Educational Statistics 14 (1989) 29–46.

    Raises `ValueError` for k that is not a whole number from 1 to the number of units, and for draws under 1.
    """
    units = shrinkage.estimates.size
    places, repetitions = as_whole(k, "k"), as_whole(draws, "draws")
    if not 1 <= places <= units:
        raise ValueError(f"k must lie between 1 and the number of units {units}, not {k}")
    require_positive(repetitions, "draws")
    shares: FloatArray = np.random.default_rng(seed).beta(
        shrinkage.posterior_alpha, shrinkage.posterior_beta, (repetitions, units)
    )
    best = np.argpartition(-shares, places - 1, axis=1)[:, :places]
    frequency: FloatArray = np.bincount(best.ravel(), minlength=units) / repetitions
    return frequency


def james_stein(values: Numbers, standard_error: float) -> FloatArray:
    """Shrink means of equal precision towards their own mean: m + c·(y − m), c = 1 − (k−3)·σ²/Σ(y − m)².

    c is cut at 0 (the positive-part estimator). For means of ratings from cells of about the same n; for shares with
    unequal n use `shrink`.

    Source: Efron & Morris, Scientific American 236 (1977) 119–127. Needs four values or more.

    Raises `ValueError` for fewer than four values, values that are all equal, and a standard error of 0 or less.
    """
    y = as_vector(values, "values")
    require_positive(standard_error, "standard_error")
    spread = float(np.sum((y - y.mean()) ** 2))
    if y.size < 4 or spread == 0:
        raise ValueError("values must be at least four and not all equal")
    middle, factor = float(y.mean()), max(0.0, 1 - (y.size - 3) * standard_error**2 / spread)
    return middle + factor * (y - middle)


def _fit_beta_binomial(x: FloatArray, n: FloatArray) -> tuple[float, float]:
    """Maximise the likelihood over the logit of the mean and the log of the weight, where it is smooth and bounded."""

    def loss(parameters: FloatArray) -> tuple[float, FloatArray]:
        mean, weight = 1 / (1 + np.exp(-parameters[0])), np.exp(parameters[1])
        a, b = mean * weight, (1 - mean) * weight
        value = np.sum(log_beta(x + a, n - x + b) - log_beta(a, b))
        shared = digamma(a + b) - digamma(n + a + b)
        by_a = np.sum(digamma(x + a) - digamma(a) + shared)
        by_b = np.sum(digamma(n - x + b) - digamma(b) + shared)
        gradient = np.array([(by_a - by_b) * weight * mean * (1 - mean), by_a * a + by_b * b])
        return -float(value), -gradient

    pooled = float(x.sum() / n.sum())
    start = np.array([np.clip(np.log(pooled / (1 - pooled)), *LOGIT_BOUNDS), 4.0])
    found = minimise(loss, start, [LOGIT_BOUNDS, LOG_WEIGHT_BOUNDS])
    mean, weight = 1 / (1 + np.exp(-found[0])), np.exp(found[1])
    return float(mean * weight), float((1 - mean) * weight)
