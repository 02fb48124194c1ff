"""Comments read one by one or by commune-day, for whoever may redact them: the words, never the marks beside them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from survey_app.responses.models import comment


@dataclass(frozen=True, slots=True)
class BookedComment:
    """A comment in the book."""

    response_id: bytes
    day: date
    unit_id: int
    text: str


_COLUMNS = (comment.c.response_id, comment.c.day, comment.c.unit_id, comment.c.text)


def comment_of(connection: Connection, response_id: bytes) -> BookedComment | None:
    """The comment of a response; None when it has none, or it was removed."""
    row = connection.execute(select(*_COLUMNS).where(comment.c.response_id == response_id)).first()
    return None if row is None else BookedComment(*row)


def comments_of(connection: Connection, day: date, unit_id: int) -> list[BookedComment]:
    """The comments of a commune-day, by the random id of their responses."""
    chosen = select(*_COLUMNS).where(comment.c.day == day, comment.c.unit_id == unit_id)
    return [BookedComment(*row) for row in connection.execute(chosen.order_by(comment.c.response_id))]
