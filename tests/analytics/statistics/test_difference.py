"""The difference of two shares: the worked examples of its paper, its laws, and how often it holds the truth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.statistics.difference import Difference, share_difference
from analytics.statistics.intervals import Interval, wilson_interval


def difference(first: tuple[int, int], second: tuple[int, int]) -> Difference:
    intervals = [wilson_interval(*one) for one in (first, second)]
    assert intervals[0] is not None and intervals[1] is not None
    return share_difference(first[0] / first[1], intervals[0], second[0] / second[1], intervals[1])


@pytest.mark.parametrize(
    ("second", "first", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_newcombes_examples(second: tuple[int, int], first: tuple[int, int], low: float, high: float) -> None:
    """Newcombe, Statistics in Medicine 17 (1998) 873–890, table II, method 10."""
    found = difference(first, second)
    assert tuple(found.interval) == pytest.approx((low, high), abs=5e-5)


counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, counts)
def test_turned_round_it_is_the_same_with_the_other_sign(one: tuple[int, int], other: tuple[int, int]) -> None:
    there, back = difference(one, other), difference(other, one)
    assert there.value == pytest.approx(-back.value)
    assert (there.interval.low, there.interval.high) == pytest.approx((-back.interval.high, -back.interval.low))
    assert -1 <= there.interval.low <= there.value <= there.interval.high <= 1
    assert there.is_clear == back.is_clear


@given(counts)
def test_no_share_differs_from_itself(one: tuple[int, int]) -> None:
    assert not difference(one, one).is_clear


def test_a_share_outside_its_interval_is_refused() -> None:
    with pytest.raises(ValueError, match="lies outside its interval"):
        share_difference(0.5, Interval(0.6, 0.7), 0.5, Interval(0.4, 0.6))


def test_it_holds_the_truth_about_as_often_as_it_says() -> None:
    draw = np.random.default_rng(33)
    held = 0
    for before, after in draw.binomial((80, 120), (0.86, 0.80), (2_000, 2)):
        interval = difference((int(before), 80), (int(after), 120)).interval
        held += interval.low <= -0.06 <= interval.high
    assert 0.935 <= held / 2_000 <= 0.975
