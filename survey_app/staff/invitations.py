"""Inviting people, and helping those who forgot their password: a link goes out by mail.

Where no mail is set up, the administrator's page shows the invitation's link, to hand on by another way; a forgotten
password is then the administrator's affair too.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from survey_app.audit_log.log import record_event
from survey_app.clock import Clock
from survey_app.database import write_transaction
from survey_app.languages import current_language
from survey_app.mail.mailer import MailNotSent, mailer_of
from survey_app.request_logging import log
from survey_app.staff.account_links import LinkPurpose, make_link
from survey_app.staff.accounts import AccountError, AccountProblem, add_account, canonical_email
from survey_app.staff.audit_events import LINK_MADE
from survey_app.staff.letters import link_address, link_letter
from survey_app.staff.models import StaffAccount, StaffLinkRow

RESET_PAUSE_SECONDS = 10 * 60
"""So often at most a letter about a forgotten password goes to an account, however often it is asked for."""
POST_ROOM_KEY = "than_thien_post_room"


@dataclass(frozen=True, slots=True)
class Invitation:
    """What became of an invitation: mailed; not mailed, since the server refused; or a link to hand on."""

    email: str
    was_sent: bool
    link: str | None


def invite(email: str, roles: Iterable[str], unit_code: str | None, by: str) -> Invitation:
    """Make an account without a password and send the link to set one. Raises `AccountError`; nothing is made then."""
    member = add_account(email, roles, unit_code or None, None, by)
    return send_link(member.email, by)


def send_link(email: str, by: str) -> Invitation:
    """Send an account an invitation to set its password, new or in place of a forgotten one.

    Raises `AccountError` where there is no such account, or a disabled one.
    """
    clock: Clock = current_app.extensions["clock"]
    settings: Settings = current_app.extensions["settings"]
    mailer, language, now = mailer_of(current_app), current_language(), clock.now()
    address = canonical_email(email)
    with write_transaction() as connection, Session(connection) as session:
        account = session.scalars(select(StaffAccount).where(StaffAccount.email == address)).one_or_none()
        if account is None or not account.active:
            raise AccountError([AccountProblem("staff.account.unknown", {"email": address})])
        token = make_link(connection, account.id, LinkPurpose.INVITATION, now)
        record_event(connection, LINK_MADE, actor=by, at=now, account=address, purpose=LinkPurpose.INVITATION.value)
    if not mailer.delivers:
        return Invitation(address, was_sent=False, link=link_address(settings, token, language))
    try:
        mailer.send(
            link_letter(settings, email=address, purpose=LinkPurpose.INVITATION, token=token, language=language, at=now)
        )
    except MailNotSent as error:
        log.error("mail_not_sent", reason=error.reason)
        return Invitation(address, was_sent=False, link=None)
    return Invitation(address, was_sent=True, link=None)


class PostRoom:
    """Writes to those who forgot their password, after the page has answered: the answer, and the time it takes, are
    the same whether the account exists or not.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="post-room")

    def write_soon(self, email: str, language: str) -> None:
        """Look the account up and write to it, if there is one that may sign in and no letter went out just now."""
        self._thread.submit(_write, self._app, email, language)

    def close(self) -> None:
        """Wait until every letter asked for is on its way."""
        self._thread.shutdown(wait=True)


def ask_for_reset(email: str) -> None:
    """Let a link for a new password go to the account's address."""
    room: PostRoom = current_app.extensions[POST_ROOM_KEY]
    room.write_soon(email, current_language())


def _write(app: Flask, email: str, language: str) -> None:
    try:
        with app.app_context():
            clock: Clock = app.extensions["clock"]
            now = clock.now()
            token = _reset_token(canonical_email(email), now)
            if token is not None:
                mailer_of(app).send(
                    link_letter(
                        app.extensions["settings"],
                        email=canonical_email(email),
                        purpose=LinkPurpose.RESET,
                        token=token,
                        language=language,
                        at=now,
                    )
                )
    except Exception as error:  # noqa: BLE001  # Nobody waits for this thread: the log is all that can be told.
        log.error("mail_not_sent", reason=type(error).__name__)


def _reset_token(address: str, now: datetime) -> str | None:
    with write_transaction() as connection, Session(connection) as session:
        account = session.scalars(
            select(StaffAccount).where(StaffAccount.email == address, StaffAccount.active)
        ).one_or_none()
        if account is None:
            return None
        open_link = session.get(StaffLinkRow, account.id)
        if open_link is not None and now.timestamp() - open_link.made_at < RESET_PAUSE_SECONDS:
            return None
        token = make_link(connection, account.id, LinkPurpose.RESET, now)
        record_event(connection, LINK_MADE, actor=address, at=now, account=address, purpose=LinkPurpose.RESET.value)
        return token
