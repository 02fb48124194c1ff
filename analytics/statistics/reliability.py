"""Do the attitude items measure one thing? Internal consistency of a questionnaire version.

Computed per questionnaire version, with and without straight-liners: people who tick one level throughout. Five
satisfaction items answered alike are usually honest, but they raise every coefficient here; both numbers are shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.statistics.arrays import FloatArray, Table, as_floats, as_whole, require_probability
from analytics.statistics.distributions import f_quantile, minimise
from analytics.statistics.intervals import Interval

ROUNDING = 1e-12
"""A sum whose variance is a smaller part than this of its items' is taken as never varying."""


@dataclass(frozen=True, slots=True)
class Alpha:
    """Cronbach's α of n persons and k items, with Feldt's interval."""

    n: int
    items: int
    value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Omega:
    """McDonald's ω of one common factor; `loadings` and `uniquenesses` are those of the standardised items."""

    n: int
    value: float
    loadings: tuple[float, ...]
    uniquenesses: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ScaleReport:
    """What is told about the items of one questionnaire version; arrays have one entry per item."""

    alpha: Alpha
    omega: Omega
    item_rest: FloatArray
    ceiling: FloatArray


def cronbach_alpha(ratings: Table, confidence: float = 0.95) -> Alpha:
    """Cronbach's α: k/(k−1)·(1 − Σ var(item)/var(sum of items)).

    `ratings` (persons × items), not-a-number where an item was left out; persons who left one out are dropped.

    Source: Cronbach, Psychometrika 16 (1951) 297–334; interval: Feldt, Psychometrika 30 (1965) 357–370: with
    F quantiles of n − 1 and (n − 1)(k − 1) degrees of freedom, 1 − (1 − α)·F_{1−δ/2} to 1 − (1 − α)·F_{δ/2}.

    A lower bound of reliability when items are one-dimensional with unrelated errors. High α does not show one
    dimension, and it grows with the number of items. Do not compute it per commune: n of 200 or more. The interval
    assumes about normal ratings; with most of them at 5 it is too short.

    Raises `ValueError` for fewer than two items, fewer than three complete persons, a sum that never varies, and a
    confidence outside (0, 1).
    """
    complete = _complete(ratings)
    return cronbach_alpha_from_covariance(np.cov(complete, rowvar=False), complete.shape[0], confidence)


def cronbach_alpha_from_covariance(covariance: Table, n: int, confidence: float = 0.95) -> Alpha:
    """Cronbach's α from the covariance matrix of the items (k × k) of n persons: for facts that hold sums of products.

    Source, assumptions and errors as in `cronbach_alpha`; `ValueError` too for a matrix that is not square.
    """
    matrix = _square(covariance)
    require_probability(confidence, "confidence")
    if as_whole(n, "n") < 3:
        raise ValueError(f"reliability needs at least three persons, not {n}")
    items, variance_of_sum = matrix.shape[0], float(matrix.sum())
    if variance_of_sum <= ROUNDING * float(np.abs(matrix).sum()):
        raise ValueError("the sum of the items never varies: reliability is not defined")
    value = items / (items - 1) * (1 - float(np.trace(matrix)) / variance_of_sum)
    tail = (1 - confidence) / 2
    # An F of tail δ/2 with these degrees of freedom bounds (1 − true α)/(1 − α).
    high, low = (1 - (1 - value) * float(f_quantile(p, n - 1, (n - 1) * (items - 1))) for p in (tail, 1 - tail))
    return Alpha(n, items, value, Interval(low, high))


def mcdonald_omega(ratings: Table) -> Omega:
    """McDonald's ω: (Σλ)²/((Σλ)² + Σθ), from a one-factor model of the items' correlations by maximum likelihood.

    Loadings λ and uniquenesses θ = 1 − λ² minimise log|Σ| + tr(RΣ⁻¹), Σ = λλᵀ + diag(θ), with θ ≥ 0.005.

    Source: McDonald, Test Theory (1999), chapter 6; the fit: Jöreskog, Psychometrika 32 (1967) 443–482.

    `ratings` as in `cronbach_alpha`. Unlike α it does not assume equal loadings; it does assume one factor: with three
    items it always fits, and a bad fit of more is not reported here. Raises `ValueError` for fewer than three items,
    fewer persons than items plus two, and an item that never varies.
    """
    complete = _complete(ratings)
    return mcdonald_omega_from_covariance(np.cov(complete, rowvar=False), complete.shape[0])


def mcdonald_omega_from_covariance(covariance: Table, n: int) -> Omega:
    """McDonald's ω from the covariance matrix of the items (k × k) of n persons: for facts that hold sums of products.

    Source, assumptions and errors as in `mcdonald_omega`; `ValueError` too for a matrix that is not square.
    """
    matrix = _square(covariance)
    items = matrix.shape[0]
    if items < 3:
        raise ValueError(f"one factor needs at least three items, not {items}")
    if as_whole(n, "n") < items + 2:
        raise ValueError(f"{items} items need at least {items + 2} complete persons, not {n}")
    if (np.diag(matrix) <= 0).any():
        raise ValueError("an item that everybody answered alike has no correlation with the others")
    spread = np.sqrt(np.diag(matrix))
    loadings, uniquenesses = _one_factor(matrix / np.outer(spread, spread))
    common = float(loadings.sum()) ** 2
    value = common / (common + float(uniquenesses.sum()))
    return Omega(n, value, tuple(loadings.tolist()), tuple(uniquenesses.tolist()))


def item_rest_correlation(ratings: Table) -> FloatArray:
    """Correlation of each item with the sum of the others; not-a-number for an item, or a rest, that never varies.

    Source: Nunnally & Bernstein, Psychometric Theory (1994), chapter 8: under 0.3 an item measures something else. The
    item itself is left out of the sum, else it would correlate with itself. `ratings` as in `cronbach_alpha`.
    """
    complete = _complete(ratings)
    rest = complete.sum(axis=1, keepdims=True) - complete
    centred, centred_rest = complete - complete.mean(axis=0), rest - rest.mean(axis=0)
    scale = np.sqrt((centred**2).sum(axis=0) * (centred_rest**2).sum(axis=0))
    products: FloatArray = (centred * centred_rest).sum(axis=0)
    return _ratio(products, scale)


def item_rest_from_covariance(covariance: Table) -> FloatArray:
    """Item–rest correlations from the covariance matrix of the items: cov(x_i, rest_i)/√(var x_i·var rest_i).

    The rest's covariance with item i is the row's sum without its variance; its own variance is the sum of the matrix
    without row and column i. Otherwise as `item_rest_correlation`; `ValueError` for a matrix that is not square.
    """
    matrix = _square(covariance)
    own = np.diag(matrix)
    with_rest = matrix.sum(axis=1) - own
    of_rest = matrix.sum() - 2 * with_rest - own
    return _ratio(with_rest, np.sqrt(np.maximum(own * of_rest, 0)))


def ceiling_share(ratings: Table, top: float = 5) -> FloatArray:
    """Share of each item's answers at the `top` of the scale, from 0 to 1; not-a-number for an item nobody answered.

    Over 15 % a scale is said to have a ceiling (Terwee et al., J. Clinical Epidemiology 60 (2007) 34–42): satisfaction
    items always do, so read it as a comparison between items. Persons with missing items count for those they answered.
    """
    table = _persons_by_items(ratings)
    answered = (~np.isnan(table)).sum(axis=0)
    at_top = (table == top).sum(axis=0).astype(np.float64)
    return _ratio(at_top, answered.astype(np.float64))


def without_straight_liners(ratings: Table) -> FloatArray:
    """The persons who did not give one level to all items they answered; those with a single answer stay.

    For showing a coefficient without them beside the one with all. Never a reason to set answers aside.
    """
    table = _persons_by_items(ratings)
    answered = (~np.isnan(table)).sum(axis=1)
    highest = np.where(np.isnan(table), -np.inf, table).max(axis=1)
    lowest = np.where(np.isnan(table), np.inf, table).min(axis=1)
    kept: FloatArray = table[(highest > lowest) | (answered == 1)]
    return kept


def scale_report(ratings: Table) -> ScaleReport:
    """Everything of this module for one set of ratings; raises as its parts do."""
    return ScaleReport(
        cronbach_alpha(ratings), mcdonald_omega(ratings), item_rest_correlation(ratings), ceiling_share(ratings)
    )


def _persons_by_items(ratings: Table) -> FloatArray:
    table = as_floats(ratings, "ratings", missing_allowed=True)
    if table.ndim != 2 or table.shape[1] < 2:
        raise ValueError(f"ratings must be persons × at least two items, not of shape {table.shape}")
    return table


def _square(covariance: Table) -> FloatArray:
    matrix = as_floats(covariance, "covariance")
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.shape[0] < 2:
        raise ValueError(f"covariance must be a square of at least two items, not of shape {matrix.shape}")
    return matrix


def _complete(ratings: Table) -> FloatArray:
    table = _persons_by_items(ratings)
    complete = table[~np.isnan(table).any(axis=1)]
    if complete.shape[0] < 3:
        raise ValueError(f"reliability needs at least three persons who answered every item, not {complete.shape[0]}")
    return complete


def _ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """Divide, with not-a-number where there is nothing to divide by."""
    result = np.full(numerator.shape, np.nan)
    np.divide(numerator, denominator, out=result, where=denominator > 0)
    return result


def _one_factor(correlation: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Fit one factor by maximum likelihood over loadings and uniquenesses, from the first principal component."""
    items = correlation.shape[0]

    def loss(parameters: FloatArray) -> tuple[float, FloatArray]:
        loadings, uniquenesses = parameters[:items], parameters[items:]
        implied = np.outer(loadings, loadings) + np.diag(uniquenesses)
        inverse = np.linalg.inv(implied)
        slope = inverse - inverse @ correlation @ inverse
        value = float(np.linalg.slogdet(implied)[1] + np.trace(correlation @ inverse))
        return value, np.concatenate([2 * slope @ loadings, np.diag(slope)])

    values, vectors = np.linalg.eigh(correlation)
    first = vectors[:, -1] * np.sqrt(values[-1])
    first = first if first.sum() >= 0 else -first
    start = np.concatenate([first, np.clip(1 - first**2, 0.1, 1)])
    found = minimise(loss, start, [(-1.0, 1.0)] * items + [(0.005, 1.0)] * items)
    return found[:items], found[items:]
