"""Slips: looked up and used once, on both databases."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import Connection, select

from survey_app.responses.door import Door, Recorded
from survey_app.responses.models import SpentRow, inbox
from survey_app.responses.registration import door_of
from survey_app.responses.tickets import (
    KEPT_DAYS,
    VALID_DAYS,
)
from tests.conftest import NOW
from tests.support import factories
from tests.support.slips import a_submission, some_slips
from tests.support.surveys import ScannedCounter, a_scanned_counter

Transaction = Callable[[], AbstractContextManager[Connection]]
TODAY = NOW.date()
MONDAY = date(2026, 11, 23)


@pytest.fixture
def at_counter(connection: Connection) -> ScannedCounter:
    return a_scanned_counter(connection)


@pytest.fixture
def door(app: Flask) -> Door:
    return door_of(app)


def channels(connection: Connection) -> list[str]:
    return sorted(connection.scalars(select(inbox.c.channel)))


def test_a_slip_gives_its_channel_once(connection: Connection, app: Flask, at_counter: ScannedCounter) -> None:
    door = door_of(app)
    (slip,) = some_slips(connection, app, at_counter, TODAY)
    first = door.record_response(connection, a_submission(door, at_counter, slip.code))
    second = door.record_response(connection, a_submission(door, at_counter, slip.code))
    assert (first.coded, second.coded) == (True, False)
    assert channels(connection) == ["poster", "ticket"]


def test_the_same_form_sent_again_is_told_the_same(
    connection: Connection, door: Door, app: Flask, at_counter: ScannedCounter
) -> None:
    (slip,) = some_slips(connection, app, at_counter, TODAY)
    good, late = a_submission(door, at_counter, slip.code), a_submission(door, at_counter, slip.code)
    first, second = door.record_response(connection, good), door.record_response(connection, late)
    again, late_again = door.record_response(connection, good), door.record_response(connection, late)
    assert again == Recorded(first.receipt, repeated=True, coded=True)
    assert late_again == Recorded(second.receipt, repeated=True, coded=False)
    assert channels(connection) == ["poster", "ticket"]


@pytest.mark.parametrize("days", [0, 1, VALID_DAYS - 1])
def test_a_slip_is_good_for_two_weeks(
    connection: Connection, door: Door, app: Flask, at_counter: ScannedCounter, days: int
) -> None:
    (slip,) = some_slips(connection, app, at_counter, TODAY)
    later = NOW + timedelta(days=days)
    assert door.record_response(connection, a_submission(door, at_counter, slip.code, minted_at=later)).coded


@pytest.mark.parametrize("days", [-1, VALID_DAYS, 60])
def test_before_its_day_and_after_its_time_it_makes_an_ordinary_answer(
    connection: Connection, door: Door, app: Flask, at_counter: ScannedCounter, days: int
) -> None:
    (slip,) = some_slips(connection, app, at_counter, TODAY)
    other_day = NOW + timedelta(days=days)
    told = door.record_response(connection, a_submission(door, at_counter, slip.code, minted_at=other_day))
    assert told.coded is False
    assert channels(connection) == ["poster"]


def test_a_form_that_waited_on_a_phone_is_judged_as_of_opening(
    connection: Connection, door: Door, app: Flask, at_counter: ScannedCounter
) -> None:
    (slip,) = some_slips(connection, app, at_counter, TODAY)
    opened = NOW + timedelta(days=VALID_DAYS - 1)
    sent = a_submission(door, at_counter, slip.code, minted_at=opened, received_at=opened + timedelta(days=13))
    assert door.record_response(connection, sent).coded


def test_its_use_is_remembered_as_long_as_it_could_be_sent_again(
    connection: Connection, door: Door, app: Flask, at_counter: ScannedCounter
) -> None:
    (slip,) = some_slips(connection, app, at_counter, TODAY)
    door.record_response(connection, a_submission(door, at_counter, slip.code))
    row = connection.execute(
        select(SpentRow.receipt, SpentRow.expires_on).where(SpentRow.token_hash == door.tickets.spent_hash(slip.code))
    ).one()
    assert row.expires_on >= TODAY + timedelta(days=KEPT_DAYS)
    assert not door.receipts.is_genuine(row.receipt)


@pytest.mark.parametrize("ticket", ["", "0123-4567-89AB", "không phải mã", "0" * 500, "\x00"])
def test_a_forged_one_makes_an_ordinary_answer(
    connection: Connection, door: Door, at_counter: ScannedCounter, ticket: str
) -> None:
    told = door.record_response(connection, a_submission(door, at_counter, ticket))
    assert (told.repeated, told.coded) == (False, False)
    assert channels(connection) == ["poster"]


def test_a_genuine_code_that_was_never_printed_makes_an_ordinary_answer(
    connection: Connection, door: Door, at_counter: ScannedCounter
) -> None:
    assert door.record_response(connection, a_submission(door, at_counter, door.tickets.draw())).coded is False


def test_another_unit_or_counter_or_channel_makes_an_ordinary_answer(
    connection: Connection, door: Door, app: Flask, at_counter: ScannedCounter
) -> None:
    (slip,) = some_slips(connection, app, at_counter, TODAY)
    elsewhere = a_scanned_counter(connection, "26068")
    beside = factories.a_service_point(connection, at_counter.commune, "Quầy 2")
    for foreign in (
        a_submission(door, elsewhere, slip.code),
        a_submission(door, at_counter, slip.code, service_point_id=beside),
        a_submission(door, at_counter, slip.code, channel="kiosk"),
    ):
        assert door.record_response(connection, foreign).coded is False
    assert channels(connection) == ["kiosk", "poster", "poster"]
    assert door.record_response(connection, a_submission(door, at_counter, slip.code)).coded is True


def test_a_slip_of_the_premises_is_good_at_each_of_its_counters(
    connection: Connection, door: Door, app: Flask, at_counter: ScannedCounter
) -> None:
    (slip,) = some_slips(connection, app, at_counter, TODAY, for_premises=True)
    assert door.record_response(connection, a_submission(door, at_counter, slip.code)).coded


def test_without_a_slip_nothing_is_said_of_one(connection: Connection, door: Door, at_counter: ScannedCounter) -> None:
    assert door.record_response(connection, a_submission(door, at_counter, None)).coded is None


def test_tickets_are_exempt_from_the_pace_and_ordinary_ones_are_not(
    connection: Connection, door: Door, app: Flask, at_counter: ScannedCounter
) -> None:
    (slip,) = some_slips(connection, app, at_counter, TODAY)
    for _ in range(2):
        door.record_response(connection, a_submission(door, at_counter, slip.code, received_at=NOW))
    found = connection.execute(select(inbox.c.channel, inbox.c.flags)).all()
    assert {row.channel: row.flags for row in found} == {"ticket": 0, "poster": 2}
