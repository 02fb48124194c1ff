"""Weighting answers to the mix of visits: what would the index be if those who answered came as those who visited?

Over four-week blocks, by service domain and channel. The raw number is always shown beside the adjusted one; when the
answers cannot carry the adjustment it is refused, with the reason, and the raw number stands alone.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analytics.statistics.arrays import (
    FloatArray,
    Numbers,
    Table,
    as_counts,
    as_vector,
    require_positive,
    require_successes_within_sizes,
)
from analytics.statistics.intervals import Interval, wilson_interval

WEIGHT_BOUNDS = (0.2, 5.0)
"""No person counts for less than a fifth or more than five times the mean."""

LARGEST_DESIGN_EFFECT = 2.0
"""Weights that would throw away more than half of the answers' worth are refused."""

LARGEST_DISCREPANCY = 0.05
"""Weights that after cutting still leave a stratum more than five points from its share of visits are refused."""

MINIMUM_STRATUM = 10
"""A stratum with fewer answers is merged with others before weighting."""


class Refusal(enum.StrEnum):
    """Why there is no adjusted number."""

    NO_ANSWERS = "no_answers"
    NO_VISITS = "no_visits"
    EMPTY_STRATUM = "empty_stratum"
    DESIGN_EFFECT = "design_effect"
    DISCREPANCY = "discrepancy"


@dataclass(frozen=True, slots=True)
class Weighting:
    """Weights of persons by cell, of mean 1 over persons; all 1 when they could not be computed.

    `discrepancy` is the largest difference left between a stratum's weighted share and its share of visits (over 0
    where a weight was capped). `refusal` says why the weights must not be used; None when they may.
    """

    weights: FloatArray
    design_effect: float
    discrepancy: float
    converged: bool
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class AdjustedShare:
    """A share raw and adjusted, from 0 to 1; `adjusted` and its interval are None when refused."""

    n: float
    raw: float | None
    raw_interval: Interval | None
    adjusted: float | None
    adjusted_interval: Interval | None
    design_effect: float
    refusal: Refusal | None


def design_effect(weights: Numbers | Table, counts: Numbers | Table) -> float:
    """Kish's design effect of weighting: n·Σ n_c w_c²/(Σ n_c w_c)², for persons' weights by cell.

    1 for equal weights; intervals are taken at n over this. Source: Kish, J. Official Statistics 8 (1992) 183–200.
    Assumes weights unrelated to the answers; conservative where they are related.

    Raises `ValueError` for shapes that differ, negative values, and weights that sum to 0.
    """
    w, n = as_counts(weights, "weights"), as_counts(counts, "counts")
    if w.shape != n.shape:
        raise ValueError(f"weights of shape {w.shape} do not fit counts of shape {n.shape}")
    total = float((n * w).sum())
    require_positive(total, "the sum of the weights")
    return float(n.sum() * (n * w**2).sum() / total**2)


def rake(
    counts: Numbers | Table,
    margins: Sequence[Numbers],
    *,
    bounds: tuple[float, float] = WEIGHT_BOUNDS,
    tolerance: float = 1e-9,
    max_cycles: int = 1_000,
) -> Weighting:
    """Weights that give a table of answers the margins of the visits (raking, iterative proportional fitting).

    In turn for each dimension every stratum's weights are multiplied by (its share of visits)/(its weighted share of
    answers); after each cycle weights are cut to `bounds` times the mean and scaled to mean 1, until nothing changes by
    more than `tolerance`. Without cuts the result is the table with these margins that is nearest to the answers
    (Kullback–Leibler) and keeps their odds ratios.

    Source: Deming & Stephan, Annals of Mathematical Statistics 11 (1940) 427–444; cutting within the cycle: DeBell &
    Krosnick, Computing Weights for American National Election Study Survey Data (2009).

    `counts`: answers by cell, one dimension per characteristic (domains × channels). `margins`: for each dimension the
    visits by stratum; only their proportions matter. One dimension alone is post-stratification.

    Refused: no answers; a dimension without visits; a stratum with visits and no answer; a design effect over 2;
    cuts that leave a stratum over five points from its share of visits.
    Assumes that within a stratum those who answer are like those who don't: it cannot mend who chose to answer. Do not
    rake single weeks, nor strata under 10 answers (see `adjust_to_visits`).

    Raises `ValueError` for negative counts, margins that do not fit the table, and bounds that exclude 1.
    """
    table = as_counts(counts, "counts")
    visits = _fitting_margins(table, margins)
    if not 0 <= bounds[0] < 1 < bounds[1]:
        raise ValueError(f"bounds must lie on both sides of 1, not {bounds}")
    refusal = _refusal_of_margins(table, visits)
    if refusal is not None:
        return Weighting(np.ones(table.shape), 1.0, 0.0, converged=False, refusal=refusal)
    targets = [vector / vector.sum() * table.sum() for vector in visits]
    weights, converged = _raked(table, targets, bounds, tolerance, max_cycles)
    effect, discrepancy = design_effect(weights, table), _discrepancy(weights * table, targets)
    if effect > LARGEST_DESIGN_EFFECT:
        refusal = Refusal.DESIGN_EFFECT
    elif discrepancy > LARGEST_DISCREPANCY:
        refusal = Refusal.DISCREPANCY
    return Weighting(weights, effect, discrepancy, converged, refusal)


def post_stratify(
    counts: Numbers | Table, visits: Numbers | Table, *, bounds: tuple[float, float] = WEIGHT_BOUNDS
) -> Weighting:
    """Weights that give each cell of the answers its share of the visits: (V_c/V)/(n_c/n), cut to `bounds`.

    For visits known cell by cell (same shape as `counts`); with margins only, use `rake`. Refusals, assumptions and
    errors as there. Source: Holt & Smith, J. Royal Statistical Society A 142 (1979) 33–46.
    """
    table, known = as_counts(counts, "counts"), as_counts(visits, "visits")
    if table.shape != known.shape:
        raise ValueError(f"visits of shape {known.shape} do not fit counts of shape {table.shape}")
    flat = rake(table.ravel(), [known.ravel()], bounds=bounds)
    return replace(flat, weights=flat.weights.reshape(table.shape))


def collapse_strata(counts: Numbers, minimum: int = MINIMUM_STRATUM) -> tuple[tuple[int, ...], ...]:
    """Return groups of strata, by position, of which each has at least `minimum` answers.

    Strata under the minimum are merged into one; while that one is still under it, the next smallest stratum joins.
    One group of all when there are too few answers. For strata without an order (domains, channels).

    Raises `ValueError` for negative counts and a minimum under 1.
    """
    n = as_counts(as_vector(counts, "counts"), "counts")
    require_positive(minimum, "minimum")
    by_size = [int(position) for position in np.argsort(n, kind="stable")]
    merged: list[int] = [position for position in by_size if n[position] < minimum]
    rest = by_size[len(merged) :]
    while merged and rest and n[merged].sum() < minimum:
        merged.append(rest.pop(0))
    groups = [(position,) for position in rest]
    return tuple(sorted([*groups, tuple(sorted(merged))] if merged else groups))


def adjust_to_visits(
    counts: Numbers | Table,
    successes: Numbers | Table,
    margins: Sequence[Numbers],
    *,
    variance_ratio: float = 1.0,
    confidence: float = 0.95,
) -> AdjustedShare:
    """Return a share raw and raked to the visits, with Wilson intervals.

    `counts` (persons) and `successes` (satisfied persons, or Σ of scores as persons) by cell; `margins` as in `rake`.
    Strata under 10 answers are merged first, dimension by dimension. Adjusted share: Σ w_c x_c/Σ w_c n_c; its interval
    on n/(φ·design effect), the raw one's on n/φ, φ = `variance_ratio`.

    Refused, with the raw number alone, for the reasons given in `rake`, judged before strata are merged. Raises
    `ValueError` for shapes that differ and impossible counts.
    """
    n, x = as_counts(counts, "counts"), as_counts(successes, "successes")
    if n.shape != x.shape:
        raise ValueError(f"successes of shape {x.shape} do not fit counts of shape {n.shape}")
    require_successes_within_sizes(x, n)
    require_positive(variance_ratio, "variance_ratio")
    visits = _fitting_margins(n, margins)
    total = float(n.sum())
    raw = float(x.sum()) / total if total else None
    raw_interval = _share_interval(raw, total / variance_ratio, confidence)
    refusal = _refusal_of_margins(n, visits)
    if refusal is not None:
        return AdjustedShare(total, raw, raw_interval, None, None, 1.0, refusal)
    n, x, visits = _collapsed(n, x, visits)
    weighting = rake(n, visits)
    effect = weighting.design_effect
    if weighting.refusal is not None:
        return AdjustedShare(total, raw, raw_interval, None, None, effect, weighting.refusal)
    adjusted = float((weighting.weights * x).sum() / (weighting.weights * n).sum())
    adjusted_interval = _share_interval(adjusted, total / variance_ratio / effect, confidence)
    return AdjustedShare(total, raw, raw_interval, adjusted, adjusted_interval, effect, None)


def _share_interval(share: float | None, size: float, confidence: float) -> Interval | None:
    return None if share is None else wilson_interval(min(share * size, size), size, confidence)


def _fitting_margins(table: FloatArray, margins: Sequence[Numbers]) -> list[FloatArray]:
    visits = [as_counts(as_vector(margin, "margins"), "margins") for margin in margins]
    if tuple(vector.size for vector in visits) != table.shape:
        raise ValueError(f"margins of {[vector.size for vector in visits]} strata do not fit a table of {table.shape}")
    return visits


def _refusal_of_margins(table: FloatArray, visits: list[FloatArray]) -> Refusal | None:
    if table.sum() == 0:
        return Refusal.NO_ANSWERS
    if any(vector.sum() == 0 for vector in visits):
        return Refusal.NO_VISITS
    if any((vector[_margin(table, axis) == 0] > 0).any() for axis, vector in enumerate(visits)):
        return Refusal.EMPTY_STRATUM
    return None


def _raked(
    table: FloatArray, targets: list[FloatArray], bounds: tuple[float, float], tolerance: float, max_cycles: int
) -> tuple[FloatArray, bool]:
    weights = np.ones(table.shape)
    for _ in range(max_cycles):
        before = weights
        for axis, target in enumerate(targets):
            reached = _margin(weights * table, axis)
            factor = np.divide(target, reached, out=np.ones(target.size), where=reached > 0)
            weights = weights * _along(factor, axis, table.ndim)
        weights = _cut(weights, table, bounds)
        if np.abs(weights - before).max() <= tolerance:
            return weights, True
    return weights, False


def _cut(weights: FloatArray, table: FloatArray, bounds: tuple[float, float]) -> FloatArray:
    """Cut weights to the bounds and scale those in between so that their mean over persons is 1 (where that can be)."""
    cut, scale = np.clip(weights, *bounds), 1.0
    for _ in range(100):
        mean = float((cut * table).sum() / table.sum())
        if abs(mean - 1) < 1e-13:
            break
        scale /= mean
        cut = np.clip(weights * scale, *bounds)
    return cut


def _margin(table: FloatArray, axis: int) -> FloatArray:
    sums: FloatArray = table.sum(axis=tuple(other for other in range(table.ndim) if other != axis))
    return sums


def _along(factor: FloatArray, axis: int, dimensions: int) -> FloatArray:
    return factor.reshape([-1 if other == axis else 1 for other in range(dimensions)])


def _discrepancy(weighted: FloatArray, targets: list[FloatArray]) -> float:
    gaps = [np.abs(_margin(weighted, axis) - target).max() for axis, target in enumerate(targets)]
    return float(max(gaps) / weighted.sum())


def _collapsed(
    n: FloatArray, x: FloatArray, visits: list[FloatArray]
) -> tuple[FloatArray, FloatArray, list[FloatArray]]:
    """Merge the small strata of each dimension, in answers, successes and visits alike."""
    for axis in range(n.ndim):
        groups = collapse_strata(_margin(n, axis))
        n, x = (np.stack([t.take(g, axis).sum(axis) for g in groups], axis) for t in (n, x))
        visits = [*visits[:axis], np.array([visits[axis][list(g)].sum() for g in groups]), *visits[axis + 1 :]]
    return n, x, visits
