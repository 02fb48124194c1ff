"""Close the day: once, whole, and in an order that tells nothing."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, select

from survey_app.ledger.closing import GapTooLarge, close_days, days_to_close
from survey_app.ledger.leaf import comment_digest, leaf_bytes, leaf_hash
from survey_app.ledger.preparing import leaf_fields
from survey_app.ledger.steps import closing_steps
from survey_app.responses import reader
from survey_app.responses.models import ReceiptRow, SpentRow, comment, inbox, response
from tests.conftest import NOW
from tests.support.counters import Counter, a_counter

Begin = Callable[[], AbstractContextManager[Connection]]
TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def counter(transaction: Begin, app: Flask) -> Counter:
    """A counter, committed."""
    with transaction() as connection:
        return a_counter(connection, app)


def give(transaction: Begin, counter: Counter, days_ago: int, number: int = 1, **answers: Any) -> None:
    """Give a few answers some days ago."""
    with transaction() as connection:
        for _ in range(number):
            counter.door.record_response(connection, counter.submission(NOW - timedelta(days=days_ago), **answers))


def close(app: Flask, through: date | None = None) -> list[tuple[date, int]]:
    """Close what waits, as the command does."""
    with app.app_context():
        days = days_to_close(TODAY, through)
        return [(one.day, one.responses) for one in close_days(days, closing_steps(app), NOW)]


def test_past_days_are_booked_and_today_waits(app: Flask, transaction: Begin, counter: Counter) -> None:
    give(transaction, counter, days_ago=2, number=3)
    give(transaction, counter, days_ago=0, number=2)
    assert close(app) == [(TODAY - timedelta(days=2), 3), (YESTERDAY, 0)]
    with transaction() as connection:
        assert len(connection.execute(select(inbox)).all()) == 2
        assert reader.last_booked_day(connection) == YESTERDAY


def test_twice_changes_nothing(app: Flask, transaction: Begin, counter: Counter) -> None:
    give(transaction, counter, days_ago=1, number=4)
    close(app)
    with transaction() as connection:
        before = connection.execute(select(response)).all()
    assert close(app) == []
    with transaction() as connection:
        assert connection.execute(select(response)).all() == before


def test_an_answer_that_comes_after_its_day_was_closed_is_in_the_next_book(
    app: Flask, transaction: Begin, counter: Counter
) -> None:
    close(app)
    give(transaction, counter, days_ago=1)
    assert close(app, through=TODAY) == [(TODAY, 1)]
    with transaction() as connection:
        assert connection.execute(select(response.c.day)).scalars().all() == [TODAY]


def test_rows_get_fresh_ids_and_lie_in_the_order_of_their_leaf_hashes(
    app: Flask, transaction: Begin, counter: Counter
) -> None:
    give(transaction, counter, days_ago=1, number=40)
    with transaction() as connection:
        waiting = {row.id for row in connection.execute(select(inbox.c.id))}
    close(app)
    with transaction() as connection:
        rows = list(reader.booked_rows(connection, reader.Selection()))
        stored = connection.execute(select(response.c.leaf_hash, response.c.id)).all()
    assert not waiting & {row.id for row in rows}
    assert [row.leaf_hash for row in rows] == sorted(row.leaf_hash for row in rows)
    if app.extensions["settings"].database_url.startswith("postgresql"):
        assert [row.leaf_hash for row in stored] == sorted(row.leaf_hash for row in stored), "ctid order tells nothing"
    else:
        assert [row.id for row in stored] == sorted(row.id for row in stored), "rows lie by random id"


def test_leaf_hashes_and_comment_digests_can_be_recomputed(app: Flask, transaction: Begin, counter: Counter) -> None:
    give(transaction, counter, days_ago=1, comment="Cán bộ tận tình, cảm ơn.", choices={"c1": 1}, service_domain="land")
    close(app)
    with transaction() as connection:
        row = connection.execute(select(response)).one()
        words = connection.execute(select(comment)).one()
    assert words.text == "Cán bộ tận tình, cảm ơn."
    assert comment_digest(words.salt, words.text) == row.comment_digest
    fields = leaf_fields(row._asdict(), counter.unit_code, counter.questionnaire_hash)
    assert leaf_hash(leaf_bytes(fields)) == row.leaf_hash


def test_receipts_are_booked_apart_from_answers(app: Flask, transaction: Begin, counter: Counter) -> None:
    give(transaction, counter, days_ago=1, number=5)
    with transaction() as connection:
        given = set(connection.execute(select(inbox.c.receipt)).scalars())
    close(app)
    with transaction() as connection:
        booked = connection.execute(select(ReceiptRow.receipt, ReceiptRow.day, ReceiptRow.unit_id)).all()
        assert {row.receipt for row in booked} == given
        assert {(row.day, row.unit_id) for row in booked} == {(YESTERDAY, counter.unit_id)}
    assert not {"receipt", "token", "nonce"} & set(response.c.keys())


def test_a_gap_over_31_days_is_refused_unless_told(app: Flask, transaction: Begin, counter: Counter) -> None:
    give(transaction, counter, days_ago=40)
    with pytest.raises(GapTooLarge, match="40 days wait"):
        close(app)
    with transaction() as connection:
        assert reader.last_booked_day(connection) is None
    assert len(close(app, through=YESTERDAY)) == 40


def test_a_clock_that_went_back_closes_nothing(app: Flask, transaction: Begin, counter: Counter) -> None:
    give(transaction, counter, days_ago=1)
    close(app)
    with app.app_context():
        assert days_to_close(TODAY - timedelta(days=3)) == []


def test_a_failing_step_leaves_the_day_as_it_was(app: Flask, transaction: Begin, counter: Counter) -> None:
    give(transaction, counter, days_ago=1, number=3)

    def fails(_connection: Connection, _day: date) -> None:
        raise RuntimeError("disk full")

    with app.app_context(), pytest.raises(RuntimeError):
        list(close_days([YESTERDAY], [fails], NOW))
    with transaction() as connection:
        assert len(connection.execute(select(inbox)).all()) == 3
        assert connection.execute(select(response.c.id)).all() == []
    assert close(app) == [(YESTERDAY, 3)]


def test_closers_that_run_at_once_close_each_day_once(app: Flask, transaction: Begin, counter: Counter) -> None:
    for days_ago in range(1, 6):
        give(transaction, counter, days_ago=days_ago, number=4)
    together = threading.Barrier(4)
    closed: list[tuple[date, int]] = []

    def run() -> None:
        together.wait()
        closed.extend(close(app))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(closed) == [(TODAY - timedelta(days=ago), 4) for ago in range(5, 0, -1)]
    with transaction() as connection:
        assert len(connection.execute(select(response.c.id)).all()) == 20


def test_used_tokens_go_when_their_time_is_over(app: Flask, transaction: Begin, counter: Counter) -> None:
    give(transaction, counter, days_ago=20)
    give(transaction, counter, days_ago=1)
    close(app)
    with transaction() as connection:
        assert len(connection.execute(select(SpentRow.receipt)).all()) == 1
