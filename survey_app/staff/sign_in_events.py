"""Signing in and out as the audit log tells it. Failures are told at most once per account and window.

Otherwise a stranger could fill the log. Nothing that was typed is told, and nothing of where a request came from. An
address without an account is not told at all: it may be a password typed into the wrong field.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from survey_app.audit_log.log import record_event
from survey_app.audit_log.reading import last_of
from survey_app.database import read_connection, write_transaction
from survey_app.staff.attempts import FORGOTTEN_AFTER
from survey_app.staff.audit_events import SIGN_IN_FAILED, SIGNED_IN, SIGNED_OUT

WINDOW = timedelta(seconds=FORGOTTEN_AFTER)


def record_sign_in(email: str, at: datetime) -> None:
    """The account signed in. What cannot be recorded must not happen: call it first."""
    with write_transaction() as connection:
        record_event(connection, SIGNED_IN, actor=email, at=at)


def record_sign_out(email: str, at: datetime) -> None:
    """The account's session ended by its own wish, or by its age."""
    with write_transaction() as connection:
        record_event(connection, SIGNED_OUT, actor=email, at=at)


def record_failed_sign_in(email: str | None, reason: str, at: datetime) -> None:
    """Somebody failed to sign in to the account (None: there is none by that address, and the same is looked up)."""
    with read_connection() as connection:  # Guessing must not hold up those who write.
        told_lately = _told_lately(connection, email or "", at)
    if email is None or told_lately:
        return
    with write_transaction() as connection:
        if not _told_lately(connection, email, at):
            record_event(connection, SIGN_IN_FAILED, actor=email, at=at, reason=reason)


def _told_lately(connection: Connection, email: str, at: datetime) -> bool:
    last = last_of(connection, SIGN_IN_FAILED.kind, email)
    return last is not None and at - datetime.fromisoformat(last.at) < WINDOW
