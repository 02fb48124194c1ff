"""A browser in which an account has signed in before is known again, so that guessing elsewhere never slows its owner.

The cookie is a random name and a keyed check of it together with the account (after OWASP's *device cookies*). It signs
nobody in and says nothing of who: all it does is to give this browser a count of its own for wrong passwords.
"""

import base64
import hmac
import ipaddress
import secrets

from flask import Request, Response, after_this_request, current_app, request

from config import Settings
from survey_app.keys import derive_key, secret_of

COOKIE = "staff_device"
KEPT_SECONDS = 180 * 24 * 3600


def source_of(req: Request, email: str) -> str:
    """From where a try at the account comes: this known browser, else the network of the request.

    An IPv6 network is a /64, since one household or phone has a whole one; an IPv4 address is one.
    """
    name, _, check = req.cookies.get(COOKIE, "").partition(".")
    if name and hmac.compare_digest(check.encode(errors="replace"), _check(name, email).encode()):
        return f"device:{name}"
    return network_of(req.remote_addr or "")


def is_known(source: str) -> bool:
    """Whether a source is a browser in which the account has signed in before."""
    return source.startswith("device:")


def network_of(address: str) -> str:
    """The network an address belongs to, as text; what is no address stays as it is."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def remember_device(email: str) -> None:
    """Let the answer to this request carry the cookie, unless this browser has it already."""
    if is_known(source_of(request, email)):
        return
    settings: Settings = current_app.extensions["settings"]
    name = secrets.token_urlsafe(16)

    @after_this_request
    def _set(response: Response) -> Response:
        response.set_cookie(
            COOKIE,
            f"{name}.{_check(name, email)}",
            max_age=KEPT_SECONDS,
            path="/staff",
            secure=settings.public_url.startswith("https://"),
            httponly=True,
            samesite="Lax",
        )
        return response


def _check(name: str, email: str) -> str:
    settings: Settings = current_app.extensions["settings"]
    key = derive_key(secret_of(settings), "known staff devices")
    tag = hmac.digest(key, f"{email}\n{name}".encode(errors="surrogatepass"), "sha256")
    return base64.urlsafe_b64encode(tag[:18]).decode()
