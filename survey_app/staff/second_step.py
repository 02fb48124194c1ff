"""The second step of signing in: a code of the phone, or one of those on paper.

Wrong codes are counted like wrong passwords, for the account and the browser or network. All browsers that the account
has never signed in with share a second count besides, since six digits could be guessed from many networks at once;
whoever makes it grow knows the password already, and the owner's own browsers are not held up by it.
"""

from flask import current_app, request, session

from survey_app.clock import Clock
from survey_app.staff.accounts import StaffMember
from survey_app.staff.attempts import ATTEMPTS_KEY, FREE_FAILURES, FailedAttempts
from survey_app.staff.entering import TIME_FOR_A_CODE, WAITING, enter
from survey_app.staff.known_devices import is_known, source_of
from survey_app.staff.models import StaffAccount
from survey_app.staff.refusals import SignInRefused
from survey_app.staff.second_factor import WrongCode, use_code
from survey_app.staff.sign_in_events import record_failed_sign_in

ANYWHERE = "anywhere"
FREE_CODES_ANYWHERE = 2 * FREE_FAILURES


def is_waiting() -> bool:
    """Whether this browser has shown the first factor, lately, and is to show a code."""
    return _waiting() is not None


def sign_in_with_code(code: str) -> StaffMember:
    """Let in whoever shows the right code. Raises `SignInRefused`: 422 for a wrong one, 429 for too many of them."""
    found = _waiting()
    if found is None:
        raise SignInRefused("staff.sign_in.expired", 422)
    account, way = found
    clock: Clock = current_app.extensions["clock"]
    attempts: FailedAttempts = current_app.extensions[ATTEMPTS_KEY]
    now, source = clock.now(), source_of(request, account.email)
    name, seconds = f"code:{account.email}", now.timestamp()
    wait = attempts.seconds_to_wait(name, source, seconds)
    if not is_known(source):
        wait = max(wait, attempts.seconds_to_wait(name, ANYWHERE, seconds, free=FREE_CODES_ANYWHERE))
    if wait:
        raise SignInRefused("staff.sign_in.wait", 429, seconds=wait)
    try:
        use_code(account.id, account.email, code, now)
    except WrongCode as error:
        attempts.failed(name, source, seconds)
        if not is_known(source):
            attempts.failed(name, ANYWHERE, seconds)
        record_failed_sign_in(account.email, "wrong_code", now)
        raise SignInRefused("staff.code.wrong", 422) from error
    attempts.succeeded(name, source)
    return enter(account, [way, "code"])


def _waiting() -> tuple[StaffAccount, str] | None:
    uniquifier, since, way = session.get(WAITING, (None, 0, ""))
    clock: Clock = current_app.extensions["clock"]
    if uniquifier is None or clock.now().timestamp() - since > TIME_FOR_A_CODE.total_seconds():
        return None
    account: StaffAccount | None = current_app.extensions["security"].datastore.find_user(fs_uniquifier=uniquifier)
    return (account, way) if account is not None and account.active else None
