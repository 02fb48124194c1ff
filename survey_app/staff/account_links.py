"""Links with which an account sets its password: one open link an account, good for a time, used once.

Opening a link changes nothing (programs that scan mail open links too); only the form behind it uses it up. The
database keeps a digest: whoever reads it cannot set a password.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flask_security import hash_password
from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.orm import Session

from survey_app.audit_log.log import record_event
from survey_app.database import read_connection, write_transaction
from survey_app.staff.accounts import AccountError, password_faults
from survey_app.staff.audit_events import PASSWORD_SET
from survey_app.staff.models import StaffAccount, StaffLinkRow
from survey_app.staff.passwords import normalized
from survey_app.staff.sessions import end_sessions


class LinkPurpose(StrEnum):
    """Why an account sets its password by a link."""

    INVITATION = "invitation"
    RESET = "reset"


GOOD_FOR = {LinkPurpose.INVITATION: timedelta(hours=72), LinkPurpose.RESET: timedelta(hours=2)}
"""NIST SP 800-63B-4, 4.2.1.2 allows a day for what is mailed to recover an account."""


class LinkGone(Exception):
    """The link was never made, is used, replaced by a newer one, or too old; or its account may not sign in."""


@dataclass(frozen=True, slots=True)
class LinkedAccount:
    """Whose password a link sets, and why."""

    email: str
    purpose: LinkPurpose


def make_link(connection: Connection, account_id: int, purpose: LinkPurpose, now: datetime) -> str:
    """The token of a new link; an older one of the account is void from now on."""
    token, seconds = secrets.token_urlsafe(32), int(now.timestamp())
    connection.execute(delete(StaffLinkRow).where(StaffLinkRow.staff_account_id == account_id))
    connection.execute(
        insert(StaffLinkRow).values(
            staff_account_id=account_id,
            digest=_digest(token),
            purpose=purpose.value,
            made_at=seconds,
            expires_at=seconds + int(GOOD_FOR[purpose].total_seconds()),
        )
    )
    return token


def account_of_link(token: str, now: datetime) -> LinkedAccount:
    """Whom the link is for. Raises `LinkGone`."""
    with read_connection() as connection, Session(connection) as session:
        account, purpose = _account(session, token, now)
        return LinkedAccount(account.email, purpose)


def set_password_by_link(token: str, password: str, now: datetime) -> LinkedAccount:
    """Give the link's account the password, use the link up, and end the account's sessions everywhere.

    Raises `LinkGone`, or `AccountError` with everything that is wrong with the password; nothing is changed then.
    """
    password = normalized(password)
    with write_transaction() as connection, Session(connection) as session:
        account, purpose = _account(session, token, now)
        if faults := password_faults(password, account.email):
            raise AccountError(faults)
        used = connection.execute(delete(StaffLinkRow).where(StaffLinkRow.digest == _digest(token)))
        if used.rowcount != 1:
            raise LinkGone  # PostgreSQL: somebody used it at the same moment.
        account.password = hash_password(password)
        session.flush()
        end_sessions(connection, account.id)
        record_event(connection, PASSWORD_SET, actor=account.email, at=now, purpose=purpose.value)
        return LinkedAccount(account.email, purpose)


def _account(session: Session, token: str, now: datetime) -> tuple[StaffAccount, LinkPurpose]:
    row = session.scalars(select(StaffLinkRow).where(StaffLinkRow.digest == _digest(token))).one_or_none()
    account = session.get(StaffAccount, row.staff_account_id) if row else None
    if row is None or account is None or not account.active or now.timestamp() >= row.expires_at:
        raise LinkGone
    return account, LinkPurpose(row.purpose)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
