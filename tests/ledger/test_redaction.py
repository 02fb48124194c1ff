"""Redaction: one comment goes for good, with its salt; the leaf, the day and every proof stay."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection

from config import Settings
from survey_app.audit_log.log import every_event
from survey_app.clock import SetClock
from survey_app.database import read_connection, write_transaction
from survey_app.ledger.orders import orders_of, redacted_responses
from survey_app.ledger.redaction import NoSuchComment, open_comment, open_comments, redact_comment
from tests.conftest import NOW
from tests.support.closed_days import ClosedBook
from tests.support.databases import sqlite_only

Begin = Callable[[], AbstractContextManager[Connection]]
YESTERDAY = NOW.date() - timedelta(days=1)
INSPECTOR, REASON = "thanhtra@dongnai.gov.vn", "Có số điện thoại"
SAID = "Xin gọi anh Nam số 0900 000 000"


@pytest.fixture
def book(app: Flask, transaction: Begin) -> Iterator[ClosedBook]:
    """A closed day with two comments."""
    made = ClosedBook.at_a_counter(app, transaction)
    made.give(YESTERDAY, 1, comment=SAID)
    made.give(YESTERDAY, 1, comment="Cảm ơn")
    made.give(YESTERDAY, 1)
    made.close(YESTERDAY)
    with app.app_context():
        yield made


def response_of(book: ClosedBook, words: str | None) -> str:
    found: str = next(row.id.hex() for row in book.rows() if row.comment_text == words)
    return found


def test_the_comment_goes_and_its_digest_stays(book: ClosedBook, clock: SetClock) -> None:
    response = response_of(book, SAID)
    before = {row.id: (row.leaf_hash, row.comment_digest) for row in book.rows()}
    redact_comment(response, REASON, INSPECTOR, clock)
    after = {row.id.hex(): row for row in book.rows()}
    assert (after[response].comment_text, after[response].comment_salt) == (None, None)
    assert {row.id: (row.leaf_hash, row.comment_digest) for row in after.values()} == before
    assert [words for _, words in book.comments()] == ["Cảm ơn"]


def test_order_and_event_name_who_and_why(book: ClosedBook, clock: SetClock) -> None:
    response = response_of(book, SAID)
    given = redact_comment(response, REASON, INSPECTOR, clock)
    with read_connection() as connection:
        (order,) = orders_of(connection, YESTERDAY, YESTERDAY)
        event = list(every_event(connection))[-1]
        assert redacted_responses(connection, YESTERDAY, YESTERDAY) == {bytes.fromhex(response)}
    assert (order, order.actor, order.reason) == (given, INSPECTOR, REASON)
    assert (event.kind, event.actor, event.unit_code) == ("redaction.applied", INSPECTOR, "26041")
    assert event.details == {
        "day": YESTERDAY.isoformat(),
        "response": response,
        "reason": REASON,
        "order": order.order_hash.hex(),
    }
    assert SAID not in str(order.body)


def test_reading_in_order_to_redact_is_recorded(book: ClosedBook, clock: SetClock) -> None:
    response = response_of(book, SAID)
    assert open_comment(response, INSPECTOR, clock).text == SAID
    shown = open_comments(YESTERDAY, book.counter.unit_id, INSPECTOR, clock)
    assert {one.text for one in shown} == {SAID, "Cảm ơn"}
    with read_connection() as connection:
        opened = [event.details for event in every_event(connection) if event.kind == "redaction.opened"]
    assert [(one["response"], one["count"]) for one in opened] == [(response, 1), (None, 2)]


def test_what_has_no_comment_cannot_be_redacted(book: ClosedBook, clock: SetClock) -> None:
    redact_comment(response_of(book, SAID), REASON, INSPECTOR, clock)
    silent = [row.id.hex() for row in book.rows() if row.comment_text is None]
    for response in (*silent, "00" * 16):
        with pytest.raises(NoSuchComment):
            redact_comment(response, REASON, INSPECTOR, clock)
        with pytest.raises(NoSuchComment):
            open_comment(response, INSPECTOR, clock)
    with read_connection() as connection:
        assert len(orders_of(connection, YESTERDAY, YESTERDAY)) == 1


def test_an_event_that_cannot_be_written_keeps_the_comment(book: ClosedBook, clock: SetClock) -> None:
    with write_transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE audit_event RENAME TO elsewhere")
    with pytest.raises(Exception, match="audit_event"):
        redact_comment(response_of(book, SAID), REASON, INSPECTOR, clock)
    assert len(book.comments()) == 2
    with read_connection() as connection:
        assert orders_of(connection, YESTERDAY, YESTERDAY) == []


@sqlite_only
def test_no_page_of_the_file_holds_the_words_any_more(book: ClosedBook, settings: Settings, clock: SetClock) -> None:
    redact_comment(response_of(book, SAID), REASON, INSPECTOR, clock)
    database = Path(settings.resolved_database_url.removeprefix("sqlite:///"))
    files = [path.read_bytes() for path in database.parent.glob(f"{database.name}*")]
    assert not any(SAID.encode() in content for content in files)
    assert any("Cảm ơn".encode() in content for content in files), "the other comment is found this way"
