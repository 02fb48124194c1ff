"""The second factor: codes that a phone makes of a shared secret (TOTP, RFC 6238), and ten codes on paper.

The secret is encrypted under a key of this installation; paper codes are kept as keyed hashes. No code works twice: of
the phone's the last step used is kept, a paper one goes when it is used.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from flask import current_app
from sqlalchemy import Connection, Delete, delete, func, insert, select, update

from config import Settings
from survey_app.audit_log.log import record_event
from survey_app.database import db, read_connection, write_transaction
from survey_app.keys import derive_key, secret_of
from survey_app.staff.audit_events import (
    RECOVERY_CODE_USED,
    RECOVERY_CODES_MADE,
    SECOND_FACTOR_OFF,
    SECOND_FACTOR_ON,
)
from survey_app.staff.models import StaffRecoveryCodeRow, StaffSecondFactorRow

if TYPE_CHECKING:
    from passlib.totp import TOTP

RECOVERY_CODES = 10
STEP_SECONDS = 30
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_HALF = 5
"""Letters on each side of the hyphen; ten of 31 are 49 random bits."""


class WrongCode(Exception):
    """The code is not the one of this moment, was used already, or is none."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A secret that an account may take: as text to type in, and as the address that a QR shows (otpauth:)."""

    sealed: str
    typed: str
    address: str


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """Whether an account has one, and how many codes on paper are left."""

    is_on: bool
    codes_left: int


def propose(email: str, sealed: str | None = None) -> Proposal:
    """A secret for the account: a new one, or the one proposed before, as it was sealed."""
    factory = _factory()
    totp = factory.from_json(sealed) if sealed else factory.new()
    return Proposal(sealed or totp.to_json(), totp.pretty_key(sep=" "), totp.to_uri(label=email))


def switch_on(account_id: int, email: str, sealed: str, code: str, now: datetime) -> tuple[str, ...]:
    """Take the proposed secret as the account's, once its phone shows the right code; returns the codes for paper.

    They are shown this once. A second factor that the account had before is replaced. Raises `WrongCode`.
    """
    if not sealed:
        raise WrongCode
    step = _step_of(sealed, code, -1, now)
    with write_transaction() as connection:
        _forget(connection, account_id)
        connection.execute(
            insert(StaffSecondFactorRow).values(
                staff_account_id=account_id, secret=sealed, last_step=step, since=now.date()
            )
        )
        codes = _new_codes(connection, account_id)
        record_event(connection, SECOND_FACTOR_ON, actor=email, at=now)
    return codes


def switch_off(connection: Connection, account_id: int, account: str, by: str, now: datetime) -> None:
    """Take the account's second factor away, if it has one: its own wish, or an administrator's for a lost phone."""
    if _forget(connection, account_id):
        record_event(connection, SECOND_FACTOR_OFF, actor=by, at=now, account=account)


def renew_codes(account_id: int, email: str, now: datetime) -> tuple[str, ...]:
    """New codes for paper; the old ones are void."""
    with write_transaction() as connection:
        connection.execute(_codes_of(account_id))
        codes = _new_codes(connection, account_id)
        record_event(connection, RECOVERY_CODES_MADE, actor=email, at=now, count=len(codes))
    return codes


def second_factor_of(account_id: int) -> SecondFactor:
    """What the account has."""
    count = select(func.count()).where(StaffRecoveryCodeRow.staff_account_id == account_id).scalar_subquery()
    statement = select(StaffSecondFactorRow.since, count).where(StaffSecondFactorRow.staff_account_id == account_id)
    with read_connection() as connection:
        row = connection.execute(statement).first()
    return SecondFactor(row is not None, row[1] if row else 0)


def has_second_factor(account_id: int) -> bool:
    """Whether signing in to the account takes a code."""
    return db.session.get(StaffSecondFactorRow, account_id) is not None


def use_code(account_id: int, email: str, code: str, now: datetime) -> None:
    """Use a code of the phone, or one of those on paper. Raises `WrongCode`."""
    typed = "".join(code.split()).replace("-", "").lower()
    with write_transaction() as connection:
        if typed.isdigit():
            _use_step(connection, account_id, typed, now)
        else:
            _use_paper(connection, account_id, email, typed, now)


def _use_step(connection: Connection, account_id: int, code: str, now: datetime) -> None:
    row = connection.execute(
        select(StaffSecondFactorRow.secret, StaffSecondFactorRow.last_step).where(
            StaffSecondFactorRow.staff_account_id == account_id
        )
    ).first()
    if row is None:
        raise WrongCode
    step = _step_of(row.secret, code, row.last_step, now)
    used = connection.execute(
        update(StaffSecondFactorRow)
        .where(StaffSecondFactorRow.staff_account_id == account_id, StaffSecondFactorRow.last_step < step)
        .values(last_step=step)
    )
    if used.rowcount != 1:
        raise WrongCode


def _use_paper(connection: Connection, account_id: int, email: str, code: str, now: datetime) -> None:
    digest = _digest(account_id, code)
    if connection.execute(_codes_of(account_id).where(StaffRecoveryCodeRow.digest == digest)).rowcount != 1:
        raise WrongCode
    left = connection.execute(
        select(func.count()).where(StaffRecoveryCodeRow.staff_account_id == account_id)
    ).scalar_one()
    record_event(connection, RECOVERY_CODE_USED, actor=email, at=now, count=left)


def _step_of(sealed: str, code: str, last_step: int, now: datetime) -> int:
    """The step whose code this is: the present one, or a neighbour, since phones' clocks differ."""
    from passlib.exc import TokenError

    try:
        match = _factory().from_json(sealed).match(code, int(now.timestamp()), window=STEP_SECONDS)
    except TokenError as error:
        raise WrongCode from error
    step: int = match.counter
    if step <= last_step:
        raise WrongCode
    return step


def _forget(connection: Connection, account_id: int) -> bool:
    connection.execute(_codes_of(account_id))
    gone = connection.execute(delete(StaffSecondFactorRow).where(StaffSecondFactorRow.staff_account_id == account_id))
    return gone.rowcount == 1


def _new_codes(connection: Connection, account_id: int) -> tuple[str, ...]:
    codes = tuple(
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(_HALF)) for _ in range(2))
        for _ in range(RECOVERY_CODES)
    )
    rows = [{"staff_account_id": account_id, "digest": _digest(account_id, code.replace("-", ""))} for code in codes]
    connection.execute(insert(StaffRecoveryCodeRow), rows)
    return codes


def _codes_of(account_id: int) -> Delete:
    return delete(StaffRecoveryCodeRow).where(StaffRecoveryCodeRow.staff_account_id == account_id)


def _digest(account_id: int, code: str) -> str:
    return hmac.digest(_key("recovery codes"), f"{account_id}:{code}".encode(errors="replace"), "sha256").hex()


def _key(purpose: str) -> bytes:
    settings: Settings = current_app.extensions["settings"]
    return derive_key(secret_of(settings), f"staff {purpose}")


def _factory() -> "type[TOTP]":
    return _factory_under(_key("second factor").hex())


@cache
def _factory_under(key: str) -> "type[TOTP]":
    from passlib.totp import TOTP

    factory: type[TOTP] = TOTP.using(secrets={"1": key}, issuer="Thân Thiện")
    return factory
