"""Signing in and out: Flask-Security (argon2) behind our own pages, and only in the STAFF zone.

Flask-Security, Flask-Login, Flask-Principal and Flask-WTF each hang something on *every* request: an identity is
loaded, the session is touched, a user is put into every template. Citizens' and public pages have no session, so all of
that is taken back here, and the gate of `access.py` asks for the account where there is one. None of Flask-Security's
own views (registration, recovery, tokens …) is registered.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, Request, current_app, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_security import (
    Security,
    SQLAlchemyUserDatastore,
    current_user,
    hash_password,
    logout_user,
    verify_password,
)
from flask_wtf.csrf import CSRFProtect

from survey_app.clock import Clock
from survey_app.database import db, write_transaction
from survey_app.staff.accounts import NO_PASSWORD, StaffMember, canonical_email, member_of
from survey_app.staff.attempts import ATTEMPTS_KEY, FailedAttempts
from survey_app.staff.entering import LONGEST_SESSION, SECOND_FACTOR_SEEN, SESSION_TOKEN, SIGNED_IN_AT, let_in
from survey_app.staff.known_devices import source_of
from survey_app.staff.models import StaffAccount, StaffRole
from survey_app.staff.passwords import normalized
from survey_app.staff.refusals import SignInRefused
from survey_app.staff.sessions import end_sessions, see_session, session_reference
from survey_app.staff.shared_attempts import attempts_for
from survey_app.staff.sign_in_events import record_failed_sign_in, record_sign_out
from survey_app.zones import Zone, zone_of_request


class SessionExpired(Exception):
    """The session is older than `LONGEST_SESSION`, or was ended from elsewhere; it has been emptied."""


class StaffSessions(SecureCookieSessionInterface):
    """Signed cookies in the STAFF zone; elsewhere a session that cannot be written and is never saved."""

    digest_method = staticmethod(hashlib.sha256)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a staff request. None makes Flask put its null session in the place."""
        if zone_of_request(app, request) is not Zone.STAFF:
            return None
        return super().open_session(app, request)


def use_accounts(app: Flask) -> None:
    """Give the application accounts, sessions for the STAFF zone, and tokens against forged forms."""
    app.config.update(
        PERMANENT_SESSION_LIFETIME=LONGEST_SESSION,
        SESSION_PROTECTION=None,  # It would bind a session to address and browser, and phones change address.
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106  # the name of the scheme
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],  # No pepper: changing SECRET_KEY must not void every password.
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
        WTF_CSRF_TIME_LIMIT=None,  # As long as the session.
        WTF_CSRF_SSL_STRICT=False,  # http_security compares origins already, by headers that privacy tools leave alone.
    )
    app.session_interface = StaffSessions()
    app.extensions[ATTEMPTS_KEY] = attempts_for(app.extensions["settings"])
    with _no_hooks_on_every_request(app):
        CSRFProtect(app)
        datastore = SQLAlchemyUserDatastore(db, StaffAccount, StaffRole)
        security = Security(app, datastore, register_blueprint=False)
    security.login_manager.request_loader(None)  # No sign-in by token in an address or header.


@contextmanager
def _no_hooks_on_every_request(app: Flask) -> Iterator[None]:
    """Take back whatever the extensions set up inside hang on each request, template or JSON answer."""
    registries: tuple[dict[Any, Any], ...] = (
        app.before_request_funcs,
        app.after_request_funcs,
        app.teardown_request_funcs,
        app.template_context_processors,
    )
    before = [{scope: list(functions) for scope, functions in registry.items()} for registry in registries]
    json_class, json_provider = app.json_provider_class, app.json
    yield
    for registry, functions in zip(registries, before, strict=True):
        registry.clear()
        registry.update(functions)
    app.json_provider_class, app.json = json_class, json_provider


def sign_in(email: str, password: str) -> StaffMember | None:
    """Sign the account in and start a fresh session; None where a code is wanted still (`second_step`).

    Raises `SignInRefused`: with one sentence for an unknown address, a wrong password and a disabled account, after the
    same work; and when this source has to wait with this account.
    """
    clock: Clock = current_app.extensions["clock"]
    attempts: FailedAttempts = current_app.extensions[ATTEMPTS_KEY]
    address, now = canonical_email(email), clock.now().timestamp()
    source = source_of(request, address)
    if seconds := attempts.seconds_to_wait(address, source, now):
        raise SignInRefused("staff.sign_in.wait", 429, seconds=seconds)
    account, failure = _account_with_password(address, normalized(password))
    if account is None or failure is not None:
        attempts.failed(address, source, now)
        record_failed_sign_in(account.email if account else None, failure or "unknown", clock.now())
        raise SignInRefused("staff.sign_in.wrong", 422)
    attempts.succeeded(address, source)
    return let_in(account, "password")


def sign_out() -> None:
    """End the session in this browser."""
    clock: Clock = current_app.extensions["clock"]
    if current_user.is_authenticated:
        record_sign_out(current_user.email, clock.now())
        _forget_session(current_user.id)
    logout_user()
    session.clear()


def member_of_session() -> StaffMember | None:
    """Whoever this request's session belongs to. Raises `SessionExpired`."""
    if not current_user.is_authenticated:
        return None
    clock: Clock = current_app.extensions["clock"]
    now = clock.now()
    if now.timestamp() - session.get(SIGNED_IN_AT, 0) > LONGEST_SESSION.total_seconds():
        sign_out()
        raise SessionExpired
    member, account_id = member_of(current_user), current_user.id
    is_open = see_session(account_id, session.get(SESSION_TOKEN), now)
    db.session.remove()  # What the page reads gets its own snapshot; a streamed file must not hold this one open.
    if not is_open:
        logout_user()
        session.clear()
        raise SessionExpired
    return member


def shows_second_factor() -> bool:
    """Whether the account of this session has a second factor."""
    return bool(session.get(SECOND_FACTOR_SEEN))


def own_account_id() -> int:
    """The key of the account that is signed in; the gate has let it in."""
    account_id: int = current_user.id
    return account_id


def has_own_password() -> bool:
    """Whether the account has a password; one that only ever came by the identity provider has none."""
    return bool(current_user.password != NO_PASSWORD)


def own_session() -> str:
    """The secret of this session."""
    token: str = session[SESSION_TOKEN]
    return token


def note_second_factor(*, is_on: bool) -> None:
    """Let this session know that the account has a second factor from now on, or has none any more."""
    session[SECOND_FACTOR_SEEN] = is_on


def check_own_password(password: str) -> None:
    """See that whoever sits at this session knows its password, if it has one. Raises `SignInRefused`."""
    if not has_own_password():
        return
    clock: Clock = current_app.extensions["clock"]
    attempts: FailedAttempts = current_app.extensions[ATTEMPTS_KEY]
    email, now = current_user.email, clock.now().timestamp()
    source = f"session:{own_session()}"
    if seconds := attempts.seconds_to_wait(email, source, now):
        raise SignInRefused("staff.sign_in.wait", 429, seconds=seconds)
    if _account_with_password(email, normalized(password))[1] is not None:
        attempts.failed(email, source, now)
        raise SignInRefused("staff.own.wrong_password", 422)
    attempts.succeeded(email, source)


def _forget_session(account_id: int) -> None:
    token = session.get(SESSION_TOKEN)
    if token:
        with write_transaction() as connection:
            end_sessions(connection, account_id, reference=session_reference(token))


def _account_with_password(address: str, password: str) -> tuple[StaffAccount | None, str | None]:
    """The account of the address, and why it may not sign in, if so. An unknown address costs the same hash."""
    account: StaffAccount | None = current_app.extensions["security"].datastore.find_user(email=address)
    if account is None:
        hash_password(password)
        return None, None
    if account.password == NO_PASSWORD:
        hash_password(password)
        return account, "wrong_password"
    if not verify_password(password, account.password):
        return account, "wrong_password"
    return account, None if account.active else "disabled"
