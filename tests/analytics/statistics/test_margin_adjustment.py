"""Weighting from margins alone: another program's regression, the laws of its margins, and what it gives up."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analytics.statistics.adjustment import adjust_to_visits, rake
from analytics.statistics.margin_adjustment import additive_shares, adjust_by_margins

COUNTS = np.array([[12, 60], [8, 45], [5, 22], [15, 30]])
SATISFIED = np.array([[11.5, 52], [5, 41.25], [2, 12], [13, 27.5]])
VISITS = [[300, 260, 240, 200], [280, 720]]

counts = st.lists(st.lists(st.integers(0, 60), min_size=2, max_size=2), min_size=2, max_size=5).map(np.array)


def margins_of(table: NDArray[np.floating] | NDArray[np.integer]) -> list[NDArray[np.float64]]:
    return [table.sum(axis=1).astype(float), table.sum(axis=0).astype(float)]


@pytest.mark.oracle
def test_the_shares_are_those_of_a_regression_on_every_person() -> None:
    """statsmodels, on one row per cell with its persons as weight, which may see the cells' own scores."""
    rows, columns = np.indices(COUNTS.shape).reshape(2, -1)
    design = np.column_stack([rows[:, np.newaxis] == np.arange(4), columns == 1]).astype(float)
    fitted = sm.WLS((SATISFIED / COUNTS).ravel(), design, weights=COUNTS.ravel()).fit().fittedvalues
    assert additive_shares(COUNTS, margins_of(SATISFIED)) == pytest.approx(fitted.reshape(4, 2))


@given(counts, st.data())
def test_the_margins_are_kept_and_additive_cells_are_found(table: NDArray[np.int64], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.floats(0.3, 0.8), min_size=len(table), max_size=len(table)))
    shares = np.array(rows)[:, np.newaxis] + np.array([0.0, data.draw(st.floats(-0.2, 0.2))])
    found = additive_shares(table, margins_of(shares * table))
    assert (found * table).sum(axis=0) == pytest.approx((shares * table).sum(axis=0), abs=1e-6)
    assert (found * table).sum(axis=1) == pytest.approx((shares * table).sum(axis=1), abs=1e-6)
    if (table > 0).all():
        assert found == pytest.approx(shares)


def test_with_one_dimension_it_is_plain_weighting() -> None:
    plain = adjust_to_visits([80, 20, 4], [72, 10, 4], [[500, 400, 100]], variance_ratio=0.6)
    assert adjust_by_margins([80, 20, 4], [[72, 10, 4]], [[500, 400, 100]], variance_ratio=0.6) == plain
    assert plain.adjusted is not None


def test_with_two_it_raked_the_counts_and_knows_no_cell() -> None:
    share = adjust_by_margins(COUNTS, margins_of(SATISFIED), VISITS)
    weights = rake(COUNTS, VISITS).weights
    fitted = additive_shares(COUNTS, margins_of(SATISFIED)) * COUNTS
    assert share.raw == pytest.approx(SATISFIED.sum() / COUNTS.sum())
    assert share.adjusted == pytest.approx((weights * fitted).sum() / (weights * COUNTS).sum())
    assert share.refusal is None and share.design_effect > 1
    # Scores moved round a square of cells leave every margin as it was, and so the result.
    moved = SATISFIED + np.array([[0.5, -0.5], [-0.5, 0.5], [0, 0], [0, 0]])
    assert adjust_by_margins(COUNTS, margins_of(moved), VISITS).adjusted == pytest.approx(share.adjusted)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_it_is_near_to_raking_with_every_cell_known(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.integers(10, 60, (4, 2))
    happy = rng.binomial(table, np.array([[0.9], [0.85], [0.75], [0.7]]))
    visits = [rng.uniform(150, 350, 4), np.array([300.0, 700.0])]
    whole, margins_only = adjust_to_visits(table, happy, visits), adjust_by_margins(table, margins_of(happy), visits)
    assert margins_only.refusal is whole.refusal
    if whole.adjusted is not None and margins_only.adjusted is not None:
        assert margins_only.adjusted == pytest.approx(whole.adjusted, abs=0.06)


def test_both_dimensions_take_their_bias_away() -> None:
    """Happier domains and people without a code answer more readily; channels differ alike in all domains."""
    rng = np.random.default_rng(5)
    visits = np.outer([0.4, 0.3, 0.2, 0.1], [0.3, 0.7]) * 2_000
    truth = np.array([[0.92], [0.88], [0.78], [0.65]]) + np.array([0.03, -0.03])
    willing = np.outer([0.12, 0.1, 0.06, 0.05], [0.8, 1.2])
    raw, adjusted = [], []
    for _ in range(300):
        table = rng.binomial(visits.round().astype(int), willing)
        share = adjust_by_margins(table, margins_of(rng.binomial(table, truth)), margins_of(visits))
        assert share.raw is not None and share.adjusted is not None
        raw.append(share.raw - (visits * truth).sum() / visits.sum())
        adjusted.append(share.adjusted - (visits * truth).sum() / visits.sum())
    assert np.mean(raw) > 0.01
    assert abs(np.mean(adjusted)) < 0.004


def test_shares_stay_between_0_and_1() -> None:
    shares = additive_shares([[10, 10], [10, 10]], [[20, 0], [1, 19]])
    assert shares.min() == 0 and shares.max() == 1


def test_wrong_input_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match=r"successes of \[2\] strata do not fit a table of \(2, 2\)"):
        additive_shares([[1, 2], [3, 4]], [[1, 2]])
    with pytest.raises(ValueError, match="their sums must be one"):
        additive_shares([[1, 2], [3, 4]], [[1, 2], [1, 1]])
    with pytest.raises(ValueError, match="between 0 and n in every stratum"):
        additive_shares([1, 2], [[2, 1]])
    with pytest.raises(ValueError, match="successes must be finite"):
        additive_shares([1, 2], [[float("nan"), 1]])
    with pytest.raises(ValueError, match="margins of"):
        adjust_by_margins([1, 2], [[1, 1]], [[1, 1, 1]])
