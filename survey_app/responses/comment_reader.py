"""Comments read one by one, by commune-day or by week, for whoever may see them: the words, never the marks beside."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, select

from survey_app.responses.models import CHOICE_SLOTS, comment, response


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


@dataclass(frozen=True, slots=True)
class AnsweredComment:
    """A comment with the choices answered beside it, by slot: to see who must read it. Never the ratings."""

    response_id: bytes
    day: date
    unit_id: int
    text: str
    questionnaire_id: int
    choices: Mapping[str, int | None]
    set_aside: bool


def comments_with_choices(
    connection: Connection, first: date, last: date, unit_id: int | None = None
) -> Iterator[AnsweredComment]:
    """The comments of the days (both included), of one unit or of all, by the random id of their responses."""
    r = response.c
    beside = (r.day == comment.c.day, r.unit_id == comment.c.unit_id, r.id == comment.c.response_id)
    chosen = (
        select(*_COLUMNS, r.questionnaire_id, r.set_aside, *(r[slot] for slot in CHOICE_SLOTS))
        .join_from(comment, response, and_(*beside))
        .where(comment.c.day.between(first, last))
        .order_by(comment.c.response_id)
    )
    if unit_id is not None:
        chosen = chosen.where(comment.c.unit_id == unit_id)
    for row in connection.execute(chosen):
        choices = {slot: getattr(row, slot) for slot in CHOICE_SLOTS}
        who = (row.response_id, row.day, row.unit_id, row.text)
        yield AnsweredComment(*who, row.questionnaire_id, choices, bool(row.set_aside))
