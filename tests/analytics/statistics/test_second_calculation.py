"""A second reader's own calculations, written from the papers and not from the code, at many random inputs.

Slow and plain on purpose: loops where the code has arrays, draws where it has integrals, a grid where it has a search.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import optimize, stats

from analytics.statistics.adjustment import rake
from analytics.statistics.comparison import (
    funnel_limits,
    probability_among_best,
    rank_intervals,
    shrink,
)
from analytics.statistics.control_charts import ewma_chart, laney_p_chart
from analytics.statistics.intervals import mean_interval
from analytics.statistics.ranking import _surely_better_and_worse
from analytics.statistics.reliability import cronbach_alpha, mcdonald_omega

Vector = NDArray[np.float64]


@pytest.mark.oracle
@pytest.mark.parametrize("steady_state", [True, False])
def test_an_ewma_is_its_weighted_sum_with_the_spread_of_its_weights(steady_state: bool) -> None:
    """Var E_i = σ² Σ (λ(1−λ)^k)², k < i; the steady state is its limit."""
    rng = np.random.default_rng(1)
    for _ in range(60):
        x, lam, width = rng.normal(size=rng.integers(2, 40)), rng.uniform(0.05, 1), rng.uniform(1, 4)
        center, sigma = rng.normal(), rng.uniform(0.1, 3)
        chart = ewma_chart(x, lam, width, center=center, sigma=sigma, steady_state=steady_state)
        for i in range(1, x.size + 1):
            weights = [lam * (1 - lam) ** k for k in range(i)]
            average = sum(w * value for w, value in zip(weights, x[i - 1 :: -1], strict=False))
            assert chart.ewma[i - 1] == pytest.approx(average + (1 - lam) ** i * center)
            seen = [lam * (1 - lam) ** k for k in range(2_000)] if steady_state else weights
            half = width * sigma * np.sqrt(sum(w**2 for w in seen))
            assert [chart.lower[i - 1], chart.upper[i - 1]] == pytest.approx([center - half, center + half])


@pytest.mark.oracle
def test_the_ewma_of_laneys_scores_keeps_its_false_alarms() -> None:
    """Mean weeks to the first signal of a chart at rest, against the Markov chain of Brook & Evans (1972): 560."""
    expected = _weeks_to_a_signal(0.2, 3.0)
    assert expected == pytest.approx(560, abs=2)
    weeks, units = 400, 150
    rng = np.random.default_rng(4)
    sizes = rng.integers(200, 2_000, (units, weeks))
    successes = rng.binomial(sizes, 0.8)
    lengths = []
    for x, n in zip(successes, sizes, strict=True):
        scores = laney_p_chart(x, n, center=0.8, sigma_z=1).standardised
        signals = np.flatnonzero(ewma_chart(scores, center=0, sigma=1).signals)
        lengths.append((signals[0] + 1, 1) if signals.size else (weeks, 0))
    run, alarms = np.sum(lengths, axis=0)
    assert run / alarms == pytest.approx(expected, rel=0.25)


def _weeks_to_a_signal(lam: float, width: float, states: int = 401) -> float:
    """The average run length of an EWMA of standard normals: its range cut in states, 1/(I − Q) summed."""
    half = width * np.sqrt(lam / (2 - lam))
    edges = np.linspace(-half, half, states + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    below = stats.norm.cdf((edges - (1 - lam) * middles[:, np.newaxis]) / lam)
    return float(np.linalg.solve(np.eye(states) - np.diff(below, axis=1), np.ones(states))[states // 2])


def _surely_ordered(
    theta: Vector, errors: Vector, pairs: list[tuple[int, int]], confidence: float, draws: Vector
) -> set[tuple[int, int]]:
    """The pairs (j, k) of which θ_j ≤ θ_k is rejected: largest t under equality by draws, step-down."""
    left, rejected = list(pairs), set[tuple[int, int]]()
    while left:
        largest = np.full(draws.shape[0], -np.inf)
        for j, k in left:
            largest = np.maximum(largest, (draws[:, j] - draws[:, k]) / np.hypot(errors[j], errors[k]))
        limit = np.quantile(largest, confidence)
        found = {(j, k) for j, k in left if (theta[j] - theta[k]) / np.hypot(errors[j], errors[k]) > limit}
        if not found:
            break
        rejected |= found
        left = [pair for pair in left if pair not in found]
    return rejected


@pytest.mark.oracle
@pytest.mark.parametrize("simultaneous", [False, True])
def test_rank_intervals_are_those_of_the_papers_bootstrap(simultaneous: bool) -> None:
    """Sets of pairs, draws and loops; unequal errors. A t within the draws' noise of its limit may fall either way."""
    rng = np.random.default_rng(5)
    noise = rng.standard_normal((40_000, 9))
    ends = differing = 0
    for _ in range(15):
        p = int(rng.integers(2, 10))
        theta, errors = rng.normal(0, 2, p), rng.uniform(0.1, 1.5, p)
        confidence = float(rng.choice([0.8, 0.9, 0.95, 0.99]))
        every = list(itertools.permutations(range(p), 2))
        found = rank_intervals(theta, errors, confidence, simultaneous)
        for j in range(p):
            pairs = every if simultaneous else [pair for pair in every if j in pair]
            rejected = _surely_ordered(theta, errors, pairs, confidence, noise[:, :p] * errors)
            low = 1 + sum((k, j) in rejected for k in range(p))
            high = p - sum((j, k) in rejected for k in range(p))
            assert abs(found.low[j] - low) <= 1 and abs(found.high[j] - high) <= 1
            ends, differing = ends + 2, differing + int(found.low[j] != low) + int(found.high[j] != high)
    assert differing <= 0.02 * ends


@pytest.mark.parametrize("simultaneous", [False, True])
def test_units_that_are_all_alike_are_kept_together_as_often_as_promised(simultaneous: bool) -> None:
    """The hardest case: every rank from 1 to p is true of every unit; unequal errors."""
    rng = np.random.default_rng(8)
    errors = np.linspace(0.3, 1.2, 6)
    kept = []
    for _ in range(800):
        ranks = rank_intervals(rng.normal(0, errors), errors, simultaneous=simultaneous)
        kept.append((ranks.low == 1) & (ranks.high == 6))
    if simultaneous:
        assert np.all(kept, axis=1).mean() == pytest.approx(0.95, abs=0.025)
    else:
        assert np.mean(kept, axis=0) == pytest.approx(0.95, abs=0.025)


@pytest.mark.oracle
@pytest.mark.parametrize("ratio", [1, 30, 300])
def test_a_unit_of_few_answers_among_units_of_many_has_the_normal_limit(ratio: int) -> None:
    """Against units without error all pairs of one unit are one test, at 1.96; near to it the limit is little over."""
    others = 3
    limit = {1: 2.348, 30: 1.9886, 300: 1.9634}[ratio]  # 4 million draws of the largest |t|, ± 0.002
    for t, surely in ((limit - 0.008, 0), (limit + 0.008, others)):
        errors = np.array([ratio, 1.0, 1.0, 1.0])
        theta = np.array([0.0, *[t * np.hypot(ratio, 1)] * others])
        assert _surely_better_and_worse(0, theta, errors, 0.95) == (surely, 0)


@pytest.mark.oracle
def test_no_grid_finds_a_likelier_beta_binomial() -> None:
    rng = np.random.default_rng(2)
    logits, weights = np.meshgrid(np.linspace(-8, 8, 33), np.exp(np.linspace(-3, 14, 35)))
    means = 1 / (1 + np.exp(-logits))
    for largest in (3, 20, 300, 5_000):
        for _ in range(6):
            units = int(rng.integers(2, 40))
            n = rng.integers(1, largest + 1, units)
            x = rng.binomial(n, rng.beta(rng.uniform(0.2, 50), rng.uniform(0.2, 50), units))
            if not 0 < x.sum() < n.sum():
                continue
            fitted = shrink(x, n)
            best = sum(
                stats.betabinom.logpmf(k, m, means * weights, (1 - means) * weights) for k, m in zip(x, n, strict=True)
            )
            own = stats.betabinom.logpmf(x, n, fitted.alpha, fitted.beta).sum()
            assert own >= np.max(best) - 1e-4


def _probabilities_of_the_best(alpha: Vector, beta: Vector, k: int) -> Vector:
    """∫ f_i(s)·P(fewer than k of the others are over s) ds, the others counted one by one."""
    s = np.linspace(0, 1, 3_001)[1:-1]
    result = np.zeros(alpha.size)
    for i in range(alpha.size):
        over = np.zeros((alpha.size, s.size))
        over[0] = 1
        for j in range(alpha.size):
            if j != i:
                better = stats.beta.sf(s, alpha[j], beta[j])
                over[1:] = over[1:] * (1 - better) + over[:-1] * better
                over[0] *= 1 - better
        result[i] = np.trapezoid(stats.beta.pdf(s, alpha[i], beta[i]) * over[:k].sum(axis=0), s)
    return result


@pytest.mark.oracle
@pytest.mark.parametrize("k", [1, 3])
def test_being_among_the_best_is_the_integral_over_the_others(k: int) -> None:
    rng = np.random.default_rng(3)
    n = rng.integers(20, 300, 8)
    fitted = shrink(rng.binomial(n, rng.beta(17, 3, 8)), n)
    expected = _probabilities_of_the_best(fitted.posterior_alpha, fitted.posterior_beta, k)
    assert expected.sum() == pytest.approx(k, abs=1e-4)
    assert probability_among_best(fitted, k, draws=40_000) == pytest.approx(expected, abs=0.01)


@pytest.mark.oracle
def test_the_funnel_by_hand_at_many_inputs() -> None:
    rng = np.random.default_rng(6)
    for _ in range(40):
        units = int(rng.integers(3, 100))
        n = rng.integers(10, 2_000, units)
        x = rng.binomial(n, rng.beta(17, 3, units))
        t = np.arcsin(np.sqrt(x.sum() / n.sum()))
        z = [2 * np.sqrt(m) * (np.arcsin(np.sqrt(k / m)) - t) for k, m in zip(x, n, strict=True)]
        low, high = np.percentile(z, [10, 90])
        phi = sum(min(max(one, low), high) ** 2 for one in z) / units
        w = 4.0 * n
        tau2 = max(0.0, (units * phi - (units - 1)) / (w.sum() - (w**2).sum() / w.sum()))
        p = [2 * stats.norm.sf(abs(one) / np.sqrt(1 + 4 * m * tau2)) for one, m in zip(z, n, strict=True)]
        found = funnel_limits(x, n)
        assert (found.phi, found.tau2) == pytest.approx((phi, tau2))
        assert found.p_values == pytest.approx(p)


@pytest.mark.oracle
def test_alpha_is_hoyts_analysis_of_variance_with_the_f_of_feldt() -> None:
    """1 − MS(rest)/MS(persons), and the interval of that ratio of mean squares."""
    rng = np.random.default_rng(7)
    for _ in range(60):
        n, k = int(rng.integers(4, 200)), int(rng.integers(2, 9))
        table, delta = rng.integers(1, 6, (n, k)).astype(float), rng.uniform(0.01, 0.5)
        mean = table.mean()
        persons = k * ((table.mean(axis=1) - mean) ** 2).sum()
        rest = ((table - mean) ** 2).sum() - persons - n * ((table.mean(axis=0) - mean) ** 2).sum()
        ratio = (rest / ((n - 1) * (k - 1))) / (persons / (n - 1))
        found = cronbach_alpha(table, 1 - delta)
        assert found.value == pytest.approx(1 - ratio)
        ends = [1 - ratio * stats.f.ppf(tail, n - 1, (n - 1) * (k - 1)) for tail in (1 - delta / 2, delta / 2)]
        assert list(found.interval) == pytest.approx(ends)


def _omega_by_eigenvalues(correlation: Vector) -> float:
    """Lawley's fit: minimise Σ (e − log e − 1) over the smaller eigenvalues e of Ψ^−½ R Ψ^−½, from twenty starts."""

    def loss(logs: Vector) -> float:
        scale = np.exp(-logs / 2)
        rest = np.maximum(np.linalg.eigvalsh(correlation * np.outer(scale, scale))[:-1], 1e-12)
        return float((rest - np.log(rest) - 1).sum())

    starts = np.random.default_rng(0).uniform(0.05, 0.95, (20, correlation.shape[0]))
    bounds = [(np.log(0.005), 0.0)] * correlation.shape[0]
    fits = [optimize.minimize(loss, np.log(start), method="L-BFGS-B", bounds=bounds) for start in starts]
    own = np.exp(min(fits, key=lambda fit: fit.fun).x)
    values, vectors = np.linalg.eigh(correlation / np.sqrt(np.outer(own, own)))
    loadings = np.sqrt(own) * vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0))
    return float(loadings.sum() ** 2 / (loadings.sum() ** 2 + own.sum()))


@pytest.mark.oracle
def test_omega_is_that_of_a_fit_by_eigenvalues() -> None:
    """Reversed items, ceilings and items that load at the bound among them."""
    rng = np.random.default_rng(9)
    for round_ in range(24):
        k, n = int(rng.integers(3, 8)), int(rng.integers(60, 400))
        loadings = rng.uniform(-0.5 if round_ % 3 == 0 else 0.2, 0.95, k)
        table = np.outer(rng.normal(size=n), loadings) + rng.normal(size=(n, k)) * np.sqrt(1 - loadings**2)
        if round_ % 2:
            table = np.clip(np.round(4 + table), 1, 5)
        expected = _omega_by_eigenvalues(np.asarray(np.corrcoef(table, rowvar=False)))
        assert mcdonald_omega(table).value == pytest.approx(expected, abs=1e-3)


@pytest.mark.oracle
def test_the_mean_of_ratings_by_the_covariances_of_a_dirichlet() -> None:
    rng = np.random.default_rng(10)
    for _ in range(60):
        counts = rng.integers(0, 30, rng.integers(2, 8))
        counts[0] += 1
        levels = counts.size
        posterior = stats.dirichlet(counts + 1 / levels)
        v = np.arange(levels) / (levels - 1)
        mean, variance = float(v @ posterior.mean()), float(v @ posterior.cov() @ v)
        weight = mean * (1 - mean) / variance - 1
        low, high = stats.beta.ppf([0.025, 0.975], mean * weight, (1 - mean) * weight)
        observed = float(counts @ v / counts.sum())
        interval = mean_interval(counts)
        assert interval is not None
        assert list(interval) == pytest.approx([min(low, observed), max(high, observed)])


@pytest.mark.oracle
def test_raking_is_plain_proportional_fitting_and_kish_its_variance_of_weights() -> None:
    """A table fitted by loops; Kish's effect as 1 + the squared coefficient of variation of persons' weights."""
    rng = np.random.default_rng(11)
    for _ in range(20):
        table = rng.integers(10, 60, (3, 4))
        rows, columns = rng.integers(50, 80, 3), rng.integers(50, 80, 4)
        fitted = table / table.sum()
        for _ in range(400):
            for i in range(3):
                fitted[i] *= rows[i] / rows.sum() / fitted[i].sum()
            for j in range(4):
                fitted[:, j] *= columns[j] / columns.sum() / fitted[:, j].sum()
        weights = fitted / (table / table.sum())
        assert weights.min() > 0.2 and weights.max() < 5
        found = rake(table, [rows, columns])
        assert found.weights == pytest.approx(weights, abs=1e-6)
        persons = np.repeat(weights.ravel(), table.ravel())
        assert found.design_effect == pytest.approx(1 + (persons.std() / persons.mean()) ** 2)
