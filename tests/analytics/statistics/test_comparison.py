"""Comparing units: reference values, laws, and the promises by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.multitest import multipletests

from analytics.statistics.comparison import (
    benjamini_hochberg,
    direct_standardise,
    funnel_limits,
    james_stein,
    probability_above,
    probability_among_best,
    rank_intervals,
    shrink,
    standard_errors_of_shares,
)
from analytics.statistics.ranking import _surely_better_and_worse
from tests.analytics.statistics.reference import pisa_mathematics, reference

FUNNEL = reference("funnel_additive_tau2")
BASEBALL = reference("shrinkage")
HITS = BASEBALL["hits_of_45"]
COUNTRIES, SCORES, ERRORS = pisa_mathematics()

# Benjamini & Hochberg (1995), section 3: p-values of fifteen comparisons in a trial of thrombolysis.
THROMBOLYSIS = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
    0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
]  # fmt: skip


@pytest.mark.oracle
def test_funnel_of_the_reference_program() -> None:
    funnel = funnel_limits(FUNNEL["r"], FUNNEL["n"])
    assert funnel.target == pytest.approx(FUNNEL["target"], abs=1e-9)
    assert funnel.phi == pytest.approx(FUNNEL["phi"], abs=1e-9)
    assert funnel.tau2 == pytest.approx(FUNNEL["tau2"], abs=1e-9)
    assert funnel.z == pytest.approx(FUNNEL["z"], abs=1e-7)
    for confidence, name in ((0.95, "95"), (0.998, "99.8")):
        plain = [float(limit) for limit in funnel.limits(50, confidence, over_dispersed=False)]
        adjusted = [float(limit) for limit in funnel.limits(50, confidence)]
        assert plain == pytest.approx(FUNNEL["limits_n50"][name], abs=1e-7)
        assert adjusted == pytest.approx(FUNNEL["limits_n50"][f"{name}_od"], abs=1e-7)


def test_a_unit_is_outside_when_its_share_is_outside_the_drawn_limits() -> None:
    funnel = funnel_limits(FUNNEL["r"], FUNNEL["n"])
    shares = np.array(FUNNEL["r"]) / np.array(FUNNEL["n"])
    low, high = funnel.limits(funnel.sizes, 0.8)
    assert funnel.outside(0.8).any()
    assert (funnel.outside(0.8) == ((shares < low) | (shares > high))).all()
    assert (funnel.outside(0.8) == (funnel.p_values < 0.2)).all()


@pytest.mark.oracle
@pytest.mark.parametrize("share", [0.0, 0.05, 0.1, 0.25])
def test_what_winsorising_takes_is_given_back(share: float) -> None:
    """The mean square of cut normals by scipy's integration; φ of the published method divided by it."""
    end = stats.norm.ppf(1 - share) if share else np.inf
    kept = stats.norm.expect(lambda z: min(abs(z), end) ** 2)
    plain = funnel_limits(FUNNEL["r"], FUNNEL["n"], winsorise=share)
    corrected = funnel_limits(FUNNEL["r"], FUNNEL["n"], winsorise=share, corrected=True)
    assert corrected.phi == pytest.approx(plain.phi / kept, rel=1e-6)
    assert (corrected.p_values >= plain.p_values).all()


def test_corrected_limits_seldom_name_an_ordinary_unit_and_still_the_bad_one() -> None:
    rng = np.random.default_rng(12)
    published: list[int] = []
    corrected: list[int] = []
    bad = []
    for _ in range(200):
        truth = stats.norm.cdf(rng.normal(1.1, 0.16, 95))
        truth[0] = 0.55
        sizes = rng.integers(120, 600, 95)
        successes = rng.binomial(sizes, truth)
        for found, funnel in (
            (published, funnel_limits(successes, sizes)),
            (corrected, funnel_limits(successes, sizes, corrected=True)),
        ):
            found.append(benjamini_hochberg(funnel.p_values).rejected[1:].sum())
        bad.append(benjamini_hochberg(funnel.p_values).rejected[0])
    assert np.mean(corrected) < 0.35 < np.mean(published)
    assert np.mean(bad) > 0.9


def test_units_that_differ_by_chance_only_get_no_added_variance() -> None:
    rng = np.random.default_rng(1)
    funnels = [funnel_limits(rng.binomial(200, 0.85, 95), [200] * 95) for _ in range(50)]
    assert np.mean([funnel.tau2 for funnel in funnels]) < 0.0001
    assert np.mean([funnel.outside(0.95).mean() for funnel in funnels]) == pytest.approx(0.05, abs=0.02)


def test_ordinary_differences_between_units_are_no_outliers() -> None:
    rng = np.random.default_rng(2)
    plain, adjusted, found = [], [], 0
    for _ in range(50):
        sizes = rng.integers(100, 1000, 95)
        truth = rng.beta(85 * 0.6, 15 * 0.6, 95)
        truth[0] = 0.55
        funnel = funnel_limits(rng.binomial(sizes, truth), sizes)
        adjusted.append(funnel.outside()[1:].mean())
        plain.append((np.abs(funnel.z[1:]) > 3.09).mean())
        found += bool(funnel.outside()[0])
    assert np.mean(plain) > 0.1
    assert np.mean(adjusted) < 0.015
    assert found >= 45


@pytest.mark.oracle
def test_shrinkage_of_the_baseball_players() -> None:
    fitted = shrink(HITS, [45] * 18)
    assert fitted.alpha == pytest.approx(BASEBALL["beta_binomial_mle"]["alpha"], abs=0.01)
    assert fitted.beta == pytest.approx(BASEBALL["beta_binomial_mle"]["beta"], abs=0.01)
    assert fitted.estimates[0] == pytest.approx((18 + 210.55) / (45 + 793.24), abs=1e-5)


@pytest.mark.oracle
def test_james_stein_of_the_baseball_players() -> None:
    averages = np.array(HITS) / 45
    spread = np.sqrt(averages.mean() * (1 - averages.mean()) / 45)
    shrunken = james_stein(averages, spread)
    assert shrunken == pytest.approx(BASEBALL["james_stein"], abs=0.0006)
    factor = (shrunken[0] - averages.mean()) / (averages[0] - averages.mean())
    assert factor == pytest.approx(BASEBALL["james_stein_c"], abs=5e-5)


units = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), min_size=3, max_size=30)


@given(units)
def test_shrunken_shares_lie_between_the_raw_and_the_usual_share(pairs: list[tuple[int, int]]) -> None:
    x, n = np.array([min(pair) for pair in pairs]), np.array([max(pair) for pair in pairs])
    if np.count_nonzero(n) < 2 or x.sum() in (0, n.sum()):
        with pytest.raises(ValueError, match="shrinking needs"):
            shrink(x, n)
        return
    fitted = shrink(x, n)
    raw = np.where(n > 0, x / np.maximum(n, 1), fitted.center)
    bounds = np.sort([raw, np.full(n.size, fitted.center)], axis=0)
    assert ((fitted.estimates >= bounds[0] - 1e-9) & (fitted.estimates <= bounds[1] + 1e-9)).all()
    assert ((fitted.low <= fitted.estimates) & (fitted.estimates <= fitted.high)).all()
    assert (probability_above(fitted, 0.3) >= probability_above(fitted, 0.6)).all()
    assert probability_among_best(fitted, 2, draws=200).sum() == pytest.approx(2)


def test_the_fit_is_a_maximum_of_the_likelihood() -> None:
    rng = np.random.default_rng(4)
    sizes = rng.integers(20, 300, 60)
    hits = rng.binomial(sizes, rng.beta(40, 7, 60))
    fitted = shrink(hits, sizes)

    def likelihood(alpha: float, beta: float) -> float:
        return float(stats.betabinom.logpmf(hits, sizes, alpha, beta).sum())

    best = likelihood(fitted.alpha, fitted.beta)
    steps = [(1.01, 1), (0.99, 1), (1, 1.01), (1, 0.99), (1.01, 1.01), (0.99, 0.99)]
    assert all(likelihood(fitted.alpha * a, fitted.beta * b) < best for a, b in steps)


def test_shrinkage_lessens_the_error_and_its_intervals_cover() -> None:
    rng = np.random.default_rng(5)
    raw_error, error, covered = [], [], []
    for _ in range(60):
        truth, sizes = rng.beta(51, 9, 95), rng.integers(10, 200, 95)
        hits = rng.binomial(sizes, truth)
        fitted = shrink(hits, sizes)
        raw_error.append(np.mean((hits / sizes - truth) ** 2))
        error.append(np.mean((fitted.estimates - truth) ** 2))
        covered.append(np.mean((fitted.low <= truth) & (truth <= fitted.high)))
    assert np.sqrt(np.mean(error) / np.mean(raw_error)) < 0.75
    assert np.mean(covered) == pytest.approx(0.95, abs=0.015)


def test_probabilities_of_the_posterior() -> None:
    fitted = shrink([80, 180, 95, 70], [100, 200, 100, 100])
    above = probability_above(fitted, 0.85)
    assert above == pytest.approx(stats.beta.sf(0.85, fitted.posterior_alpha, fitted.posterior_beta))
    best = probability_among_best(fitted, 1, draws=20_000)
    assert best.argmax() == 2 and best.sum() == pytest.approx(1)
    assert (probability_among_best(fitted, 4) == 1).all()


@pytest.mark.oracle
def test_rank_intervals_of_the_united_kingdom_in_pisa() -> None:
    """The authors' package prints rank 13 and the marginal interval 8 to 23; their text says 7 to 23."""
    ranks = rank_intervals(SCORES, ERRORS)
    kingdom = COUNTRIES.index("United Kingdom")
    assert (ranks.rank[kingdom], ranks.high[kingdom]) == (13, 23)
    assert ranks.low[kingdom] in (7, 8)
    printed = [
        24, 18, 10, 7, 35, 37, 17, 8, 3, 11, 20, 15, 34, 30, 21, 16, 32, 25, 1, 2, 19, 29, 27, 36, 4,
        22, 14, 5, 23, 26, 9, 28, 12, 6, 33, 13, 31,
    ]  # fmt: skip
    assert ranks.rank.tolist() == printed


@pytest.mark.oracle
def test_simultaneous_rank_intervals_in_pisa() -> None:
    """As the authors say: Chile, Mexico and Colombia are apart from all others, Germany and Korea share rank 7."""
    ranks = rank_intervals(SCORES, ERRORS, simultaneous=True)
    last = [country in ("Chile", "Mexico", "Colombia") for country in COUNTRIES]
    assert ranks.low[last].min() == 35
    assert ranks.high[np.logical_not(last)].max() == 34
    germany, korea = COUNTRIES.index("Germany"), COUNTRIES.index("Korea")
    assert ranks.low[germany] <= 7 <= ranks.high[korea]


@pytest.mark.oracle
def test_the_largest_of_all_differences_is_the_studentised_range() -> None:
    """For equal errors the first critical value is Tukey's; a gap on either side of it decides."""
    tukey = stats.studentized_range.ppf(0.95, 6, np.inf)
    for gap, apart in ((tukey * 0.98, False), (tukey * 1.02, True)):
        ranks = rank_intervals([0, 0.1, 0.2, gap - 0.2, gap - 0.1, gap], [1] * 6, simultaneous=True)
        assert bool(ranks.low[0] > 1) is apart


@pytest.mark.oracle
def test_the_differences_to_one_unit_are_dunnetts_test() -> None:
    """For equal errors the marginal critical value of five units is Dunnett's two-sided one with four comparisons."""
    dunnett = 2.44204  # Dunnett (1964), two-sided, 5 %, k = 4, infinite degrees of freedom: 2.44
    for t, better in ((dunnett - 0.01, 0), (dunnett + 0.01, 1)):
        theta = np.array([0.0, 0.0, 0.0, 0.0, t * np.sqrt(2)])
        assert _surely_better_and_worse(0, theta, np.ones(5), 0.95) == (better, 0)


def test_two_units_are_ranked_by_the_normal_test() -> None:
    for gap, apart in ((1.955, False), (1.965, True)):
        ranks = rank_intervals([gap * np.sqrt(2), 0], [1, 1])
        assert bool(ranks.high[0] == 1) is apart
    assert rank_intervals([0.8], [0.1]).high.tolist() == [1]


estimates = st.lists(st.floats(-5, 5), min_size=2, max_size=8)


@settings(max_examples=40)
@given(estimates, st.floats(0.1, 3))
def test_rank_intervals_hold_the_rank_and_turn_round(values: list[float], error: float) -> None:
    errors = np.full(len(values), error)
    ranks = rank_intervals(values, errors)
    assert ((ranks.low >= 1) & (ranks.low <= ranks.rank) & (ranks.rank <= ranks.high)).all()
    assert (ranks.high <= len(values)).all()
    turned = rank_intervals([-value for value in values], errors)
    assert (turned.low == len(values) + 1 - ranks.high).all()
    simultaneous = rank_intervals(values, errors, simultaneous=True, draws=500)
    assert ((simultaneous.low <= simultaneous.rank) & (simultaneous.rank <= simultaneous.high)).all()


@pytest.mark.parametrize("simultaneous", [False, True])
def test_rank_intervals_cover_the_true_ranks(simultaneous: bool) -> None:
    rng = np.random.default_rng(6)
    truth, errors = np.linspace(0.8, 0.9, 12), np.full(12, 0.012)
    true_rank = np.arange(12, 0, -1)
    covered: list[NDArray[np.bool_]] = []
    for _ in range(150):
        ranks = rank_intervals(rng.normal(truth, errors), errors, simultaneous=simultaneous, draws=500)
        covered.append((ranks.low <= true_rank) & (true_rank <= ranks.high))
    hit = np.all(covered, axis=1).mean() if simultaneous else np.mean(covered)
    assert hit >= 0.93


def test_standard_errors_are_never_zero() -> None:
    errors = standard_errors_of_shares([5, 50, 100], [5, 100, 100])
    assert (errors > 0).all()
    assert errors[1] == pytest.approx(0.05)


@pytest.mark.oracle
def test_false_discoveries_of_the_published_example() -> None:
    """Benjamini & Hochberg find the first four of fifteen at 5 %, where Bonferroni finds three."""
    found = benjamini_hochberg(THROMBOLYSIS)
    assert found.rejected.tolist() == [True] * 4 + [False] * 11


@pytest.mark.oracle
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.floats(0.01, 0.5))
def test_false_discoveries_as_two_other_programs(p_values: list[float], rate: float) -> None:
    found = benjamini_hochberg(p_values, rate)
    rejected, adjusted, _, _ = multipletests(p_values, rate, method="fdr_bh")
    assert found.adjusted == pytest.approx(adjusted)
    assert found.adjusted == pytest.approx(stats.false_discovery_control(p_values))
    assert found.rejected.tolist() == (found.adjusted <= rate).tolist()
    clear = np.abs(adjusted - rate) > 1e-12
    assert found.rejected[clear].tolist() == rejected[clear].tolist()


def test_standardisation_by_hand() -> None:
    """Two units alike in each domain, with other mixes: raw 82 % and 58 %, standardised both 70 %."""
    sizes = np.array([[80, 20], [20, 80]])
    successes = np.array([[72, 10], [18, 40]])
    result = direct_standardise(successes, sizes, [500, 500])
    assert (successes.sum(axis=1) / 100).tolist() == [0.82, 0.58]
    assert result.shares == pytest.approx([0.7, 0.7])
    assert (result.low < 0.7).all() and (result.high > 0.7).all()
    p1, p2 = 72.5 / 81, 10.5 / 21
    expected = 0.25 * p1 * (1 - p1) / 80 + 0.25 * p2 * (1 - p2) / 20
    assert result.standard_errors[0] == pytest.approx(np.sqrt(expected))


def test_a_unit_without_answers_in_a_domain_is_not_comparable() -> None:
    result = direct_standardise([[8, 0], [8, 5]], [[10, 0], [10, 10]], [1, 1])
    assert result.comparable.tolist() == [False, True]
    assert np.isnan(result.shares[0]) and np.isnan(result.low[0]) and np.isnan(result.standard_errors[0])
    assert direct_standardise([[8, 0]], [[10, 0]], [1, 0]).shares.tolist() == [0.8]


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(1, 50)), min_size=2, max_size=6))
def test_standardising_to_the_own_mix_changes_nothing(strata: list[tuple[int, int]]) -> None:
    x, n = np.array([[min(s) for s in strata]]), np.array([[max(s) for s in strata]])
    result = direct_standardise(x, n, n[0])
    assert result.shares[0] == pytest.approx(x.sum() / n.sum())
    assert 0 <= result.low[0] <= result.shares[0] + 1e-12 and result.shares[0] - 1e-12 <= result.high[0] <= 1


def test_wrong_input_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="no place in a funnel"):
        funnel_limits([0, 5], [0, 10])
    with pytest.raises(ValueError, match="winsorise must"):
        funnel_limits([3, 5], [10, 10], winsorise=0.5)
    with pytest.raises(ValueError, match="target must"):
        funnel_limits([10, 10], [10, 10])
    with pytest.raises(ValueError, match="all are successes"):
        shrink([10, 10], [10, 10])
    with pytest.raises(ValueError, match="at least four"):
        james_stein([1.0, 2.0, 3.0], 1)
    with pytest.raises(ValueError, match="k must lie between 1 and the number of units 2"):
        probability_among_best(shrink([8, 9], [10, 10]), 3)
    with pytest.raises(ValueError, match="threshold must"):
        probability_above(shrink([8, 9], [10, 10]), 1)
    with pytest.raises(ValueError, match="one length, not 2 and 1"):
        rank_intervals([1, 2], [1])
    with pytest.raises(ValueError, match="over 0; see"):
        rank_intervals([1, 2], [1, 0])
    with pytest.raises(ValueError, match="no share to rank"):
        standard_errors_of_shares([0], [0])
    with pytest.raises(ValueError, match="between 0 and 1"):
        benjamini_hochberg([0.5, 1.5])
    with pytest.raises(ValueError, match="do not fit 3 strata"):
        direct_standardise([[1, 2]], [[3, 3]], [1, 1, 1])
    with pytest.raises(ValueError, match="at least one stratum"):
        direct_standardise([[1, 2]], [[3, 3]], [0, 0])
