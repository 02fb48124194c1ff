"""Integrity signs: chances by another program, calibration among honest counters, and stuffing that is found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analytics.statistics.indices import ScoreTotals
from analytics.statistics.integrity import (
    FAMILIES,
    CounterFacts,
    SignalKind,
    _combined,
    assess,
)
from analytics.statistics.integrity_signals import diverging, many_of, too_alike, unusual_share_of
from analytics.statistics.shrinkage import shrink
from analytics.statistics.simulations.models import (
    STUFFINGS,
    VARIANCE_RATIO,
    draw_city,
    draw_scores,
    stuff,
    totals_of,
)

HONEST = [2, 3, 1, 4, 2, 0, 3, 2, 5, 1, 2, 3, 2, 1, 4, 2, 3, 0, 2, 3, 1, 2, 4, 2]


def test_every_sign_belongs_to_one_family() -> None:
    assert sorted(kind for family in FAMILIES for kind in family) == sorted(SignalKind)


@pytest.mark.oracle
def test_a_tail_is_the_mid_p_of_the_peers_beta_binomial() -> None:
    counts, sizes = np.array(HONEST, dtype=float), np.full(24, 50.0)
    found = many_of(counts, sizes)
    peers = np.arange(24) % 10 != 8
    fitted = shrink(counts[peers], sizes[peers])
    model = stats.betabinom(50, fitted.alpha, fitted.beta)
    assert found[8] == pytest.approx(model.sf(5) + model.pmf(5) / 2, rel=1e-6)
    both = unusual_share_of(counts, sizes)[8]
    assert both == pytest.approx(2 * min(found[8], 1 - found[8]))


def test_a_counter_does_not_move_its_own_limits() -> None:
    counts, sizes = np.array(HONEST, dtype=float), np.full(24, 50.0)
    worse = counts.copy()
    worse[8] = 40
    usual, odd = many_of(counts, sizes), many_of(worse, sizes)
    assert odd[8] < 1e-8
    assert odd[18] == pytest.approx(usual[18])  # of the same tenth, judged by the same peers


def test_the_first_of_its_kind_stands_out() -> None:
    warned = np.zeros(40)
    warned[7] = 4
    found = many_of(warned, np.full(40, 20.0))
    assert found[7] < 1e-6
    assert (np.delete(found, 7) > 0.4).all()


def test_more_answers_than_visits_count_as_all() -> None:
    answers, visits = np.full(40, 30.0), np.full(40, 200.0)
    answers[3] = 260
    assert many_of(answers, visits)[3] < 1e-8


def test_what_is_not_known_gives_no_sign() -> None:
    visits = np.full(40, 200.0)
    visits[5], visits[6] = np.nan, 0
    found = many_of(np.full(40, 30.0), visits)
    assert np.isnan(found[[5, 6]]).all() and np.isfinite(np.delete(found, [5, 6])).all()
    assert np.isnan(many_of(np.ones(19), np.full(19, 20.0))).all()
    few = np.full(40, 9.0)
    assert np.isnan(diverging(few - 1, few, few - 1, few, 1.0)).all()
    assert np.isnan(too_alike(few, few / 10, few / 100)).all()
    everybody = np.ones(40)
    assert np.isnan(too_alike(few * 10, everybody, everybody * 0)).all()


def test_groups_that_differ_as_everywhere_are_usual() -> None:
    rng = np.random.default_rng(1)
    n = np.full(60, 100.0)
    walk_up, ticket = rng.binomial(100, 0.9, 60).astype(float), rng.binomial(100, 0.8, 60).astype(float)
    walk_up[4], ticket[4] = 99, 55
    found = diverging(walk_up, n, ticket, n, 1.0)
    assert found[4] < 1e-4
    assert np.mean(np.delete(found, 4) < 0.05) < 0.15


def test_persons_who_all_say_the_same_are_too_alike() -> None:
    rng = np.random.default_rng(2)
    cells = [totals_of(draw_scores(rng, 80, 0.85)) for _ in range(60)]
    cells[9] = ScoreTotals(80, 48 * 80, 48**2 * 80)
    city = [CounterFacts(answers=80, walk_up=cell) for cell in cells]
    found = assess(city, variance_ratio=VARIANCE_RATIO)
    assert found[9].listed and found[9].signals[0].kind is SignalKind.LOW_VARIANCE
    assert found[9].signals[0].observed == 0
    assert [a.listed for a in found].count(True) == 1


def test_a_family_votes_once() -> None:
    """Four related signs of 1 % weigh no more than the strongest of them; two families of 1 % weigh more."""

    def combined(*strong: SignalKind) -> float:
        known = {kind: np.array([0.01 if kind in strong else 0.6]) for kind in SignalKind}
        return float(_combined(known)[0])

    one = combined(FAMILIES[0][0])
    assert combined(*FAMILIES[0]) == one
    assert combined(FAMILIES[0][0], FAMILIES[1][0]) < one / 3
    vote, other = 1 - 0.99**4, 1 - 0.4**3
    assert one == pytest.approx(stats.chi2.sf(-2 * np.log(vote * other), 4))


def test_without_known_signs_nothing_is_said() -> None:
    assert assess([]) == []
    alone = assess([CounterFacts(answers=50)])
    assert (alone[0].signals, alone[0].probability, alone[0].listed) == ((), 1.0, False)


@settings(max_examples=25)
@given(st.integers(20, 40), st.integers(0, 2**32))
def test_probabilities_are_probabilities(counters: int, seed: int) -> None:
    city = draw_city(np.random.default_rng(seed), counters)
    for assessment in assess(city, variance_ratio=VARIANCE_RATIO):
        shown = [signal.probability for signal in assessment.signals]
        assert shown == sorted(shown) and all(0 <= p <= 1 for p in shown)
        assert 0 <= assessment.probability <= assessment.adjusted <= 1
        assert assessment.listed == (assessment.adjusted <= 0.05)


def test_probabilities_are_calibrated_among_honest_counters() -> None:
    rng = np.random.default_rng(3)
    city = [a for _ in range(15) for a in assess(draw_city(rng), variance_ratio=VARIANCE_RATIO)]
    combined = np.array([a.probability for a in city])
    assert np.mean(combined <= 0.05) == pytest.approx(0.05, abs=0.02)
    assert np.mean(combined <= 0.5) == pytest.approx(0.5, abs=0.06)
    assert np.mean([a.listed for a in city]) * 95 < 1
    for kind in SignalKind:
        found = np.array([s.probability for a in city for s in a.signals if s.kind is kind])
        assert np.mean(found <= 0.05) < 0.08


@pytest.mark.parametrize(("scenario", "expected"), [(1, 0.97), (3, 0.97), (4, 0.9)])
def test_stuffing_ranks_high(scenario: int, expected: float) -> None:
    rng = np.random.default_rng(4)
    areas = []
    for _ in range(10):
        city = draw_city(rng)
        city[0] = stuff(rng, city[0], STUFFINGS[scenario])
        first, *others = assess(city, variance_ratio=VARIANCE_RATIO)
        areas.append(np.mean([first.probability < other.probability for other in others]))
    assert np.mean(areas) >= expected


def test_a_stuffed_counter_is_listed_with_its_reasons() -> None:
    rng = np.random.default_rng(5)
    city = draw_city(rng)
    city[30] = stuff(rng, replace(city[30], warned_days=0), STUFFINGS[3])
    found = assess(city, variance_ratio=VARIANCE_RATIO)
    assert found[30].listed
    assert found[30].signals[0].probability < 0.001


def test_wrong_input_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="warned_days must not be negative nor more than its whole, not 5"):
        CounterFacts(answers=10, active_days=4, warned_days=5)
    with pytest.raises(ValueError, match="items_missing"):
        CounterFacts(answers=10, items_missing=1)
    with pytest.raises(ValueError, match="visits"):
        CounterFacts(answers=10, visits=-1)
    with pytest.raises(ValueError, match="rate must"):
        assess([CounterFacts(answers=10)], rate=0)
    with pytest.raises(ValueError, match="variance_ratio must"):
        assess([CounterFacts(answers=10)], variance_ratio=0)
