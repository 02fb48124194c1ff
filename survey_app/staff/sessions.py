"""The browsers in which an account is signed in: a row each, so that one can be ended from another.

A row says the day it began, the hour it was last seen and the browser's family: enough for its owner to know it again,
nothing of where it is. A session whose row is gone is nobody's, whatever its cookie says.
"""

import hashlib
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from survey_app.database import db, read_connection, write_transaction
from survey_app.staff.models import StaffSessionRow

_FORGOTTEN_AFTER = timedelta(days=2)
"""Sessions last twelve hours: older rows are of no use."""
_FAMILIES = (
    ("Zalo", "Zalo"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("coc_coc", "Cốc Cốc"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One browser of the account. `reference` names it in forms; it opens nothing."""

    reference: str
    started_on: date
    seen: datetime
    browser: str
    is_this: bool


def start_session(connection: Connection, account_id: int, user_agent: str, now: datetime) -> str:
    """Note a new session and return its secret, for the cookie. Rows of sessions long over go at this moment."""
    token = secrets.token_urlsafe(24)
    connection.execute(delete(StaffSessionRow).where(StaffSessionRow.started_on < now.date() - _FORGOTTEN_AFTER))
    connection.execute(
        insert(StaffSessionRow).values(
            digest=session_reference(token),
            staff_account_id=account_id,
            started_on=now.date(),
            seen_hour=_hour(now),
            browser=browser_family(user_agent),
        )
    )
    return token


def see_session(account_id: int, token: str | None, now: datetime) -> bool:
    """Whether the session is open still; notes the hour it was seen in, if that is another than before."""
    reference = session_reference(token or "")
    row = db.session.get(StaffSessionRow, reference)
    if row is None or row.staff_account_id != account_id:
        return False
    if row.seen_hour != _hour(now):
        db.session.remove()  # A snapshot held open would make the write fail.
        with suppress(SQLAlchemyError), write_transaction() as connection:  # A busy database must not sign people out.
            connection.execute(
                update(StaffSessionRow)
                .where(StaffSessionRow.digest == session_reference(token or ""))
                .values(seen_hour=_hour(now))
            )
    return True


def sessions_of(account_id: int, token: str | None, since: date) -> tuple[OpenSession, ...]:
    """The account's sessions that began on the day `since` or later, this one first, then by when they were seen."""
    statement = (
        select(StaffSessionRow.__table__)
        .where(StaffSessionRow.staff_account_id == account_id, StaffSessionRow.started_on >= since)
        .order_by(StaffSessionRow.seen_hour.desc(), StaffSessionRow.digest)
    )
    this = session_reference(token) if token else None
    with read_connection() as connection:
        found = [_open_session(row, this) for row in connection.execute(statement)]
    return tuple(sorted(found, key=lambda one: not one.is_this))


def _open_session(row: Any, this: str | None) -> OpenSession:
    seen = datetime.fromisoformat(f"{row.seen_hour}:00")
    return OpenSession(row.digest, row.started_on, seen, row.browser, row.digest == this)


def end_sessions(
    connection: Connection, account_id: int, *, reference: str | None = None, but: str | None = None
) -> int:
    """End the account's sessions: the one of the reference, else all, except the one whose secret is `but`."""
    statement = delete(StaffSessionRow).where(StaffSessionRow.staff_account_id == account_id)
    if reference is not None:
        statement = statement.where(StaffSessionRow.digest == reference)
    if but is not None:
        statement = statement.where(StaffSessionRow.digest != session_reference(but))
    ended: int = connection.execute(statement).rowcount
    return ended


def browser_family(user_agent: str) -> str:
    """What the browser is called, and on what: Chrome · Windows. Versions and models are left out."""
    family = next((name for mark, name in _FAMILIES if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if re.search(rf"\b{re.escape(mark)}", user_agent)), "")
    return " · ".join(part for part in (family, system) if part)


def session_reference(token: str) -> str:
    """What names a session in forms and in its row: a digest of its secret."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def _hour(now: datetime) -> str:
    return now.strftime("%Y-%m-%dT%H")
