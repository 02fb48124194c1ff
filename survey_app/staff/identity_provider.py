"""Signing in with the province's identity provider (OpenID Connect, authorization code with PKCE), where one is set up.

The provider says which e-mail address it has verified; an *active account of ours with that address* is let in. No
account is ever made, and no role taken over: who may do what stays here, on the record.
"""

from typing import Any

from flask import Flask, current_app
from flask.typing import ResponseReturnValue

from config import Settings
from survey_app.request_logging import log
from survey_app.staff.accounts import canonical_email
from survey_app.staff.entering import let_in
from survey_app.staff.models import StaffAccount
from survey_app.staff.refusals import SignInRefused

CLIENT_KEY = "than_thien_identity_provider"
WELL_KNOWN = "/.well-known/openid-configuration"
"""OpenID Connect Discovery 1.0, 4."""
PATIENCE_SECONDS = 10


def is_set_up() -> bool:
    """Whether staff may sign in with a provider."""
    settings: Settings = current_app.extensions["settings"]
    return bool(settings.oidc_issuer)


def go_to_provider(back: str) -> ResponseReturnValue:
    """Send the browser to the provider, which sends it to the address `back`. Raises `SignInRefused`."""
    from requests.exceptions import RequestException

    try:
        answer: ResponseReturnValue = _client(current_app).authorize_redirect(back)
    except (RequestException, ValueError, RuntimeError) as error:
        log.error("identity_provider_failed", error=type(error).__name__)
        raise SignInRefused("staff.provider.away", 503) from error
    return answer


def sign_in_from_provider() -> bool:
    """Let in whom the provider vouches for; False where the account wants a code still.

    Raises `SignInRefused`: the provider's word does not hold, the address is not verified, or no account in use has it.
    """
    email = _verified_email()
    datastore = current_app.extensions["security"].datastore
    account: StaffAccount | None = datastore.find_user(email=email)
    if account is None or not account.active:
        raise SignInRefused("staff.provider.no_account", 403, email=email)
    return let_in(account, "provider") is not None


def _verified_email() -> str:
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError
    from requests.exceptions import RequestException

    settings: Settings = current_app.extensions["settings"]
    try:
        said: dict[str, Any] = _client(current_app).authorize_access_token().get("userinfo") or {}
    except (AuthlibBaseError, JoseError, RequestException, ValueError, KeyError, RuntimeError) as error:
        log.error("identity_provider_failed", error=type(error).__name__)
        raise SignInRefused("staff.provider.failed", 422) from error
    if str(said.get("iss", "")).rstrip("/") != settings.oidc_issuer:
        log.error("identity_provider_failed", error="another issuer")
        raise SignInRefused("staff.provider.failed", 422)
    if said.get("email_verified") is not True or not isinstance(said.get("email"), str):
        raise SignInRefused("staff.provider.not_verified", 403)
    return canonical_email(said["email"])


def _client(app: Flask) -> Any:
    """Our side of the conversation; made when it is first used, since it brings libraries along."""
    if CLIENT_KEY not in app.extensions:
        from authlib.integrations.flask_client import OAuth

        settings: Settings = app.extensions["settings"]
        secret = settings.oidc_client_secret
        app.extensions[CLIENT_KEY] = OAuth(app).register(
            name="provider",
            client_id=settings.oidc_client_id,
            client_secret=secret.get_secret_value() if secret else "",
            server_metadata_url=f"{settings.oidc_issuer}{WELL_KNOWN}",
            client_kwargs={
                "scope": "openid email",
                "code_challenge_method": "S256",
                "default_timeout": PATIENCE_SECONDS,
            },
        )
    return app.extensions[CLIENT_KEY]
