"""Prepare a day: what the answers in the inbox will be in the book, hashed before anybody has to wait for it."""

import secrets
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from survey_app.ledger.day_record import UnitEntry, unit_entry
from survey_app.ledger.leaf import SALT_BYTES, comment_digest, leaf_bytes, leaf_hash
from survey_app.questionnaires import register
from survey_app.responses import reader
from survey_app.responses.book import begin_preparation, end_preparation, note_prepared
from survey_app.territory.units import codes_by_id, units_on

ID_BYTES = 16
ROWS_A_STATEMENT = 2_000


@dataclass(frozen=True, slots=True)
class PreparedDay:
    """A day ready to be booked and sealed: how many answers, and the entry of each unit, by unit id."""

    day: date
    count: int
    entries: Mapping[int, UnitEntry]


def prepare_day(connection: Connection, day: date) -> PreparedDay:
    """Give the answers that wait up to that day ids, salts and leaf hashes, and make the entries of the day's units.

    The rows are noted in a temporary table of the connection; `responses.book.write_day` books them. Of a million
    answers, 32 bytes each and their check codes are held in memory.
    """
    codes = codes_by_id(connection)
    questionnaires = register.hashes_by_id(connection)
    leaves: dict[int, list[bytes]] = defaultdict(list)
    receipts: dict[int, list[str]] = defaultdict(list)
    rows: list[dict[str, Any]] = []
    begin_preparation(connection)
    with closing(reader.inbox_rows(connection, day)) as waiting:
        for row in waiting:
            made = _prepared(row._asdict(), day, codes[row.unit_id], questionnaires[row.questionnaire_id])
            rows.append(made)
            leaves[row.unit_id].append(made["leaf_hash"])
            receipts[row.unit_id].append(row.receipt)
            if len(rows) == ROWS_A_STATEMENT:
                note_prepared(connection, rows)
                rows.clear()
    note_prepared(connection, rows)
    end_preparation(connection)
    # An answer may be given to a unit up to its last day and arrive later; its unit then has an entry nevertheless.
    units = {unit.id for unit in units_on(connection, day)} | leaves.keys()
    entries = {unit: unit_entry(codes[unit], leaves.get(unit, ()), receipts.get(unit, ())) for unit in units}
    return PreparedDay(day, sum(map(len, leaves.values())), entries)


def _prepared(waiting: Mapping[str, Any], day: date, unit_code: str, questionnaire_hash: str) -> dict[str, Any]:
    salt = secrets.token_bytes(SALT_BYTES) if waiting["comment"] else None
    made: dict[str, Any] = {
        "inbox_id": waiting["id"],
        "id": secrets.token_bytes(ID_BYTES),
        "comment_salt": salt,
        "comment_digest": comment_digest(salt, waiting["comment"]) if salt else None,
        "leaf_salt": secrets.token_bytes(SALT_BYTES),
        "flags": waiting["flags"],
        "set_aside": waiting["set_aside"],
    }
    fields = leaf_fields({**waiting, **made, "day": day}, unit_code, questionnaire_hash)
    made["leaf_hash"] = leaf_hash(leaf_bytes(fields))
    return made


def leaf_fields(row: Mapping[str, Any], unit_code: str, questionnaire_hash: str) -> dict[str, str | int | None]:
    """The fields of the leaf of a row of the book (interfaces: "The leaf is RFC 8785 JSON of …")."""
    digest: bytes | None = row["comment_digest"]
    return {
        "id": row["id"].hex(),
        "day": row["day"].isoformat(),
        "day_part": row["day_part"],
        "unit": unit_code,
        "service_point": row["service_point_id"],
        "channel": row["channel"],
        "respondent_group": row["respondent_group"],
        "service_domain": row["service_domain"],
        "questionnaire": questionnaire_hash,
        "language": row["language"],
        **{slot: row[slot] for slot in reader.RATING_SLOTS + reader.CHOICE_SLOTS},
        "flags": row["flags"],
        "comment_digest": digest.hex() if digest is not None else None,
        "leaf_salt": row["leaf_salt"].hex(),
    }
