"""Which days the facts are about: a day's facts are made when the day is closed, in the same transaction."""

from datetime import date

from sqlalchemy import Connection

from survey_app.responses import reader


def last_closed_day(connection: Connection) -> date | None:
    """The last day whose answers are all counted; None before the first closing. Nothing after it may be shown."""
    return reader.last_booked_day(connection)


def closed_days(connection: Connection, first: date | None = None, last: date | None = None) -> list[date]:
    """The closed days from one to another, both included (None: open), oldest first."""
    return [day for day, _responses in reader.booked_days(connection, reader.Selection(first, last))]
