"""Slips for a counter that can be scanned, made as the product makes them."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import Connection

from survey_app.questionnaires.answers import Answers
from survey_app.questionnaires.definition import default_questionnaire
from survey_app.responses.door import Door, Submission
from survey_app.responses.registration import door_of
from survey_app.responses.tickets import NewTicket, TicketOrder, issue_tickets
from survey_app.responses.tokens import FormKey
from survey_app.territory.service_points import service_point_by_id
from tests.conftest import NOW
from tests.support.surveys import ScannedCounter

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
HASH = default_questionnaire().content_hash


def an_order(
    connection: Connection, counter: ScannedCounter, day: date, count: int = 1, *, for_premises: bool = False
) -> TicketOrder:
    """Slips wanted for the counter, or for the premises that it stands in."""
    point = service_point_by_id(connection, counter.service_point_id, day)
    assert point is not None
    point_id = None if for_premises else point.id
    return TicketOrder(point.unit, point.premises.id, point_id, day, count, "page")


def some_slips(
    connection: Connection,
    app: Flask,
    counter: ScannedCounter,
    day: date,
    count: int = 1,
    *,
    for_premises: bool = False,
    made_on: date | None = None,
    daily_bound: int = 500,
) -> list[NewTicket]:
    """Slips for the day, made on that day unless another is given."""
    order = an_order(connection, counter, day, count, for_premises=for_premises)
    at = datetime.combine(made_on or day, datetime.min.time(), HANOI) + timedelta(hours=7)
    return issue_tickets(
        connection, door_of(app).tickets, order, daily_bound=daily_bound, actor="leader@example.vn", at=at
    )


def a_submission(
    door: Door,
    counter: ScannedCounter,
    ticket: str | None,
    *,
    minted_at: datetime = NOW,
    received_at: datetime | None = None,
    **other: Any,
) -> Submission:
    """A form of the counter, filled in for two minutes."""
    key = FormKey(counter.commune.id, counter.service_point_id, "poster", HASH, "vi")
    received = received_at or minted_at + timedelta(minutes=2)
    token = door.tokens.read(door.tokens.mint(replace(key, **other), minted_at), received)
    return Submission(token, counter.questionnaire_id, Answers(ratings={"r1": 4}), False, received, ticket)
