"""Orders: insert-only, about closed days, sealed on the day they are given; the book lets go of what they name."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from survey_app.database import write_transaction
from survey_app.ledger.day_record import order_hash
from survey_app.ledger.orders import (
    NewOrder,
    NothingToOrder,
    RemovalOrder,
    give_order,
    keep_leaf_hashes,
    orders_given,
    orders_of,
    removed_days,
    removed_unit_days,
    removing,
    unsealed_orders,
)
from survey_app.ledger.sealed_log import sealed_day
from survey_app.responses import removal
from tests.conftest import NOW
from tests.support.closed_days import ClosedBook
from tests.support.databases import postgresql_only, sqlite_only

Begin = Callable[[], AbstractContextManager[Connection]]
TODAY = NOW.date()
FIRST, SECOND, YESTERDAY = (TODAY - timedelta(days=ago) for ago in (3, 2, 1))


@pytest.fixture
def book(app: Flask, transaction: Begin) -> Iterator[ClosedBook]:
    """Three closed days of three answers with a comment."""
    made = ClosedBook.at_a_counter(app, transaction)
    for day in (FIRST, SECOND, YESTERDAY):
        made.give(day, 3, comment=f"Lời của ngày {day}")
    made.close(FIRST, YESTERDAY)
    with app.app_context():
        yield made


def order(connection: Connection, day: date = FIRST, **chosen: Any) -> RemovalOrder:
    asked: dict[str, Any] = {"kind": "retention", "what": "rows", "first_day": day, "last_day": day} | chosen
    return give_order(connection, NewOrder(**asked, reason="thử", actor="a@example.vn"), TODAY)


def refused(connection: Connection, statement: str, words: str = "append-only", **values: object) -> None:
    nested = connection.begin_nested()
    with pytest.raises(DBAPIError, match=words):
        connection.execute(text(statement), values)
    nested.rollback()


def test_an_order_lets_go_of_the_rows_it_names_and_no_others(book: ClosedBook) -> None:
    with write_transaction() as connection:
        order(connection)
        refused(connection, "DELETE FROM comment")
        refused(connection, "DELETE FROM response")
        assert removal.remove_rows(connection, FIRST) == 3
        with pytest.raises(DBAPIError, match="append-only"), connection.begin_nested():
            removal.remove_rows(connection, SECOND)
    assert {row.day for row in book.rows()} == {SECOND, YESTERDAY}


def test_an_order_about_comments_lets_no_row_go(book: ClosedBook) -> None:
    with write_transaction() as connection:
        order(connection, what="comments")
        assert removal.remove_comments(connection, FIRST) == 3
        refused(connection, "DELETE FROM response WHERE day = :day", day=FIRST)
    assert len(book.rows()) == 9
    assert {day for day, _ in book.comments()} == {SECOND, YESTERDAY}


def test_an_order_about_one_comment_lets_only_that_go(book: ClosedBook) -> None:
    row, other = book.rows(FIRST, FIRST)[:2]
    with write_transaction() as connection:
        order(connection, kind="redaction", what="comment", unit_id=book.counter.unit_id, response_id=row.id)
        with pytest.raises(DBAPIError, match="append-only"), connection.begin_nested():
            removal.remove_comment(connection, FIRST, other.unit_id, other.id)
        refused(connection, "DELETE FROM response WHERE id = :id", id=row.id)
        assert removal.remove_comment(connection, FIRST, row.unit_id, row.id)
        assert not removal.remove_comment(connection, FIRST, row.unit_id, row.id)
    assert len(book.comments()) == 8


def test_an_order_about_another_unit_lets_nothing_go(book: ClosedBook) -> None:
    with write_transaction() as connection:
        elsewhere = connection.execute(text("INSERT INTO unit (code) VALUES ('99999') RETURNING id")).scalar_one()
        order(connection, unit_id=elsewhere)
        refused(connection, "DELETE FROM response WHERE day = :day", day=FIRST)


@pytest.mark.parametrize("day", [TODAY, TODAY + timedelta(days=1)])
def test_an_order_names_closed_days_only(book: ClosedBook, day: date) -> None:
    with write_transaction() as connection, pytest.raises(NothingToOrder):
        order(connection, last_day=day)


def test_nothing_can_be_ordered_of_an_empty_book(app: Flask, connection: Connection) -> None:
    with pytest.raises(NothingToOrder):
        order(connection)


def test_the_database_refuses_an_order_that_would_never_be_sealed_or_names_open_days(book: ClosedBook) -> None:
    columns = "(given_on, kind, what, first_day, last_day, reason, actor, body, order_hash)"
    values = "(:given, 'retention', 'rows', :first, :last, '', '', '{}', :hash)"
    for given, last in ((YESTERDAY, FIRST), (TODAY + timedelta(days=9), TODAY)):
        with pytest.raises(DBAPIError, match="closed days only"), write_transaction() as connection:
            connection.execute(
                text(f"INSERT INTO removal_order {columns} VALUES {values}"),
                {"given": given, "first": FIRST, "last": last, "hash": bytes(32)},
            )


@pytest.mark.parametrize("table", ["removal_order", "removed_unit_day", "lost_receipt"])
def test_orders_and_what_stays_are_never_changed(book: ClosedBook, table: str) -> None:
    with write_transaction() as connection:
        given = order(connection)
        keep_leaf_hashes(connection, given, FIRST, removal.leaf_hashes_of_day(connection, FIRST))
        connection.execute(text("INSERT INTO lost_receipt VALUES ('A', '2026-11-24')"))
        column = {"removal_order": "reason", "removed_unit_day": "responses", "lost_receipt": "noticed_on"}[table]
        refused(connection, f"UPDATE {table} SET {column} = {column}")
        refused(connection, f"DELETE FROM {table}")
        if connection.dialect.name == "postgresql":
            refused(connection, f"TRUNCATE {table} CASCADE")
        else:
            refused(connection, f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


def test_the_hash_is_sealed_in_the_record_of_the_day_on_which_the_order_was_given(book: ClosedBook) -> None:
    with write_transaction() as connection:
        given = order(connection)
        assert given.sealed_on == given.given_on == TODAY
        assert given.order_hash == order_hash(given.body)
        assert unsealed_orders(connection, TODAY) == (given.order_hash,)
        assert unsealed_orders(connection, YESTERDAY) == ()
    book.close(TODAY, TODAY + timedelta(days=1))
    with write_transaction() as connection:
        sealed, following = (sealed_day(connection, TODAY + timedelta(days=ahead)) for ahead in (0, 1))
        assert sealed is not None and sealed.record.orders == (given.order_hash,)
        assert following is not None and following.record.orders == ()
        assert [one.order_hash for one in orders_given(connection, TODAY)] == [given.order_hash]


def test_an_order_given_after_the_day_was_closed_is_sealed_with_the_next(book: ClosedBook) -> None:
    book.close(TODAY)
    with write_transaction() as connection:
        assert order(connection).given_on == TODAY + timedelta(days=1)


def test_the_body_is_what_a_manifest_shows_and_names_nobody(book: ClosedBook) -> None:
    with write_transaction() as connection:
        given = order(connection, unit_id=book.counter.unit_id)
    assert given.body == {
        "kind": "retention",
        "what": "rows",
        "first_day": FIRST.isoformat(),
        "last_day": FIRST.isoformat(),
        "units": ["26041"],
        "given_on": TODAY.isoformat(),
    }


def test_the_leaf_hashes_of_what_was_removed_stay(book: ClosedBook) -> None:
    leaves = sorted(row.leaf_hash for row in book.rows(FIRST, FIRST))
    with write_transaction() as connection:
        given = order(connection)
        keep_leaf_hashes(connection, given, FIRST, removal.leaf_hashes_of_day(connection, FIRST))
        removal.remove_rows(connection, FIRST)
        (kept,) = removed_unit_days(connection, FIRST, YESTERDAY)
        assert (kept.unit_code, kept.day, kept.order_hash) == ("26041", FIRST, given.order_hash)
        assert list(kept.leaf_hashes) == leaves
        assert removed_days(connection) == removed_days(connection, FIRST, FIRST) == {FIRST}
        assert removed_days(connection, SECOND) == frozenset()
        assert orders_of(connection, SECOND, YESTERDAY) == []
        found = removing(connection, FIRST, book.counter.unit_id)
        assert found is not None and found.order_hash == given.order_hash
        assert removing(connection, SECOND, book.counter.unit_id) is None


@sqlite_only
def test_replace_does_not_slip_past_although_an_order_is_there(book: ClosedBook) -> None:
    with write_transaction() as connection:
        order(connection)
        refused(connection, "INSERT OR REPLACE INTO response SELECT * FROM response WHERE day = :day", day=SECOND)


@postgresql_only
@pytest.mark.parametrize("table", ["response", "response_2026_11", "comment"])
def test_truncate_does_not_slip_past_although_an_order_is_there(book: ClosedBook, table: str) -> None:
    with write_transaction() as connection:
        order(connection)
        refused(connection, f"TRUNCATE {table} CASCADE")
        refused(connection, "DELETE FROM response_2026_11 WHERE day = :day", day=SECOND)
        refused(connection, "UPDATE response_2026_11 SET r1 = 1 WHERE day = :day", day=FIRST)
