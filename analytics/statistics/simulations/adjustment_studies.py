"""Does weighting to the visits lessen the bias of who answers, and does Feldt's interval hold for satisfied people?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from analytics.statistics.adjustment import AdjustedShare, adjust_to_visits
from analytics.statistics.arrays import FloatArray
from analytics.statistics.intervals import Interval
from analytics.statistics.margin_adjustment import adjust_by_margins
from analytics.statistics.reliability import cronbach_alpha
from analytics.statistics.simulations.study import Row, Study, percent, points

DOMAINS = np.array([0.35, 0.25, 0.2, 0.12, 0.08])
"""Shares of visits by service domain."""

SATISFIED = np.array([0.92, 0.9, 0.85, 0.72, 0.62])
WILLING = np.array([1.25, 1.1, 0.9, 0.65, 0.6])
"""How readily people of a domain answer, against the mean: the happier more readily."""


@dataclass(slots=True)
class _Tally:
    raw: list[float] = field(default_factory=list)
    adjusted: list[float] = field(default_factory=list)
    raw_covered: list[bool] = field(default_factory=list)
    covered: list[bool] = field(default_factory=list)
    refused: list[bool] = field(default_factory=list)

    def add(self, share: AdjustedShare, truth: float) -> None:
        self.refused.append(share.refusal is not None)
        if share.raw is None or share.adjusted is None:
            return
        self.raw.append(share.raw - truth)
        self.adjusted.append(share.adjusted - truth)
        self.raw_covered.append(_holds(share.raw_interval, truth))
        self.covered.append(_holds(share.adjusted_interval, truth))


def _raking(rng: np.random.Generator, repeats: int) -> Iterator[Row]:
    for answers in (40, 80, 200, 1_000):
        tally = _Tally()
        for _ in range(repeats):
            visits = rng.multinomial(answers * 12, DOMAINS)
            counts = rng.binomial(visits, WILLING / 12)
            share = adjust_to_visits(counts, rng.binomial(counts, SATISFIED), [visits])
            tally.add(share, float(visits @ SATISFIED / visits.sum()))
        biases = (_bias(errors) for errors in (tally.raw, tally.adjusted))
        errors = (_error(errors) for errors in (tally.raw, tally.adjusted))
        coverages = (percent(float(np.mean(holds))) for holds in (tally.raw_covered, tally.covered))
        yield (str(answers), *biases, *errors, *coverages, percent(float(np.mean(tally.refused)), 0))


WITH_CODE = 0.3
"""Share of visitors who got a slip with a code."""

WILLING_BY_CODE = np.array([0.8, 1.09])
"""How readily people with and without a code answer."""

UNLIKE = {"alike in all domains": np.zeros(5), "unlike: up to 20 points": np.array([0.1, 0.05, 0.0, -0.05, -0.1])}
"""What a code adds to the difference of its people from others, by domain (half of it to either side)."""


def _margins(rng: np.random.Generator, repeats: int) -> Iterator[Row]:
    mix = np.outer(DOMAINS, [WITH_CODE, 1 - WITH_CODE])
    willing = np.outer(WILLING, WILLING_BY_CODE) / 12
    for name, extra in UNLIKE.items():
        satisfied = np.clip(SATISFIED[:, np.newaxis] + np.array([-0.05, 0.05]) + np.outer(extra, [1, -1]), 0, 0.99)
        for answers in (80, 200, 1_000):
            whole, by_margins = _Tally(), _Tally()
            for _ in range(repeats):
                visits = rng.multinomial(answers * 12, mix.ravel()).reshape(mix.shape)
                counts = rng.binomial(visits, willing)
                happy = rng.binomial(counts, satisfied)
                margins, truth = [visits.sum(1), visits.sum(0)], float((visits * satisfied).sum() / visits.sum())
                whole.add(adjust_to_visits(counts, happy, margins), truth)
                by_margins.add(adjust_by_margins(counts, [happy.sum(1), happy.sum(0)], margins), truth)
            biases = (_bias(whole.raw), _bias(whole.adjusted), _bias(by_margins.adjusted))
            error, covered = _error(by_margins.adjusted), percent(float(np.mean(by_margins.covered)))
            yield (name, f"{answers:,}", *biases, error, covered, percent(float(np.mean(by_margins.refused)), 0))


def _bias(errors: list[float]) -> str:
    return points(float(np.mean(errors)))


def _error(errors: list[float]) -> str:
    return points(float(np.sqrt(np.mean(np.square(errors)))))


def _holds(interval: Interval | None, value: float) -> bool:
    return interval is not None and interval.low <= value <= interval.high


def _ratings(rng: np.random.Generator, n: int, cuts: FloatArray | None) -> FloatArray:
    """Draw five items of loading 0.8; `cuts` turn them into ratings 1–5, None leaves them normal."""
    latent: FloatArray = 0.8 * rng.standard_normal((n, 1)) + 0.6 * rng.standard_normal((n, 5))
    return latent if cuts is None else np.digitize(latent, cuts).astype(np.float64) + 1


def _alpha(rng: np.random.Generator, repeats: int) -> Iterator[Row]:
    kinds = {
        "normal": None,
        "ratings, 40 % at the top": np.array([-1.9, -1.4, -0.85, 0.25]),
        "ratings, 75 % at the top": np.array([-2.3, -2.0, -1.6, -0.67]),
    }
    for name, cuts in kinds.items():
        truth = cronbach_alpha(_ratings(rng, 200_000, cuts)).value
        rates = []
        for n in (50, 200, 1_000):
            held = [_holds(cronbach_alpha(_ratings(rng, n, cuts)).interval, truth) for _ in range(repeats)]
            rates.append(percent(float(np.mean(held))))
        yield (name, f"{truth:.2f}", *rates)


STUDIES = (
    Study(
        "raking",
        "Raw and raked shares when people of happier domains answer more readily; four weeks, five domains.",
        (
            "answers",
            "raw bias, points",
            "raked bias, points",
            "raw error, points",
            "raked error, points",
            "raw coverage",
            "raked coverage",
            "refused",
        ),
        _raking,
        length=4,
        repeats=1_000,
    ),
    Study(
        "raking-margins",
        "The same by domain and code, with scores known cell by cell, and by domain and by code alone; what a code "
        "tells of people is alike in all domains, or not.",
        (
            "code and domain",
            "answers",
            "raw bias, points",
            "bias with cells, points",
            "bias by margins, points",
            "error by margins, points",
            "coverage by margins",
            "refused",
        ),
        _margins,
        length=6,
        repeats=1_000,
    ),
    Study(
        "alpha-coverage",
        "Coverage of Feldt's 95 % interval for α, for normal items and for ratings with a ceiling.",
        ("items", "true α", "n = 50", "n = 200", "n = 1,000"),
        _alpha,
        length=3,
        repeats=1_000,
    ),
)
