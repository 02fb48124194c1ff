"""The one verdict of the newest week."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analytics.statistics.control_charts import laney_p_chart
from analytics.statistics.weekly_signals import MINIMUM_BASELINE, Verdict, judge_newest, weekly_limits

norm_tail = stats.norm.cdf(-3)

QUIET = [86, 84, 88, 85, 83, 87, 86, 85, 84, 88, 86, 85, 87, 83, 86, 85]


def test_a_usual_week() -> None:
    signal = judge_newest([*QUIET, 84], [100] * 17)
    assert (signal.verdict, signal.drift) == (Verdict.USUAL, Verdict.USUAL)
    assert signal.center == pytest.approx(sum(QUIET) / 1600)
    assert signal.lower is not None and signal.upper is not None and signal.lower < 0.84 < signal.upper
    assert signal.visible_drop is not None and 0.1 < signal.visible_drop < 0.2


@pytest.mark.parametrize(("newest", "verdict"), [(60, Verdict.BELOW), (99, Verdict.ABOVE)])
def test_a_clear_change(newest: int, verdict: Verdict) -> None:
    assert judge_newest([*QUIET, newest], [100] * 17).verdict is verdict


def test_the_usual_level_is_at_least_as_wide_as_the_laney_limits() -> None:
    successes, sizes = [*QUIET, 70], [100] * 17
    chart = laney_p_chart(successes, sizes, baseline=16, minimum_sigma_z=1)
    limits = weekly_limits(successes, sizes, baseline=16)
    assert (limits.lower <= chart.lower).all() and (limits.upper >= chart.upper).all()
    assert limits.lower[0] == pytest.approx(chart.lower[0], abs=0.03)
    signal = judge_newest(successes, sizes)
    assert (signal.lower, signal.upper) == (limits.lower[-1], limits.upper[-1])
    assert (signal.verdict, signal.drift) == (limits.verdicts[-1], limits.drifts[-1])


@pytest.mark.oracle
def test_the_exact_limit_is_the_tail_of_the_beta_binomial() -> None:
    """X = 93 of 100, then a week of 20: the limit lies between the whole numbers on both sides of 0.135 %."""
    limits = weekly_limits([46, 47, 20], [50, 50, 20], baseline=2)
    predicted = stats.betabinom(20, 93.5, 7.5)
    lower = limits.lower[-1] * 20
    assert predicted.cdf(np.floor(lower)) <= norm_tail < predicted.cdf(np.ceil(lower))


def test_weeks_without_answers_get_no_verdict() -> None:
    limits = weekly_limits([*QUIET, 0, 84], [100] * 16 + [0, 100], baseline=16)
    assert limits.verdicts[16:] == (Verdict.NOT_JUDGED, Verdict.USUAL)
    assert limits.drifts[16:] == (Verdict.NOT_JUDGED, Verdict.USUAL)
    assert np.isnan(limits.lower[16])


@pytest.mark.parametrize(("n", "share"), [(10, 0.93), (20, 0.85), (20, 0.97), (60, 0.9)])
def test_quiet_units_seldom_cry_wolf(n: int, share: float) -> None:
    """At most a few thousandths of quiet weeks, even for small n near 100 %, where plain limits fail."""
    rng = np.random.default_rng(21)
    loud = []
    for _ in range(100):
        sizes = rng.poisson(n, 42) + 1
        limits = weekly_limits(rng.binomial(sizes, share), sizes, baseline=16)
        loud += [verdict in (Verdict.BELOW, Verdict.ABOVE) for verdict in limits.verdicts[16:]]
    assert np.mean(loud) < 0.005


def test_a_large_drop_in_one_week_is_seen() -> None:
    rng = np.random.default_rng(22)
    seen = 0
    for _ in range(100):
        successes = [*rng.binomial(60, 0.87, 16), rng.binomial(60, 0.62)]
        seen += judge_newest(successes, [60] * 17).verdict is Verdict.BELOW
    assert seen >= 80


def test_slow_drift_is_found_against_a_kept_baseline() -> None:
    declining = [*QUIET, 82, 80, 79, 79, 78]
    signal = judge_newest(declining, [100] * len(declining), baseline=16)
    assert (signal.verdict, signal.drift) == (Verdict.USUAL, Verdict.BELOW)


def test_too_few_earlier_weeks_are_not_judged() -> None:
    signal = judge_newest([*QUIET[: MINIMUM_BASELINE - 1], 20], [100] * MINIMUM_BASELINE)
    assert signal.verdict is signal.drift is Verdict.NOT_JUDGED
    assert (signal.n, signal.value, signal.baseline_weeks, signal.lower) == (100, 0.2, 11, None)


def test_an_empty_week_is_not_judged() -> None:
    signal = judge_newest([*QUIET, 0], [100] * 16 + [0])
    assert (signal.verdict, signal.value, signal.n) == (Verdict.NOT_JUDGED, None, 0)


def test_perfect_weeks_do_not_make_one_critic_a_signal() -> None:
    assert judge_newest([20] * 16 + [19], [20] * 17).verdict is Verdict.USUAL
    assert judge_newest([20] * 16 + [10], [20] * 17).verdict is Verdict.BELOW


def test_a_smaller_variance_ratio_narrows_the_floor_only() -> None:
    wide = judge_newest([*QUIET, 80], [100] * 17)
    narrow = judge_newest([*QUIET, 80], [100] * 17, variance_ratio=0.5)
    assert wide.sigma_z == 1 and narrow.sigma_z is not None and narrow.sigma_z < 1
    assert wide.lower is not None and narrow.lower is not None and wide.lower < narrow.lower


def test_wrong_input_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="must not hold the newest week"):
        judge_newest([*QUIET, 84], [100] * 17, baseline=17)
    with pytest.raises(ValueError, match="variance_ratio must"):
        judge_newest([*QUIET, 84], [100] * 17, variance_ratio=0)
