"""Close the day: everything received up to a past day walks from the inbox into the book, once, in one transaction.

Rows get fresh random ids and salts and are written in the order of their leaf hashes, so that nothing tells the order
of arrival. Further steps (facts now; sealing with the ledger's issue) run in the same transaction.
"""

import secrets
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from survey_app.database import lock_for_closing, read_connection, truncate_write_ahead_log, write_transaction
from survey_app.ledger.leaf import SALT_BYTES, comment_digest, leaf_bytes, leaf_hash
from survey_app.questionnaires import register
from survey_app.responses import reader
from survey_app.responses.book import DayOfBook, write_day
from survey_app.responses.door import forget_expired_tokens
from survey_app.territory.units import codes_by_id

LARGEST_GAP_DAYS = 31
HEALED_DAYS = 10
"""The facts of the last ten closed days are redone each night, so that errors heal."""

ClosingStep = Callable[[Connection, date], None]
"""What else happens to a day, inside its transaction; must be idempotent."""


class GapTooLarge(Exception):
    """More than 31 days would be closed at once: a clock that jumped must not seal the future."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last
        self.days = (last - first).days + 1
        super().__init__(f"{self.days} days wait, {first} to {last}")


@dataclass(frozen=True)
class ClosedDay:
    """What closing one day did."""

    day: date
    responses: int


def days_to_close(today: date, through: date | None = None) -> list[date]:
    """The contiguous days that wait, oldest first: up to yesterday, or up to `through`.

    The first day ever closed is that of the oldest waiting answer (yesterday when none waits). Raises `GapTooLarge`,
    unless the last day was named.
    """
    last = through or today - timedelta(days=1)
    with read_connection() as connection:
        booked = reader.last_booked_day(connection)
        first = booked + timedelta(days=1) if booked else reader.earliest_inbox_day(connection) or last
    if first > last:
        return []
    if through is None and (last - first).days + 1 > LARGEST_GAP_DAYS:
        raise GapTooLarge(first, last)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def close_days(days: Sequence[date], steps: Sequence[ClosingStep], now: datetime) -> Iterator[ClosedDay]:
    """Close the days one by one, yielding each when it is durable; a day that another process closed is passed over."""
    for day in days:
        closed = _close_day(day, steps, now)
        if closed is not None:
            yield closed
    if days:
        truncate_write_ahead_log()


def heal_facts(last: date, steps: Sequence[ClosingStep]) -> None:
    """Redo the steps of the last ten closed days, each in its own transaction."""
    with read_connection() as connection:
        booked = reader.booked_days(connection, reader.Selection(last - timedelta(days=HEALED_DAYS - 1), last))
    for day, _responses in booked:
        with write_transaction() as connection:
            for step in steps:
                step(connection, day)


def _close_day(day: date, steps: Sequence[ClosingStep], now: datetime) -> ClosedDay | None:
    with write_transaction() as connection:
        lock_for_closing(connection)
        last = reader.last_booked_day(connection)
        if last is not None and day <= last:
            return None
        booked = prepare_day(connection, day)
        write_day(connection, booked)
        for step in steps:
            step(connection, day)
        forget_expired_tokens(connection, now)
    return ClosedDay(day, len(booked.responses))


def prepare_day(connection: Connection, day: date) -> DayOfBook:
    """Give the waiting answers ids, salts and leaf hashes, and sort them and their receipts apart."""
    waiting = reader.inbox_rows(connection, day)
    codes = codes_by_id(connection)
    hashes = register.hashes_by_id(connection)
    booked = [_book_row(row, day, codes, hashes) for row in waiting]
    booked.sort(key=lambda row: row["response"]["leaf_hash"])
    return DayOfBook(
        day=day,
        responses=[row["response"] for row in booked],
        comments=[row["comment"] for row in booked if row["comment"]],
        receipts=sorted(
            ({"receipt": row.receipt, "day": day, "unit_id": row.unit_id} for row in waiting),
            key=lambda receipt: receipt["receipt"],
        ),
        inbox_ids=[row.id for row in waiting],
    )


def _book_row(row: Row[Any], day: date, codes: Mapping[int, str], hashes: Mapping[int, str]) -> dict[str, Any]:
    values = {
        key: value for key, value in row._asdict().items() if key not in ("id", "received_on", "comment", "receipt")
    }
    response = {**values, "day": day, "id": uuid.uuid4().bytes, "leaf_salt": secrets.token_bytes(SALT_BYTES)}
    salt = secrets.token_bytes(SALT_BYTES) if row.comment else None
    response["comment_digest"] = comment_digest(salt, row.comment) if salt else None
    response["leaf_hash"] = leaf_hash(
        leaf_bytes(leaf_fields(response, codes[row.unit_id], hashes[row.questionnaire_id]))
    )
    comment = salt and {
        "day": day,
        "unit_id": row.unit_id,
        "response_id": response["id"],
        "text": row.comment,
        "salt": salt,
    }
    return {"response": response, "comment": comment}


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
