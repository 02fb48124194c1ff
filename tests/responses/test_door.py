"""The only door in: once per token, durable, nothing that identifies."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from survey_app.questionnaires.answers import Answers
from survey_app.responses.door import Submission, forget_expired_tokens
from survey_app.responses.models import SpentRow, inbox
from tests.conftest import NOW
from tests.support.counters import a_counter

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
