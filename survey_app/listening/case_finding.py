"""The step of closing that makes cases of a day's comments, in the transaction that books them."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, insert, select

from survey_app.audit_log.actors import AT_NIGHT
from survey_app.audit_log.log import record_event
from survey_app.clock import Clock
from survey_app.listening.audit_events import CASES_RECEIVED
from survey_app.listening.models import CommentCaseRow
from survey_app.listening.routing import Route, routed_comments
from survey_app.responses.comment_reader import AnsweredComment


class FindCases:
    """Makes a case of every comment of a day that goes above the commune and says something. Twice makes none twice."""

    def __init__(self, clock: Clock, actor: str = AT_NIGHT) -> None:
        self._clock = clock
        self._actor = actor

    def __call__(self, connection: Connection, day: date) -> None:
        """Receive the day's cases in the caller's transaction."""
        self.of_day(connection, day)

    def of_day(self, connection: Connection, day: date) -> int:
        """The same; returns how many cases were made."""
        known = _known(connection, day)
        found = [
            _row(comment, way)
            for comment, way in routed_comments(connection, day, day)
            if way.makes_case and comment.response_id not in known
        ]
        if found:
            connection.execute(insert(CommentCaseRow), found)
            at, of_day = self._clock.now(), day.isoformat()
            record_event(connection, CASES_RECEIVED, actor=self._actor, at=at, day=of_day, count=len(found))
        return len(found)


def _known(connection: Connection, day: date) -> Collection[bytes]:
    rows = connection.execute(select(CommentCaseRow.response_id).where(CommentCaseRow.day == day))
    return {row.response_id for row in rows}


def _row(comment: AnsweredComment, way: Route) -> dict[str, object]:
    return {
        "day": comment.day,
        "unit_id": comment.unit_id,
        "response_id": comment.response_id,
        "answered": way.answered,
        "allegations": ",".join(way.allegations),
    }
