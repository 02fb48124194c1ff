"""Whoever owns the database can change it, and `ledger verify` then says what was changed."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, delete, insert, select, update

from survey_app.audit_log.models import AuditEventRow
from survey_app.database import read_connection
from survey_app.languages import catalogues
from survey_app.ledger.checkpoint import Checkpoint, SigningKey, sign_checkpoint
from survey_app.ledger.day_record import DayRecord
from survey_app.ledger.differences import KINDS
from survey_app.ledger.leaf import leaf_bytes, leaf_hash
from survey_app.ledger.merkle import Frontier
from survey_app.ledger.models import LedgerKeyRow, SealedDayRow, SealedUnitDayRow
from survey_app.ledger.preparing import leaf_fields
from survey_app.ledger.verification import count_sealed_days, verify_log
from survey_app.responses.models import BookDayRow, ReceiptRow, comment, response
from tests.ledger.real_book import BUSY, OTHER, SILENT, TODAY, YESTERDAY, RealBook, difference, taken_back

sealed_day: Any = SealedDayRow.__table__
sealed_unit_day: Any = SealedUnitDayRow.__table__
ledger_key: Any = LedgerKeyRow.__table__
receipt: Any = ReceiptRow.__table__
book_day: Any = BookDayRow.__table__
audit_event: Any = AuditEventRow.__table__
MIDDLE = YESTERDAY - timedelta(days=1)
Tamper = Callable[[Connection, RealBook], object]


def a_row(connection: Connection, book: RealBook, **where: Any) -> Any:
    """A row of the busy unit on the middle day."""
    chosen = select(response).where(response.c.day == MIDDLE, response.c.unit_id == book.busy.unit_id)
    for name, value in where.items():
        chosen = chosen.where(response.c[name] == value)
    return connection.execute(chosen.order_by(response.c.leaf_hash)).first()


def with_leaf_hash(values: dict[str, Any], book: RealBook) -> dict[str, Any]:
    """A row whose own leaf hash fits: made by somebody who knows how."""
    counter = book.busy if values["unit_id"] == book.busy.unit_id else book.other
    leaf = leaf_bytes(leaf_fields(values, counter.unit_code, book.busy.questionnaire_hash))
    return {**values, "leaf_hash": leaf_hash(leaf)}


def edit_a_row(connection: Connection, book: RealBook) -> None:
    connection.execute(update(response).where(response.c.id == a_row(connection, book).id).values(r2=1))


def edit_a_row_and_its_hash(connection: Connection, book: RealBook) -> None:
    row = a_row(connection, book)
    made = with_leaf_hash({**row._asdict(), "r2": 1}, book)
    connection.execute(update(response).where(response.c.id == row.id).values(r2=1, leaf_hash=made["leaf_hash"]))


def drop_a_row(connection: Connection, book: RealBook) -> None:
    row = a_row(connection, book, comment_digest=None)
    connection.execute(delete(response).where(response.c.id == row.id))


def insert_a_row(connection: Connection, book: RealBook) -> None:
    row = a_row(connection, book, comment_digest=None)._asdict()
    connection.execute(insert(response), with_leaf_hash({**row, "id": bytes(16)}, book))


def insert_a_row_for_a_silent_unit(connection: Connection, book: RealBook) -> None:
    silent = connection.execute(select(sealed_unit_day.c.unit_id).where(sealed_unit_day.c.unit_code == SILENT))
    row = a_row(connection, book, comment_digest=None)._asdict() | {"unit_id": silent.scalars().first()}
    leaf = leaf_bytes(leaf_fields(row, SILENT, book.busy.questionnaire_hash))
    connection.execute(insert(response), {**row, "leaf_hash": leaf_hash(leaf)})


def insert_a_row_of_no_unit(connection: Connection, book: RealBook) -> None:
    row = a_row(connection, book, comment_digest=None)._asdict()
    connection.execute(insert(response), {**row, "unit_id": 999_999})


def swap_two_rows(connection: Connection, book: RealBook) -> None:
    """Each unit gets the other's row, with leaf hashes that fit."""
    mine = a_row(connection, book, comment_digest=None)._asdict()
    other = select(response).where(response.c.day == MIDDLE, response.c.unit_id == book.other.unit_id)
    theirs = connection.execute(other).one()._asdict()
    connection.execute(delete(response).where(response.c.id.in_([mine["id"], theirs["id"]])))
    moved = [{**mine, "unit_id": theirs["unit_id"]}, {**theirs, "unit_id": mine["unit_id"]}]
    for row in moved:
        row["questionnaire_id"] = book.busy.questionnaire_id
        connection.execute(insert(response), with_leaf_hash(row, book))


def move_a_row_to_another_day(connection: Connection, book: RealBook) -> None:
    row = a_row(connection, book, comment_digest=None)._asdict()
    connection.execute(delete(response).where(response.c.id == row["id"]))
    connection.execute(insert(response), with_leaf_hash({**row, "day": YESTERDAY}, book))


def book_a_row_on_a_day_that_is_not_sealed(connection: Connection, book: RealBook) -> None:
    row = a_row(connection, book, comment_digest=None)._asdict()
    connection.execute(insert(response), with_leaf_hash({**row, "day": TODAY}, book))


def set_aside_without_a_flag(connection: Connection, book: RealBook) -> None:
    row = a_row(connection, book, set_aside=0)
    connection.execute(update(response).where(response.c.id == row.id).values(set_aside=1))


def edit_a_comment(connection: Connection, _book: RealBook) -> None:
    connection.execute(update(comment).where(comment.c.day == MIDDLE).values(text="Không có gì."))


def drop_a_comment(connection: Connection, _book: RealBook) -> None:
    connection.execute(delete(comment).where(comment.c.day == MIDDLE))


def make_up_a_comment(connection: Connection, book: RealBook) -> None:
    row = a_row(connection, book, comment_digest=None)
    words = {"day": row.day, "unit_id": row.unit_id, "response_id": row.id, "text": "Tốt", "salt": bytes(16)}
    connection.execute(insert(comment), words)


def leave_a_comment_of_nobody(connection: Connection, book: RealBook) -> None:
    words = {"day": MIDDLE, "unit_id": book.busy.unit_id, "response_id": bytes(16), "text": "Tốt", "salt": bytes(16)}
    connection.execute(insert(comment), words)


def _one_receipt(connection: Connection, book: RealBook) -> str:
    mine = select(receipt.c.receipt).where(receipt.c.day == MIDDLE, receipt.c.unit_id == book.busy.unit_id)
    return str(connection.execute(mine).scalars().first())


def drop_a_receipt(connection: Connection, book: RealBook) -> None:
    connection.execute(delete(receipt).where(receipt.c.receipt == _one_receipt(connection, book)))


def exchange_a_receipt(connection: Connection, book: RealBook) -> None:
    mine = receipt.c.receipt == _one_receipt(connection, book)
    connection.execute(update(receipt).where(mine).values(receipt="0" * 20))


def _entry(unit: str) -> Any:
    return (sealed_unit_day.c.day == MIDDLE) & (sealed_unit_day.c.unit_code == unit)


def _last_day(connection: Connection, _book: RealBook) -> None:
    """The last day is not sealed any more, though its answers are booked."""
    connection.execute(delete(sealed_unit_day).where(sealed_unit_day.c.day == YESTERDAY))
    connection.execute(delete(sealed_day).where(sealed_day.c.day == YESTERDAY))


def drop_a_day(connection: Connection, _book: RealBook) -> None:
    """A day goes with everything that was of it."""
    for table in (sealed_unit_day, comment, response, receipt, book_day, sealed_day):
        connection.execute(delete(table).where(table.c.day == MIDDLE))


def rewrite_a_day(connection: Connection, _book: RealBook) -> None:
    """The record, its hash and the frontier fit each other, but not what was signed."""
    days = connection.execute(select(sealed_day).order_by(sealed_day.c.position)).all()
    old = DayRecord.from_bytes(days[1].record.encode())
    new = DayRecord(old.day, old.units_root, old.unit_count, bytes(32), old.orders)
    frontier = Frontier.from_bytes(days[0].frontier).append(new.leaf_hash)
    values = {"record": new.to_bytes().decode(), "leaf_hash": new.leaf_hash, "frontier": frontier.to_bytes()}
    connection.execute(update(sealed_day).where(sealed_day.c.day == MIDDLE).values(values))


def _sign_with_another_key(connection: Connection, _book: RealBook) -> None:
    days = connection.execute(select(sealed_day).order_by(sealed_day.c.position)).all()
    origin = days[1].checkpoint.partition("\n")[0]
    head = Checkpoint(origin, 2, Frontier.from_bytes(days[1].frontier).root())
    note = sign_checkpoint(head, SigningKey(origin, bytes(32)))
    connection.execute(update(sealed_day).where(sealed_day.c.day == MIDDLE).values(checkpoint=note))


def _yesterdays_head(connection: Connection, _book: RealBook) -> None:
    older = select(sealed_day.c.checkpoint).where(sealed_day.c.position == 0).scalar_subquery()
    connection.execute(update(sealed_day).where(sealed_day.c.day == MIDDLE).values(checkpoint=older))


def _edit_a_head(connection: Connection, _book: RealBook) -> None:
    note = connection.execute(select(sealed_day.c.checkpoint).where(sealed_day.c.day == MIDDLE)).scalar_one()
    changed = note.replace("\n2\n", "\n9\n", 1)
    connection.execute(update(sealed_day).where(sealed_day.c.day == MIDDLE).values(checkpoint=changed))


def _cut_the_audit_log(connection: Connection, _book: RealBook) -> None:
    connection.execute(delete(audit_event))


CASES: dict[str, tuple[Tamper, str, dict[str, Any]]] = {
    "row edited": (edit_a_row, "row", {"day": MIDDLE, "unit": BUSY}),
    "row edited with its hash": (edit_a_row_and_its_hash, "rows_exchanged", {"day": MIDDLE, "unit": BUSY}),
    "row dropped": (drop_a_row, "rows", {"day": MIDDLE, "unit": BUSY, "found": 3, "expected": 4}),
    "row inserted": (insert_a_row, "rows", {"day": MIDDLE, "unit": BUSY, "found": 5, "expected": 4}),
    "row for a silent unit": (insert_a_row_for_a_silent_unit, "rows", {"day": MIDDLE, "unit": SILENT, "found": 1}),
    "row of no unit": (insert_a_row_of_no_unit, "response_stray", {"day": MIDDLE, "unit": "#999999"}),
    "rows swapped": (swap_two_rows, "rows_exchanged", {"day": MIDDLE, "unit": BUSY}),
    "row moved to another day": (move_a_row_to_another_day, "rows", {"day": MIDDLE, "found": 3}),
    "row on a day not sealed": (book_a_row_on_a_day_that_is_not_sealed, "not_sealed", {"day": TODAY}),
    "set aside against its flags": (set_aside_without_a_flag, "set_aside", {"day": MIDDLE, "unit": BUSY}),
    "comment edited": (edit_a_comment, "comment_digest", {"day": MIDDLE, "unit": BUSY}),
    "comment dropped": (drop_a_comment, "comment", {"day": MIDDLE, "unit": BUSY}),
    "comment made up": (make_up_a_comment, "comment_digest", {"day": MIDDLE, "unit": BUSY}),
    "comment of nobody": (leave_a_comment_of_nobody, "comment_stray", {"day": MIDDLE, "row": "00" * 16}),
    "receipt dropped": (drop_a_receipt, "receipts", {"day": MIDDLE, "unit": BUSY, "found": 3, "expected": 4}),
    "receipt exchanged": (exchange_a_receipt, "receipts", {"day": MIDDLE, "unit": BUSY, "found": 4}),
    "entry edited": (
        lambda c, _: c.execute(update(sealed_unit_day).where(_entry(OTHER)).values(count=2)),
        "unit",
        {"day": MIDDLE, "unit": OTHER},
    ),
    "entry dropped": (
        lambda c, _: c.execute(delete(sealed_unit_day).where(_entry(OTHER))),
        "unit_missing",
        {"day": MIDDLE, "unit": OTHER},
    ),
    "silent entry dropped": (
        lambda c, _: c.execute(delete(sealed_unit_day).where(_entry(SILENT))),
        "units",
        {"day": MIDDLE, "found": 2, "expected": 3},
    ),
    "entry renamed": (
        lambda c, _: c.execute(update(sealed_unit_day).where(_entry(OTHER)).values(unit_code="26045")),
        "unit_missing",
        {"day": MIDDLE, "unit": OTHER},
    ),
    "day no longer sealed": (_last_day, "not_sealed", {"day": YESTERDAY}),
    "day dropped": (drop_a_day, "day_missing", {"day": MIDDLE}),
    "day rewritten": (rewrite_a_day, "record", {"day": MIDDLE}),
    "days exchanged": (
        lambda c, _: c.execute(update(sealed_day).where(sealed_day.c.day == MIDDLE).values(position=7)),
        "day_missing",
        {"day": MIDDLE},
    ),
    "head edited": (_edit_a_head, "signature", {"day": MIDDLE}),
    "head signed by somebody": (_sign_with_another_key, "head", {"day": MIDDLE}),
    "head of the day before": (_yesterdays_head, "head", {"day": MIDDLE}),
    "frontier edited": (
        lambda c, _: c.execute(update(sealed_day).where(sealed_day.c.day == MIDDLE).values(frontier=bytes(8))),
        "tree",
        {"day": MIDDLE},
    ),
    "day said to hold more": (
        lambda c, _: c.execute(update(book_day).where(book_day.c.day == MIDDLE).values(responses=9)),
        "booked",
        {"day": MIDDLE, "found": 9, "expected": 5},
    ),
    "day said to be open": (
        lambda c, _: c.execute(delete(book_day).where(book_day.c.day == MIDDLE)),
        "not_booked",
        {"day": MIDDLE},
    ),
    "day said to be closed": (
        lambda c, _: c.execute(insert(book_day), {"day": TODAY, "responses": 0}),
        "not_sealed",
        {"day": TODAY},
    ),
    "key spoilt": (lambda c, _: c.execute(update(ledger_key).values(verifier="no key")), "keys", {}),
    "key gone": (lambda c, _: c.execute(delete(ledger_key)), "head", {}),
    "audit event edited": (
        lambda c, _: c.execute(update(audit_event).values(actor="nobody")),
        "audit_chain",
        {"seq": 1},
    ),
    "audit log emptied": (_cut_the_audit_log, "audit_head", {}),
}


def test_what_was_changed_is_named(app: Flask, real_book: RealBook, subtests: pytest.Subtests) -> None:
    for name, (tamper, kind, details) in CASES.items():
        with subtests.test(name), taken_back(app) as connection:
            tamper(connection, real_book)
            found = difference(connection)
            assert found.kind == kind
            assert {key: found.details[key] for key in details} == details
    with app.app_context(), read_connection() as connection:
        assert verify_log(connection).days == 3, "all was taken back"


def test_a_whole_book_is_counted(app: Flask, real_book: RealBook) -> None:
    seen: list[date] = []
    with app.app_context(), read_connection() as connection:
        tally = verify_log(connection, seen.append)
        assert count_sealed_days(connection) == 3
    assert (tally.days, tally.unit_days, tally.responses, tally.receipts) == (3, 9, 15, 15)
    assert (tally.removed, tally.hidden, tally.events) == (0, 0, 1)
    assert seen == list(real_book.days)


def test_an_empty_book_is_whole(app: Flask) -> None:
    with app.app_context(), read_connection() as connection:
        assert count_sealed_days(connection) == 0
        assert verify_log(connection).head is None


def test_every_difference_has_its_sentence_in_each_language() -> None:
    for catalogue in catalogues().values():
        assert {f"ledger.differs.{kind}" for kind in KINDS} <= catalogue.texts.keys()
