"""Redaction: an inspector takes one comment out of the book. Its digest stays in the leaf, so every proof still holds.

Order, removal and the entry in the audit log are one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from survey_app.audit_log.log import record_event
from survey_app.clock import Clock
from survey_app.database import truncate_write_ahead_log, write_transaction
from survey_app.ledger.orders import NewOrder, RemovalOrder, give_order
from survey_app.ledger.removal_events import COMMENT_REDACTED, COMMENTS_OPENED
from survey_app.responses.comment_reader import BookedComment, comment_of, comments_of
from survey_app.responses.removal import remove_comment
from survey_app.territory.units import codes_by_id

SHORTEST_REASON = 5
LONGEST_REASON = 300


class NoSuchComment(LookupError):
    """The response has no comment in the book: it never had, or the comment was removed."""


@dataclass(frozen=True, slots=True)
class ShownComment:
    """A comment as an inspector sees it: without the marks beside it."""

    response_id: str
    day: date
    unit_id: int
    unit_code: str
    text: str


def open_comment(response_id: str, actor: str, clock: Clock) -> ShownComment:
    """The comment of a response (32 hex digits), for whoever may redact it; being read, it is recorded.

    Raises NoSuchComment.
    """
    with write_transaction() as connection:
        found = comment_of(connection, bytes.fromhex(response_id))
        if found is None:
            raise NoSuchComment(response_id)
        (shown,) = _shown(connection, [found])
        record_event(
            connection,
            COMMENTS_OPENED,
            actor=actor,
            at=clock.now(),
            unit=shown.unit_code,
            day=shown.day.isoformat(),
            response=response_id,
            count=1,
        )
    return shown


def open_comments(day: date, unit_id: int, actor: str, clock: Clock) -> list[ShownComment]:
    """The comments of a commune-day, in no telling order; being read, they are recorded."""
    with write_transaction() as connection:
        shown = _shown(connection, comments_of(connection, day, unit_id))
        record_event(
            connection,
            COMMENTS_OPENED,
            actor=actor,
            at=clock.now(),
            unit=codes_by_id(connection)[unit_id],
            day=day.isoformat(),
            response=None,
            count=len(shown),
        )
    return shown


def redact_comment(response_id: str, reason: str, actor: str, clock: Clock) -> RemovalOrder:
    """Take the comment and its salt out of the book for good. Raises NoSuchComment."""
    with write_transaction() as connection:
        found = comment_of(connection, bytes.fromhex(response_id))
        if found is None:
            raise NoSuchComment(response_id)
        asked = NewOrder("redaction", "comment", found.day, found.day, reason, actor, found.unit_id, found.response_id)
        order = give_order(connection, asked, clock.today())
        remove_comment(connection, found.day, found.unit_id, found.response_id)
        record_event(
            connection,
            COMMENT_REDACTED,
            actor=actor,
            at=clock.now(),
            unit=codes_by_id(connection)[found.unit_id],
            day=found.day.isoformat(),
            response=response_id,
            reason=reason,
            order=order.order_hash.hex(),
        )
    truncate_write_ahead_log()  # The words must not live on there.
    return order


def _shown(connection: Connection, comments: Sequence[BookedComment]) -> list[ShownComment]:
    codes = codes_by_id(connection)
    return [ShownComment(one.response_id.hex(), one.day, one.unit_id, codes[one.unit_id], one.text) for one in comments]
