"""Reliability from facts equals reliability from persons; few persons give no coefficient."""

import random
from datetime import timedelta

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import Connection

from analytics.facts.rebuild import rebuild_day
from analytics.findings.reliability import reliability
from analytics.statistics.reliability import (
    cronbach_alpha,
    item_rest_correlation,
    item_rest_from_covariance,
    mcdonald_omega,
    mcdonald_omega_from_covariance,
    without_straight_liners,
)
from survey_app.ledger.preparing import prepare_day
from survey_app.responses.book import write_day
from tests.conftest import NOW
from tests.support.counters import a_counter

DAY = NOW.date()
SLOTS = ("r2", "r3", "r4", "r5", "r6")


def people(number: int, seed: int) -> list[dict[str, int]]:
    """Ratings of people whose items are alike; some give one level throughout, some leave one out."""
    chance = random.Random(seed)
    made = []
    for _ in range(number):
        mood, straight = chance.gauss(4, 0.8), chance.random() < 0.3
        noise = [0.0 if straight else chance.gauss(0, 0.7) for _slot in SLOTS]
        ratings = {slot: min(5, max(1, round(mood + own))) for slot, own in zip(SLOTS, noise, strict=True)}
        if chance.random() < 0.1:
            del ratings["r4"]
        made.append({"r1": 5} | ratings)
    return made


def answered(connection: Connection, app: Flask, everybody: list[dict[str, int]]) -> None:
    counter = a_counter(connection, app)
    for ratings in everybody:
        counter.door.record_response(connection, counter.submission(NOW, ratings))
    counter.door.record_response(connection, counter.submission(NOW, {"r1": 1, "r2": 1}, honeypot_filled=True))
    write_day(connection, prepare_day(connection, DAY))
    rebuild_day(connection, DAY)


def test_the_facts_carry_all_that_persons_would_tell(connection: Connection, app: Flask) -> None:
    everybody = people(450, 7)
    answered(connection, app, everybody)
    (version,) = reliability(connection, DAY, DAY)
    table = np.array([[one.get(slot, np.nan) for slot in SLOTS] for one in everybody], dtype=np.float64)
    complete = table[~np.isnan(table).any(axis=1)]
    others = without_straight_liners(complete)
    assert (version.persons, version.straight) == (len(complete), len(complete) - len(others))
    for scale, persons in ((version.everybody, complete), (version.without_straight_liners, others)):
        assert scale is not None
        alpha = cronbach_alpha(persons)
        assert (scale.n, scale.alpha) == (len(persons), round(alpha.value, 2))
        assert (scale.alpha_low, scale.alpha_high) == (round(alpha.interval.low, 2), round(alpha.interval.high, 2))
        assert scale.omega == pytest.approx(mcdonald_omega(persons).value, abs=0.006)
        assert [one.item_rest for one in scale.items] == pytest.approx(item_rest_correlation(persons), abs=0.006)
        assert [one.ceiling_percent for one in scale.items] == pytest.approx(
            100 * (persons == 5).mean(axis=0), abs=0.06
        )
    assert version.everybody is not None
    assert [one.item for one in version.everybody.items] == [
        "courtesy",
        "answers",
        "guidance",
        "fairness",
        "dedication",
    ]


def test_under_two_hundred_persons_there_is_no_coefficient(connection: Connection, app: Flask) -> None:
    answered(connection, app, people(150, 8))
    (version,) = reliability(connection, DAY, DAY)
    assert version.persons > 100
    assert version.everybody is None
    assert reliability(connection, DAY - timedelta(days=9), DAY - timedelta(days=1)) == ()


def test_covariances_give_what_persons_give() -> None:
    rng = np.random.default_rng(3)
    ratings = rng.normal(size=(300, 1)) + rng.normal(size=(300, 4))
    covariance = np.cov(ratings, rowvar=False)
    assert item_rest_from_covariance(covariance) == pytest.approx(item_rest_correlation(ratings))
    assert mcdonald_omega_from_covariance(covariance, 300).value == pytest.approx(
        mcdonald_omega(ratings).value, abs=1e-6
    )
    with pytest.raises(ValueError, match="square"):
        item_rest_from_covariance([[1.0, 0.5]])
    with pytest.raises(ValueError, match="alike"):
        mcdonald_omega_from_covariance(np.diag([1.0, 0.0, 1.0]), 50)
