"""Append-only means it: no statement changes or removes what is in the book, on either database."""

import pytest
from flask import Flask
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from survey_app.ledger.preparing import prepare_day
from survey_app.responses.book import write_day
from survey_app.responses.models import inbox, response
from tests.conftest import NOW
from tests.support.counters import a_counter
from tests.support.databases import postgresql_only, sqlite_only

CHANGES = (
    "UPDATE response SET r1 = 5",
    "UPDATE response SET flags = 1, set_aside = 1",
    "DELETE FROM response",
    "UPDATE comment SET text = 'x'",
    "DELETE FROM comment",
    "UPDATE receipt SET unit_id = unit_id + 1",
    "DELETE FROM receipt",
    "UPDATE book_day SET responses = 0",
    "DELETE FROM book_day",
    "UPDATE questionnaire SET definition = 'x'",
    "DELETE FROM questionnaire_item",
)


def book_one(connection: Connection, app: Flask) -> None:
    """Put one answer with a comment into the book."""
    counter = a_counter(connection, app)
    counter.door.record_response(connection, counter.submission(NOW, comment="Cảm ơn"))
    write_day(connection, prepare_day(connection, NOW.date()))


def refuses(connection: Connection, statement: str, words: str = "append-only") -> None:
    """Assert that the database refuses the statement by our trigger, and that the transaction can go on."""
    nested = connection.begin_nested()
    with pytest.raises(DBAPIError, match=words):
        connection.execute(text(statement))
    nested.rollback()


@pytest.mark.parametrize("statement", CHANGES)
def test_the_book_refuses_changes(connection: Connection, app: Flask, statement: str) -> None:
    book_one(connection, app)
    refuses(connection, statement)
    assert connection.execute(select(response.c.r1)).scalar_one() == 5


@sqlite_only
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE"])
def test_replace_does_not_slip_past_the_triggers(connection: Connection, app: Flask, verb: str) -> None:
    book_one(connection, app)
    refuses(connection, f"{verb} INTO response SELECT * FROM response")


@postgresql_only
@pytest.mark.parametrize("table", ["response", "response_2026_11", "comment, response", "receipt", "book_day"])
def test_truncate_is_refused_for_the_table_and_each_partition(connection: Connection, app: Flask, table: str) -> None:
    book_one(connection, app)
    cascade = " CASCADE" if "response" in table else ""
    refuses(connection, f"TRUNCATE {table}{cascade}")


@postgresql_only
def test_a_partition_refuses_changes_too(connection: Connection, app: Flask) -> None:
    book_one(connection, app)
    refuses(connection, "UPDATE response_2026_11 SET r1 = 5")
    refuses(connection, "DELETE FROM response_2026_11")


def test_an_answer_in_the_inbox_cannot_be_rewritten_but_its_verdict_may(connection: Connection, app: Flask) -> None:
    counter = a_counter(connection, app)
    counter.door.record_response(connection, counter.submission(NOW, {"r1": 1}))
    refuses(connection, "UPDATE inbox SET r1 = 5", "rewritten|append-only")
    connection.execute(text("UPDATE inbox SET flags = 1, set_aside = 1"))
    assert connection.execute(select(inbox.c.r1, inbox.c.set_aside)).one() == (1, 1)
