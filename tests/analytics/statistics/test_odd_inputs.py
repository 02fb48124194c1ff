"""What arrives from a notebook on a bad day: every method answers it, or says in words what is wrong."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from analytics.statistics import comparison, control_charts, indices, intervals
from analytics.statistics.adjustment import rake
from analytics.statistics.comparison import (
    benjamini_hochberg,
    direct_standardise,
    funnel_limits,
    probability_above,
    probability_among_best,
    rank_intervals,
    shrink,
)
from analytics.statistics.control_charts import ewma_chart, laney_p_chart, smallest_visible_drop, xmr_chart
from analytics.statistics.indices import attitude_index, mean_rating, top_two_index
from analytics.statistics.intervals import jeffreys_interval, mean_interval, wilson_interval
from analytics.statistics.reliability import (
    cronbach_alpha,
    cronbach_alpha_from_covariance,
    mcdonald_omega,
    mcdonald_omega_from_covariance,
)
from analytics.statistics.weekly_signals import judge_newest

NAN, INFINITE = float("nan"), float("inf")
RATINGS = np.random.default_rng(0).integers(1, 6, (30, 5)).astype(float)
COVARIANCE = np.cov(RATINGS, rowvar=False)
FUNNEL = funnel_limits([45, 180, 390], [60, 220, 500])
SHRUNKEN = shrink([45, 180, 390], [60, 220, 500])
SHARE_INTERVALS = pytest.mark.parametrize("interval", [wilson_interval, jeffreys_interval])

PROMISES: dict[Callable[..., Any], list[str]] = {
    wilson_interval: ["successes", "n", "confidence"],
    jeffreys_interval: ["successes", "n", "confidence"],
    mean_interval: ["counts"],
    attitude_index: ["n", "total", "total_of_squares", "variance_ratio"],
    laney_p_chart: ["successes", "sizes"],
    ewma_chart: ["values"],
    rank_intervals: ["estimates", "standard_errors", "confidence", "simultaneous"],
    funnel_limits: ["successes", "sizes"],
    shrink: ["successes", "sizes"],
    rake: ["counts", "margins"],
    cronbach_alpha: ["ratings"],
}


@pytest.mark.parametrize("function", PROMISES, ids=lambda function: function.__name__)
def test_names_and_their_order_are_promises(function: Callable[..., Any]) -> None:
    parameters = inspect.signature(function).parameters
    assert list(parameters)[: len(PROMISES[function])] == PROMISES[function]
    if "confidence" in parameters:
        assert parameters["confidence"].default == 0.95
    if "simultaneous" in parameters:
        assert parameters["simultaneous"].default is False
        assert parameters["simultaneous"].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD


def test_each_is_found_where_the_documentation_says() -> None:
    assert all(hasattr(intervals, name) for name in ("wilson_interval", "jeffreys_interval", "mean_interval"))
    assert hasattr(indices, "attitude_index")
    assert all(hasattr(control_charts, name) for name in ("laney_p_chart", "ewma_chart", "xmr_chart"))
    assert all(hasattr(comparison, name) for name in ("rank_intervals", "funnel_limits", "shrink"))


def test_results_bear_the_promised_names() -> None:
    chart = laney_p_chart([8, 9, 7, 8], [10, 10, 10, 12])
    assert {"center", "lower", "upper", "sigma_z"} <= set(dir(chart))
    ranks = rank_intervals([1.0, 2.0], [0.1, 0.1])
    assert (list(ranks.rank), list(ranks.low), list(ranks.high)) == ([2, 1], [2, 1], [2, 1])
    low, high = wilson_interval(8, 10) or (None, None)
    assert low is not None and high is not None and low < 0.8 < high


@SHARE_INTERVALS
@pytest.mark.parametrize(
    ("successes", "n", "words"),
    [
        (6, 5, "between 0 and n"),
        (-1, 5, "between 0 and n"),
        (0, -5, "n must not be negative"),
        (NAN, 5, "successes must be finite"),
        (5, INFINITE, "n must be finite"),
        (None, 5, "successes must be finite"),
        ("5", 10, "successes must be numbers"),
        ([1, 2], [3, 4, 5], r"successes of shape \(2,\) do not fit n of shape \(3,\)"),
        ([[1], [1, 2]], 5, "successes must be numbers"),
        (1 + 2j, 5, "successes must be numbers"),
    ],
)
def test_impossible_counts(interval: Callable[..., Any], successes: Any, n: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        interval(successes, n)


@SHARE_INTERVALS
@pytest.mark.parametrize("confidence", [0, 1, 95, -0.5, NAN, INFINITE])
def test_impossible_confidence(interval: Callable[..., Any], confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence must lie strictly between 0 and 1"):
        interval(5, 10, confidence)


@SHARE_INTERVALS
@pytest.mark.parametrize("confidence", [None, "0.95", [0.95], 10**400])
def test_a_confidence_that_is_no_number(interval: Callable[..., Any], confidence: Any) -> None:
    with pytest.raises(ValueError, match="confidence must be one number"):
        interval(5, 10, confidence)


@SHARE_INTERVALS
def test_every_kind_of_number_passes(interval: Callable[..., Any]) -> None:
    expected = interval(3, 4)
    for kind in (np.int8, np.uint64, np.float32, float, Fraction, Decimal):
        assert interval(kind(3), kind(4)) == expected
    assert interval(True, True) == interval(1, 1)
    assert interval([], []).low.shape == (0,)
    assert interval(np.ones((2, 3)), 4).high.shape == (2, 3)
    assert interval(0, 0) is None
    assert np.isnan(interval([0, 1], [0, 1]).low).tolist() == [True, False]


@pytest.mark.oracle
@pytest.mark.parametrize(("method", "interval"), [("wilson", wilson_interval), ("jeffreys", jeffreys_interval)])
def test_large_and_lopsided_counts_as_another_program(method: str, interval: Callable[..., Any]) -> None:
    for x, n in ((1, 10**6), (10**6 - 1, 10**6), (10**9, 3 * 10**9), (1, 2), (2_499, 2_500)):
        assert list(interval(x, n)) == pytest.approx(proportion_confint(x, n, method=method), rel=1e-6, abs=1e-12)


def test_no_persons_all_alike_and_one_alone() -> None:
    assert mean_interval([0, 0, 0, 0, 0]) is None
    assert mean_rating([0, 0, 0, 0, 0]).value is None
    assert top_two_index([0, 0, 0, 0, 0]).interval is None
    assert attitude_index(0, 0, 0).interval is None
    five = mean_interval([0, 0, 0, 0, 5])
    assert five is not None and five.high == 1 and five.low < 0.75
    one = attitude_index(1, 60, 3600, 0.5)
    assert one.interval is not None and one.interval.width > 0.5
    assert one.standard_deviation is None


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ((np.array([10, 20]), np.array([300, 600]), np.array([18000, 36000])), "n must be one number, not an array"),
        ((10, NAN, 18000), "total must be finite"),
        ((10, 300, "18000"), "total_of_squares must be numbers"),
        ((10**400, 0, 0), "n must be numbers"),
        ((10, 300, 15000, "0.5"), "variance_ratio must be one number"),
        ((10, 300, 15000, NAN), "variance_ratio must be a number over 0"),
        ((-1, 0, 0), "between 0 and 60·n"),
        ((10, 601, 36000), "between 0 and 60·n"),
        ((10, 300, 1), "no 10 scores"),
        ((10, 300, 18001), "no 10 scores"),
    ],
)
def test_cells_that_cannot_be(cell: tuple[Any, Any, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        attitude_index(*cell)


def test_small_integers_do_not_overflow() -> None:
    narrow: tuple[Any, ...] = (np.int32(50_000), np.int32(2_500_000), np.int32(140_000_000))
    assert attitude_index(*narrow) == attitude_index(*(int(number) for number in narrow))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: laney_p_chart([5] * 13, [5] * 13), "sigma_z is 0"),
        (lambda: laney_p_chart([4] * 13, [5] * 13), "sigma_z is 0"),
        (lambda: laney_p_chart([0, 0], [0, 0]), "at least two points with answers"),
        (lambda: laney_p_chart([], []), "non-empty"),
        (lambda: laney_p_chart([1, 2], [5]), "one length"),
        (lambda: laney_p_chart([NAN, 1], [5, 5]), "finite"),
        (lambda: laney_p_chart([4, 5], [5, 5], sigma_z=INFINITE), "sigma_z must be finite"),
        (lambda: laney_p_chart([4, 5], [5, 5], baseline=1.5), "baseline must be a whole number"),  # type: ignore[arg-type]
        (lambda: laney_p_chart([4, 5], [5, 5], baseline=3), "between 2 and the number of points"),
        (lambda: judge_newest([4] * 14, [5] * 14, baseline=12.5), "whole number"),  # type: ignore[arg-type]
        (lambda: smallest_visible_drop(0.85, 100, lower=0.9), "lower must not be over the center"),
        (lambda: smallest_visible_drop(0.85, 100, lower=NAN), "lower must be finite"),
        (lambda: ewma_chart([1.0, 2.0], center=NAN, sigma=1), "center must be finite"),
        (lambda: ewma_chart([1.0, 2.0], lam=NAN), "lam must be finite"),
        (lambda: ewma_chart([1.0, 2.0], lam=0), "lam must lie over 0"),
        (lambda: ewma_chart([1.0, 2.0], L=INFINITE), "L must be a number over 0"),
        (lambda: ewma_chart([5.0] * 5), "sigma must be a number over 0"),
        (lambda: ewma_chart([5.0]), "at least two points"),
        (lambda: ewma_chart([1.0, INFINITE, 2.0]), "finite"),
        (lambda: xmr_chart([5.0]), "at least two points"),
        (lambda: funnel_limits([0, 5], [0, 10]), "without answers has no place"),
        (lambda: funnel_limits([5] * 10, [5] * 10), "target must lie strictly between"),
        (lambda: FUNNEL.limits([0, 50]), "without answers has no place"),
        (lambda: FUNNEL.limits(-5), "must not be negative"),
        (lambda: probability_above(SHRUNKEN, NAN), "strictly between 0 and 1"),
        (lambda: probability_among_best(SHRUNKEN, 0), "between 1 and the number of units 3"),
        (lambda: probability_among_best(SHRUNKEN, 1.5), "k must be a whole number"),  # type: ignore[arg-type]
        (lambda: probability_among_best(SHRUNKEN, 1, draws=0), "draws must be a number over 0"),
        (lambda: shrink([5], [10]), "at least two units"),
        (lambda: shrink([5] * 10, [5] * 10), "answers that differ"),
        (lambda: rank_intervals([0.5, 0.6], [0, 0]), "standard errors must be over 0"),
        (lambda: rank_intervals([NAN, 0.6], [0.1, 0.1]), "finite"),
        (lambda: rank_intervals([], []), "non-empty"),
        (lambda: rank_intervals([1, 2], [0.1, 0.1], 95), "strictly between 0 and 1"),
        (lambda: rake([NAN, 1], [[1, 1]]), "finite"),
        (lambda: benjamini_hochberg([1.2]), "between 0 and 1"),
        (lambda: benjamini_hochberg([NAN]), "finite"),
        (lambda: direct_standardise([[5, 0]], [[10, 0]], [0, 0]), "at least one stratum"),
        (lambda: cronbach_alpha(np.ones((10, 3))), "never varies"),
        (lambda: cronbach_alpha_from_covariance(COVARIANCE, NAN), "n must be finite"),  # type: ignore[arg-type]
        (lambda: cronbach_alpha_from_covariance(COVARIANCE, 30.5), "n must be a whole number"),  # type: ignore[arg-type]
        (lambda: mcdonald_omega_from_covariance(COVARIANCE, INFINITE), "n must be finite"),  # type: ignore[arg-type]
        (lambda: cronbach_alpha(np.ones((10, 1))), "at least two items"),
        (lambda: cronbach_alpha([[1, 2, 3]]), "at least three persons"),
        (lambda: cronbach_alpha(np.array([1, 2, 3])), "persons × at least two items"),
        (lambda: mcdonald_omega(RATINGS[:, :2]), "at least three items"),
        (lambda: mcdonald_omega(np.ones((10, 3))), "everybody answered alike"),
    ],
)
def test_what_has_no_answer_is_said_in_words(call: Callable[[], object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()


def test_ties_and_a_unit_alone() -> None:
    tied = rank_intervals([0.5, 0.5, 0.5], [0.1, 0.1, 0.1], simultaneous=True)
    assert tied.rank.tolist() == [1, 1, 1] and tied.low.tolist() == [1, 1, 1] and tied.high.tolist() == [3, 3, 3]
    alone = rank_intervals([0.5], [0.1])
    assert (alone.rank[0], alone.low[0], alone.high[0]) == (1, 1, 1)
    assert funnel_limits([5], [10]).z.tolist() == [0.0]
    same = shrink([5] * 10, [10] * 10)
    assert same.estimates == pytest.approx(0.5)
    assert xmr_chart([5.0] * 5).lower == 5.0


def test_rounding_is_no_signal_and_no_spread() -> None:
    """Points that are all alike differ from their mean, and persons with one sum vary, by the last digit only."""
    for value in (0.1, 0.3, 1 / 3, 86.4):
        for points in (3, 7, 10, 13):
            assert not xmr_chart([value] * points).signals.any()
    sizes = np.random.default_rng(0).integers(5, 50, 14)
    with pytest.raises(ValueError, match="sigma_z is 0"):
        laney_p_chart(sizes * 0.7, sizes)
    for seed in range(20):
        two = np.random.default_rng(seed).integers(1, 6, (7, 2)).astype(float)
        with pytest.raises(ValueError, match="never varies"):
            cronbach_alpha(np.column_stack([two, 12 - two.sum(axis=1)]))


def test_perfect_weeks_have_limits_once_a_floor_is_given() -> None:
    chart = laney_p_chart([5] * 13, [5] * 13, minimum_sigma_z=0.7)
    assert chart.center == 1.0
    assert not np.isnan(chart.lower).any()


@pytest.mark.oracle
def test_alpha_is_the_one_of_the_covariances() -> None:
    """k/(k−1)·(1 − trace/sum of the covariance matrix), and Feldt's ends by scipy's F."""
    covariance = np.cov(RATINGS, rowvar=False)
    alpha = 5 / 4 * (1 - np.trace(covariance) / covariance.sum())
    found = cronbach_alpha(RATINGS)
    assert found.value == pytest.approx(alpha)
    ends = [1 - (1 - alpha) * stats.f.ppf(tail, 29, 29 * 4) for tail in (0.975, 0.025)]
    assert list(found.interval) == pytest.approx(ends)
