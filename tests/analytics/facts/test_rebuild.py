"""Facts are what a patient person would count from the answers, on both databases; rebuilding changes nothing."""

import random
from collections import Counter as Tally
from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Table, select, text

from analytics.facts import models as facts
from analytics.facts.rebuild import rebuild_day
from survey_app.ledger.preparing import prepare_day
from survey_app.responses.book import write_day
from survey_app.responses.models import inbox
from tests.conftest import NOW
from tests.support.counters import ITEMS, Counter, a_counter

DAY = NOW.date()
ATTITUDE = [slot for _name, _kind, construct, slot in ITEMS if construct == "attitude"]
RATINGS = {name: slot for name, kind, _construct, slot in ITEMS if kind == "rating"}
COMMON = ("unit_id", "channel", "respondent_group", "set_aside")


def random_answers(connection: Connection, counters: Iterable[Counter], number: int, seed: int) -> list[dict[str, Any]]:
    """Put random answers through the door and return them as the inbox holds them, blanks named."""
    chance = random.Random(seed)  # a test's dice
    for counter in counters:
        for _ in range(number):
            slots = chance.sample(list(RATINGS.values()), chance.randint(1, 6))
            counter.door.record_response(
                connection,
                counter.submission(
                    NOW,
                    {slot: chance.randint(1, 5) for slot in slots},
                    channel=chance.choice(["poster", "kiosk", "ticket"]),
                    respondent_group=chance.choice([None, "citizen", "organisation"]),
                    service_domain=chance.choice([None, "land", "other"]),
                    choices=chance.choice([{}, {"c1": 1}, {"c1": 3}]),
                    honeypot_filled=chance.random() < 0.2,
                ),
            )
    rows = [dict(row._mapping) for row in connection.execute(select(inbox))]
    for row in rows:
        row["respondent_group"] = row["respondent_group"] or facts.NOT_STATED
        row["service_domain"] = row["service_domain"] or facts.NOT_STATED
    return rows


def book(connection: Connection) -> None:
    """Close the day with its facts."""
    write_day(connection, prepare_day(connection, DAY))
    rebuild_day(connection, DAY)


def stored(connection: Connection, table: Table, keys: tuple[str, ...], measures: tuple[str, ...]) -> dict[Any, Any]:
    """The fact table as a mapping from keys to measures."""
    return {
        tuple(getattr(row, key) for key in keys): tuple(getattr(row, measure) for measure in measures)
        for row in connection.execute(select(table))
    }


@pytest.fixture
def answers(connection: Connection, app: Flask) -> list[dict[str, Any]]:
    """Two counters' random day, booked and counted."""
    counters = [a_counter(connection, app, code) for code in ("26041", "26044")]
    given = random_answers(connection, counters, 60, seed=20261124)
    book(connection)
    return given


@pytest.mark.parametrize(
    ("table", "cut"),
    [
        (facts.fact_item, ()),
        (facts.fact_service_point_item, ("service_point_id",)),
        (facts.fact_domain_item, ("service_domain",)),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_item_facts(connection: Connection, answers: list[dict[str, Any]], table: Table, cut: tuple[str, ...]) -> None:
    expected: dict[Any, list[int]] = {}
    for row in answers:
        for name, slot in RATINGS.items():
            key = (*(row[column] for column in COMMON + cut), name)
            counts = expected.setdefault(key, [0] * 6)
            counts[5 if row[slot] is None else row[slot] - 1] += 1
    found = stored(connection, table, (*COMMON, *cut, "item"), facts.SCORE_COLUMNS)
    assert found == {key: tuple(counts) for key, counts in expected.items()}


@pytest.mark.parametrize(
    ("table", "cut"),
    [
        (facts.fact_attitude, ()),
        (facts.fact_service_point_attitude, ("service_point_id",)),
        (facts.fact_domain_attitude, ("service_domain",)),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_person_facts(
    connection: Connection, answers: list[dict[str, Any]], table: Table, cut: tuple[str, ...]
) -> None:
    expected: dict[Any, list[int]] = {}
    for row in answers:
        given = [row[slot] for slot in ATTITUDE if row[slot] is not None]
        sums = expected.setdefault(tuple(row[column] for column in COMMON + cut), [0, 0, 0, 0, 0])
        sums[0] += 1
        sums[4] += 0 < len(given) < len(ATTITUDE)
        if len(given) * 2 >= len(ATTITUDE):
            score = Fraction(sum(score >= 4 for score in given), len(given)) * 60
            assert score.denominator == 1
            sums[1] += 1
            sums[2] += int(score)
            sums[3] += int(score) ** 2
    found = stored(connection, table, COMMON + cut, facts.PERSON_COLUMNS)
    assert found == {key: tuple(sums) for key, sums in expected.items()}


def test_choice_facts(connection: Connection, answers: list[dict[str, Any]]) -> None:
    expected = Tally((*(row[column] for column in COMMON), "trouble", row["c1"] or 0) for row in answers)
    found = stored(connection, facts.fact_choice, (*COMMON, "item", "option"), ("n",))
    assert found == {key: (number,) for key, number in expected.items()}


def test_rebuilding_heals_and_changes_nothing_else(connection: Connection, answers: list[dict[str, Any]]) -> None:
    before = {table.name: set(connection.execute(select(table)).all()) for table in facts.FACT_TABLES}
    assert all(before.values())
    connection.execute(text("DELETE FROM fact_item WHERE item = 'overall'"))
    connection.execute(text("UPDATE fact_attitude SET total = total + 1"))
    rebuild_day(connection, DAY)
    assert {table.name: set(connection.execute(select(table)).all()) for table in facts.FACT_TABLES} == before


def test_a_day_is_rebuilt_without_touching_others(connection: Connection, answers: list[dict[str, Any]]) -> None:
    before = set(connection.execute(select(facts.fact_attitude)).all())
    rebuild_day(connection, DAY - timedelta(days=1))
    assert set(connection.execute(select(facts.fact_attitude)).all()) == before


def test_a_questionnaire_of_six_attitude_items_needs_three_answered(connection: Connection, app: Flask) -> None:
    counter = a_counter(connection, app, attitude_items=6)
    for given in ({"r2": 5, "r3": 5}, {"r2": 5, "r3": 5, "r4": 1}):
        counter.door.record_response(connection, counter.submission(NOW, given))
    book(connection)
    row = connection.execute(select(facts.fact_attitude)).one()
    assert (row.responses, row.n, row.total, row.total_of_squares) == (2, 1, 40, 1600)
