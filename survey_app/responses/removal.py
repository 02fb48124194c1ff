"""Taking from the book what an order names. Without one the triggers refuse; giving orders is the ledger's."""

from datetime import date

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select

from survey_app.responses.models import comment, response


def days_holding_rows(connection: Connection, through: date) -> dict[date, int]:
    """The days up to and on `through` of which the book still holds rows, oldest first, with how many."""
    return _counted_by_day(connection, response, through)


def days_holding_comments(connection: Connection, through: date) -> dict[date, int]:
    """The days up to and on `through` of which the book still holds comments, oldest first, with how many."""
    return _counted_by_day(connection, comment, through)


def leaf_hashes_of_day(connection: Connection, day: date, unit_id: int | None = None) -> dict[int, list[bytes]]:
    """The leaf hashes of a day by unit id, of one unit or of all."""
    columns = (response.c.unit_id, response.c.leaf_hash)
    found: dict[int, list[bytes]] = {}
    for row in connection.execute(select(*columns).where(*_of(response, day, unit_id))):
        found.setdefault(row.unit_id, []).append(row.leaf_hash)
    return found


def remove_rows(connection: Connection, day: date, unit_id: int | None = None) -> int:
    """Remove the rows of a day and their comments; returns how many rows. Raises DBAPIError where no order names it."""
    remove_comments(connection, day, unit_id)
    return connection.execute(delete(response).where(*_of(response, day, unit_id))).rowcount


def remove_comments(connection: Connection, day: date, unit_id: int | None = None) -> int:
    """Remove the comments of a day with their salts; returns how many. Raises DBAPIError where no order names it."""
    return connection.execute(delete(comment).where(*_of(comment, day, unit_id))).rowcount


def remove_comment(connection: Connection, day: date, unit_id: int, response_id: bytes) -> bool:
    """Remove one comment with its salt; whether it was there. Raises DBAPIError where no order names it."""
    table = comment.c
    one = (table.day == day, table.unit_id == unit_id, table.response_id == response_id)
    return connection.execute(delete(comment).where(*one)).rowcount == 1


def _of(table: Table, day: date, unit_id: int | None) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = [table.c.day == day]
    return chosen if unit_id is None else [*chosen, table.c.unit_id == unit_id]


def _counted_by_day(connection: Connection, table: Table, through: date) -> dict[date, int]:
    counted = select(table.c.day, func.count()).where(table.c.day <= through).group_by(table.c.day)
    return {row.day: row[1] for row in connection.execute(counted.order_by(table.c.day))}
