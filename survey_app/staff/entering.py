"""The moment somebody is let in: recorded, with a fresh session that has its own row, and a browser known again."""

from datetime import timedelta

from flask import current_app, request, session
from flask_security import login_user

from survey_app.audit_log.log import record_event
from survey_app.clock import Clock
from survey_app.database import write_transaction
from survey_app.staff.accounts import StaffMember, member_of
from survey_app.staff.audit_events import SIGNED_IN
from survey_app.staff.known_devices import remember_device
from survey_app.staff.models import StaffAccount
from survey_app.staff.second_factor import has_second_factor
from survey_app.staff.sessions import start_session

LONGEST_SESSION = timedelta(hours=12)
"""A working day; the cookie also ends with the browser."""
TIME_FOR_A_CODE = timedelta(minutes=10)
SIGNED_IN_AT = "signed_in_at"
SESSION_TOKEN = "session_token"  # where it stands in the cookie
SECOND_FACTOR_SEEN = "second_factor"
"""Whether the account had a second factor when this session began, or has taken one since."""
WAITING = "waiting_for_code"


def let_in(account: StaffAccount, way: str) -> StaffMember | None:
    """Let in whoever has shown the first factor (`way`: password, or the identity provider); None where the account
    has a second one: then this browser has ten minutes to show a code.
    """
    clock: Clock = current_app.extensions["clock"]
    if not has_second_factor(account.id):
        return enter(account, [way])
    session.clear()
    session[WAITING] = [account.fs_uniquifier, int(clock.now().timestamp()), way]
    return None


def enter(account: StaffAccount, ways: list[str]) -> StaffMember:
    """Start the session. What cannot be recorded does not happen."""
    clock: Clock = current_app.extensions["clock"]
    now = clock.now()
    with write_transaction() as connection:
        record_event(connection, SIGNED_IN, actor=account.email, at=now)
        token = start_session(connection, account.id, request.user_agent.string, now)
    session.clear()
    login_user(account, remember=False, authn_via=ways)
    session.update({SIGNED_IN_AT: int(now.timestamp()), SESSION_TOKEN: token, SECOND_FACTOR_SEEN: "code" in ways})
    remember_device(account.email)
    return member_of(account)
