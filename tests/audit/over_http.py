"""An auditor at the real server, over HTTP."""

import http.client
from contextlib import closing
from urllib.parse import urlencode

from tests.audit.conftest import AUDITOR
from tests.staff.people import PASSWORD, SIGN_IN
from tests.support.live_server import LiveServer


def signed_in(server: LiveServer) -> dict[str, str]:
    """The headers of a browser in which the auditor has signed in."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as browser:
        browser.request("GET", SIGN_IN)
        page = browser.getresponse()
        cookie = (page.getheader("Set-Cookie") or "").partition(";")[0]
        token = page.read().decode().partition('name="csrf_token" value="')[2].partition('"')[0]
        form = urlencode({"csrf_token": token, "email": AUDITOR, "password": PASSWORD})
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        browser.request("POST", SIGN_IN, form, headers)
        answer = browser.getresponse()
        answer.read()
        assert answer.status == 303
        kept = answer.headers.get_all("Set-Cookie") or []
        return {"Cookie": "; ".join(one.partition(";")[0] for one in kept)}
