"""The only door in: once per token, durable, nothing that identifies."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import IntegrityError

from survey_app.questionnaires.answers import Answers
from survey_app.responses.door import Submission, forget_expired_tokens
from survey_app.responses.models import SpentRow, inbox
from tests.conftest import NOW
from tests.support.counters import a_counter
from tests.support.queries import QueryCounter

Begin = Callable[[], AbstractContextManager[Connection]]


def test_an_answer_is_recorded_as_given(connection: Connection, app: Flask) -> None:
    counter = a_counter(connection, app)
    recorded = counter.door.record_response(
        connection,
        counter.submission(
            NOW,
            {"r1": 4, "r2": 1},
            choices={"c1": 2},
            respondent_group="organisation",
            service_domain="land",
            comment="Tốt",
        ),
    )
    row = connection.execute(select(inbox)).one()._asdict()
    assert counter.door.receipts.is_genuine(recorded.receipt)
    assert not recorded.repeated
    expected = {
        "received_on": NOW.date(),
        "unit_id": counter.unit_id,
        "day_part": "morning",
        "service_point_id": counter.service_point_id,
        "channel": "poster",
        "respondent_group": "organisation",
        "service_domain": "land",
        "questionnaire_id": counter.questionnaire_id,
        "language": "vi",
        "r1": 4,
        "r2": 1,
        "c1": 2,
        "flags": 0,
        "set_aside": 0,
        "comment": "Tốt",
        "receipt": recorded.receipt,
    }
    assert {name: row[name] for name in expected} == expected
    unanswered = row.keys() - expected.keys() - {"id"}
    assert all(row[name] is None for name in unanswered)


def test_the_same_token_counts_once_whatever_it_says(connection: Connection, app: Flask) -> None:
    counter = a_counter(connection, app)
    first = counter.submission(NOW, {"r1": 5})
    told = counter.door.record_response(connection, first)
    other = Submission(first.token, first.questionnaire_id, Answers(ratings={"r1": 1}), True, NOW + timedelta(days=3))
    again = counter.door.record_response(connection, other)
    assert (again.receipt, again.repeated) == (told.receipt, True)
    assert [row.r1 for row in connection.execute(select(inbox))] == [5]


def test_two_tokens_are_two_answers(connection: Connection, app: Flask) -> None:
    counter = a_counter(connection, app)
    told = counter.door.record_responses(connection, [counter.submission(NOW), counter.submission(NOW)])
    assert len({one.receipt for one in told}) == 2
    assert len(connection.execute(select(inbox)).all()) == 2


def test_several_are_told_what_each_would_be_told_alone(connection: Connection, app: Flask) -> None:
    counter = a_counter(connection, app)
    used, twice = counter.submission(NOW, {"r1": 5}), counter.submission(NOW, {"r1": 4})
    before = counter.door.record_response(connection, used)
    told = counter.door.record_responses(connection, [counter.submission(NOW, {"r1": 3}), used, twice, twice])
    assert [one.repeated for one in told] == [False, True, False, True]
    assert (told[1].receipt, told[3].receipt) == (before.receipt, told[2].receipt)
    stored = connection.execute(select(inbox.c.r1, inbox.c.receipt).order_by(inbox.c.r1)).all()
    assert [tuple(row) for row in stored] == [(3, told[0].receipt), (4, told[2].receipt), (5, before.receipt)]
    assert counter.door.record_responses(connection, []) == []


def test_several_take_a_few_statements_and_are_all_or_none(transaction: Begin, app: Flask, engine: Engine) -> None:
    with transaction() as connection:
        counter = a_counter(connection, app)
    good = [counter.submission(NOW) for _ in range(700)]
    with pytest.raises(IntegrityError), transaction() as connection:
        counter.door.record_responses(connection, [*good, counter.submission(NOW, {"r1": 6})])
    with transaction() as connection:
        assert connection.execute(select(SpentRow.receipt)).all() == []
        with QueryCounter(engine) as queries:
            counter.door.record_responses(connection, good)
        assert queries.count == 4
        assert len(connection.execute(select(inbox.c.id)).all()) == len(good)


@pytest.mark.parametrize(
    ("ratings", "others"),
    [
        ({"r1": 6}, {}),
        ({"r1": 0}, {}),
        ({}, {}),
        ({"r1": 3}, {"choices": {"c1": 0}}),
        ({"r1": 3}, {"respondent_group": "police"}),
    ],
)
def test_the_table_itself_refuses_what_cannot_be(
    transaction: Begin, app: Flask, ratings: dict[str, int], others: dict[str, Any]
) -> None:
    with transaction() as connection:
        counter = a_counter(connection, app)
    with pytest.raises(IntegrityError), transaction() as connection:
        counter.door.record_response(connection, counter.submission(NOW, ratings, **others))
    with transaction() as connection:
        assert connection.execute(select(inbox)).all() == []
        assert connection.execute(select(SpentRow.receipt)).all() == [], "the token must still be good"


def test_day_part_is_that_of_minting_and_no_finer_time_is_stored(connection: Connection, app: Flask) -> None:
    counter = a_counter(connection, app)
    evening = NOW.replace(hour=23, minute=30)
    counter.door.record_response(connection, counter.submission(evening, minted_before=timedelta(hours=14)))
    row = connection.execute(select(inbox)).one()
    assert row.day_part == "morning"
    assert not [value for value in row if isinstance(value, datetime)]


def test_used_tokens_are_forgotten_when_their_age_refuses_them(connection: Connection, app: Flask) -> None:
    counter = a_counter(connection, app)
    submission = counter.submission(NOW)
    counter.door.record_response(connection, submission)
    assert forget_expired_tokens(connection, submission.token.expires_at) == 0
    assert forget_expired_tokens(connection, submission.token.expires_at + timedelta(days=2)) == 1


def test_too_fast_is_recorded_and_set_aside(connection: Connection, app: Flask) -> None:
    counter = a_counter(connection, app)
    ratings = {f"r{number}": 5 for number in range(1, 7)}
    counter.door.record_response(connection, counter.submission(NOW, ratings, minted_before=timedelta(seconds=1)))
    assert connection.execute(select(inbox.c.set_aside)).scalar_one() == 1
