"""Slips: made within bounds, numbered, voided by range and counted, on both databases."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, func, select

from survey_app.audit_log.log import every_event
from survey_app.responses.door import Door
from survey_app.responses.models import SpentRow
from survey_app.responses.registration import door_of
from survey_app.responses.ticket_counts import tickets_by_week
from survey_app.responses.ticket_models import TicketBatchRow, TicketRow
from survey_app.responses.tickets import (
    KEPT_DAYS,
    NewTicket,
    RefusedTickets,
    issue_tickets,
    look_up,
    tickets_left,
    void_tickets,
)
from survey_app.visits.counts import Place
from survey_app.visits.register import Reporter, WeekReport, record_visits
from tests.conftest import NOW
from tests.support.slips import a_submission, an_order, some_slips
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


def test_serial_numbers_go_on_through_the_batches_of_a_unit(
    connection: Connection, app: Flask, at_counter: ScannedCounter
) -> None:
    first = some_slips(connection, app, at_counter, TODAY, 3)
    second = some_slips(connection, app, at_counter, TODAY + timedelta(days=2), 2, made_on=TODAY)
    assert [slip.serial for slip in first + second] == [1, 2, 3, 4, 5]
    assert len({slip.code for slip in first + second}) == 5


def test_nothing_stored_shows_a_code_or_leads_from_the_slip_to_its_use(
    connection: Connection, door: Door, app: Flask, at_counter: ScannedCounter
) -> None:
    slips = some_slips(connection, app, at_counter, TODAY, 4)
    for slip in slips:
        door.record_response(connection, a_submission(door, at_counter, slip.code))
    printed = set(connection.scalars(select(TicketRow.code_hash)))
    used = set(connection.scalars(select(SpentRow.token_hash)))
    assert not printed & used
    assert set(TicketRow.__table__.c.keys()) == {"code_hash", "batch_id", "serial", "voided"}
    receipts = list(connection.scalars(select(SpentRow.receipt)))
    assert sum(door.receipts.is_genuine(receipt) for receipt in receipts) == 4
    assert len(set(receipts)) == 8  # the mark beside a slip is not the receipt beside the form


def test_voided_slips_make_ordinary_answers_and_used_ones_stay_used(
    connection: Connection, door: Door, app: Flask, at_counter: ScannedCounter
) -> None:
    slips = some_slips(connection, app, at_counter, TODAY, 5)
    assert door.record_response(connection, a_submission(door, at_counter, slips[1].code)).coded
    assert void(connection, at_counter, 2, 4) == 3
    assert void(connection, at_counter, 1, 3) == 1
    told = [door.record_response(connection, a_submission(door, at_counter, slip.code)).coded for slip in slips]
    assert told == [False, False, False, False, True]
    assert connection.scalar(select(TicketBatchRow.voided)) == 4
    event = list(every_event(connection))[-2]
    assert (event.kind, event.actor, event.unit_code) == ("tickets.voided", "boss@x.vn", at_counter.commune.code)
    assert event.details == {"first_serial": 2, "last_serial": 4, "newly_voided": 3, "reason": "in hỏng"}


def void(connection: Connection, counter: ScannedCounter, first: int, last: int, reason: str = "in hỏng") -> int:
    return void_tickets(connection, counter.commune, first, last, reason=reason, actor="boss@x.vn", at=NOW)


@pytest.mark.parametrize(("first", "last", "reason"), [(6, 9, "in hỏng"), (3, 2, "in hỏng"), (1, 2, " "), (1, 2, "x")])
def test_a_void_that_makes_no_sense_is_refused(
    connection: Connection, app: Flask, at_counter: ScannedCounter, first: int, last: int, reason: str
) -> None:
    some_slips(connection, app, at_counter, TODAY, 5)
    with pytest.raises(RefusedTickets) as refused:
        void(connection, at_counter, first, last, reason)
    assert refused.value.words("vi") != refused.value.words("en")
    assert connection.scalar(select(func.sum(TicketRow.voided))) == 0


def test_other_units_slips_cannot_be_voided(connection: Connection, app: Flask, at_counter: ScannedCounter) -> None:
    some_slips(connection, app, at_counter, TODAY, 5)
    elsewhere = a_scanned_counter(connection, "26068")
    with pytest.raises(RefusedTickets):
        void(connection, elsewhere, 1, 5)


def visits(connection: Connection, counter: ScannedCounter, monday: date, number: int) -> None:
    report = WeekReport(Place(counter.commune.id), monday, {"counter_visits": number})
    record_visits(connection, [report], Reporter("page", "leader@x.vn", NOW))


def test_without_visits_a_day_has_a_bound(connection: Connection, app: Flask, at_counter: ScannedCounter) -> None:
    some_slips(connection, app, at_counter, TODAY, 7, daily_bound=10)
    with pytest.raises(RefusedTickets) as refused:
        some_slips(connection, app, at_counter, TODAY, 4, daily_bound=10)
    assert "3" in refused.value.words("en")
    tomorrow = TODAY + timedelta(days=1)
    assert len(some_slips(connection, app, at_counter, tomorrow, 10, made_on=TODAY, daily_bound=10)) == 10
    assert tickets_left(connection, at_counter.commune.id, TODAY, 10) == 3


def test_slips_of_a_week_never_outnumber_its_visits(
    connection: Connection, app: Flask, at_counter: ScannedCounter
) -> None:
    visits(connection, at_counter, MONDAY, 12)
    some_slips(connection, app, at_counter, TODAY, 8, daily_bound=10)
    with pytest.raises(RefusedTickets):
        some_slips(connection, app, at_counter, TODAY + timedelta(days=1), 5, made_on=TODAY)
    some_slips(connection, app, at_counter, TODAY + timedelta(days=1), 4, made_on=TODAY)
    assert tickets_left(connection, at_counter.commune.id, TODAY, 10) == 0
    next_week = MONDAY + timedelta(days=8)
    assert tickets_left(connection, at_counter.commune.id, next_week, 10) == 10


def test_voided_slips_do_not_make_room_for_others(
    connection: Connection, app: Flask, at_counter: ScannedCounter
) -> None:
    some_slips(connection, app, at_counter, TODAY, 10, daily_bound=10)
    void(connection, at_counter, 1, 10)
    with pytest.raises(RefusedTickets):
        some_slips(connection, app, at_counter, TODAY, 1, daily_bound=10)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"count": 0}, "count"),
        ({"count": 501}, "count"),
        ({"day": TODAY - timedelta(days=1)}, "day"),
        ({"day": TODAY + timedelta(days=15)}, "day"),
        ({"premises_id": 999_999}, "premises"),
        ({"service_point_id": 999_999}, "service_point"),
    ],
)
def test_orders_that_make_no_sense_are_refused(
    connection: Connection, app: Flask, at_counter: ScannedCounter, change: dict[str, Any], field: str
) -> None:
    order = replace(an_order(connection, at_counter, TODAY, 1), **change)
    with pytest.raises(RefusedTickets) as refused:
        issue_tickets(connection, door_of(app).tickets, order, daily_bound=500, actor="x", at=NOW)
    assert refused.value.field == field
    assert refused.value.words("vi")
    assert connection.scalar(select(func.count()).select_from(TicketBatchRow)) == 0


def test_old_codes_are_forgotten_and_their_counts_stay(
    connection: Connection, app: Flask, at_counter: ScannedCounter
) -> None:
    old = TODAY - timedelta(days=KEPT_DAYS + 1)
    (past,) = some_slips(connection, app, at_counter, old)
    (present,) = some_slips(connection, app, at_counter, TODAY)
    keeper = door_of(app).tickets
    assert look_up(connection, keeper, past.code) is None
    assert look_up(connection, keeper, present.code) is not None
    assert connection.scalar(select(func.count()).select_from(TicketBatchRow)) == 2
    assert present.serial == past.serial + 1


def test_what_a_code_was_printed_for(connection: Connection, app: Flask, at_counter: ScannedCounter) -> None:
    (slip,) = some_slips(connection, app, at_counter, TODAY)
    found = look_up(connection, door_of(app).tickets, slip.code.lower())
    assert found is not None
    assert (found.unit_id, found.service_point_id) == (at_counter.commune.id, at_counter.service_point_id)
    assert (found.day, found.last_day, found.voided) == (TODAY, date(2026, 12, 7), False)


def test_the_making_is_in_the_audit_log_without_a_code(
    connection: Connection, app: Flask, at_counter: ScannedCounter
) -> None:
    slips: list[NewTicket] = some_slips(connection, app, at_counter, TODAY, 2)
    (event,) = every_event(connection)
    assert (event.kind, event.actor) == ("tickets.issued", "leader@example.vn")
    assert event.details["count"] == 2
    assert not any(slip.code in str(event.details) for slip in slips)


def test_made_and_voided_are_counted_by_week_and_counter(
    connection: Connection, app: Flask, at_counter: ScannedCounter
) -> None:
    some_slips(connection, app, at_counter, TODAY, 6)
    some_slips(connection, app, at_counter, TODAY + timedelta(days=7), 2, made_on=TODAY)
    some_slips(connection, app, at_counter, TODAY, 3, for_premises=True)
    void(connection, at_counter, 5, 6)
    weeks = tickets_by_week(connection, at_counter.commune.id, MONDAY, MONDAY)
    assert {place: (week.issued, week.voided, week.used) for (_, place), week in weeks.items()} == {
        at_counter.service_point_id: (6, 2, 0),
        None: (3, 0, 0),
    }
