"""Signing in and out: Flask-Security (argon2) behind our own pages, and only in the STAFF zone.

Flask-Security, Flask-Login, Flask-Principal and Flask-WTF each hang something on *every* request: an identity is
loaded, the session is touched, a user is put into every template. Citizens' and public pages have no session, so all of
that is taken back here, and the gate of `access.py` asks for the account where there is one. None of Flask-Security's
own views (registration, recovery, tokens …) is registered.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import Flask, Request, current_app, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_security import (
    Security,
    SQLAlchemyUserDatastore,
    current_user,
    hash_password,
    login_user,
    logout_user,
    verify_password,
)
from flask_wtf.csrf import CSRFProtect

from survey_app.clock import Clock
from survey_app.database import db
from survey_app.staff.accounts import StaffMember, canonical_email, member_of
from survey_app.staff.attempts import FailedAttempts
from survey_app.staff.models import StaffAccount, StaffRole
from survey_app.staff.passwords import normalized
from survey_app.staff.sign_in_events import record_failed_sign_in, record_sign_in, record_sign_out
from survey_app.zones import Zone, zone_of_request

LONGEST_SESSION = timedelta(hours=12)
"""A working day; the cookie also ends with the browser."""
ATTEMPTS_KEY = "than_thien_failed_attempts"
SIGNED_IN_AT = "signed_in_at"


class SignInRefused(Exception):
    """Nobody was signed in. `key` names the sentence to show, the same for every reason that concerns the account."""

    def __init__(self, key: str, status: int, **values: object) -> None:
        self.key, self.status, self.values = key, status, values
        super().__init__(key)


class SessionExpired(Exception):
    """The session is older than `LONGEST_SESSION`; it has been emptied."""


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
    app.extensions[ATTEMPTS_KEY] = FailedAttempts()
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


def sign_in(email: str, password: str) -> StaffMember:
    """Sign the account in and start a fresh session.

    Raises `SignInRefused`: with one sentence for an unknown address, a wrong password and a disabled account, after the
    same work; and when this network address has to wait with this account.
    """
    clock: Clock = current_app.extensions["clock"]
    attempts: FailedAttempts = current_app.extensions[ATTEMPTS_KEY]
    address, source, now = canonical_email(email), request.remote_addr or "", clock.now().timestamp()
    if seconds := attempts.seconds_to_wait(address, source, now):
        raise SignInRefused("staff.sign_in.wait", 429, seconds=seconds)
    account, failure = _account_with_password(address, normalized(password))
    if account is None or failure is not None:
        attempts.failed(address, source, now)
        record_failed_sign_in(account.email if account else None, failure or "unknown", clock.now())
        raise SignInRefused("staff.sign_in.wrong", 422)
    attempts.succeeded(address, source)
    record_sign_in(account.email, clock.now())
    session.clear()
    login_user(account, remember=False, authn_via=["password"])
    session[SIGNED_IN_AT] = int(now)
    return member_of(account)


def sign_out() -> None:
    """End the session in this browser."""
    clock: Clock = current_app.extensions["clock"]
    if current_user.is_authenticated:
        record_sign_out(current_user.email, clock.now())
    logout_user()
    session.clear()


def member_of_session() -> StaffMember | None:
    """Whoever this request's session belongs to. Raises `SessionExpired`."""
    if not current_user.is_authenticated:
        return None
    clock: Clock = current_app.extensions["clock"]
    if clock.now().timestamp() - session.get(SIGNED_IN_AT, 0) > LONGEST_SESSION.total_seconds():
        sign_out()
        raise SessionExpired
    member = member_of(current_user)
    db.session.remove()  # What the page reads gets its own snapshot; a streamed file must not hold this one open.
    return member


def _account_with_password(address: str, password: str) -> tuple[StaffAccount | None, str | None]:
    """The account of the address, and why it may not sign in, if so. An unknown address costs the same hash."""
    account: StaffAccount | None = current_app.extensions["security"].datastore.find_user(email=address)
    if account is None:
        hash_password(password)
        return None, None
    if not verify_password(password, account.password):
        return account, "wrong_password"
    return account, None if account.active else "disabled"
