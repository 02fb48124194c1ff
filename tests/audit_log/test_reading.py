"""Finding events: by kind, by part of a name, by unit, by days; newest first, page by page."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Connection

from survey_app.audit_log.log import record_event
from survey_app.audit_log.reading import EventFilter, last_of, newest_events, recorded_kinds
from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction
from survey_app.staff.audit_events import ACCOUNT_DISABLED, SIGNED_IN

LAN, HUNG = "lan_1@dongnai.gov.vn", "hung%@dongnai.gov.vn"


@pytest.fixture
def log(app: Flask, clock: Clock) -> Iterator[Connection]:
    """Three days of events."""
    with app.app_context():
        with write_transaction() as connection:
            for ago in (2, 1, 0):
                at = clock.now() - timedelta(days=ago)
                record_event(connection, SIGNED_IN, actor=LAN, at=at)
                record_event(connection, ACCOUNT_DISABLED, actor=HUNG, at=at, unit="26041", account=LAN)
        with read_connection() as connection:
            yield connection


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (EventFilter(), [6, 5, 4, 3, 2, 1]),
        (EventFilter(kind="staff.signed_in"), [5, 3, 1]),
        (EventFilter(kind="staff.signed"), []),
        (EventFilter(actor="HUNG"), [6, 4, 2]),
        (EventFilter(actor="lan_1"), [5, 3, 1]),
        (EventFilter(actor="n_1"), [5, 3, 1]),
        (EventFilter(actor="%"), [6, 4, 2]),
        (EventFilter(actor="_@"), []),
        (EventFilter(unit_code="26041", kind="staff.account_disabled"), [6, 4, 2]),
        (EventFilter(unit_code="2604"), []),
    ],
)
def test_filters(log: Connection, wanted: EventFilter, numbers: list[int]) -> None:
    assert [event.seq for event in newest_events(log, wanted, 10)] == numbers


def test_both_days_are_included(log: Connection, clock: Clock) -> None:
    yesterday = clock.today() - timedelta(days=1)
    assert [one.seq for one in newest_events(log, EventFilter(first_day=yesterday), 10)] == [6, 5, 4, 3]
    assert [one.seq for one in newest_events(log, EventFilter(last_day=yesterday), 10)] == [4, 3, 2, 1]
    assert [one.seq for one in newest_events(log, EventFilter(first_day=yesterday, last_day=yesterday), 10)] == [4, 3]


def test_page_by_page(log: Connection) -> None:
    assert [one.seq for one in newest_events(log, EventFilter(), 4)] == [6, 5, 4, 3]
    assert [one.seq for one in newest_events(log, EventFilter(), 4, before=3)] == [2, 1]


def test_kinds_that_happened_and_the_last_of_one(log: Connection, clock: Clock) -> None:
    assert recorded_kinds(log) == ["staff.account_disabled", "staff.signed_in"]
    last = last_of(log, "staff.signed_in")
    assert last is not None and datetime.fromisoformat(last.at) == clock.now()
    assert last_of(log, "staff.signed_in", HUNG) is None
    assert last_of(log, "nothing") is None
