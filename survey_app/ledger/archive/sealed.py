"""What the sealed log says of the days that are archived."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection

from survey_app.ledger.orders import removing
from survey_app.ledger.sealed_log import entries_of, last_sealed_day
from survey_app.responses import reader
from survey_app.responses.reader import Selection

CommuneDays = Mapping[str, tuple[int, bytes]]
"""Of one day: by unit code how many responses, and the root over their leaf hashes. Units without any are left out."""


def sealed_days(connection: Connection) -> list[date]:
    """Every day that is sealed, oldest first."""
    last = last_sealed_day(connection)
    return [] if last is None else [day for day, _responses in reader.booked_days(connection, Selection(None, last))]


def sealed_commune_days(connection: Connection, day: date) -> CommuneDays:
    """The commune-days as they were sealed."""
    return {entry.unit: (entry.count, entry.responses_root) for entry in entries_of(connection, day) if entry.count}


def is_removed(connection: Connection, day: date, unit_id: int) -> bool:
    """Whether an order took the commune-day out of the book, so that the archive must not have it either."""
    return removing(connection, day, unit_id) is not None
