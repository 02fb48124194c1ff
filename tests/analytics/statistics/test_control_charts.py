"""Control charts against published data, their laws, and their promise by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.statistics.control_charts import (
    ewma_chart,
    laney_p_chart,
    smallest_visible_drop,
    xmr_chart,
)
from tests.analytics.statistics.reference import reference

EMERGENCY = reference("laney_p_prime")
NIST_EWMA = reference("ewma")
NIST_XMR = reference("xmr")


@pytest.mark.oracle
def test_laney_chart_of_emergency_departments() -> None:
    chart = laney_p_chart(EMERGENCY["r"], EMERGENCY["n"])
    assert chart.center == pytest.approx(EMERGENCY["center"], abs=1e-10)
    assert chart.sigma_z == pytest.approx(EMERGENCY["sigma_z"], abs=1e-6)
    for week, name in ((0, "limits_week_1"), (1, "limits_week_2")):
        assert [chart.lower[week], chart.upper[week]] == pytest.approx(EMERGENCY[name], abs=1e-8)
    assert np.flatnonzero(chart.signals).tolist() == EMERGENCY["outside_laney"]


@pytest.mark.oracle
def test_with_sigma_z_of_one_it_is_the_plain_p_chart() -> None:
    chart = laney_p_chart(EMERGENCY["r"], EMERGENCY["n"], sigma_z=1)
    assert [chart.lower[0], chart.upper[0]] == pytest.approx(EMERGENCY["plain_p_limits_week_1"], abs=1e-4)
    assert (np.flatnonzero(chart.signals) + 1).tolist() == EMERGENCY["outside_plain_p"]


@pytest.mark.oracle
def test_ewma_chart_of_the_nist_handbook() -> None:
    chart = ewma_chart(NIST_EWMA["x"], lam=NIST_EWMA["lambda"], center=NIST_EWMA["start"], sigma=NIST_EWMA["s"])
    assert chart.ewma == pytest.approx(NIST_EWMA["ewma"], abs=0.0051)
    assert [chart.lower[0], chart.upper[0]] == pytest.approx(NIST_EWMA["limits"], abs=1e-4)
    assert np.flatnonzero(chart.signals).tolist() == NIST_EWMA["signals"]


@pytest.mark.oracle
def test_xmr_chart_of_the_nist_handbook() -> None:
    chart = xmr_chart(NIST_XMR["x"])
    assert chart.center == pytest.approx(NIST_XMR["mean"], abs=1e-9)
    assert chart.mean_moving_range == pytest.approx(NIST_XMR["mean_moving_range"], abs=5e-5)
    assert [chart.lower, chart.upper] == pytest.approx(NIST_XMR["limits"], abs=2e-4)
    assert not chart.signals.any()


def test_exact_ewma_limits_widen_to_the_steady_state() -> None:
    exact = ewma_chart([0.0] * 60, center=0, sigma=1, steady_state=False)
    steady = ewma_chart([0.0] * 60, center=0, sigma=1)
    assert exact.upper[0] == pytest.approx(3 * 0.2)
    assert (np.diff(exact.upper) >= 0).all()
    assert exact.upper[-1] == pytest.approx(steady.upper[-1], abs=1e-5)


def test_a_new_week_is_judged_against_earlier_ones() -> None:
    successes, sizes = [85, 88, 84, 86, 87, 83, 86, 85, 88, 84, 86, 85, 60], [100] * 13
    judged = laney_p_chart(successes, sizes, baseline=12)
    assert judged.signals.tolist() == [False] * 12 + [True]
    assert judged.center == pytest.approx(np.mean(successes[:12]) / 100)
    same = laney_p_chart(successes, sizes, baseline=slice(0, 12))
    assert (same.lower == judged.lower).all()


def test_kept_limits_need_no_baseline() -> None:
    chart = laney_p_chart([60], [100], center=0.85, sigma_z=1.2)
    assert chart.signals.tolist() == [True]
    assert chart.lower[0] == pytest.approx(0.85 - 3 * 1.2 * np.sqrt(0.85 * 0.15 / 100))


def test_weeks_without_answers_are_skipped() -> None:
    with_gap = laney_p_chart([8, 0, 9, 7, 10], [10, 0, 10, 10, 12])
    without = laney_p_chart([8, 9, 7, 10], [10, 10, 10, 12])
    assert with_gap.sigma_z == without.sigma_z
    assert np.isnan(with_gap.lower[1]) and np.isnan(with_gap.proportions[1]) and not with_gap.signals[1]
    gapped = ewma_chart([1.0, float("nan"), 2.0], center=0, sigma=1)
    assert np.isnan(gapped.ewma[1]) and gapped.ewma[2] == ewma_chart([1.0, 2.0], center=0, sigma=1).ewma[1]
    assert xmr_chart([1.0, float("nan"), 3.0, 4.0]).mean_moving_range == pytest.approx(1.5)


def test_perfect_weeks_have_limits() -> None:
    """With a centre of 1 the plain formula has no width; another answer must not be infinitely far away."""
    chart = laney_p_chart([30] * 12 + [20], [30] * 13, baseline=12, minimum_sigma_z=1)
    assert (chart.center, chart.upper[-1]) == (1, 1)
    assert 0.9 < chart.lower[-1] < 1
    assert np.isfinite(chart.z).all()


counts = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=3, max_size=40)


@given(counts)
def test_limits_hold_the_centre_and_narrow_with_n(pairs: list[tuple[int, int]]) -> None:
    successes, sizes = np.array([min(p) for p in pairs]), np.array([max(p) for p in pairs])
    if np.count_nonzero(sizes) < 2:
        with pytest.raises(ValueError, match="two points"):
            laney_p_chart(successes, sizes, minimum_sigma_z=1)
        return
    chart = laney_p_chart(successes, sizes, minimum_sigma_z=1)
    seen = sizes > 0
    assert ((chart.lower <= chart.center) & (chart.center <= chart.upper))[seen].all()
    by_size = np.argsort(sizes[seen], kind="stable")
    assert (np.diff(chart.lower[seen][by_size]) >= -1e-12).all()
    assert not chart.signals[~seen].any()


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=30), st.floats(0.05, 1))
def test_an_ewma_lies_within_its_values(values: list[float], lam: float) -> None:
    chart = ewma_chart(values, lam=lam, center=0, sigma=1)
    bounds = [*values, 0.0]
    assert (chart.ewma >= min(bounds) - 1e-9).all() and (chart.ewma <= max(bounds) + 1e-9).all()
    if lam == 1:
        assert chart.ewma == pytest.approx(values)


def test_the_visible_drop_is_seen_as_often_as_promised() -> None:
    rng = np.random.default_rng(5)
    for size in (60, 150, 400):
        drop = smallest_visible_drop(0.85, size)
        assert drop is not None
        limit = laney_p_chart([0], [size], center=0.85, sigma_z=1).lower[0]
        seen = np.mean(rng.binomial(size, 0.85 - drop, 20_000) / size < limit)
        assert seen == pytest.approx(0.8, abs=0.05)


def test_small_weeks_see_only_large_drops() -> None:
    drops = [smallest_visible_drop(0.85, size) for size in (20, 50, 100, 300)]
    assert all(drop is not None for drop in drops)
    assert drops == sorted(drops, key=lambda drop: -(drop or 0))
    assert drops[0] is not None and drops[0] > 0.3
    assert smallest_visible_drop(0.85, 1) is None
    wide = smallest_visible_drop(0.85, 100, sigma_z=1.5)
    assert wide is not None and drops[2] is not None and wide > drops[2]


@given(st.floats(0.05, 0.95), st.floats(2, 2000), st.floats(0.5, 2), st.floats(0.5, 0.95))
def test_a_visible_drop_can_happen(center: float, size: float, sigma_z: float, power: float) -> None:
    drop = smallest_visible_drop(center, size, sigma_z, power)
    assert drop is None or 0 < drop < center


def test_quiet_units_seldom_signal() -> None:
    """The promise of three sigmas: about 0.3 % of quiet weeks, with the baseline itself uncertain under 1 %."""
    rng = np.random.default_rng(11)
    signals = 0
    for _ in range(300):
        sizes = rng.poisson(40, 42) + 1
        chart = laney_p_chart(rng.binomial(sizes, 0.85), sizes, baseline=16, minimum_sigma_z=1)
        signals += int(chart.signals[16:].sum())
    assert 0.0005 < signals / (300 * 26) < 0.01


def test_a_lasting_drop_is_found_by_the_ewma() -> None:
    rng = np.random.default_rng(12)
    found = 0
    for _ in range(100):
        sizes = np.full(24, 100)
        successes = rng.binomial(sizes, np.where(np.arange(24) < 16, 0.87, 0.79))
        chart = laney_p_chart(successes, sizes, baseline=16, minimum_sigma_z=1)
        found += bool(ewma_chart(chart.standardised, center=0, sigma=1).signals[16:].any())
    assert found > 80


def test_wrong_input_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="between 0 and n"):
        laney_p_chart([5], [3])
    with pytest.raises(ValueError, match="one length, not 2 and 3"):
        laney_p_chart([1, 1], [2, 2, 2])
    with pytest.raises(ValueError, match="between 2 and the number of points 3, not 9"):
        laney_p_chart([1, 1, 1], [2, 2, 2], baseline=9)
    with pytest.raises(ValueError, match="needs a floor"):
        laney_p_chart([1, 1, 1], [2, 2, 2])
    with pytest.raises(ValueError, match="center must lie"):
        laney_p_chart([1, 1, 1], [2, 2, 2], center=1.5, sigma_z=1)
    with pytest.raises(ValueError, match="non-empty list"):
        xmr_chart([])
    with pytest.raises(ValueError, match="must be numbers"):
        xmr_chart(["many"])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="lam must"):
        ewma_chart([1.0, 2.0], lam=0)
    with pytest.raises(ValueError, match="sigma must"):
        ewma_chart([1.0, 1.0])
    with pytest.raises(ValueError, match="power must"):
        smallest_visible_drop(0.8, 20, power=0.3)
    with pytest.raises(ValueError, match="center must"):
        smallest_visible_drop(1, 20)
