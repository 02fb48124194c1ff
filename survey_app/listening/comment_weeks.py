"""What a commune's leader reads on Mondays: the comments of weeks with enough answers, scrubbed, in no telling order.

No score, day, counter or channel stands beside them, and their order is a keyed hash of the week and the random id of
the answer: it tells nothing, and is the same whenever the page is opened. What goes above the commune is not here.
"""

import hmac
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from survey_app.audit_log.log import record_event
from survey_app.comment_screening import scrub
from survey_app.listening.audit_events import COMMENTS_READ
from survey_app.listening.figures import ShownWeeks
from survey_app.listening.routing import routed_comments
from survey_app.territory.units import Unit


@dataclass(frozen=True, slots=True)
class WeekComments:
    """The comments of one week, or of several that are shown as one."""

    weeks: ShownWeeks
    comments: tuple[str, ...]


def read_comments(
    connection: Connection, unit: Unit, weeks: ShownWeeks, key: bytes, *, actor: str, at: datetime
) -> WeekComments:
    """The comments of these weeks, in the caller's transaction: being read, they are recorded.

    Left out: what goes above, what was set aside, and what retention or redaction removed.
    """
    kept = [
        (_place(key, unit.code, weeks.last_day, comment.response_id), scrub(comment.text).text)
        for comment, way in routed_comments(connection, weeks.first_day, weeks.last_day, unit.id)
        if not way.goes_above and not comment.set_aside
    ]
    record_event(
        connection,
        COMMENTS_READ,
        actor=actor,
        at=at,
        unit=unit.code,
        first_day=weeks.first_day.isoformat(),
        last_day=weeks.last_day.isoformat(),
        count=len(kept),
    )
    return WeekComments(weeks, tuple(text for _, text in sorted(kept)))


def _place(key: bytes, code: str, last_day: date, response_id: bytes) -> bytes:
    return hmac.digest(key, f"{code}/{last_day}/".encode() + response_id, "sha256")
