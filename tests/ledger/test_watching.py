"""An outside body holds the book open: the one-file verifier against the real server, and against one that cheats."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

import pytest

from survey_app.ledger.verifier.one_file import one_file
from survey_app.ledger.verifier.watching import watch
from survey_app.ledger.verifier.words import Unreachable, Wrong
from tests.ledger.real_book import TODAY, YESTERDAY, close
from tests.ledger.synthetic_book import KEY, ORIGIN, OTHER_KEY, Book, make_book
from tests.support.counters import a_counter
from tests.support.live_server import LiveServer, free_port

KEYS = KEY.verifier.text


@dataclass
class Served:
    """What a book answers: the text of its newest head and of its proofs, each with a status."""

    checkpoint: tuple[int, str] = (404, "")
    proof: tuple[int, str] = (404, "")


@pytest.fixture
def served() -> Served:
    """What the cheating book answers."""
    return Served()


@pytest.fixture
def address(served: Served) -> Iterator[str]:
    """A book that answers whatever it likes."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, text = served.proof if "/proof/" in self.path else served.checkpoint
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *_: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def state(book: Book, tmp_path: Path) -> Path:
    """A head of five days, kept from last time."""
    path = tmp_path / "head.txt"
    path.write_text(book.note(5), encoding="utf-8")
    return path


def test_the_one_file_program_watches_the_real_book(live_server: LiveServer, tmp_path: Path) -> None:
    with live_server.transaction() as connection:
        counter = a_counter(connection, live_server.app)
    close(live_server.app, YESTERDAY - timedelta(days=1), YESTERDAY)
    program, key, head = tmp_path / "verifier.pyz", tmp_path / "key.txt", tmp_path / "head.txt"
    for path, name in ((program, "verifier.pyz"), (key, "key")):
        with urlopen(f"{live_server.url}/ledger/{name}") as answer:  # noqa: S310  # our own server
            path.write_bytes(answer.read())
    assert program.read_bytes() == one_file()

    def run(*arguments: str, url: str = live_server.url) -> tuple[int, str]:
        options = ("--watch", url, "--state", str(head), "--key", str(key))
        command = [sys.executable, str(program), *options, *arguments]
        ran = subprocess.run(command, check=False, cwd=tmp_path, env={}, capture_output=True, text=True)
        return ran.returncode, ran.stdout + ran.stderr

    code, words = run()
    assert (code, words.startswith("kept: the first head of 127.0.0.1/ledger, 2 days")) == (0, True)
    assert run()[1].startswith("unchanged: 127.0.0.1/ledger still has 2 days")
    close(live_server.app, TODAY)
    code, words = run("--language", "vi", url=f"{live_server.url}/ledger/")
    assert (code, words) == (0, "nối tiếp: sổ 127.0.0.1/ledger từ 2 đến 3 ngày, phần trước không bị sửa\n")
    assert head.read_text(encoding="utf-8").splitlines()[1] == "3"
    kept = head.read_text(encoding="utf-8")
    code, words = run(url=f"http://127.0.0.1:{free_port()}")
    assert (code, "gave no answer to judge by" in words, head.read_text(encoding="utf-8")) == (2, True, kept)
    assert counter.unit_code == "26041"


def test_the_first_head_must_be_signed_by_the_key_one_has(
    book: Book, served: Served, address: str, tmp_path: Path
) -> None:
    state = tmp_path / "new.txt"
    served.checkpoint = (200, book.note(16, OTHER_KEY))
    with pytest.raises(Wrong) as found:
        watch(address, state, KEYS)
    assert found.value.what == "wrong_key"
    assert not state.exists()
    served.checkpoint = (200, book.note(16))
    assert watch(address, state, KEYS) == ("kept_first", {"origin": ORIGIN, "size": 16, "file": state})


def test_a_book_that_goes_on_is_followed(book: Book, served: Served, address: str, state: Path) -> None:
    served.proof = (200, book.consistency(5, 16))
    assert watch(address, state, KEYS) == ("extends", {"origin": ORIGIN, "first": 5, "second": 16})
    assert state.read_text(encoding="utf-8") == book.note(16)
    served.proof = (200, book.consistency(16, 16))
    assert watch(address, state, KEYS) == ("unchanged", {"origin": ORIGIN, "size": 16})
    assert [path.name for path in state.parent.iterdir()] == ["head.txt"]


@contextmanager
def alarm(what: str, state: Path, evidence: str) -> Iterator[None]:
    """The watch raises the alarm, keeps the old head, and what was served as evidence."""
    before = state.read_text(encoding="utf-8")
    with pytest.raises(Wrong) as found:
        yield
    assert found.value.what == "refused"
    assert isinstance(found.value.details["why"], Wrong)
    assert found.value.details["why"].what == what
    assert state.read_text(encoding="utf-8") == before
    assert state.with_name("head.txt.refused").read_text(encoding="utf-8") == evidence


def test_a_book_that_was_rewritten_raises_the_alarm(served: Served, address: str, state: Path) -> None:
    rewritten = make_book(seed=7).consistency(5, 16)
    served.proof = (200, rewritten)
    with alarm("split_log", state, rewritten):
        watch(address, state, KEYS)


def test_a_book_that_shrank_raises_the_alarm(book: Book, served: Served, address: str, state: Path) -> None:
    served.proof = (200, book.consistency(4, 4))
    with alarm("shrunk", state, book.consistency(4, 4)):
        watch(address, state, KEYS)


def test_a_book_that_has_no_proof_raises_the_alarm(served: Served, address: str, state: Path) -> None:
    served.proof = (404, "Sổ có 4 ngày")
    with alarm("no_proof", state, ""):
        watch(address, state, KEYS)


def test_an_answer_that_is_no_proof_raises_the_alarm(served: Served, address: str, state: Path) -> None:
    served.proof = (200, "<html>")
    with alarm("proof", state, "<html>"):
        watch(address, state, KEYS)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_book_that_is_busy_or_broken_is_asked_again_later(
    served: Served, address: str, state: Path, status: int
) -> None:
    served.proof = (status, "")
    with pytest.raises(Unreachable):
        watch(address, state, KEYS)
    assert [path.name for path in state.parent.iterdir()] == ["head.txt"]


@pytest.mark.parametrize("wrong", ["file:///etc/passwd", "gopy.example", "ftp://gopy.example/", "http://"])
def test_only_addresses_of_the_web_are_asked(state: Path, wrong: str) -> None:
    with pytest.raises(Unreachable, match="https"):
        watch(wrong, state, KEYS)


def test_a_state_that_was_spoilt_is_told(address: str, state: Path) -> None:
    state.write_text("no head", encoding="utf-8")
    with pytest.raises(Wrong) as found:
        watch(address, state, KEYS)
    assert found.value.what == "note"
