"""Weighting to the visits: an independent optimiser, the laws of raking, refusals, and less bias by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import optimize

from analytics.statistics.adjustment import (
    AdjustedShare,
    Refusal,
    adjust_to_visits,
    collapse_strata,
    design_effect,
    post_stratify,
    rake,
)
from analytics.statistics.intervals import wilson_interval

ANSWERS = np.array([[40, 30, 20, 10], [35, 50, 100, 75], [30, 80, 70, 120], [20, 30, 40, 50]])
ROWS, COLUMNS = [150, 300, 400, 150], [200, 300, 400, 100]
UNCUT = (0.0, 1e9)

tables = st.lists(st.lists(st.integers(1, 60), min_size=3, max_size=3), min_size=2, max_size=4).map(np.array)


def margins_of(table: NDArray[np.floating]) -> list[NDArray[np.floating]]:
    return [table.sum(axis=1), table.sum(axis=0)]


def test_raking_meets_both_margins() -> None:
    weighting = rake(ANSWERS, [ROWS, COLUMNS])
    weighted = weighting.weights * ANSWERS / ANSWERS.sum() * 1000
    assert weighted.sum(axis=1) == pytest.approx(ROWS, abs=1e-5)
    assert weighted.sum(axis=0) == pytest.approx(COLUMNS, abs=1e-5)
    assert weighting.converged and weighting.discrepancy < 1e-8 and weighting.refusal is None


@pytest.mark.oracle
def test_raking_is_the_nearest_table_with_these_margins() -> None:
    """Minimising the Kullback–Leibler divergence by its dual, with a general optimiser, gives the same weights."""
    shares, rows, columns = ANSWERS / ANSWERS.sum(), np.array(ROWS) / 1000, np.array(COLUMNS) / 1000

    def dual(potentials: NDArray[np.float64]) -> float:
        row, column = potentials[:4, np.newaxis], potentials[np.newaxis, 4:]
        return float((shares * np.exp(row + column)).sum() - rows @ potentials[:4] - columns @ potentials[4:])

    found = optimize.minimize(dual, np.zeros(8), method="BFGS", options={"gtol": 1e-9}).x
    expected = np.exp(found[:4, np.newaxis] + found[np.newaxis, 4:])
    assert rake(ANSWERS, [ROWS, COLUMNS], bounds=UNCUT).weights == pytest.approx(expected, rel=1e-4)


@given(tables, st.data())
def test_raking_keeps_odds_ratios(table: NDArray[np.int64], data: st.DataObject) -> None:
    vectors = [data.draw(st.lists(st.integers(1, 50), min_size=size, max_size=size)) for size in table.shape]
    w = rake(table, vectors, bounds=UNCUT).weights
    assert w[0, 0] * w[1, 1] / (w[0, 1] * w[1, 0]) == pytest.approx(1)


@given(tables)
def test_answers_in_the_mix_of_visits_are_left_alone(table: NDArray[np.int64]) -> None:
    weighting = rake(table, margins_of(table * 7.0))
    assert weighting.weights == pytest.approx(np.ones(table.shape))
    assert weighting.design_effect == pytest.approx(1)


@settings(max_examples=50)
@given(tables, st.data())
def test_weights_are_cut_and_keep_their_mean(table: NDArray[np.int64], data: st.DataObject) -> None:
    vectors = [data.draw(st.lists(st.integers(0, 500), min_size=s, max_size=s).filter(any)) for s in table.shape]
    weighting = rake(table, vectors, max_cycles=300)
    assert (weighting.weights >= 0.2 - 1e-12).all() and (weighting.weights <= 5 + 1e-12).all()
    assert (weighting.refusal is Refusal.DESIGN_EFFECT) == (weighting.design_effect > 2)
    if weighting.refusal is None:
        assert (weighting.weights * table).sum() / table.sum() == pytest.approx(1)
        assert weighting.discrepancy <= 0.05


def test_post_stratification_by_hand() -> None:
    weighting = post_stratify([[50, 30], [15, 5]], [[400, 300], [200, 100]])
    assert weighting.weights == pytest.approx(np.array([[0.8, 1.0], [4 / 3, 2.0]]))
    assert weighting.weights.shape == (2, 2)
    assert rake([50, 30, 15, 5], [[4, 3, 2, 1]]).weights == pytest.approx(weighting.weights.ravel())


def test_kish_design_effect_by_hand() -> None:
    """Half of the people with weight 3, half with 1: 2·(9 + 1)/(3 + 1)²."""
    assert design_effect([3, 1], [50, 50]) == pytest.approx(1.25)
    assert design_effect([[2, 2]], [[10, 30]]) == 1


@pytest.mark.parametrize(
    ("counts", "margins", "refusal"),
    [
        ([0, 0], [[1, 1]], Refusal.NO_ANSWERS),
        ([5, 5], [[0, 0]], Refusal.NO_VISITS),
        ([5, 0], [[9, 1]], Refusal.EMPTY_STRATUM),
        ([82, 18], [[20, 80]], Refusal.DESIGN_EFFECT),
        ([95, 5], [[20, 80]], Refusal.DISCREPANCY),
    ],
)
def test_refusals(counts: list[int], margins: list[list[int]], refusal: Refusal) -> None:
    weighting = rake(counts, margins)
    assert weighting.refusal is refusal
    share = adjust_to_visits(np.array(counts) * 10, np.array(counts) * 8, margins)
    assert (share.refusal, share.adjusted, share.adjusted_interval) == (refusal, None, None)
    assert share.raw == (pytest.approx(0.8) if sum(counts) else None)


def test_small_strata_are_merged() -> None:
    assert collapse_strata([40, 9, 25, 3]) == ((0,), (1, 3), (2,))
    assert collapse_strata([40, 4, 25, 3]) == ((0,), (1, 2, 3))
    assert collapse_strata([40, 25]) == ((0,), (1,))
    assert collapse_strata([4, 3, 0]) == ((0, 1, 2),)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12))
def test_merged_strata_hold_the_minimum_and_lose_nobody(counts: list[int]) -> None:
    groups = collapse_strata(counts)
    assert sorted(position for group in groups for position in group) == list(range(len(counts)))
    if sum(counts) >= 10:
        assert all(sum(counts[position] for position in group) >= 10 for group in groups)


def test_adjusted_share_by_hand() -> None:
    """80 answers from a domain at 90 %, 20 from one at 50 %, visits half and half."""
    share = adjust_to_visits([80, 20], [72, 10], [[500, 500]])
    assert share.raw == pytest.approx(0.82) and share.adjusted == pytest.approx(0.7)
    effect = design_effect([0.625, 2.5], [80, 20])
    assert share.design_effect == pytest.approx(effect)
    assert share.raw_interval == wilson_interval(82, 100)
    assert share.adjusted_interval is not None
    assert list(share.adjusted_interval) == pytest.approx(list(wilson_interval(70 / effect, 100 / effect) or ()))


def test_small_domains_are_adjusted_as_one() -> None:
    counts, successes = np.array([[40, 20], [5, 0], [2, 8]]), np.array([[36, 18], [4, 0], [1, 6]])
    share = adjust_to_visits(counts, successes, [[100, 60, 40], [150, 50]])
    merged = adjust_to_visits([[40, 20], [7, 8]], [[36, 18], [5, 6]], [[100, 100], [150, 50]])
    assert share == merged and share.refusal is None


def simulated_quarter(rng: np.random.Generator) -> tuple[AdjustedShare, float]:
    """Visits in five domains of unlike satisfaction; people of the happier domains answer more often."""
    visits = rng.multinomial(3000, [0.35, 0.25, 0.2, 0.12, 0.08])
    satisfied = np.array([0.92, 0.9, 0.85, 0.7, 0.6])
    counts = rng.binomial(visits, [0.12, 0.1, 0.07, 0.05, 0.05])
    share = adjust_to_visits(counts, rng.binomial(counts, satisfied), [visits])
    return share, float(visits @ satisfied / visits.sum())


def test_raking_removes_the_bias_of_who_answers_and_keeps_coverage() -> None:
    rng = np.random.default_rng(7)
    raw, adjusted, covered = [], [], []
    for _ in range(400):
        share, truth = simulated_quarter(rng)
        assert share.raw is not None and share.adjusted is not None and share.adjusted_interval is not None
        raw.append(share.raw - truth)
        adjusted.append(share.adjusted - truth)
        covered.append(share.adjusted_interval.low <= truth <= share.adjusted_interval.high)
    assert np.mean(raw) > 0.02
    assert abs(np.mean(adjusted)) < 0.004
    assert 0.93 <= np.mean(covered) <= 0.99


def test_wrong_input_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match=r"margins of \[2, 2\] strata do not fit a table of \(2,\)"):
        rake([1, 2], [[1, 2], [1, 2]])
    with pytest.raises(ValueError, match="both sides of 1"):
        rake([1, 2], [[1, 2]], bounds=(1.5, 5))
    with pytest.raises(ValueError, match="margins must not be negative"):
        rake([1, 2], [[1, -2]])
    with pytest.raises(ValueError, match="do not fit counts"):
        post_stratify([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="do not fit counts"):
        adjust_to_visits([1, 2], [1, 2, 3], [[1, 1]])
    with pytest.raises(ValueError, match="between 0 and n"):
        adjust_to_visits([1, 2], [2, 2], [[1, 1]])
    with pytest.raises(ValueError, match="do not fit counts"):
        design_effect([1, 2], [1])
    with pytest.raises(ValueError, match="sum of the weights"):
        design_effect([0], [1])
