"""A thanked answer survives kill -9: the real server, real HTTP, a real kill in mid-traffic."""

import http.client
import os
import re
import signal
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from sqlalchemy import select

from survey_app.responses.models import inbox
from tests.support.factories import a_commune, a_scan_code, a_service_point, the_default_questionnaire
from tests.support.live_server import LiveServer, serving

_TOKEN = re.compile(r'name="?token"? value="?([A-Za-z0-9_.-]+)')
ENOUGH = 60


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Keeps the 303 itself: its Location holds the receipt."""

    def redirect_request(self, *_args: object) -> None:
        """Follow nothing."""


def answer_until_dead(server: LiveServer, code: str, thanked: list[str]) -> None:
    """Open the survey and send it, again and again, noting every receipt, until the server is gone."""
    opener = urllib.request.build_opener(_NoRedirect)
    address = f"{server.url}/s/{code}"
    while True:
        try:
            page = opener.open(address, timeout=5).read().decode()
            token = _TOKEN.search(page)
            assert token, "the survey page carries a token"
            body = urllib.parse.urlencode({"overall": "5", "token": token[1]}).encode()
            opener.open(address, body, timeout=5)
        except urllib.error.HTTPError as answer:
            if answer.code == 303:
                thanked.append(answer.headers["Location"].split("?")[0].rsplit("/", 1)[-1])
        except (OSError, http.client.HTTPException):  # Also a page of which the half arrived.
            return


def kill_all(process_id: int) -> None:
    """SIGKILL the server and its workers at once: no handler runs, nothing is flushed."""
    children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text(encoding="ascii").split()
    for one in (process_id, *map(int, children)):
        os.kill(one, signal.SIGKILL)


def test_no_thanked_answer_is_lost(database_url: str, tmp_path: Path) -> None:
    with serving(database_url, tmp_path) as server:
        with server.transaction() as connection:
            unit = a_commune(connection)
            the_default_questionnaire(connection, unit)
            code = a_scan_code(connection, a_service_point(connection, unit))
        thanked: list[str] = []
        people = [threading.Thread(target=answer_until_dead, args=(server, code, thanked)) for _ in range(4)]
        for person in people:
            person.start()
        give_up = time.monotonic() + 30
        while len(thanked) < ENOUGH and time.monotonic() < give_up:
            time.sleep(0.01)
        kill_all(server.process_id)
        for person in people:
            person.join(timeout=20)
        with server.transaction() as connection:
            kept = set(connection.execute(select(inbox.c.receipt)).scalars())
    assert len(thanked) >= ENOUGH
    assert len(set(thanked)) == len(thanked)
    assert set(thanked) <= kept
    assert len(kept) - len(thanked) <= len(people), "at most one answer a person was kept without being thanked for"
