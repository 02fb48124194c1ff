"""Do the intervals hold the truth as often as they say?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from analytics.statistics.arrays import FloatArray
from analytics.statistics.distributions import log_gamma
from analytics.statistics.indices import ScoreTotals, attitude_index
from analytics.statistics.intervals import Interval, IntervalArray, jeffreys_interval, mean_intervals, wilson_interval
from analytics.statistics.simulations.models import VARIANCE_RATIO, draw_scores, totals_of
from analytics.statistics.simulations.study import Row, Study, percent, points

SIZES = (5, 10, 20, 50, 100, 300, 500)
SHARES = np.linspace(0.5, 0.99, 50)

RATINGS = {
    "unhappy (mean 3.0)": (0.2, 0.2, 0.2, 0.2, 0.2),
    "usual (mean 4.1)": (0.03, 0.05, 0.12, 0.4, 0.4),
    "happy (mean 4.6)": (0.01, 0.01, 0.05, 0.23, 0.7),
    "nearly all at the top (mean 4.9)": (0.005, 0.005, 0.01, 0.05, 0.93),
}


def _binomial_pmf(n: int, share: float) -> FloatArray:
    k = np.arange(n + 1.0)
    choose = log_gamma(n + 1.0) - log_gamma(k + 1) - log_gamma(n - k + 1)
    return np.asarray(np.exp(choose + k * np.log(share) + (n - k) * np.log1p(-share)), dtype=np.float64)


def _coverage(method: Callable[[FloatArray, int], IntervalArray], n: int) -> FloatArray:
    """Return the exact coverage of an interval for each of the shares."""
    low, high = method(np.arange(n + 1.0), n)
    return np.array([_binomial_pmf(n, p) @ ((low <= p) & (p <= high)) for p in SHARES.tolist()])


def _shares(_rng: np.random.Generator, _repeats: int) -> Iterator[Row]:
    for n in SIZES:
        wilson, jeffreys = _coverage(wilson_interval, n), _coverage(jeffreys_interval, n)
        usual = wilson_interval(0.85 * n, n)
        assert usual is not None, "n is over 0"
        yield (
            str(n),
            percent(float(wilson.mean())),
            f"{percent(float(wilson.min()))} at {SHARES[wilson.argmin()]:.2f}",
            percent(float(jeffreys.mean())),
            f"{percent(float(jeffreys.min()))} at {SHARES[jeffreys.argmin()]:.2f}",
            points(usual.width, 0),
        )


def _own_variance_holds(totals: ScoreTotals, share: float) -> bool:
    """Whether mean ± 1.96 standard errors from the cell's own variance holds the truth: what must not be used."""
    index = attitude_index(*totals)
    assert index.value is not None and index.standard_deviation is not None, "n is over 1"
    half = 1.96 * index.standard_deviation / np.sqrt(index.n)
    return bool(abs(index.value - share) <= half)


def _attitude(rng: np.random.Generator, repeats: int) -> Iterator[Row]:
    for n in (10, 30, 100, 300):
        for share in (0.7, 0.85, 0.95):
            pooled, whole, own, widths = 0, 0, 0, 0.0
            for _ in range(repeats):
                totals = totals_of(draw_scores(rng, n, share))
                narrow = attitude_index(*totals, variance_ratio=VARIANCE_RATIO).interval
                wide = attitude_index(*totals).interval
                assert narrow is not None and wide is not None, "n is over 0"
                pooled += _holds(narrow, share)
                whole += _holds(wide, share)
                own += _own_variance_holds(totals, share)
                widths += narrow.width
            rates = (percent(count / repeats) for count in (pooled, whole, own))
            yield (str(n), f"{share:.2f}", *rates, points(widths / repeats, 0))


def _means(rng: np.random.Generator, repeats: int) -> Iterator[Row]:
    levels = np.linspace(0, 1, 5)
    for name, shares in RATINGS.items():
        truth = float(np.array(shares) @ levels)
        rates = []
        for n in (5, 10, 20, 50, 300):
            low, high = mean_intervals(rng.multinomial(n, shares, repeats))
            rates.append(percent(float(np.mean((low <= truth) & (truth <= high)))))
        yield (name, *rates)


def _holds(interval: Interval, value: float) -> bool:
    return interval.low <= value <= interval.high


STUDIES = (
    Study(
        "interval-coverage",
        "Exact coverage of 95 % intervals for a share, over fifty true shares from 0.50 to 0.99.",
        ("n", "Wilson, mean", "Wilson, lowest", "Jeffreys, mean", "Jeffreys, lowest", "Wilson width at 85 %, points"),
        _shares,
        length=len(SIZES),
    ),
    Study(
        "attitude-coverage",
        "Coverage of 95 % intervals for the attitude index of persons whose five items correlate 0.45 (φ = 0.56).",
        ("n", "true index", "Wilson on n/φ", "Wilson on n", "own variance (not used)", "width on n/φ, points"),
        _attitude,
        length=12,
        repeats=4_000,
    ),
    Study(
        "mean-coverage",
        "Coverage of 95 % Dirichlet–Beta intervals for the mean of ratings 1–5.",
        ("ratings", "n = 5", "n = 10", "n = 20", "n = 50", "n = 300"),
        _means,
        length=len(RATINGS),
        repeats=20_000,
    ),
)
