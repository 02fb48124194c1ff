"""Closing seals: every unit valid that day, zeros included, contiguous days, a head that others' programs accept."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.exc import DBAPIError

from survey_app.audit_log.log import head, record_event
from survey_app.database import db, read_connection
from survey_app.ledger import sealed_log
from survey_app.ledger.audit_events import KEY_MADE
from survey_app.ledger.checkpoint import VerifierKey, open_checkpoint
from survey_app.ledger.closing import close_days, open_log
from survey_app.ledger.day_record import receipts_tree, responses_tree
from survey_app.ledger.differences import Difference
from survey_app.ledger.manifest import unit_proof
from survey_app.ledger.merkle import Frontier, verify_inclusion
from survey_app.ledger.models import SealedDayRow, SealedUnitDayRow
from survey_app.ledger.order_models import RemovedUnitDayRow
from survey_app.ledger.orders import NewOrder, give_order, keep_leaf_hashes
from survey_app.ledger.preparing import prepare_day
from survey_app.ledger.sealing import NotContiguous
from survey_app.ledger.verification import verify_log
from survey_app.ledger.verifier.trees import canonical, hash_leaf, included
from survey_app.responses.book import write_day
from survey_app.responses.models import ReceiptRow, comment, inbox, response
from survey_app.territory.models import UnitVersionRow
from survey_app.territory.units import units_on
from tests.conftest import NOW
from tests.ledger.go_note import GoNote
from tests.ledger.real_book import (
    BUSY,
    OTHER,
    SILENT,
    TODAY,
    YESTERDAY,
    Begin,
    RealBook,
    close,
    tampering,
)
from tests.support.counters import a_counter
from tests.support.factories import dong_nai
from tests.support.queries import QueryCounter


@pytest.fixture
def reading(app: Flask) -> Iterator[Connection]:
    """A snapshot to read from."""
    with app.app_context(), read_connection() as connection:
        yield connection


def test_every_unit_of_the_day_has_its_entry_zeros_included(app: Flask, transaction: Begin) -> None:
    with transaction() as connection:
        dong_nai(connection)
    close(app, YESTERDAY)
    with transaction() as connection:
        sealed = sealed_log.sealed_day(connection, YESTERDAY)
        assert sealed is not None
        assert [entry.unit for entry in sealed.entries] == sorted(unit.code for unit in units_on(connection, YESTERDAY))
        assert len(sealed.entries) == 96
        assert {(entry.count, entry.responses_root) for entry in sealed.entries} == {(0, responses_tree(()).root())}


def test_an_entry_commits_to_the_answers_and_check_codes_of_its_unit(reading: Connection, real_book: RealBook) -> None:
    for day in real_book.days:
        sealed = sealed_log.sealed_day(reading, day)
        assert sealed is not None
        for unit_id, code in ((real_book.busy.unit_id, BUSY), (real_book.other.unit_id, OTHER)):
            entry = sealed.entries[sealed.places[code]]
            mine = (response.c.day == day, response.c.unit_id == unit_id)
            leaves = reading.scalars(select(response.c.leaf_hash).where(*mine)).all()
            codes = reading.scalars(
                select(ReceiptRow.receipt).where(ReceiptRow.day == day, ReceiptRow.unit_id == unit_id)
            ).all()
            assert (entry.count, entry.responses_root) == (len(leaves), responses_tree(leaves).root())
            assert (entry.receipts_count, entry.receipts_root) == (len(codes), receipts_tree(codes).root())
            assert entry.count > 0
        assert sealed.entries[sealed.places[SILENT]].count == 0


def test_the_log_grows_by_a_day_a_day_and_each_head_extends_the_one_before(
    reading: Connection, real_book: RealBook, go_note: GoNote
) -> None:
    log = sealed_log.sealed_log(reading)
    assert log is not None
    assert (log.first_day, log.tree.size) == (real_book.days[0], 3)
    keys = [VerifierKey.parse(text) for text in sealed_log.verifier_keys(reading)]
    notes = [str(sealed_log.checkpoint_at(reading, size)) for size in (1, 2, 3)]
    heads = [open_checkpoint(note, keys) for note in notes]
    assert [one.root for one in heads] == [log.tree.root(size) for size in (1, 2, 3)]
    assert notes[-1] == log.checkpoint == sealed_log.newest_checkpoint(reading)
    assert sealed_log.checkpoint_at(reading, 4) is None
    for note, one in zip(notes, heads, strict=True):
        assert go_note.ask("open", Note=note, Keys=[keys[0].text])["text"] == one.text


def test_what_was_sealed_of_a_unit_is_proven_by_the_stand_alone_verifiers_own_trees(
    reading: Connection, real_book: RealBook
) -> None:
    log, sealed = sealed_log.sealed_log(reading), sealed_log.sealed_day(reading, YESTERDAY)
    assert log is not None and sealed is not None
    proof = json.loads(json.dumps(unit_proof(OTHER, sealed, log)))
    entry, day = proof["commune_day"], proof["day"]
    path = [bytes.fromhex(one) for one in entry["proof"]]
    root = bytes.fromhex(day["record"]["units_root"])
    assert included(hash_leaf(canonical(entry["entry"])), entry["index"], day["record"]["unit_count"], path, root)
    leaf = hash_leaf(canonical(day["record"]))
    verify_inclusion(leaf, day["index"], 3, [bytes.fromhex(one) for one in day["proof"]], log.tree.root())


def test_the_head_of_the_audit_log_and_the_days_orders_are_sealed(
    app: Flask, transaction: Begin, real_book: RealBook
) -> None:
    with transaction() as connection:
        record_event(connection, KEY_MADE, actor="somebody", at=NOW, verifier="x")
        newest = head(connection)
        order = NewOrder("retention", "comments", real_book.days[0], real_book.days[0], "hết hạn", "root (command)")
        given = give_order(connection, order, TODAY)
    close(app, TODAY)
    with transaction() as connection:
        sealed = sealed_log.sealed_day(connection, TODAY)
        assert sealed is not None
        assert sealed.record.audit_head == newest.hash
        assert sealed.record.orders == (given.order_hash,)
        before = sealed_log.sealed_day(connection, YESTERDAY)
        assert before is not None and before.record.orders == ()
        assert verify_log(connection).days == 4


def test_an_answer_that_arrives_after_its_unit_has_ended_has_an_entry_too(app: Flask, transaction: Begin) -> None:
    with transaction() as connection:
        counter = a_counter(connection, app)
        counter.door.record_response(connection, counter.submission(NOW - timedelta(days=1)))
        connection.execute(update(UnitVersionRow).values(valid_to=YESTERDAY - timedelta(days=2)))
    close(app, YESTERDAY)
    with transaction() as connection:
        sealed = sealed_log.sealed_day(connection, YESTERDAY)
        assert sealed is not None
        assert [(entry.unit, entry.count) for entry in sealed.entries] == [(counter.unit_code, 1)]


def test_days_leave_no_gap(app: Flask, real_book: RealBook) -> None:
    with pytest.raises(NotContiguous, match="2026-11-24"):
        close(app, TODAY + timedelta(days=1))
    close(app, TODAY)


def test_a_step_that_fails_leaves_nothing_booked_and_nothing_sealed(
    app: Flask, transaction: Begin, real_book: RealBook
) -> None:
    with transaction() as connection:
        real_book.busy.door.record_response(connection, real_book.busy.submission(NOW))

    def fails(connection: Connection, day: date) -> None:
        assert connection.execute(select(SealedDayRow.day).where(SealedDayRow.day == day)).one()
        raise RuntimeError("after sealing")

    with app.app_context(), pytest.raises(RuntimeError):
        list(close_days([TODAY], [fails], NOW))
    with transaction() as connection:
        assert sealed_log.last_sealed_day(connection) == YESTERDAY
        assert connection.execute(select(func.count()).select_from(inbox)).scalar_one() == 1
        assert verify_log(connection).days == 3


def test_days_that_a_version_without_a_log_booked_are_sealed_from_the_book(app: Flask, transaction: Begin) -> None:
    with transaction() as connection:
        counter = a_counter(connection, app)
        for ago in (4, 3, 2):
            counter.door.record_response(connection, counter.submission(NOW - timedelta(days=ago), comment="Tốt"))
            write_day(connection, prepare_day(connection, TODAY - timedelta(days=ago)))
    with app.app_context():
        assert list(open_log(NOW)) == [TODAY - timedelta(days=ago) for ago in (4, 3, 2)]
        assert list(open_log(NOW)) == []
    close(app, YESTERDAY)
    with transaction() as connection:
        tally = verify_log(connection)
    assert (tally.days, tally.responses, tally.receipts) == (4, 3, 3)


def test_closing_costs_the_days_work_however_long_the_log(app: Flask, transaction: Begin, real_book: RealBook) -> None:
    """The statements of a day are the same in number on day four and on day forty."""
    counted = []
    for number in range(40):
        with app.app_context(), QueryCounter(db.engine) as queries:
            close(app, TODAY + timedelta(days=number))
        counted.append(queries.count)
    assert counted[-1] <= counted[0]
    with transaction() as connection:
        frontiers = connection.scalars(select(SealedDayRow.frontier).order_by(SealedDayRow.position)).all()
    assert [Frontier.from_bytes(one).size for one in frontiers] == list(range(1, 44))
    assert max(map(len, frontiers)) < 8 + 32 * 7


def test_the_fingerprint_of_a_head_is_its_size_and_the_start_of_its_root(
    reading: Connection, real_book: RealBook
) -> None:
    log = sealed_log.sealed_log(reading)
    assert log is not None
    said = sealed_log.head_fingerprint(reading)
    assert said is not None
    assert said.partition(":")[0] == "3"
    assert said.partition(":")[2].replace("-", "") == log.tree.root().hex()[:16]


def test_without_a_sealed_day_there_is_nothing_to_read(reading: Connection) -> None:
    assert sealed_log.sealed_log(reading) is None
    assert sealed_log.newest_checkpoint(reading) is None
    assert sealed_log.head_fingerprint(reading) is None
    assert sealed_log.sealed_day(reading, YESTERDAY) is None
    assert sealed_log.verifier_keys(reading) == []


@pytest.mark.parametrize("table", [SealedDayRow, SealedUnitDayRow])
def test_sealed_rows_cannot_be_changed(app: Flask, transaction: Begin, real_book: RealBook, table: type) -> None:
    for change in (update(table).values(day=TODAY), delete(table)):
        with pytest.raises(DBAPIError, match="is append-only"), transaction() as connection:
            connection.execute(change)


def test_removed_rows_are_proven_by_what_stays_of_them(app: Flask, transaction: Begin, real_book: RealBook) -> None:
    """An order takes a day's rows; their leaf hashes stay, and a forged remainder is found."""
    first = real_book.days[0]
    with transaction() as connection:
        order = NewOrder("retention", "rows", first, first, "hết hạn", "root (command)")
        given = give_order(connection, order, TODAY)
        leaves: dict[int, list[bytes]] = {}
        for row in connection.execute(select(response.c.unit_id, response.c.leaf_hash).where(response.c.day == first)):
            leaves.setdefault(row.unit_id, []).append(row.leaf_hash)
        keep_leaf_hashes(connection, given, first, leaves)
        connection.execute(delete(comment).where(comment.c.day == first))
        connection.execute(delete(response).where(response.c.day == first))
    close(app, TODAY)
    with transaction() as connection:
        tally = verify_log(connection)
    assert (tally.responses, tally.removed) == (10, 5)
    with tampering(app) as connection:
        connection.execute(update(RemovedUnitDayRow).values(responses=1, leaf_hashes=bytes(32)))
    with transaction() as connection, pytest.raises(Difference, match="rows"):
        verify_log(connection)


def test_a_receipt_of_the_morning_and_a_late_one_are_both_counted_once(
    app: Flask, transaction: Begin, real_book: RealBook
) -> None:
    """Answers around midnight: what came before closing is in the day's book, what came after it in the next."""
    busy = real_book.busy
    midnight = datetime.combine(TODAY, datetime.min.time(), NOW.tzinfo)
    with transaction() as connection:
        for seconds in (-1, 0, 1):
            busy.door.record_response(connection, busy.submission(midnight + timedelta(seconds=seconds)))
    close(app, TODAY)
    with transaction() as connection:
        busy.door.record_response(connection, busy.submission(midnight + timedelta(seconds=2)))
    close(app, TODAY + timedelta(days=1))
    with transaction() as connection:
        counts = [
            (sealed.record.day, sealed.entries[sealed.places[BUSY]].count)
            for sealed in sealed_log.sealed_days(connection, TODAY, TODAY + timedelta(days=1))
        ]
        assert counts == [(TODAY, 3), (TODAY + timedelta(days=1), 1)]
        assert verify_log(connection).receipts == 15 + 4
