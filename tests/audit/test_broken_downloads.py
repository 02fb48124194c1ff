"""A download that breaks off, for real: the client hangs up, the server is killed. Client and verifier see it."""

import http.client
import os
import secrets
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import text

from survey_app.ledger.closing import close_days
from tests.audit.conftest import AUDITOR
from tests.audit.over_http import signed_in
from tests.audit.sealed_book import DAYS, REASON, Held, a_real_counter
from tests.conftest import NOW
from tests.staff.people import an_account
from tests.support.live_server import LiveServer, serving

ANSWERS = 12_000
"""As JSON Lines more than any socket's buffer holds."""
ADDRESS = f"/staff/exports/responses.jsonl?{urlencode({'reason': REASON})}"


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[LiveServer]:
    """A server with a large sealed day and an auditor."""
    with serving(database_url, tmp_path) as live:
        with live.transaction() as connection:
            counter = a_real_counter(connection, live.app, "26068")
            counter.door.record_response(connection, counter.submission(NOW - timedelta(days=1)))
            row = connection.execute(text("SELECT * FROM inbox")).mappings().one()
            names = ", ".join(row.keys())
            values = ", ".join(f":{name}" for name in row)
            copies = [{**row, "id": secrets.token_bytes(16), "receipt": f"X{n:015d}"} for n in range(ANSWERS - 1)]
            connection.execute(text(f"INSERT INTO inbox ({names}) VALUES ({values})"), copies)
        with live.app.app_context():
            list(close_days([DAYS[-1]], (), NOW))
        an_account(live.app, "auditor", email=AUDITOR)
        yield live


def slow_reader(server: LiveServer) -> http.client.HTTPConnection:
    """A connection with a small buffer, so that the server cannot be ahead of its client by a whole file."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.sock = socket.socket()
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * 1024)
    connection.sock.settimeout(60)
    connection.sock.connect(("127.0.0.1", server.port))
    return connection


def keep_manifest(server: LiveServer, headers: dict[str, str], held: Held) -> Path:
    """Keep head, key and manifest; returns where the export itself is to be saved."""
    with server.transaction() as connection:
        held.keep_head(connection)
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as browser:
        browser.request("GET", ADDRESS.replace(".jsonl", ".jsonl.manifest.json"), headers=headers)
        answer = browser.getresponse()
        content = answer.read()
    assert answer.status == 200, content
    (held.folder / "phieu.jsonl.manifest.json").write_bytes(content)
    return held.folder / "phieu.jsonl"


def workers_of(process_id: int) -> list[int]:
    children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text(encoding="ascii").split()
    return list(map(int, children))


def open_unnamed_files(process_ids: list[int], folder: Path) -> int:
    """How many files of the folder these processes hold open that have no name any more."""
    links = [link for one in process_ids for link in Path(f"/proc/{one}/fd").iterdir()]
    targets = [str(link.readlink()) for link in links if link.is_symlink()]
    return sum(target.startswith(f"{folder}/") and target.endswith("(deleted)") for target in targets)


def test_a_server_that_dies_leaves_a_file_that_everybody_sees_is_cut(server: LiveServer, tmp_path: Path) -> None:
    headers = signed_in(server)
    held = Held(tmp_path)
    path = keep_manifest(server, headers, held)
    with closing(slow_reader(server)) as browser:
        browser.request("GET", ADDRESS, headers=headers)
        answer = browser.getresponse()
        length = int(answer.getheader("Content-Length") or 0)
        assert length > 6 * 1024 * 1024
        with path.open("wb") as file:
            file.write(answer.read(1024 * 1024))
            for process_id in (server.process_id, *workers_of(server.process_id)):
                os.kill(process_id, signal.SIGKILL)
            with pytest.raises((http.client.IncompleteRead, ConnectionError)):
                file.write(answer.read())
    assert 1024 * 1024 <= path.stat().st_size < length
    code, said = held.verify(path)
    assert code == 1
    assert said.startswith("file cut off"), said


def test_a_client_that_hangs_up_costs_the_server_nothing(server: LiveServer, tmp_path: Path) -> None:
    headers = signed_in(server)
    held = Held(tmp_path)
    path = keep_manifest(server, headers, held)
    workers = workers_of(server.process_id)
    with closing(slow_reader(server)) as browser:
        browser.request("GET", ADDRESS, headers=headers)
        answer = browser.getresponse()
        path.write_bytes(answer.read(500_000))
        assert open_unnamed_files(workers, server.settings.instance_dir) == 1
    give_up = time.monotonic() + 30
    while open_unnamed_files(workers, server.settings.instance_dir) and time.monotonic() < give_up:
        time.sleep(0.1)
    assert open_unnamed_files(workers, server.settings.instance_dir) == 0, "the disk space is given back"
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as browser:
        browser.request("GET", ADDRESS, headers=headers)
        whole = browser.getresponse().read()
    assert whole.count(b"\n") == ANSWERS
    assert held.verify(path)[1].startswith("file cut off")
    path.write_bytes(whole)
    assert held.verify(path)[1].startswith(f"complete: {ANSWERS} rows")
