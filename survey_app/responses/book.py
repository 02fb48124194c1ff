"""The book: append-only. Closing a day moves the inbox here; nothing else writes, and triggers refuse any change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, insert, text

from survey_app.responses.models import BookDayRow, ReceiptRow, comment, inbox, response


@dataclass(frozen=True)
class DayOfBook:
    """A day ready to be written: rows in the order of their leaf hashes, receipts sorted apart from them."""

    day: date
    responses: Sequence[dict[str, Any]]
    comments: Sequence[dict[str, Any]]
    receipts: Sequence[dict[str, Any]]
    inbox_ids: Sequence[bytes]


def write_day(connection: Connection, booked: DayOfBook) -> None:
    """Write the day and take its answers out of the inbox, in the caller's transaction: all or nothing."""
    _ensure_partition(connection, booked.day)
    if booked.responses:
        connection.execute(insert(response), list(booked.responses))
    if booked.comments:
        connection.execute(insert(comment), list(booked.comments))
    if booked.receipts:
        connection.execute(insert(ReceiptRow), list(booked.receipts))
    for start in range(0, len(booked.inbox_ids), 500):
        connection.execute(delete(inbox).where(inbox.c.id.in_(booked.inbox_ids[start : start + 500])))
    connection.execute(insert(BookDayRow), {"day": booked.day, "responses": len(booked.responses)})


def _ensure_partition(connection: Connection, day: date) -> None:
    """PostgreSQL keeps the book by month. A partition needs a TRUNCATE trigger: the parent's does not reach it."""
    if connection.dialect.name != "postgresql":
        return
    first = day.replace(day=1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    name = f"response_{first:%Y_%m}"
    if connection.execute(text("SELECT to_regclass(:name)"), {"name": name}).scalar() is not None:
        return
    connection.execute(
        text(f"CREATE TABLE {name} PARTITION OF response FOR VALUES FROM ('{first}') TO ('{following}')")
    )
    connection.execute(
        text(
            f"CREATE TRIGGER {name}_refuses_truncate BEFORE TRUNCATE ON {name} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_append_only()"
        )
    )
