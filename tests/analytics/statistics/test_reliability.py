"""Reliability against R's psych package, a second program, and data made to have a known reliability."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from statsmodels.multivariate.factor import Factor

from analytics.statistics.reliability import (
    ceiling_share,
    cronbach_alpha,
    cronbach_alpha_from_covariance,
    item_rest_correlation,
    mcdonald_omega,
    scale_report,
    without_straight_liners,
)
from tests.analytics.statistics.reference import attitude_survey, reference

PSYCH = reference("alpha_omega")
ATTITUDE = attitude_survey()
NAN = float("nan")

ratings = arrays.arrays(np.float64, st.tuples(st.integers(8, 30), st.integers(3, 6)), elements=st.integers(1, 5))


@pytest.mark.oracle
def test_alpha_of_the_attitude_survey() -> None:
    alpha = cronbach_alpha(ATTITUDE)
    assert alpha.value == pytest.approx(PSYCH["raw_alpha"], abs=1e-8)
    assert [round(end, 2) for end in alpha.interval] == PSYCH["feldt_95"]
    assert (alpha.n, alpha.items) == (30, 7)


@pytest.mark.oracle
def test_omega_of_the_attitude_survey() -> None:
    assert mcdonald_omega(ATTITUDE).value == pytest.approx(PSYCH["omega_ml_one_factor"], abs=1e-6)


@pytest.mark.oracle
def test_the_factor_is_that_of_another_program() -> None:
    omega = mcdonald_omega(ATTITUDE)
    fitted = Factor(ATTITUDE, n_factor=1, method="ml").fit()
    assert np.abs(fitted.loadings[:, 0]) == pytest.approx(omega.loadings, abs=1e-3)
    assert fitted.uniqueness == pytest.approx(omega.uniquenesses, abs=1e-3)


def test_alpha_by_hand() -> None:
    """Two items, variances 1 and 1, covariance ½: α = 2·(1 − 2/3)."""
    assert cronbach_alpha_from_covariance([[1, 0.5], [0.5, 1]], 100).value == pytest.approx(2 / 3)


@given(ratings)
def test_alpha_does_not_depend_on_order_or_level(table: NDArray[np.float64]) -> None:
    if table.sum(axis=1).std() == 0:
        with pytest.raises(ValueError, match="never varies"):
            cronbach_alpha(table)
        return
    alpha = cronbach_alpha(table)
    assert alpha.value <= 1 + 1e-9
    assert alpha.interval.low <= alpha.value + 1e-9 and alpha.value - 1e-9 <= alpha.interval.high
    shuffled = cronbach_alpha(table[::-1, ::-1] * 25 - 25)
    assert shuffled.value == pytest.approx(alpha.value, abs=1e-6)


@given(ratings)
def test_item_rest_correlation_by_numpy(table: NDArray[np.float64]) -> None:
    found = item_rest_correlation(table)
    for item, value in enumerate(found):
        rest = np.delete(table, item, axis=1).sum(axis=1)
        if table[:, item].std() == 0 or rest.std() == 0:
            assert np.isnan(value)
        else:
            assert value == pytest.approx(np.corrcoef(table[:, item], rest)[0, 1])


def test_alpha_and_omega_find_a_known_reliability() -> None:
    """Five items with loading 0.7 and unit variance: ω = α = 12.25/(12.25 + 5·0.51)."""
    rng = np.random.default_rng(1)
    table = 0.7 * rng.standard_normal((4000, 1)) + np.sqrt(0.51) * rng.standard_normal((4000, 5))
    truth = 3.5**2 / (3.5**2 + 5 * 0.51)
    assert mcdonald_omega(table).value == pytest.approx(truth, abs=0.01)
    assert cronbach_alpha(table).value == pytest.approx(truth, abs=0.01)
    assert mcdonald_omega(table).loadings == pytest.approx([0.7] * 5, abs=0.04)


def test_feldts_interval_covers_the_truth() -> None:
    rng = np.random.default_rng(2)
    truth = 3.5**2 / (3.5**2 + 5 * 0.51)
    covered = 0
    for _ in range(600):
        table = 0.7 * rng.standard_normal((60, 1)) + np.sqrt(0.51) * rng.standard_normal((60, 5))
        low, high = cronbach_alpha(table).interval
        covered += low <= truth <= high
    assert covered / 600 == pytest.approx(0.95, abs=0.025)


def test_unequal_loadings_show_in_omega() -> None:
    rng = np.random.default_rng(3)
    loadings = np.array([0.9, 0.9, 0.3, 0.3])
    table = loadings * rng.standard_normal((5000, 1)) + np.sqrt(1 - loadings**2) * rng.standard_normal((5000, 4))
    assert mcdonald_omega(table).value > cronbach_alpha(table).value + 0.01


def test_persons_who_left_an_item_out_are_dropped() -> None:
    gaps = np.vstack([ATTITUDE, [[NAN, 1, 1, 1, 1, 1, 1]]])
    assert cronbach_alpha(gaps) == cronbach_alpha(ATTITUDE)


def test_ceiling_and_straight_liners() -> None:
    table = np.array([[5, 5, 5], [5, 4, 3], [5, NAN, 5], [NAN, NAN, 2], [4, 4, 4], [NAN, NAN, NAN]])
    assert ceiling_share(table) == pytest.approx([3 / 4, 1 / 3, 2 / 5])
    assert np.isnan(ceiling_share(np.array([[NAN, 1]]))[0])
    kept = without_straight_liners(table)
    assert kept.shape == (2, 3)
    assert kept[0].tolist() == [5, 4, 3] and kept[1, 2] == 2


def test_a_report_holds_all() -> None:
    report = scale_report(ATTITUDE)
    assert report.alpha == cronbach_alpha(ATTITUDE) and report.omega == mcdonald_omega(ATTITUDE)
    assert report.item_rest.shape == report.ceiling.shape == (7,)


def test_wrong_input_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="at least two items"):
        cronbach_alpha([[1], [2], [3]])
    with pytest.raises(ValueError, match="three persons who answered every item, not 2"):
        cronbach_alpha(np.array([[1, 2], [2, 1], [NAN, 3]]))
    with pytest.raises(ValueError, match="square of at least two items"):
        cronbach_alpha_from_covariance([[1, 2, 3], [1, 2, 3]], 10)
    with pytest.raises(ValueError, match="at least three persons, not 2"):
        cronbach_alpha_from_covariance([[1, 0], [0, 1]], 2)
    with pytest.raises(ValueError, match="at least three items"):
        mcdonald_omega([[1, 2], [2, 1], [3, 3]])
    with pytest.raises(ValueError, match="at least 5 complete persons"):
        mcdonald_omega([[1, 2, 3], [2, 1, 3], [3, 3, 1]])
    with pytest.raises(ValueError, match="everybody answered alike"):
        mcdonald_omega([[5, 2, 3], [5, 1, 3], [5, 3, 1], [5, 2, 2], [5, 1, 1]])
