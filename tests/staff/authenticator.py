"""A phone with an authenticator app: it knows a secret and the time, and shows codes (RFC 6238)."""

import hashlib
import hmac
import html
import re
import struct
from base64 import b32decode

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app.clock import Clock
from tests.staff.people import PASSWORD, token_in

SECOND_FACTOR = "/staff/account/second-factor"
CODE = "/staff/sign-in/code"
_SECRET = re.compile(r'<code class="secret">([A-Z2-7 ]+)</code>')
_PAPER = re.compile(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>")


def code_at(secret: str, seconds: float) -> str:
    """The six digits of a moment, worked out here and not by the library that the application uses."""
    packed = secret.replace(" ", "")
    key = b32decode(packed + "=" * (-len(packed) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(seconds) // 30), hashlib.sha1)
    (number,) = struct.unpack_from(">I", digest, digest[-1] & 15)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"


def secret_in(page: TestResponse) -> str:
    """The secret that the page shows to type in."""
    found = _SECRET.search(html.unescape(page.get_data(as_text=True)))
    assert found, page.get_data(as_text=True)
    return found[1]


def paper_codes_in(page: TestResponse) -> list[str]:
    """The codes for paper that a page shows."""
    return _PAPER.findall(page.get_data(as_text=True))


def take_second_factor(browser: FlaskClient, clock: Clock, password: str = PASSWORD) -> tuple[str, list[str]]:
    """Switch the second factor on: the secret that the phone keeps, and the codes on paper."""
    page = browser.get(SECOND_FACTOR)
    secret = secret_in(page)
    data = {
        "csrf_token": token_in(page),
        "code": code_at(secret, clock.now().timestamp()),
        "current": password,
    }
    done = browser.post(SECOND_FACTOR, data=data)
    assert done.status_code == 200, done.get_data(as_text=True)
    return secret, paper_codes_in(done)


def show_code(browser: FlaskClient, code: str, **environ: str) -> TestResponse:
    """Send a code in the second step."""
    data = {"csrf_token": token_in(browser.get(CODE)), "code": code}
    return browser.post(CODE, data=data, environ_base=environ)
