"""What can be said about differences between 95 units, by week, quarter and year?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analytics.statistics.arrays import FloatArray, IntArray
from analytics.statistics.comparison import (
    benjamini_hochberg,
    funnel_limits,
    probability_among_best,
    rank_intervals,
    shrink,
    standard_errors_of_shares,
)
from analytics.statistics.simulations.models import UNITS
from analytics.statistics.simulations.study import Row, Study, percent, points

ALPHA, BETA = 51.0, 9.0
"""True shares of units: mean 85 %, standard deviation 4.6 points."""

PERIODS = (("week", 20), ("four weeks", 80), ("quarter", 250), ("year", 1_000))


def _draw_units(rng: np.random.Generator, n: int) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return true shares, successes and sizes of the city's units, whose sizes vary about n."""
    truth = rng.beta(ALPHA, BETA, UNITS)
    sizes = np.maximum(rng.lognormal(np.log(n), 0.7, UNITS).astype(np.int64), 5)
    return truth, rng.binomial(sizes, truth).astype(np.float64), sizes


def _best(values: FloatArray, k: int = 10) -> set[int]:
    return set(np.argsort(-values)[:k].tolist())


def _shrinkage(rng: np.random.Generator, repeats: int) -> Iterator[Row]:
    for name, n in PERIODS:
        raw, shrunken, covered, raw_best, best, surest = [], [], [], [], [], []
        for _ in range(repeats):
            truth, successes, sizes = _draw_units(rng, n)
            fitted = shrink(successes, sizes)
            raw.append(np.mean((successes / sizes - truth) ** 2))
            shrunken.append(np.mean((fitted.estimates - truth) ** 2))
            covered.append(np.mean((fitted.low <= truth) & (truth <= fitted.high)))
            raw_best.append(len(_best(successes / sizes) & _best(truth)))
            best.append(len(_best(fitted.estimates) & _best(truth)))
            surest.append(np.max(probability_among_best(fitted, 10, draws=500)))
        errors = (points(float(np.sqrt(np.mean(errors)))) for errors in (raw, shrunken))
        overlaps = (f"{np.mean(overlap):.1f}" for overlap in (raw_best, best))
        yield (name, str(n), *errors, percent(float(np.mean(covered))), *overlaps, percent(float(np.mean(surest)), 0))


def _ranks(rng: np.random.Generator, repeats: int) -> Iterator[Row]:
    for name, n in PERIODS:
        cells: list[str] = []
        for simultaneous in (False, True):
            widths, covered = [], []
            for _ in range(repeats):
                truth, successes, sizes = _draw_units(rng, n)
                errors = standard_errors_of_shares(successes, sizes)
                ranks = rank_intervals(successes / sizes, errors, simultaneous=simultaneous, draws=1_000)
                true_rank = 1 + (truth[np.newaxis, :] > truth[:, np.newaxis]).sum(axis=1)
                holds = (ranks.low <= true_rank) & (true_rank <= ranks.high)
                widths.append(np.mean(ranks.high - ranks.low + 1))
                covered.append(holds.all() if simultaneous else holds.mean())
            cells += [f"{np.mean(widths):.0f}", percent(float(np.mean(covered)))]
        yield (name, str(n), *cells)


def _funnel(rng: np.random.Generator, repeats: int) -> Iterator[Row]:
    for name, n in PERIODS[1:]:
        plain, published, wide, found, discovered, false = [], [], [], [], [], []
        for _ in range(repeats):
            truth, successes, sizes = _draw_units(rng, n)
            truth[0] = 0.6
            successes[0] = rng.binomial(sizes[0], truth[0])
            published.append(np.sum(funnel_limits(successes, sizes).outside()[1:]))
            funnel = funnel_limits(successes, sizes, corrected=True)
            control = benjamini_hochberg(funnel.p_values)
            plain.append(np.sum(np.abs(funnel.z[1:]) > 3.09))
            wide.append(np.sum(funnel.outside()[1:]))
            found.append(funnel.outside()[0])
            discovered.append(control.rejected[0])
            false.append(np.sum(control.rejected[1:]))
        counts = (f"{np.mean(count):.2f}" for count in (plain, published, wide))
        rates = (percent(float(np.mean(rate)), 0) for rate in (found, discovered))
        yield (name, str(n), *counts, *rates, f"{np.mean(false):.2f}")


STUDIES = (
    Study(
        "shrinkage",
        "Raw and shrunken shares of 95 units (true spread 4.6 points): error, coverage, and how many of the ten that "
        "look best truly are.",
        (
            "period",
            "median n",
            "raw error, points",
            "shrunken error, points",
            "coverage of intervals",
            "raw best ten right",
            "shrunken best ten right",
            "surest of the best ten",
        ),
        _shrinkage,
        length=len(PERIODS),
        repeats=100,
    ),
    Study(
        "rank-intervals",
        "95 % rank intervals of 95 units: mean width in places, and coverage (each rank; the whole table at once).",
        ("period", "median n", "marginal, places", "each covered", "simultaneous, places", "all covered"),
        _ranks,
        length=len(PERIODS),
        repeats=20,
    ),
    Study(
        "funnel",
        "Ordinary units of 94 called outside the 99.8 % funnel, and whether one truly bad unit (60 %) is found.",
        (
            "period",
            "median n",
            "ordinary outside, chance only",
            "ordinary outside, with τ² as published",
            "ordinary outside, with corrected τ²",
            "bad unit outside so",
            "bad unit found by Benjamini–Hochberg",
            "ordinary units found so",
        ),
        _funnel,
        length=len(PERIODS) - 1,
        repeats=400,
    ),
)
