"""Data whose truth is known: persons, weeks of a unit, and cities of counters."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analytics.statistics.arrays import FloatArray, IntArray
from analytics.statistics.indices import SIXTIETHS, ScoreTotals
from analytics.statistics.integrity import CounterFacts

ITEMS = 5
ALIKE = 0.45
"""Correlation of one person's items: people are satisfied with most of a visit or with little of it."""

VARIANCE_RATIO = ALIKE + (1 - ALIKE) / ITEMS
"""φ of such persons: 0.56."""

UNITS = 95
"""Communes of the city."""


def draw_scores(rng: np.random.Generator, n: int, share: float) -> IntArray:
    """Return n persons' attitude scores in sixtieths, of mean `share`: five items that share a beta-drawn leaning."""
    weight = (1 - ALIKE) / ALIKE
    leaning = rng.beta(share * weight, (1 - share) * weight, n)
    scores: IntArray = rng.binomial(ITEMS, leaning) * (SIXTIETHS // ITEMS)
    return scores


def totals_of(scores: IntArray) -> ScoreTotals:
    """Return n, Σ and Σ² as facts hold them."""
    return ScoreTotals(int(scores.size), int(scores.sum()), int((scores**2).sum()))


def drift_of_weeks(rng: np.random.Generator, weeks: int, share: float, spread: float) -> FloatArray:
    """Return true shares of weeks that vary about `share` by `spread` on the logit scale (0.15: two points at 85 %)."""
    logit = np.log(share / (1 - share)) + rng.normal(0, spread, weeks)
    shares: FloatArray = 1 / (1 + np.exp(-logit))
    return shares


def draw_weeks(rng: np.random.Generator, sizes: IntArray, shares: FloatArray) -> FloatArray:
    """Return Σ of scores, as persons, of weeks with these sizes and true shares."""
    return np.array([draw_scores(rng, int(n), float(p)).sum() / SIXTIETHS for n, p in zip(sizes, shares, strict=True)])


@dataclass(frozen=True, slots=True)
class Stuffing:
    """False answers at one counter: how many a day, on how many days, and how surely the guard warns of such a day."""

    name: str
    answers: int
    days: int
    warned: float


STUFFINGS = (
    Stuffing("30 in 5 minutes, one day", 30, 1, 1.0),
    Stuffing("30 in 5 minutes, four days", 30, 4, 1.0),
    Stuffing("60 in an hour, one day", 60, 1, 0.8),
    Stuffing("60 in an hour, four days", 60, 4, 0.8),
    Stuffing("100 over a day from 100 devices, one day", 100, 1, 0.0),
    Stuffing("5 a day, every day", 5, 20, 0.0),
)
"""Scenarios; the warnings are what a ten-minute scan of the guard found of them in its own simulation."""


def draw_city(rng: np.random.Generator, counters: int = UNITS) -> list[CounterFacts]:
    """Draw four weeks of honest counters that differ in visits, response, satisfaction, warnings and missing items."""
    return [_draw_counter(rng) for _ in range(counters)]


def _draw_counter(rng: np.random.Generator) -> CounterFacts:
    visits = int(rng.lognormal(np.log(700), 0.6))
    answers = int(rng.binomial(visits, rng.beta(6, 44)))
    share = float(rng.beta(51, 9))
    with_ticket = int(rng.binomial(answers, rng.beta(6, 14)))
    asked = answers * ITEMS
    return CounterFacts(
        answers=answers,
        set_aside=int(rng.binomial(answers, rng.beta(1, 80))),
        active_days=20,
        warned_days=int(rng.binomial(20, rng.beta(1, 60))),
        visits=visits,
        answers_before_deadline=int(rng.binomial(answers, rng.beta(25, 75))),
        ticket=totals_of(draw_scores(rng, with_ticket, max(share - 0.02, 0.05))),
        walk_up=totals_of(draw_scores(rng, answers - with_ticket, share)),
        items_asked=asked,
        items_missing=int(rng.binomial(asked, rng.beta(4, 96))) if asked else 0,
    )


def stuff(rng: np.random.Generator, counter: CounterFacts, stuffing: Stuffing) -> CounterFacts:
    """Return the counter with false answers added: all items at the top, none missing, half in the last week."""
    fakes = stuffing.answers * stuffing.days
    warned = int(rng.binomial(stuffing.days, stuffing.warned))
    n, total, squares = counter.walk_up
    return replace(
        counter,
        answers=counter.answers + fakes,
        warned_days=min(counter.active_days, counter.warned_days + warned),
        answers_before_deadline=(counter.answers_before_deadline or 0) + fakes // 2,
        walk_up=ScoreTotals(n + fakes, total + SIXTIETHS * fakes, squares + SIXTIETHS**2 * fakes),
        items_asked=counter.items_asked + ITEMS * fakes,
    )
