"""The indices: by hand, by law, and by simulated coverage."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.statistics.indices import (
    SIXTIETHS,
    ScoreTotals,
    attitude_index,
    distribution,
    mean_rating,
    pooled_variance_ratio,
    top_two_index,
)
from analytics.statistics.intervals import Interval, mean_interval, wilson_interval

scores = st.lists(st.integers(0, SIXTIETHS), max_size=60)
COUNTS = [1, 2, 3, 10, 14]


def totals(persons: list[int]) -> ScoreTotals:
    return ScoreTotals(len(persons), sum(persons), sum(score**2 for score in persons))


def test_public_names_are_promises() -> None:
    assert list(inspect.signature(wilson_interval).parameters)[:3] == ["successes", "n", "confidence"]
    assert list(inspect.signature(attitude_index).parameters)[:4] == [
        "n", "total", "total_of_squares", "variance_ratio",
    ]  # fmt: skip
    assert inspect.signature(attitude_index).parameters["variance_ratio"].default is None


def test_shares_and_means_by_hand() -> None:
    share, mean = top_two_index(COUNTS), mean_rating(COUNTS)
    assert (share.n, share.value, share.interval) == (30, 0.8, wilson_interval(24, 30))
    assert mean.value == pytest.approx(23.5 / 30)
    assert mean.one_to_five == pytest.approx((1 + 4 + 9 + 40 + 70) / 30)
    assert mean.zero_to_hundred == pytest.approx(100 * 23.5 / 30)
    interval = mean_interval(COUNTS)
    assert mean.interval == interval and interval is not None
    assert mean.interval_one_to_five == Interval(1 + 4 * interval.low, 1 + 4 * interval.high)
    assert mean.interval_zero_to_hundred == Interval(100 * interval.low, 100 * interval.high)
    assert distribution(COUNTS).shares == pytest.approx((1 / 30, 2 / 30, 0.1, 1 / 3, 14 / 30))


def test_without_answers_numbers_are_absent() -> None:
    for index in (top_two_index([0] * 5), mean_rating([0] * 5), attitude_index(0, 0, 0)):
        assert (index.n, index.value, index.interval) == (0, None, None)
    assert mean_rating([0] * 5).one_to_five is None and mean_rating([0] * 5).zero_to_hundred is None
    assert mean_rating([0] * 5).interval_one_to_five is None and mean_rating([0] * 5).interval_zero_to_hundred is None
    assert distribution([0] * 5).shares is None


def test_one_person_one_vote() -> None:
    """One person who gave 4 or 5 to all of two items and one who did to one of five."""
    index = attitude_index(*totals([60, 12]))
    assert index.value == pytest.approx((1 + 0.2) / 2)
    assert index.standard_deviation == pytest.approx(np.std([1, 0.2], ddof=1))


def test_the_interval_is_wilsons_on_the_effective_size() -> None:
    persons = [60] * 7 + [36, 48, 12]
    index = attitude_index(*totals(persons), variance_ratio=0.5)
    assert index.effective_n == 20
    assert index.interval == wilson_interval(20 * index.value, 20) if index.value else False
    plain = attitude_index(*totals(persons))
    assert plain.variance_ratio == 1 and plain.interval == wilson_interval(sum(persons) / 60, 10)


def test_five_of_five_is_not_certainty() -> None:
    index = attitude_index(*totals([60] * 5), variance_ratio=0.6)
    assert index.interval is not None and index.interval.high == 1 and index.interval.low < 0.7


@given(scores)
def test_an_index_lies_in_its_interval_whatever_the_spread(persons: list[int]) -> None:
    index = attitude_index(*totals(persons), variance_ratio=0.4)
    if index.value is None or index.interval is None:
        assert not persons
        return
    assert index.value == pytest.approx(np.mean(persons) / 60)
    assert index.interval.low <= index.value + 1e-12 and index.value - 1e-12 <= index.interval.high
    n, total, _ = totals(persons)
    alike = attitude_index(n, total, -(-(total**2) // n), variance_ratio=0.4)
    assert alike.interval == index.interval


def test_zero_one_scores_have_a_variance_ratio_of_one() -> None:
    rng = np.random.default_rng(1)
    cells = [totals((60 * rng.binomial(1, 0.85, n)).tolist()) for n in rng.integers(5, 60, 80)]
    assert pooled_variance_ratio(cells) == pytest.approx(1, abs=1e-12)


def persons_scores(rng: np.random.Generator, n: int, share: float, alike: float) -> list[int]:
    """Draw persons whose five items share a beta-distributed leaning: `alike` is the correlation of their items."""
    weight = (1 - alike) / alike
    leaning = rng.beta(share * weight, (1 - share) * weight, n)
    return (12 * rng.binomial(5, leaning)).tolist()  # type: ignore[no-any-return]


@pytest.mark.parametrize(("alike", "expected"), [(0.45, 0.45 + 0.55 / 5), (0.8, 0.8 + 0.2 / 5)])
def test_the_variance_ratio_is_recovered_from_small_cells(alike: float, expected: float) -> None:
    rng = np.random.default_rng(2)
    cells = [
        totals(persons_scores(rng, int(n), share, alike))
        for n, share in zip(rng.integers(3, 25, 600), rng.beta(60, 10, 600), strict=True)
    ]
    assert pooled_variance_ratio(cells) == pytest.approx(expected, abs=0.03)


def test_too_few_persons_shorten_nothing() -> None:
    rng = np.random.default_rng(3)
    cells = [totals(persons_scores(rng, 20, 0.85, 0.4)) for _ in range(49)]
    assert pooled_variance_ratio(cells) == 1
    assert pooled_variance_ratio([*cells, totals(persons_scores(rng, 20, 0.85, 0.4))]) < 0.9
    assert pooled_variance_ratio([]) == 1
    assert pooled_variance_ratio([totals([60] * 2000)]) == 1
    assert pooled_variance_ratio([totals([30])] * 2000) == 1


def test_the_variance_ratio_has_a_floor() -> None:
    assert pooled_variance_ratio([totals([30] * 1000 + [31])]) == pytest.approx(1 / 6)


@pytest.mark.parametrize("n", [10, 30, 100])
def test_the_attitude_index_covers_the_truth(n: int) -> None:
    """With the pooled ratio 93–98 % of intervals hold the truth; with the cell's own variance far fewer would."""
    rng = np.random.default_rng(4)
    covered = []
    for share in (0.7, 0.85, 0.93):
        for _ in range(500):
            interval = attitude_index(*totals(persons_scores(rng, n, share, 0.45)), variance_ratio=0.56).interval
            assert interval is not None
            covered.append(interval.low <= share <= interval.high)
    assert 0.93 <= np.mean(covered) <= 0.98


def test_wrong_input_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="five whole numbers"):
        top_two_index([1, 2, 3])
    with pytest.raises(ValueError, match="five whole numbers"):
        mean_rating([1, 2, 3, 4, 0.5])
    with pytest.raises(ValueError, match="must not be negative"):
        distribution([1, 2, 3, 4, -1])
    with pytest.raises(ValueError, match="between 0 and 60·n"):
        attitude_index(2, 121, 7261)
    with pytest.raises(ValueError, match="no 2 scores"):
        attitude_index(2, 60, 1799)
    with pytest.raises(ValueError, match="no 2 scores"):
        attitude_index(2, 60, 3601)
    with pytest.raises(ValueError, match="variance_ratio must"):
        attitude_index(2, 60, 1800, variance_ratio=0)
    with pytest.raises(ValueError, match="between 0 and 60·n"):
        pooled_variance_ratio([(1, 61, 3721)])
