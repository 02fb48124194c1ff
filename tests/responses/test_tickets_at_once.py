"""One slip sent by many at the same moment counts once; nobody's answer is lost."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, select

from survey_app.clock import SetClock
from survey_app.database import write_transaction
from survey_app.responses.models import SpentRow, inbox
from survey_app.responses.registration import door_of
from survey_app.responses.tickets import RefusedTickets, TicketOrder, issue_tickets
from tests.conftest import NOW
from tests.support.slips import an_order, some_slips
from tests.support.surveys import FilledForm, ScannedCounter, open_form

Transaction = Callable[[], AbstractContextManager[Connection]]
PEOPLE = 20


def a_slip(transaction: Transaction, app: Flask, counter: ScannedCounter) -> str:
    with transaction() as connection:
        return some_slips(connection, app, counter, NOW.date())[0].code


def all_at_once(app: Flask, forms: list[FilledForm]) -> list[str]:
    """Send every form in a thread of its own, started together; returns where each was led."""
    together = threading.Barrier(len(forms))

    def send(form: FilledForm) -> str:
        browser = app.test_client()
        together.wait(timeout=30)
        response = browser.post(form.path, data=form.fields)
        assert response.status_code == 303
        return response.headers["Location"]

    with ThreadPoolExecutor(len(forms)) as threads:
        return list(threads.map(send, forms))


def test_twenty_people_with_one_slip(
    app: Flask, client: FlaskClient, transaction: Transaction, counter: ScannedCounter, clock: SetClock
) -> None:
    code = a_slip(transaction, app, counter)
    forms = [open_form(client, f"/t/{code}") for _ in range(PEOPLE)]
    led_to = all_at_once(app, forms)
    with transaction() as connection:
        channels = sorted(connection.scalars(select(inbox.c.channel)))
    assert channels == ["poster"] * (PEOPLE - 1) + ["ticket"]
    assert sum("ordinary=1" in address for address in led_to) == PEOPLE - 1


def test_one_form_sent_twenty_times(
    app: Flask, client: FlaskClient, transaction: Transaction, counter: ScannedCounter
) -> None:
    code = a_slip(transaction, app, counter)
    led_to = all_at_once(app, [open_form(client, f"/t/{code}")] * PEOPLE)
    assert len(set(led_to)) == 1
    assert "ordinary" not in led_to[0]
    with transaction() as connection:
        assert list(connection.scalars(select(inbox.c.channel))) == ["ticket"]
        assert len(connection.scalars(select(SpentRow.token_hash)).all()) == 2


def test_ten_orders_at_once_keep_to_the_bound_and_their_numbers(
    app: Flask, transaction: Transaction, counter: ScannedCounter
) -> None:
    with transaction() as connection:
        order = an_order(connection, counter, NOW.date(), 10)
    together = threading.Barrier(10)

    def issue(one: TicketOrder) -> list[int]:
        together.wait(timeout=30)
        try:
            with app.app_context(), write_transaction() as connection:
                made = issue_tickets(connection, door_of(app).tickets, one, daily_bound=55, actor="x", at=NOW)
            return [slip.serial for slip in made]
        except RefusedTickets:
            return []

    with ThreadPoolExecutor(10) as threads:
        serials = [serial for made in threads.map(issue, [order] * 10) for serial in made]
    assert sorted(serials) == list(range(1, 51))
