"""Where to look: counters whose answers came in a way honest answers seldom do.

From facts alone. It says "look here", never "guilty": among 95 honest counters some look odd each month, and the list
says how many such false entries to expect. Nothing here sets an answer aside or changes an index.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.statistics.arrays import FloatArray, require_positive, require_probability
from analytics.statistics.comparison import benjamini_hochberg
from analytics.statistics.distributions import chi_square_tail
from analytics.statistics.indices import SIXTIETHS, ScoreTotals
from analytics.statistics.integrity_signals import diverging, many_of, too_alike, unusual_share_of

NO_SCORES = ScoreTotals(0, 0, 0)


class SignalKind(enum.StrEnum):
    """What may be odd about a counter's answers."""

    WARNED_DAYS = "warned_days"
    SET_ASIDE = "set_aside"
    ANSWERS_ABOVE_VISITS = "answers_above_visits"
    DEADLINE_JUMP = "deadline_jump"
    DIVERGENCE = "divergence"
    MISSING_ITEMS = "missing_items"
    LOW_VARIANCE = "low_variance"


FAMILIES: tuple[tuple[SignalKind, ...], ...] = (
    (SignalKind.WARNED_DAYS, SignalKind.SET_ASIDE, SignalKind.ANSWERS_ABOVE_VISITS, SignalKind.DEADLINE_JUMP),
    (SignalKind.DIVERGENCE, SignalKind.MISSING_ITEMS, SignalKind.LOW_VARIANCE),
)
"""How the answers came, and what they say. One burst of false answers moves a whole family, so a family votes once."""


@dataclass(frozen=True, slots=True)
class CounterFacts:
    """What facts hold of one counter, or unit, in one period; None where the city does not know it.

    `answers` counted and `set_aside` by the guard; `active_days` with answers, of which `warned_days` carry a warning;
    `visits` at the counter; `answers_before_deadline`: those of the last week before an evaluation closes, of all
    `answers`; `ticket` and `walk_up`: persons' attitude scores with and without a transaction code; `items_asked`
    (answers × items) and `items_missing`.
    """

    answers: int
    set_aside: int = 0
    active_days: int = 0
    warned_days: int = 0
    visits: int | None = None
    answers_before_deadline: int | None = None
    ticket: ScoreTotals = NO_SCORES
    walk_up: ScoreTotals = NO_SCORES
    items_asked: int = 0
    items_missing: int = 0

    def __post_init__(self) -> None:
        """Refuse counts that cannot be."""
        parts = (
            (self.set_aside, None, "set_aside"),
            (self.warned_days, self.active_days, "warned_days"),
            (self.items_missing, self.items_asked, "items_missing"),
            (self.answers_before_deadline or 0, self.answers, "answers_before_deadline"),
            (self.visits or 0, None, "visits"),
        )
        for part, whole, name in parts:
            if part < 0 or (whole is not None and part > whole):
                raise ValueError(f"{name} must not be negative nor more than its whole, not {part}")


@dataclass(frozen=True, slots=True)
class Signal:
    """One sign: `probability` is the share of honest counters that show as much, `observed` what was seen."""

    kind: SignalKind
    observed: float
    probability: float


@dataclass(frozen=True, slots=True)
class Assessment:
    """One counter, in the order given: its signs, strongest first, and all of them as one probability.

    `probability` is the share of honest counters that look as odd as this one on the whole; `adjusted` allows for
    having looked at so many counters; `listed` when that is under the agreed rate.
    """

    signals: tuple[Signal, ...]
    probability: float
    adjusted: float
    listed: bool


def assess(counters: Sequence[CounterFacts], *, rate: float = 0.05, variance_ratio: float = 1.0) -> list[Assessment]:
    """Say which counters to look at, by how seldom an honest counter looks like them.

    Each sign's probability is that of `integrity_signals`. Signs of one family (how answers came; what they say) tend
    to move together, so a family of m known signs counts once, by its strongest, p_f = 1 − (1 − min p)^m (Šidák: exact
    for unrelated signs, cautious for related ones). The families are combined by Fisher's −2·Σ log p_f, chi-square with
    two degrees of freedom each; `adjusted` is Benjamini–Hochberg's over counters, and of those `listed` at most `rate`
    are expected to be honest.

    Sources: Šidák, JASA 62 (1967) 626–633; Fisher, Statistical Methods for Research Workers (1932), 21.1.

    `counters`: all of one city and one period (four weeks or longer), at least 20 for any sign to be judged.
    `variance_ratio` φ as in `attitude_index`. Calibration and detection by scenario stand in `docs/methods.md`: fakes
    spread over days and devices are not found. Do not use it on a single counter, across cities, or as evidence.

    Raises `ValueError` for a rate outside (0, 1) and a ratio that is not over 0.
    """
    require_probability(rate, "rate")
    require_positive(variance_ratio, "variance_ratio")
    if not counters:
        return []
    probabilities, observed = _all_signals(counters, variance_ratio)
    combined = _combined(probabilities)
    control = benjamini_hochberg(combined, rate)
    return [
        Assessment(
            _signals_of(i, probabilities, observed),
            float(combined[i]),
            float(control.adjusted[i]),
            bool(control.rejected[i]),
        )
        for i in range(len(counters))
    ]


def _all_signals(
    counters: Sequence[CounterFacts], variance_ratio: float
) -> tuple[dict[SignalKind, FloatArray], dict[SignalKind, FloatArray]]:
    """Return for each sign the probabilities and the observed numbers of all counters."""
    answers, set_aside = _column(counters, "answers"), _column(counters, "set_aside")
    days, warned = _column(counters, "active_days"), _column(counters, "warned_days")
    visits, late = _column(counters, "visits"), _column(counters, "answers_before_deadline")
    asked, missing = _column(counters, "items_asked"), _column(counters, "items_missing")
    ticket_n, ticket, _ = _score_columns([counter.ticket for counter in counters])
    walk_up_n, walk_up, _ = _score_columns([counter.walk_up for counter in counters])
    n, total, variances = _score_columns([_sum(counter.ticket, counter.walk_up) for counter in counters])
    probabilities = {
        SignalKind.WARNED_DAYS: many_of(warned, days),
        SignalKind.SET_ASIDE: many_of(set_aside, answers + set_aside),
        SignalKind.ANSWERS_ABOVE_VISITS: many_of(answers, visits),
        SignalKind.DEADLINE_JUMP: many_of(late, answers),
        SignalKind.DIVERGENCE: diverging(walk_up, walk_up_n, ticket, ticket_n, variance_ratio),
        SignalKind.MISSING_ITEMS: unusual_share_of(missing, asked),
        SignalKind.LOW_VARIANCE: too_alike(n, _over(total, n), variances),
    }
    observed = {
        SignalKind.WARNED_DAYS: _over(warned, days),
        SignalKind.SET_ASIDE: _over(set_aside, answers + set_aside),
        SignalKind.ANSWERS_ABOVE_VISITS: _over(answers, visits),
        SignalKind.DEADLINE_JUMP: _over(late, answers),
        SignalKind.DIVERGENCE: _over(walk_up, walk_up_n) - _over(ticket, ticket_n),
        SignalKind.MISSING_ITEMS: _over(missing, asked),
        SignalKind.LOW_VARIANCE: np.sqrt(variances),
    }
    return probabilities, observed


def _combined(probabilities: dict[SignalKind, FloatArray]) -> FloatArray:
    """Let each family vote once, and combine the votes; 1 for a counter of which nothing is known."""
    statistic, freedom = np.zeros(1), np.zeros(1)
    for family in FAMILIES:
        table = np.stack([probabilities[kind] for kind in family])
        known = np.count_nonzero(np.isfinite(table), axis=0)
        smallest = np.where(np.isfinite(table), table, 1.0).min(axis=0)
        vote = np.maximum(-np.expm1(known * np.log1p(-np.minimum(smallest, 1 - 1e-16))), 1e-300)
        statistic = statistic - 2 * np.log(np.where(known > 0, vote, 1.0))
        freedom = freedom + np.where(known > 0, 2, 0)
    return np.where(freedom > 0, chi_square_tail(statistic, np.maximum(freedom, 1)), 1.0)


def _signals_of(
    i: int, probabilities: dict[SignalKind, FloatArray], observed: dict[SignalKind, FloatArray]
) -> tuple[Signal, ...]:
    signals = [
        Signal(kind, float(observed[kind][i]), float(values[i]))
        for kind, values in probabilities.items()
        if np.isfinite(values[i])
    ]
    return tuple(sorted(signals, key=lambda signal: signal.probability))


def _column(counters: Sequence[CounterFacts], name: str) -> FloatArray:
    """One number of all counters; not-a-number where it is not known."""
    return np.array([getattr(counter, name) for counter in counters], dtype=np.float64)


def _sum(first: ScoreTotals, second: ScoreTotals) -> ScoreTotals:
    return ScoreTotals(*(a + b for a, b in zip(first, second, strict=True)))


def _score_columns(scores: Sequence[ScoreTotals]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return persons, Σ of their scores as persons, and the variance of scores from 0 to 1."""
    n, total, squares = np.array(scores, dtype=np.float64).T
    spread = squares - _over(total**2, n)
    variances = np.where(n > 1, np.maximum(spread, 0) / np.maximum(n - 1, 1) / SIXTIETHS**2, np.nan)
    return n, total / SIXTIETHS, variances


def _over(part: FloatArray, whole: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, part / whole, np.nan)
