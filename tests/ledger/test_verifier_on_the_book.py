"""From a real counter to a proven file: what the product books and exports is what the verifier proves."""

import hashlib
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, select

from survey_app.audit.csv_export import csv_pieces
from survey_app.audit.export_rows import ExportFilter, open_export
from survey_app.database import read_connection
from survey_app.ledger.checkpoint import Checkpoint, sign_checkpoint
from survey_app.ledger.closing import close_days
from survey_app.ledger.day_record import UnitEntry, seal_day, unit_entry
from survey_app.ledger.manifest import ExportedFile, ExportedRange, SealedLog, build_manifest
from survey_app.ledger.merkle import Tree
from survey_app.ledger.verifier.verify import Held, verify_export
from survey_app.questionnaires.definition import default_questionnaire, to_canonical_json
from survey_app.responses.guard import SETS_ASIDE, Flag
from survey_app.responses.models import ReceiptRow, response
from survey_app.responses.reader import Selection
from survey_app.responses.registration import door_of
from survey_app.territory.units import codes_by_id
from tests.conftest import NOW
from tests.ledger.synthetic_book import KEY, ORIGIN, PROVENANCE
from tests.support.counters import Counter
from tests.support.factories import a_commune, a_service_point, the_default_questionnaire

Begin = Callable[[], AbstractContextManager[Connection]]
YESTERDAY = NOW.date() - timedelta(days=1)
UNITS = ("26041", "26068")


def a_real_counter(connection: Connection, app: Flask, code: str) -> Counter:
    """A counter of a real commune with the default questionnaire."""
    unit = a_commune(connection, code)
    point = a_service_point(connection, unit, "Quầy 1")
    stored = the_default_questionnaire(connection, unit)
    return Counter(door_of(app), unit.id, code, point, stored, default_questionnaire().content_hash)


def booked_day(app: Flask, transaction: Begin) -> None:
    """Two counters, five answers each, one of them sent by a machine, closed into the book."""
    with transaction() as connection:
        counters = [a_real_counter(connection, app, code) for code in UNITS]
    with transaction() as connection:
        for counter in counters:
            for number in range(5):
                given = counter.submission(
                    NOW - timedelta(days=1),
                    {"r1": number + 1, "r2": 5, "r6": 3},
                    channel=("poster", "ticket")[number % 2],
                    honeypot_filled=number == 3,
                    choices={"c1": 2},
                    comment="=1+1, cảm ơn" if number < 2 else None,
                )
                counter.door.record_response(connection, given)
    with app.app_context():
        list(close_days([YESTERDAY], (), NOW))


def entries_of(connection: Connection) -> list[UnitEntry]:
    """What sealing will make of the book."""
    codes = codes_by_id(connection)
    hashes = connection.execute(select(response.c.unit_id, response.c.leaf_hash)).all()
    receipts = connection.execute(select(ReceiptRow.unit_id, ReceiptRow.receipt)).all()
    return [
        unit_entry(
            code,
            [row.leaf_hash for row in hashes if codes[row.unit_id] == code],
            [row.receipt for row in receipts if codes[row.unit_id] == code],
        )
        for code in codes.values()
    ]


def test_what_is_booked_and_exported_is_proven(app: Flask, transaction: Begin, tmp_path: Path) -> None:
    booked_day(app, transaction)
    with app.app_context(), read_connection() as connection:
        day = seal_day(YESTERDAY, entries_of(connection))
        tree = Tree([day.record.leaf_hash])
        log = SealedLog(YESTERDAY, tree, sign_checkpoint(Checkpoint(ORIGIN, 1, tree.root()), KEY))
    questionnaire = default_questionnaire()
    with app.app_context(), read_connection() as connection:
        export = open_export(connection, ExportFilter(Selection(YESTERDAY, YESTERDAY), comments=True))
        path = tmp_path / "export.csv"
        path.write_bytes(b"".join(csv_pieces(export)))
    digest = hashlib.sha256(path.read_bytes()).digest()
    manifest = build_manifest(
        ExportedFile("csv", digest, export.columns.names, 10),
        ExportedRange(YESTERDAY, YESTERDAY, comments=True),
        PROVENANCE,
        log,
        [day],
        questionnaires={questionnaire.content_hash: json.loads(to_canonical_json(questionnaire))},
        flags={flag.name.lower(): {"bit": flag.value, "sets_aside": flag in SETS_ASIDE} for flag in Flag if flag.name},
    )
    said = verify_export(path, json.dumps(manifest), Held(KEY.verifier.text, log.checkpoint))
    assert said[0] == ("complete", {"rows": 10, "commune_days": 96})
