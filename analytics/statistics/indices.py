"""The indices of a cell of answers: each number travels with its n and its interval, or is absent.

The attitude index gives each person one vote: the share of the attitude items they answered that they gave 4 or 5,
kept in sixtieths because one to six items all divide sixty, so that sums stay whole numbers in every database.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analytics.statistics.arrays import FloatArray, Numbers, as_counts, as_one_number, require_positive
from analytics.statistics.intervals import Interval, mean_interval, wilson_interval

SIXTIETHS = 60
"""A person's score is a whole number of these, from 0 to 60."""

LEVELS = 5
"""Ratings run from 1 (very dissatisfied) to 5 (very satisfied)."""

MINIMUM_PERSONS_FOR_VARIANCE_RATIO = 1_000
"""Below this many persons in the city its variance ratio is too uncertain to shorten intervals by."""

SMALLEST_VARIANCE_RATIO = 1 / 6
"""Scores of six unrelated items vary by a sixth of p(1−p); items of one visit are never less alike than that."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of n persons, from 0 to 1, with its confidence interval; both None when n = 0."""

    n: int
    value: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class MeanRating:
    """A mean of n ratings on the scale 0 (all 1) to 1 (all 5), with its interval; both None when n = 0."""

    n: int
    value: float | None
    interval: Interval | None

    @property
    def one_to_five(self) -> float | None:
        """The mean on the scale of the questionnaire."""
        return None if self.value is None else 1 + (LEVELS - 1) * self.value

    @property
    def interval_one_to_five(self) -> Interval | None:
        """Its interval on the scale of the questionnaire."""
        return None if self.interval is None else Interval(*(1 + (LEVELS - 1) * end for end in self.interval))

    @property
    def zero_to_hundred(self) -> float | None:
        """The mean in points of a hundred."""
        return None if self.value is None else 100 * self.value

    @property
    def interval_zero_to_hundred(self) -> Interval | None:
        """Its interval in points of a hundred."""
        return None if self.interval is None else Interval(*(100 * end for end in self.interval))


@dataclass(frozen=True, slots=True)
class Distribution:
    """How n ratings fall on the levels 1 … 5; `shares` is None when n = 0."""

    n: int
    counts: tuple[int, ...]
    shares: tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class AttitudeIndex:
    """The mean score of n persons, from 0 to 1, with its interval; value, interval and spread None when n = 0.

    `variance_ratio` is the φ used, `effective_n` = n/φ. `standard_deviation` (of the persons' scores, 0 to 1; None for
    n < 2) says how much people differ; it is context and never enters the interval.
    """

    n: int
    value: float | None
    interval: Interval | None
    variance_ratio: float
    effective_n: float
    standard_deviation: float | None


class ScoreTotals(NamedTuple):
    """One cell of facts: persons, Σ of their scores in sixtieths, Σ of the squares of these."""

    n: int
    total: int
    total_of_squares: int


def distribution(counts: Numbers) -> Distribution:
    """Return counts and shares of the levels 1 … 5, from (n1, …, n5).

    Raises `ValueError` for anything but five whole counts of at least 0.
    """
    levels = _five_counts(counts)
    n = int(levels.sum())
    shares = tuple(float(level) / n for level in levels) if n else None
    return Distribution(n, tuple(int(level) for level in levels), shares)


def top_two_index(counts: Numbers, confidence: float = 0.95) -> Share:
    """Return the share of ratings 4 and 5 among (n1, …, n5), with Wilson's interval.

    (n4 + n5)/n: the overall index is this, of the item `overall`. One rating a person, so persons are independent.
    Blind to people who move from 5 to 4: show `mean_rating` beside it. Not for an index over several items of one
    person (use `attitude_index`: their answers are alike).

    Raises `ValueError` for anything but five whole counts of at least 0.
    """
    levels = _five_counts(counts)
    n, top = int(levels.sum()), int(levels[3] + levels[4])
    if n == 0:
        return Share(0, None, None)
    return Share(n, top / n, wilson_interval(top, n, confidence))


def mean_rating(counts: Numbers, confidence: float = 0.95) -> MeanRating:
    """Return the mean of the ratings (n1, …, n5) with the interval of `mean_interval`.

    The value is the observed mean Σ (k−1) n_k / 4n; properties give it on 1–5 and 0–100. It reads the levels as
    equally far apart; where that is doubted, show the distribution.

    Raises `ValueError` for anything but five whole counts of at least 0.
    """
    levels = _five_counts(counts)
    n = int(levels.sum())
    if n == 0:
        return MeanRating(0, None, None)
    return MeanRating(n, float(levels @ np.linspace(0, 1, LEVELS)) / n, mean_interval(levels, confidence))


def attitude_index(
    n: int, total: int, total_of_squares: int, variance_ratio: float | None = None, confidence: float = 0.95
) -> AttitudeIndex:
    """Return the attitude index of a cell: the mean over persons of the share of items they gave 4 or 5.

    Index p = total/(60 n). Interval: Wilson's for p on the effective size n/φ. A person's score is a mean of several
    0/1 answers and so varies less than one 0/1 answer with the same p: φ = variance/(p(1−p)) ≤ 1.

    `n` persons, `total` = Σ of their scores in sixtieths, `total_of_squares` = Σ of the squared sixtieths.
    `variance_ratio` = φ, pooled over the city by `pooled_variance_ratio`; None is 1, the widest that scores between 0
    and 1 can need. Never estimate φ from the cell itself: at n = 10 such an interval holds the truth in 71–89 % of
    simulated cells, and ten people who all say 5 would give "100 % ± 0".

    Assumes independent persons. Not for weighted totals.

    Raises `ValueError` for arrays (one cell at a time), for negative or impossible sums (no set of n scores from 0 to
    60 has them) and for φ ≤ 0.
    """
    persons, satisfied = as_one_number(n, "n"), as_one_number(total, "total")
    squares = as_one_number(total_of_squares, "total_of_squares")
    _require_possible_totals(persons, satisfied, squares)
    if variance_ratio is not None:
        require_positive(variance_ratio, "variance_ratio")
    ratio = 1.0 if variance_ratio is None else float(variance_ratio)
    if persons == 0:
        return AttitudeIndex(0, None, None, ratio, 0.0, None)
    share = satisfied / (SIXTIETHS * persons)
    effective = persons / ratio
    interval = wilson_interval(min(share * effective, effective), effective, confidence)
    spread = _standard_deviation(persons, satisfied, squares)
    return AttitudeIndex(int(persons), share, interval, ratio, effective, spread)


def pooled_variance_ratio(cells: Iterable[tuple[int, int, int]]) -> float:
    """Return φ for `attitude_index`: how much persons' scores vary within a unit, against p(1−p), over a city.

    `cells` are (n, total, total of squares) per unit and period, see `ScoreTotals`. With W = Σ of squared deviations
    within cells, B = Σ n p̂(1−p̂), N persons and U cells: φ = W·N/(B(N−U) + W·U). This solves E[W] = φ(N−U)·pq and
    E[B] = (N−Uφ)·pq, so it corrects both for the cells' own means and is exactly 1 for scores of only 0 and 60.

    1.0 (no shortening) with fewer than 1,000 persons in cells of at least two, or when nobody differs; never under 1/6
    nor over 1.

    Source: method of moments for a dispersion parameter, McCullagh & Nelder, Generalized Linear Models (1989), 4.5.
    Assumes one φ for the city: units with other items or a very different p(1−p) need their own pool. Do not give it
    the cell that is judged alone.

    Raises `ValueError` for impossible sums.
    """
    within = bernoulli = 0.0
    persons = units = 0
    for n, total, total_of_squares in cells:
        _require_possible_totals(n, total, total_of_squares)
        if n < 2:
            continue
        share = total / (SIXTIETHS * n)
        within += (total_of_squares - total**2 / n) / SIXTIETHS**2
        bernoulli += n * share * (1 - share)
        persons, units = persons + n, units + 1
    if persons < MINIMUM_PERSONS_FOR_VARIANCE_RATIO or within <= 0:
        return 1.0
    ratio = within * persons / (bernoulli * (persons - units) + within * units)
    return float(min(1.0, max(SMALLEST_VARIANCE_RATIO, ratio)))


def _five_counts(counts: Numbers) -> FloatArray:
    levels = as_counts(counts, "counts")
    if levels.shape != (LEVELS,) or (levels != np.floor(levels)).any():
        raise ValueError("counts must be the five whole numbers n1 … n5")
    return levels


def _require_possible_totals(n: float, total: float, total_of_squares: float) -> None:
    """Raise unless some n scores from 0 to 60 have this sum and sum of squares."""
    if n < 0 or total < 0 or total > SIXTIETHS * n:
        raise ValueError(f"total must lie between 0 and 60·n sixtieths, not {total} for n = {n}")
    if total_of_squares > SIXTIETHS * total or total_of_squares * n < total**2:
        raise ValueError(f"no {n} scores from 0 to 60 have the sum {total} and the sum of squares {total_of_squares}")


def _standard_deviation(n: float, total: float, total_of_squares: float) -> float | None:
    if n < 2:
        return None
    return float(np.sqrt((total_of_squares - total**2 / n) / (n - 1)) / SIXTIETHS)
