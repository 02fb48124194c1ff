"""Browsers without script, style and pictures: w3m and lynx show every word of the form, and really send it."""

import os
import pty
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from select import POLLIN, poll

import pytest
from sqlalchemy import select

from survey_app.responses.guard import Flag
from survey_app.responses.models import inbox
from tests.support.databases import SQLiteDatabases
from tests.support.live_server import LiveServer, serving
from tests.support.surveys import ScannedCounter, a_scanned_counter

LEVELS = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng", "Bỏ qua")
UTF8 = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TERM": "xterm"}
Read = Callable[[], list[dict[str, object]]]


@pytest.fixture(scope="module")
def server(sqlite_databases: SQLiteDatabases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The real server."""
    with sqlite_databases.fresh() as url, serving(url, tmp_path_factory.mktemp("text")) as live:
        yield live


@pytest.fixture(scope="module")
def scanned(server: LiveServer) -> ScannedCounter:
    """A counter on it."""
    with server.transaction() as connection:
        return a_scanned_counter(connection, name="Quầy 2")


@pytest.fixture
def answers(server: LiveServer) -> Read:
    """Every answer in the inbox."""

    def read() -> list[dict[str, object]]:
        with server.transaction() as connection:
            return [dict(row) for row in connection.execute(select(inbox)).mappings()]

    return read


def w3m(address: str) -> str:
    """What w3m shows of a page."""
    command = ["w3m", "-dump", "-cols", "100", "-I", "UTF-8", "-O", "UTF-8", "-no-cookie", address]
    said = subprocess.run(command, capture_output=True, text=True, env=os.environ | UTF8, check=True, timeout=60)
    return said.stdout


def pressed_in_w3m(address: str, keys: list[str]) -> str:
    """Press keys in w3m, on a terminal of its own, each when nothing new appears, and return all that it showed."""
    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover - it becomes another program
        os.environ.update(UTF8 | {"LINES": "40", "COLUMNS": "100"})
        os.execvp("w3m", ["w3m", "-I", "UTF-8", "-O", "UTF-8", "-no-cookie", "-o", "confirm_qq=0", address])  # noqa: S606
    shown = b""
    try:
        for key in [*keys, "Q"]:
            shown += _until_still(terminal)
            os.write(terminal, key.encode())
        shown += _until_still(terminal)
    finally:
        os.close(terminal)
        os.waitpid(child, 0)
    return re.sub(r"\x1b(\[[0-9;?]*[a-zA-Z]|\([A-Z])", "", shown.decode("utf-8", errors="replace"))


def _until_still(terminal: int, seconds: float = 1.0) -> bytes:
    """What is written there until nothing comes for this long, or the program ends."""
    written, waiting = b"", poll()
    waiting.register(terminal, POLLIN)
    while waiting.poll(seconds * 1000):
        try:
            written += os.read(terminal, 65_536)
        except OSError:  # Linux says so when the program at the other end is gone.
            break
    return written


def lynx(address: str, folder: Path, keys: list[str]) -> str:
    """Press keys in lynx, which wants a terminal, and return all that it showed there."""
    pressed, shown = folder / "keys", folder / "shown"
    pressed.write_text("".join(f"key {key}\n" for key in [*keys, "Q", "y"]), encoding="utf-8")
    command = shlex.join(["lynx", f"-cmd_script={pressed}", "-assume_charset=utf-8", address])
    subprocess.run(
        ["script", "-q", "-c", command, str(shown)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=os.environ | UTF8,
        check=True,
        timeout=60,
    )
    return re.sub(r"\x1b(\[[0-9;?]*[a-zA-Z]|\([A-Z])", "", shown.read_text(encoding="utf-8", errors="replace"))


def test_w3m_reads_every_word_and_every_level(server: LiveServer, scanned: ScannedCounter) -> None:
    page = w3m(f"{server.url}{scanned.path}")
    words = " ".join(page.split())
    for said in (
        "Góp ý về lần phục vụ này",
        "Quầy 2. Khoảng 1 phút.",
        "Xin để trống ô này",
        "Gửi phiếu Gửi rồi không sửa được.",
    ):
        assert said in words
    for level in LEVELS[:5]:
        assert len(re.findall(rf"\( \) ?{level}$", page, re.MULTILINE)) == 6, level
    assert "(*)" not in page, "nothing is chosen for anybody"


def test_w3m_reads_the_messages(server: LiveServer, scanned: ScannedCounter) -> None:
    words = " ".join(w3m(f"{server.url}/s/7KQ2M9XD").split())
    assert "Không có quầy nào mang mã 7KQ2M9XD." in words
    assert "xin phiếu giấy, hoặc gọi 1022." in words


def test_lynx_sends_the_level_that_was_chosen_and_no_other(
    server: LiveServer, scanned: ScannedCounter, answers: Read, tmp_path: Path
) -> None:
    before = {row["id"] for row in answers()}
    to_the_fifth_level = ["Down Arrow"] * 6
    send = ["End", "Up Arrow", "^J"]
    shown = lynx(f"{server.url}{scanned.path}", tmp_path, [*to_the_fifth_level, "Right Arrow", *send])
    assert "Xin cảm ơn ông/bà!" in shown
    (row,) = [row for row in answers() if row["id"] not in before]
    assert row["r1"] == 5
    left_out = [row[name] for name in ("r2", "r3", "r4", "r5", "r6", "c1", "service_domain", "comment")]
    assert left_out == [None] * 8, "lynx chooses the first of every group by itself: it must mean nothing"


def test_lynx_is_told_when_nothing_was_rated(
    server: LiveServer, scanned: ScannedCounter, answers: Read, tmp_path: Path
) -> None:
    before = answers()
    shown = lynx(f"{server.url}{scanned.path}", tmp_path, ["End", "Up Arrow", "^J"])
    assert "chưa chấm câu nào" in shown
    assert answers() == before


def test_w3m_sends_the_level_that_was_chosen_and_no_other(
    server: LiveServer, scanned: ScannedCounter, answers: Read
) -> None:
    before = {row["id"] for row in answers()}
    to_the_fifth_level = ["\t"] * 6
    send = ["G", "\x1b[Z", "\r"]
    shown = pressed_in_w3m(f"{server.url}{scanned.path}", [*to_the_fifth_level, "\r", *send])
    assert "Xincảmơnông/bà!" in "".join(shown.split()), "w3m moves on a terminal over blanks, it writes none"
    (row,) = [row for row in answers() if row["id"] not in before]
    left_out = [row[name] for name in ("r2", "r3", "r4", "r5", "r6", "c1", "service_domain", "comment")]
    assert (row["r1"], left_out) == (5, [None] * 8)
    assert row["flags"] in (0, Flag.TOO_FAST), "not for a field that was left empty"
