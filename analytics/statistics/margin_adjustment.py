"""Weighting to the visits where scores are known by margin only: no score of a cell of domain × channel is needed.

For numbers that are shown: a score per domain and a score per channel may be shown where the cells of both together
are too few persons. What follows from the shown margins, and from how many persons each cell has, tells nothing new.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analytics.statistics.adjustment import AdjustedShare, adjust_to_visits
from analytics.statistics.arrays import FloatArray, Numbers, Table, as_counts, as_vector

TOLERANCE = 1e-6


def additive_shares(counts: Numbers | Table, successes: Sequence[Numbers]) -> FloatArray:
    """Return a share for each cell from the margins of the successes: main effects, fitted by weighted least squares.

    p_ij = a_i + b_j (as many terms as there are dimensions) minimises Σ n_ij (y − p_ij)² over persons' scores y. Its
    normal equations hold the margins of n_ij·p_ij to those of the successes, so they can be solved without any cell's
    scores. Values outside 0 … 1 are cut. With one dimension, each stratum's own share.

    `counts`: persons by cell; `successes`: for each dimension Σ of scores by stratum, of the same persons.

    Source: the regression estimator of Särndal, Swensson & Wretman, Model Assisted Survey Sampling (1992), 6.4 and 7.
    Assumes that channels differ alike in all domains; a cell without persons gets whatever the model says.

    Raises `ValueError` for margins that do not fit the table, or of unlike sums.
    """
    table = as_counts(counts, "counts")
    sums = [as_counts(as_vector(margin, "successes"), "successes") for margin in successes]
    if tuple(vector.size for vector in sums) != table.shape:
        raise ValueError(f"successes of {[vector.size for vector in sums]} strata do not fit a table of {table.shape}")
    totals = [float(vector.sum()) for vector in sums]
    if max(totals) - min(totals) > TOLERANCE * max(1.0, *totals):
        raise ValueError(f"the margins of successes are of the same persons: their sums must be one, not {totals}")
    for axis, vector in enumerate(sums):
        others = tuple(other for other in range(table.ndim) if other != axis)
        if (vector > table.sum(axis=others) + TOLERANCE).any():
            raise ValueError("successes must lie between 0 and n in every stratum")
    design = _main_effects(table.shape)
    weighted = design * table.ravel()[:, np.newaxis]
    effects = np.linalg.lstsq(design.T @ weighted, np.concatenate(sums), rcond=None)[0]
    shares: FloatArray = np.clip(design @ effects, 0.0, 1.0).reshape(table.shape)
    return shares


def adjust_by_margins(
    counts: Numbers | Table,
    successes: Sequence[Numbers],
    margins: Sequence[Numbers],
    *,
    variance_ratio: float = 1.0,
    confidence: float = 0.95,
) -> AdjustedShare:
    """Return a share raw and raked to the visits, from the margins of the successes alone.

    Weights by `rake` from `counts` (small strata merged first, bounds, design effect and refusals as in
    `adjust_to_visits`), applied to the shares of `additive_shares`. With one dimension this *is* `adjust_to_visits`;
    with more, the same but for what differs between channels in one domain and not in another.

    `counts`: persons by cell; `successes` and `margins`: for each dimension Σ of scores, and visits, by stratum. Raises
    `ValueError` as these do.
    """
    table = as_counts(counts, "counts")
    satisfied = additive_shares(table, successes) * table
    return adjust_to_visits(table, satisfied, margins, variance_ratio=variance_ratio, confidence=confidence)


def _main_effects(shape: tuple[int, ...]) -> FloatArray:
    """One row per cell, in the order of `ravel`, one column per stratum of each dimension."""
    places = np.indices(shape).reshape(len(shape), -1)
    columns = [np.eye(size)[places[axis]] for axis, size in enumerate(shape)]
    return np.concatenate(columns, axis=1)
