"""Floods and slow bodies are bounded, and nobody behind the same address is locked out: on the real server too."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import Settings
from survey_app.languages import catalogue
from survey_app.metrics import metrics_of
from survey_app.request_bounds import (
    ADDRESS_SHARE,
    BURST_SECONDS,
    BoundedApplication,
    Flood,
    SlowBodies,
)
from survey_app.zones import Zone
from tests.support.applications import application, settings_for
from tests.support.databases import SQLiteDatabases, sqlite_only
from tests.support.live_server import LiveServer, serving
from tests.support.surveys import GOOD_ANSWERS, TOKEN, ScannedCounter, a_scanned_counter

RATE = 30
OFFICE = "203.113.131.5"


class Stopwatch:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def let_in(flood: Flood, requests: int, address: str, agent: str, zone: Zone = Zone.CITIZEN) -> int:
    return sum(flood.lets_in(zone, address, agent) for _ in range(requests))


def test_nobody_is_refused_while_there_is_room() -> None:
    watch = Stopwatch()
    flood = Flood(RATE, watch)
    for _ in range(120):
        assert let_in(flood, RATE, OFFICE, "one phone") == RATE
        watch.seconds += 1


def test_a_flood_is_shed_to_what_the_process_can_do() -> None:
    watch = Stopwatch()
    flood = Flood(RATE, watch)
    taken = 0
    for _ in range(60):
        taken += let_in(flood, 50 * RATE, OFFICE, "flooder")
        watch.seconds += 1
    assert taken < 1.5 * RATE * (60 + BURST_SECONDS)


def test_a_neighbour_behind_the_same_address_still_gets_in() -> None:
    watch = Stopwatch()
    flood = Flood(RATE, watch)
    for number in range(60):
        let_in(flood, RATE * int(BURST_SECONDS), OFFICE, "flooder")
        watch.seconds += 0.1
        assert let_in(flood, 1, OFFICE, f"a person's phone {number}") == 1
        watch.seconds += 2 / (RATE * ADDRESS_SHARE)


def test_a_flood_of_many_agents_uses_up_its_own_address_and_no_other() -> None:
    flood = Flood(RATE, Stopwatch())
    taken = sum(let_in(flood, 1, OFFICE, f"agent {number}") for number in range(50 * RATE))
    assert taken <= RATE * BURST_SECONDS + RATE * ADDRESS_SHARE * BURST_SECONDS
    assert let_in(flood, 1, OFFICE, "a person in the office") == 0
    assert let_in(flood, 5, "14.161.2.1", "a person elsewhere") == 5


def test_a_flood_of_one_zone_closes_no_other() -> None:
    flood = Flood(RATE, Stopwatch())
    let_in(flood, 100 * RATE, OFFICE, "flooder", Zone.PUBLIC)
    assert let_in(flood, 1, OFFICE, "flooder", Zone.PUBLIC) == 0
    assert let_in(flood, RATE, OFFICE, "flooder", Zone.CITIZEN) == RATE


def test_a_flood_ends_by_itself() -> None:
    watch = Stopwatch()
    flood = Flood(RATE, watch)
    let_in(flood, 100 * RATE, OFFICE, "flooder")
    watch.seconds += BURST_SECONDS
    assert let_in(flood, RATE, OFFICE, "flooder") == RATE


def test_visitors_are_kept_as_hashes_under_a_key_that_changes() -> None:
    watch = Stopwatch()
    flood = Flood(RATE, watch)
    let_in(flood, 1, OFFICE, "a phone")
    before = set(flood._visitors)
    assert all(len(one) == 16 for one in before)
    watch.seconds += 3601
    let_in(flood, 1, OFFICE, "a phone")
    assert before.isdisjoint(flood._visitors)
    assert OFFICE not in repr(vars(flood))


def test_places_to_wait_are_shared_by_address_and_agent() -> None:
    bodies = SlowBodies(32)
    with ExitStack() as held:
        assert all(held.enter_context(bodies.place(OFFICE, "slow")) for _ in range(8))
        assert not held.enter_context(bodies.place(OFFICE, "slow")), "one agent has a quarter of the threads"
        assert all(held.enter_context(bodies.place(OFFICE, f"phone {number}")) for number in range(8))
        assert not held.enter_context(bodies.place(OFFICE, "one more phone")), "one address has half of them"
        assert all(held.enter_context(bodies.place(f"10.0.0.{number}", "")) for number in range(8))
        assert not held.enter_context(bodies.place("10.0.1.1", "")), "a quarter of the threads is for pages"
    with bodies.place(OFFICE, "slow") as free:
        assert free
    assert not bodies._reading


class Drip(BytesIO):
    """A body that comes a byte at a time."""

    def read(self, size: int | None = -1) -> bytes:
        """One byte, late."""
        time.sleep(0.02)
        return super().read(1)


def answered(body: BytesIO, length: str | None, largest: int = 100, body_seconds: float = 15.0) -> tuple[str, bytes]:
    """What an application that echoes its body answers from behind the bounds."""
    said: list[str] = []

    def echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [environ["wsgi.input"].read(), environ.get("CONTENT_LENGTH", "").encode()]

    bounded = BoundedApplication(
        echo,
        flood=None,
        bodies=SlowBodies(32),
        largest=lambda zone: largest,
        refuse=lambda environ, status: (str(status), [], b""),
        body_seconds=body_seconds,
    )
    environ: dict[str, Any] = {"REQUEST_METHOD": "POST", "PATH_INFO": "/s/x", "wsgi.input": body}
    if length is not None:
        environ["CONTENT_LENGTH"] = length
    parts = bounded(environ, lambda status, headers: said.append(status))  # type: ignore[arg-type]
    return said[0], b"|".join(parts)


@pytest.mark.parametrize(
    ("length", "echoed"),
    [
        ("5", b"hello|5"),
        (None, b"hello world|11"),
        ("0", b"|0"),
        ("99", b"hello world|11"),
        ("five", b"hello world|five"),
    ],
)
def test_a_body_is_read_whole_before_any_work(length: str | None, echoed: bytes) -> None:
    assert answered(BytesIO(b"hello world"), length) == ("200 OK", echoed)


def test_a_body_that_is_too_large_is_left_to_be_refused_unread() -> None:
    body = BytesIO(b"x" * 1000)
    status, _ = answered(body, "1000", largest=100)
    assert status == "200 OK"
    assert answered(BytesIO(b"x" * 1000), None, largest=100)[1].endswith(b"|101"), "one byte more than is allowed"


def test_a_body_that_drips_is_given_up() -> None:
    assert answered(Drip(b"x" * 100), "100", body_seconds=0.1)[0] == "408"


@pytest.fixture
def flooded(sqlite_url: str, settings: Settings) -> Iterator[Flask]:
    """An application that takes one request a second before it sheds."""
    chosen = settings_for(sqlite_url, settings.instance_dir, flood_requests_per_second=1)
    with application(chosen) as app:
        yield app


@sqlite_only
@pytest.mark.parametrize(("path", "language"), [("/s/AAAA?lang=en", "en"), ("/s/AAAA", "vi"), ("/", "vi")])
def test_a_refusal_says_what_to_do_and_when(flooded: Flask, path: str, language: str) -> None:
    client = flooded.test_client()
    responses = [client.get(path) for _ in range(20)]
    refused = [one for one in responses if one.status_code == 429]
    assert refused
    for response in refused:
        assert response.headers["Retry-After"] == "60"
        assert response.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert catalogue(language).text("error.429.text") in response.get_data(as_text=True)
    counted = metrics_of(flooded).counters.sums()
    zone = "citizen" if path.startswith("/s/") else "public"
    assert counted[f'than_thien_refused_total{{status="429",zone="{zone}"}}'] == len(refused)


@sqlite_only
def test_the_address_behind_our_own_proxy_is_the_visitor_s(sqlite_url: str, settings: Settings) -> None:
    chosen = settings_for(sqlite_url, settings.instance_dir, flood_requests_per_second=1, proxies_in_front=1)
    with application(chosen) as app:
        client: FlaskClient = app.test_client()
        for number in range(40):
            client.get("/healthz", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"})
            others = client.get("/healthz", headers={"X-Forwarded-For": f"203.0.113.9, 10.0.0.{number}"})
            assert others.status_code == 200
        assert client.get("/healthz", headers={"X-Forwarded-For": "1.2.3.4, 203.0.113.9"}).status_code == 429


@pytest.fixture(scope="module")
def survey(
    sqlite_databases: SQLiteDatabases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[LiveServer, ScannedCounter]]:
    """The real server with a counter that can be scanned."""
    with sqlite_databases.fresh() as url, serving(url, tmp_path_factory.mktemp("bounded")) as server:
        with server.transaction() as connection:
            counter = a_scanned_counter(connection)
        yield server, counter


@contextmanager
def slow_bodies(server: LiveServer, counter: ScannedCounter, number: int, source: str) -> Iterator[list[socket.socket]]:
    """So many senders whose body never ends."""
    head = f"POST {counter.path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Length: 900\r\n\r\ntoken="
    opened = []
    try:
        for _ in range(number):
            one = socket.create_connection(("127.0.0.1", server.port), timeout=10, source_address=(source, 0))
            one.sendall(head.encode())
            opened.append(one)
        yield opened
    finally:
        for one in opened:
            one.close()


def answer_as_a_person(server: LiveServer, counter: ScannedCounter, source: str) -> int:
    """Open the survey and send it, from an address of one's own; returns the status."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=15, source_address=(source, 0))
    try:
        connection.request("GET", counter.path, headers={"User-Agent": "a person's phone"})
        page = connection.getresponse().read().decode()
        token = TOKEN.search(page)
        assert token is not None
        body = urlencode(GOOD_ANSWERS | {"token": token[1]})
        form = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "a person's phone"}
        connection.request("POST", counter.path, body, form)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize("source", ["127.0.0.1", "127.0.0.77"], ids=["same address", "another address"])
def test_people_answer_while_forty_senders_never_end(survey: tuple[LiveServer, ScannedCounter], source: str) -> None:
    server, counter = survey
    with slow_bodies(server, counter, 40, "127.0.0.1") as senders:
        refused = [one for one in senders if _refused(one)]
        assert len(refused) >= 20, "at most eight wait in each of the two processes"
        assert answer_as_a_person(server, counter, source) == 303
    assert answer_as_a_person(server, counter, source) == 303


def _refused(sender: socket.socket) -> bool:
    sender.settimeout(0.5)
    try:
        return sender.recv(200).startswith(b"HTTP/1.1 503")
    except TimeoutError:
        return False


def test_headers_that_never_end_are_hung_up_on(survey: tuple[LiveServer, ScannedCounter]) -> None:
    server, _ = survey
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as one:
        one.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        assert one.recv(1) == b""
