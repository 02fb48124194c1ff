"""Intervals against published values and other programs, their laws, and their coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from analytics.statistics.intervals import (
    Interval,
    jeffreys_interval,
    mean_interval,
    mean_intervals,
    wilson_interval,
)
from tests.analytics.statistics.reference import reference

CASES = reference("wilson_jeffreys")["cases"]
MEAN = reference("mean_interval_dirichlet")

counts = st.tuples(st.integers(0, 500), st.integers(1, 500)).map(lambda pair: (min(pair), max(pair)))
confidences = st.sampled_from([0.8, 0.95, 0.998])


@pytest.mark.oracle
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['x']} of {case['n']}")
def test_published_shares(case: dict[str, float]) -> None:
    assert list(wilson_interval(case["x"], case["n"]) or ()) == pytest.approx(case["wilson"], abs=1e-8)
    assert list(jeffreys_interval(case["x"], case["n"]) or ()) == pytest.approx(case["jeffreys"], abs=1e-8)


@pytest.mark.oracle
@given(counts, confidences)
def test_wilson_as_another_program(case: tuple[int, int], confidence: float) -> None:
    x, n = case
    expected = proportion_confint(x, n, 1 - confidence, "wilson")
    assert list(wilson_interval(x, n, confidence) or ()) == pytest.approx(expected, abs=1e-12)


@pytest.mark.oracle
@given(counts, confidences)
def test_jeffreys_as_another_program(case: tuple[int, int], confidence: float) -> None:
    x, n = case
    low, high = proportion_confint(x, n, 1 - confidence, "jeffreys")
    expected = (0 if x == 0 else low, 1 if x == n else high)
    assert list(jeffreys_interval(x, n, confidence) or ()) == pytest.approx(expected, abs=1e-9)


@given(counts)
def test_an_interval_holds_its_share_and_mirrors(case: tuple[int, int]) -> None:
    x, n = case
    for method in (wilson_interval, jeffreys_interval):
        interval, mirrored = method(x, n), method(n - x, n)
        assert interval is not None and mirrored is not None
        assert 0 <= interval.low <= x / n <= interval.high <= 1
        assert mirrored.low == pytest.approx(1 - interval.high) and mirrored.high == pytest.approx(1 - interval.low)


@given(counts)
def test_more_answers_or_less_confidence_narrow_it(case: tuple[int, int]) -> None:
    x, n = case
    interval, more, bolder = wilson_interval(x, n), wilson_interval(4 * x, 4 * n), wilson_interval(x, n, 0.8)
    assert interval is not None and more is not None and bolder is not None
    assert more.width < interval.width and bolder.width < interval.width


def test_everybody_satisfied_is_not_certainty() -> None:
    five = wilson_interval(5, 5)
    assert five is not None and five.high == 1 and five.low < 0.6


def test_without_answers_there_is_no_interval() -> None:
    assert wilson_interval(0, 0) is None
    assert jeffreys_interval(0, 0) is None
    assert mean_interval([0, 0, 0, 0, 0]) is None
    many = wilson_interval([0, 5], [0, 5])
    assert np.isnan(many.low[0]) and np.isnan(many.high[0]) and many.high[1] == 1
    assert np.isnan(jeffreys_interval([0, 5], [0, 5]).low).tolist() == [True, False]
    assert np.isnan(mean_intervals([[0] * 5, [1] * 5]).high).tolist() == [True, False]


@given(st.lists(counts, min_size=1, max_size=5))
def test_arrays_give_what_numbers_give(cases: list[tuple[int, int]]) -> None:
    x, n = np.array(cases).T
    for method in (wilson_interval, jeffreys_interval):
        many = method(x, n)
        singles = [method(int(a), int(b)) for a, b in cases]
        assert [Interval(*ends) for ends in zip(*many, strict=True)] == pytest.approx(singles)


def test_arrays_broadcast() -> None:
    low, high = wilson_interval(np.array([1, 2, 3]), 10)
    assert low.shape == high.shape == (3,)
    assert mean_intervals(np.ones((2, 3, 5))).low.shape == (2, 3)


def test_fractional_counts_pass() -> None:
    halves, interval = wilson_interval(4.5, 7.5), wilson_interval(9, 15)
    assert halves is not None and interval is not None and halves.width > interval.width


def test_a_sample_of_the_whole_population_leaves_nothing_open() -> None:
    assert wilson_interval(3, 10, population=10) == Interval(0.3, 0.3)
    assert jeffreys_interval(3, 10, population=10) == Interval(0.3, 0.3)
    assert mean_interval([0, 0, 0, 5, 5], population=10) == Interval(0.875, 0.875)


@given(st.integers(0, 40), st.integers(1, 1000))
def test_a_drawn_sample_narrows_with_its_fraction(x: int, extra: int) -> None:
    plain, small, large = (wilson_interval(x, 40, population=N) for N in (None, 40 + extra, 40 + 2 * extra))
    assert plain is not None and small is not None and large is not None
    assert small.width <= large.width <= plain.width


def test_the_correction_is_the_hypergeometric_variance() -> None:
    """A sample of 40 from 100 is worth n(N−1)/(N−n) = 66 independent draws."""
    assert wilson_interval(20, 40, population=100) == wilson_interval(33, 66)


@pytest.mark.oracle
def test_mean_of_ratings_of_the_closed_form() -> None:
    interval = mean_interval(MEAN["counts"])
    assert interval is not None
    assert list(interval) == pytest.approx(MEAN["interval"], abs=1e-9)


def test_mean_of_ratings_against_draws_from_the_posterior() -> None:
    rng = np.random.default_rng(1)
    draws = rng.dirichlet(np.array(MEAN["counts"]) + 0.2, 200_000) @ np.linspace(0, 1, 5)
    interval = mean_interval(MEAN["counts"])
    assert interval is not None
    assert list(interval) == pytest.approx(np.quantile(draws, [0.025, 0.975]), abs=0.004)


@given(st.lists(st.integers(0, 60), min_size=5, max_size=5).filter(any))
def test_a_mean_lies_in_its_interval_and_mirrors(levels: list[int]) -> None:
    interval, mirrored = mean_interval(levels), mean_interval(levels[::-1])
    assert interval is not None and mirrored is not None
    mean = np.average(np.linspace(0, 1, 5), weights=levels)
    assert 0 <= interval.low <= mean + 1e-12 and mean - 1e-12 <= interval.high <= 1
    assert [mirrored.low, mirrored.high] == pytest.approx([1 - interval.high, 1 - interval.low])


def exact_coverage(n: int, share: float) -> float:
    x = np.arange(n + 1)
    interval = wilson_interval(x, n)
    covers = (interval.low <= share) & (share <= interval.high)
    return float(stats.binom.pmf(x, n, share) @ covers)


@pytest.mark.parametrize("n", [5, 10, 20, 40, 100, 300, 500])
def test_wilson_covers_the_truth_as_promised(n: int) -> None:
    """Averaged over shares from 0.5 to 0.99, between 94 and 97 % of intervals hold the true share."""
    coverage = [exact_coverage(n, share) for share in np.linspace(0.5, 0.99, 50)]
    assert 0.94 <= np.mean(coverage) <= 0.97
    assert min(coverage) > 0.83


def test_wrong_input_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="successes must lie between 0 and n"):
        wilson_interval(6, 5)
    with pytest.raises(ValueError, match="n must not be negative"):
        wilson_interval(0, -1)
    with pytest.raises(ValueError, match="finite"):
        wilson_interval(float("nan"), 5)
    with pytest.raises(ValueError, match="confidence must lie strictly between 0 and 1"):
        jeffreys_interval(1, 5, 1)
    with pytest.raises(ValueError, match="population must not be smaller"):
        wilson_interval(1, 5, population=4)
    with pytest.raises(ValueError, match="at least two levels"):
        mean_interval([5])
    with pytest.raises(ValueError, match="one list of counts"):
        mean_interval(np.ones((2, 5)))
    with pytest.raises(ValueError, match="counts must not be negative"):
        mean_interval([1, -1, 0])
