"""A download is whole or not there: errors come before the first byte, a cut shows by the length."""

import hashlib
import http.client
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.test import create_environ
from werkzeug.wsgi import FileWrapper

from survey_app.audit import download
from survey_app.audit.download import as_download, make_file
from survey_app.ledger.closing import close_days
from tests.audit.conftest import AUDITOR
from tests.audit.over_http import signed_in
from tests.conftest import NOW
from tests.staff.people import an_account
from tests.support.live_server import LiveServer
from tests.support.surveys import a_scanned_counter


def pieces(number: int, *, fails: bool = False) -> Iterator[bytes]:
    """Pieces of ten bytes; then, perhaps, a source that fails."""
    for _ in range(number):
        yield b"0123456789"
    if fails:
        raise OSError("the disk is gone")


@pytest.mark.parametrize("kept_in_memory", [10, 1_000_000])
def test_the_length_is_known_before_the_first_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept_in_memory: int
) -> None:
    monkeypatch.setattr(download, "KEPT_IN_MEMORY", kept_in_memory)
    response = as_download(pieces(1000), tmp_path / "not_there_yet", "phieu.csv", "text/csv")
    assert response.content_length == 10_000
    assert response.headers["Content-Disposition"] == 'attachment; filename="phieu.csv"'
    with closing(response.get_app_iter(create_environ())) as body:  # type: ignore[type-var]  # it can be closed (PEP 3333)
        assert b"".join(body) == b"0123456789" * 1000


def test_a_source_that_fails_sends_nothing_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "KEPT_IN_MEMORY", 10)
    with pytest.raises(OSError, match="the disk is gone"):
        as_download(pieces(1000, fails=True), tmp_path, "phieu.csv", "text/csv")
    assert list(tmp_path.iterdir()) == []


def test_nobody_else_can_open_the_file_meanwhile_and_a_client_that_leaves_frees_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "KEPT_IN_MEMORY", 10)
    response = as_download(pieces(100_000), tmp_path, "phieu.csv", "text/csv")
    assert list(tmp_path.iterdir()) == [], "the file has no name"
    wrapped = response.response
    assert isinstance(wrapped, FileWrapper)
    body = response.get_app_iter(create_environ())
    assert next(iter(body))
    body.close()  # type: ignore[attr-defined]  # as a server does when the client is gone
    assert wrapped.file.closed


def test_the_hash_is_that_of_what_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "KEPT_IN_MEMORY", 10)
    made = make_file(lambda file: file.writelines(pieces(70_000)), tmp_path)
    assert made.sha256 == hashlib.sha256(b"0123456789" * 70_000).digest()
    with pytest.raises(RuntimeError), made.thrown_away_unless_sent():
        raise RuntimeError("the audit log could not be written")
    assert made.file.closed


def test_the_real_server_says_the_length(live_server: LiveServer) -> None:
    """Without it the server would end a broken answer as if it were whole."""
    with live_server.transaction() as connection:
        a_scanned_counter(connection)
    with live_server.app.app_context():
        list(close_days([NOW.date() - timedelta(days=1)], (), NOW))
    an_account(live_server.app, "auditor", email=AUDITOR)
    address = "/staff/exports/responses.csv?reason=Theo+y%C3%AAu+c%E1%BA%A7u"
    with closing(http.client.HTTPConnection("127.0.0.1", live_server.port, timeout=30)) as browser:
        browser.request("GET", address, headers=signed_in(live_server))
        answer = browser.getresponse()
        body = answer.read()
    assert answer.status == 200
    assert answer.getheader("Transfer-Encoding") is None
    assert answer.getheader("Content-Length") == str(len(body))
    assert body.startswith(b"\xef\xbb\xbfresponse_id,day,")
