"""When the database fails: words, no stack trace, and the choices still there. Tables are really taken away."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from structlog.testing import capture_logs

from survey_app.clock import SetClock
from tests.citizen.conftest import Stored, Transaction
from tests.citizen.reading import choices_of, heading_of, problems_of, token_of
from tests.support.surveys import ScannedCounter, open_form

FAILED = (
    "Chưa gửi được: hệ thống chưa lưu được phiếu, lỗi không phải do ông/bà. Các câu đã chọn vẫn còn. "
    "Xin đợi một phút rồi bấm Gửi phiếu lần nữa."
)


@contextmanager
def without(transaction: Transaction, table: str) -> Iterator[None]:
    """Take a table away for a while."""
    with transaction() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {table}_away"))
    yield
    with transaction() as connection:
        connection.execute(text(f"ALTER TABLE {table}_away RENAME TO {table}"))


@pytest.mark.parametrize("table", ["inbox", "spent"])
def test_choices_survive_a_store_that_fails(
    client: FlaskClient, transaction: Transaction, counter: ScannedCounter, stored: Stored, table: str
) -> None:
    form = open_form(client, counter.path)
    with without(transaction, table):
        response = client.post(counter.path, data=form.fields)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "60"
    assert problems_of(response) == [(FAILED, "send")]
    assert choices_of(response) == form.answers
    assert token_of(response) == form.token, "the same, so that an answer that was stored after all is not doubled"
    assert stored() == [], "the token is not spent when the answer is not stored"
    again = client.post(counter.path, data=choices_of(response) | {"token": token_of(response)})
    assert again.status_code == 303
    assert len(stored()) == 1


def test_what_is_logged_tells_neither_the_answer_nor_the_time(
    client: FlaskClient, transaction: Transaction, counter: ScannedCounter
) -> None:
    form = open_form(client, counter.path)
    with without(transaction, "inbox"), capture_logs() as lines:
        client.post(counter.path, data=form.fields)
    assert [(line["event"], line["at"]) for line in lines] == [("unexpected_error", "2026-11-24")]
    for secret in (form.token, counter.code, form.answers["comment"], "INSERT", "10:00"):
        assert secret not in str(lines)


def test_a_page_that_was_right_is_served_on(
    client: FlaskClient, clock: SetClock, transaction: Transaction, counter: ScannedCounter
) -> None:
    client.get(counter.path)
    clock.advance(timedelta(minutes=5))
    with without(transaction, "scan_code"):
        form = open_form(client, counter.path)
    assert client.post(counter.path, data=form.fields).status_code == 303


def test_a_page_that_nobody_knows_says_that_the_system_is_busy(
    client: FlaskClient, transaction: Transaction, counter: ScannedCounter
) -> None:
    with without(transaction, "scan_code"):
        response = client.get(counter.path)
    assert response.status_code == 503
    assert heading_of(response) == "Hệ thống đang bận"
    assert response.headers["Retry-After"] == "60"


def test_a_saved_answer_is_thanked_for_even_if_its_unit_cannot_be_named(
    client: FlaskClient, clock: SetClock, transaction: Transaction, counter: ScannedCounter
) -> None:
    sent = client.post(counter.path, data=open_form(client, counter.path).fields)
    with without(transaction, "scan_code"):
        response = client.get(sent.location.replace(counter.code, counter.code.lower()))
        assert heading_of(response) == "Xin cảm ơn ông/bà!"
        other = client.get(f"{sent.location}?lang=en")
        assert heading_of(other) == "Thank you!"
