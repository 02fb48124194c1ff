"""What an account changes of itself, and what an administrator does for somebody who lost the phone."""

from datetime import datetime

from flask import current_app
from flask_security import hash_password
from sqlalchemy.orm import Session

from survey_app.audit_log.log import record_event
from survey_app.clock import Clock
from survey_app.database import write_transaction
from survey_app.staff.accounts import AccountError, password_faults
from survey_app.staff.audit_events import PASSWORD_SET
from survey_app.staff.models import StaffAccount
from survey_app.staff.passwords import normalized
from survey_app.staff.second_factor import switch_off
from survey_app.staff.sessions import end_sessions


def change_own_password(account_id: int, password: str, this_session: str, now: datetime) -> None:
    """Give the account another password and end its sessions in other browsers. Raises `AccountError`."""
    password = normalized(password)
    with write_transaction() as connection, Session(connection) as session:
        account = session.get_one(StaffAccount, account_id)
        if faults := password_faults(password, account.email):
            raise AccountError(faults)
        account.password = hash_password(password)
        session.flush()
        end_sessions(connection, account_id, but=this_session)
        record_event(connection, PASSWORD_SET, actor=account.email, at=now, purpose="change")


def reset_second_factor(account_id: int, by: str) -> None:
    """Take an account's second factor away, for a lost phone; its sessions end, since they rest on it."""
    clock: Clock = current_app.extensions["clock"]
    with write_transaction() as connection, Session(connection) as session:
        account = session.get(StaffAccount, account_id)
        if account is not None:
            switch_off(connection, account_id, account.email, by, clock.now())
            end_sessions(connection, account_id)
