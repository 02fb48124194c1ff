"""Which days the facts are about: a day's facts are made when the day is closed, in the same transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from survey_app.ledger.orders import removed_days
from survey_app.responses import reader


@dataclass(frozen=True, slots=True)
class RebuildableDays:
    """The closed days of a span whose facts may be made anew, and those that lack answers.

    Facts of a day from which retention took answers stay as they are: made anew they would be wrong.
    """

    whole: tuple[date, ...]
    lacking: tuple[date, ...]


def last_closed_day(connection: Connection) -> date | None:
    """The last day whose answers are all counted; None before the first closing. Nothing after it may be shown."""
    return reader.last_booked_day(connection)


def closed_days(connection: Connection, first: date | None = None, last: date | None = None) -> list[date]:
    """The closed days from one to another, both included (None: open), oldest first."""
    return [day for day, _responses in reader.booked_days(connection, reader.Selection(first, last))]


def rebuildable_days(
    connection: Connection,
    first: date | None = None,
    last: date | None = None,
    rows_by_day: Mapping[date, int] | None = None,
) -> RebuildableDays:
    """The closed days of the span (both included; None: open), by whether all their answers are still there.

    `rows_by_day` is what a source other than the book has of each day.
    """
    removed = removed_days(connection, first, last)
    whole: list[date] = []
    lacking: list[date] = []
    for day, responses in reader.booked_days(connection, reader.Selection(first, last)):
        has_all = day not in removed and (rows_by_day is None or rows_by_day.get(day, 0) == responses)
        (whole if has_all else lacking).append(day)
    return RebuildableDays(tuple(whole), tuple(lacking))
