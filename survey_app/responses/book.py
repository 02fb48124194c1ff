"""The book: append-only. Closing a day moves the inbox here; nothing else writes, and triggers refuse any change.

A day is prepared beside the book, in a temporary table that lives and dies with the connection: fresh ids, salts and
hashes by inbox id. Hashing a long day thus keeps nobody waiting; booking it is then a few statements in the database.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    and_,
    delete,
    func,
    insert,
    literal,
    select,
    text,
)

from survey_app.responses.models import BookDayRow, ReceiptRow, comment, inbox, response

prepared_answer = Table(
    "prepared_answer",
    MetaData(),  # Migrations know nothing of it.
    Column("inbox_id", LargeBinary(16), primary_key=True),
    Column("id", LargeBinary(16), nullable=False),
    Column("comment_digest", LargeBinary(32)),
    Column("comment_salt", LargeBinary(16)),
    Column("leaf_salt", LargeBinary(16), nullable=False),
    Column("leaf_hash", LargeBinary(32), nullable=False),
    Column("flags", Integer, nullable=False),
    Column("set_aside", SmallInteger, nullable=False),
    prefixes=["TEMPORARY"],
)
"""What an answer will be in the book. The guard's verdict as it was hashed stands beside, to see if it has changed."""
_MADE = {"id", "comment_digest", "leaf_salt", "leaf_hash", "flags", "set_aside"}
_as_prepared = prepared_answer.join(
    inbox,
    and_(
        inbox.c.id == prepared_answer.c.inbox_id,
        inbox.c.flags == prepared_answer.c.flags,
        inbox.c.set_aside == prepared_answer.c.set_aside,
    ),
)


class InboxChanged(Exception):
    """A prepared answer is gone from the inbox, or its verdict has changed: the day must be prepared again."""


class Prepared(Protocol):
    """A day whose answers stand in `prepared_answer`."""

    @property
    def day(self) -> date:
        """The day of the book."""
        ...

    @property
    def count(self) -> int:
        """How many answers were prepared."""
        ...


def begin_preparation(connection: Connection) -> None:
    """Make room for a day's preparation; an earlier one of the connection is forgotten."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TABLE IF EXISTS temp.prepared_answer")
    else:
        connection.exec_driver_sql("DROP TABLE IF EXISTS pg_temp.prepared_answer")
    prepared_answer.create(connection)


def note_prepared(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Note some prepared answers. Straight to the driver: a long day has a million of them."""
    if rows:
        mark = "?" if connection.dialect.name == "sqlite" else "%s"
        names = prepared_answer.c.keys()
        statement = f"INSERT INTO prepared_answer ({', '.join(names)}) VALUES ({', '.join([mark] * len(names))})"  # noqa: S608
        connection.exec_driver_sql(statement, [tuple(row[name] for name in names) for row in rows])


def end_preparation(connection: Connection) -> None:
    """Let the database know how many there are, so that it joins well.

    Of one column only: samples of the ids would outlive the table in the catalogue's pages.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ANALYZE pg_temp.prepared_answer (set_aside)")


def write_day(connection: Connection, prepared: Prepared) -> None:
    """Write the prepared day and take its answers out of the inbox, in the caller's transaction: all or nothing.

    Answers that came in the meantime stay for the next book. Raises InboxChanged, and then the caller rolls back.
    """
    waiting = connection.execute(select(func.count()).select_from(_as_prepared)).scalar_one()
    if waiting != prepared.count:
        raise InboxChanged
    ensure_partition(connection, prepared.day)
    if prepared.count:
        _move(connection, prepared)
    connection.execute(insert(BookDayRow), {"day": prepared.day, "responses": prepared.count})


def _move(connection: Connection, prepared: Prepared) -> None:
    """Rows lie by key on SQLite and as they were written on PostgreSQL: an order that tells nothing, on either."""
    made, day = prepared_answer.c, literal(prepared.day).label("day")
    by_chance = (inbox.c.unit_id, made.id) if connection.dialect.name == "sqlite" else (made.leaf_hash,)
    columns = [
        day if name == "day" else made[name] if name in _MADE else inbox.c[name]
        for name in response.c.keys()  # noqa: SIM118
    ]
    chosen = select(*columns).select_from(_as_prepared).order_by(*by_chance)
    into_book = insert(response).from_select(response.c.keys(), chosen)
    booked = connection.execute(into_book, execution_options={"preserve_rowcount": True}).rowcount
    spoken = select(day, inbox.c.unit_id, made.id, inbox.c.comment, made.comment_salt).select_from(_as_prepared)
    spoken = spoken.where(made.comment_salt.is_not(None)).order_by(*by_chance)
    connection.execute(insert(comment).from_select(["day", "unit_id", "response_id", "text", "salt"], spoken))
    codes = select(inbox.c.receipt, day, inbox.c.unit_id).select_from(_as_prepared).order_by(inbox.c.receipt)
    connection.execute(insert(ReceiptRow).from_select(["receipt", "day", "unit_id"], codes))
    gone = connection.execute(delete(inbox).where(inbox.c.id.in_(select(made.inbox_id)))).rowcount
    if not booked == gone == prepared.count:
        raise InboxChanged


def ensure_partition(connection: Connection, day: date) -> None:
    """PostgreSQL keeps the book by month; the database makes the month's table with its triggers (migration 0005)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT make_response_partition(:day)"), {"day": day})
