"""What an honest person waits for while others flood, drip and stuff: against the same person in a quiet hour."""

import socket
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from tests.benchmarks.load import CONNECTIONS, BenchmarkError, measure
from tests.support.databases import SQLiteDatabases
from tests.support.live_server import LiveServer, serving
from tests.support.surveys import GOOD_ANSWERS, TOKEN, ScannedCounter, a_scanned_counter

PEOPLE = 200
SECONDS_BETWEEN = 0.03
PERSON, FLOODER = "127.0.0.50", "127.0.0.1"
SLOW_SENDERS = 60
GIANT = b"comment=" + b"x" * 1_000_000


@dataclass(frozen=True)
class Visits:
    """How long a person's page and sending took together, in milliseconds, and how many persons were refused."""

    median: float
    p99: float
    refused: int


@dataclass(frozen=True)
class Abused:
    """The same persons in a quiet hour, and while the server is abused."""

    quiet: Visits
    flooded: Visits
    same_office: Visits
    slow: Visits
    giant: Visits


def measure_abuse(folder: Path) -> Abused:
    """Measure one kind of abuse after the other, on a server with its bounds as they are by default."""
    with SQLiteDatabases(folder).fresh() as url, serving(url, folder, page_cache_seconds=10) as server:
        with server.transaction() as connection:
            counter = a_scanned_counter(connection)
        quiet = _visits(server, counter)
        with _flood(server, counter):
            flooded = _visits(server, counter)
            same_office = _visits(server, counter, FLOODER)
        with _slow_senders(server, counter):
            slow = _visits(server, counter)
        with _giant_forms(server, counter):
            giant = _visits(server, counter)
    return Abused(quiet, flooded, same_office, slow, giant)


def abuse_table(abused: Abused) -> str:
    """Medians and 99th percentiles as ratios to the quiet hour; and who was refused."""
    rows = (
        ("a quiet hour", abused.quiet),
        (f"a flood of page requests, {CONNECTIONS} connections without pause", abused.flooded),
        ("the same, the person behind the flooder's address", abused.same_office),
        (f"{SLOW_SENDERS} senders whose forms never end", abused.slow),
        ("forms of a megabyte, four senders without pause", abused.giant),
    )
    lines = [
        f"## Abuse: {PEOPLE} people open and send a form meanwhile",
        "",
        "| meanwhile | median | p99 | people refused |",
        "|---|---|---|---|",
    ]
    for name, visits in rows:
        median, p99 = visits.median / abused.quiet.median, visits.p99 / abused.quiet.p99
        lines.append(f"| {name} | {median:.1f} | {p99:.1f} | {visits.refused} |")
    return "\n".join(lines)


def _visits(server: LiveServer, counter: ScannedCounter, source: str = PERSON) -> Visits:
    took: list[float] = []
    refused = 0
    for number in range(PEOPLE):
        began = time.perf_counter()
        if _visit(server, counter, source, f"phone {number} of {source}"):
            took.append((time.perf_counter() - began) * 1000)
        else:
            refused += 1
        time.sleep(SECONDS_BETWEEN)
    if not took:
        raise BenchmarkError("every single person was refused")
    return Visits(statistics.median(took), statistics.quantiles(took, n=100)[98], refused)


def _visit(server: LiveServer, counter: ScannedCounter, source: str, phone: str) -> bool:
    """Open the form and send it; whether both were done."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=20, source_address=(source, 0))
    try:
        connection.request("GET", counter.path, headers={"User-Agent": phone})
        token = TOKEN.search(connection.getresponse().read().decode())
        if token is None:
            return False
        body = urlencode(GOOD_ANSWERS | {"token": token[1]})
        form = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": phone}
        connection.request("POST", counter.path, body, form)
        return connection.getresponse().status == 303
    except OSError:
        return False
    finally:
        connection.close()


@contextmanager
def _flood(server: LiveServer, counter: ScannedCounter) -> Iterator[None]:
    """Requests without pause for as long as two rounds of persons may take; most of them are refused."""
    with ThreadPoolExecutor(1) as pool:
        flooding = pool.submit(measure, f"{server.url}{counter.path}", seconds=60)
        time.sleep(1)
        yield
        if flooding.done():
            raise BenchmarkError("the flood ended before the persons were done")


@contextmanager
def _slow_senders(server: LiveServer, counter: ScannedCounter) -> Iterator[None]:
    head = f"POST {counter.path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\ntoken=".encode()
    with ExitStack() as opened:
        for _ in range(SLOW_SENDERS):
            one = opened.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            one.sendall(head)
        yield


@contextmanager
def _giant_forms(server: LiveServer, counter: ScannedCounter) -> Iterator[None]:
    stop = time.monotonic() + 120

    def send() -> None:
        while time.monotonic() < stop:
            connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
            try:
                connection.request("POST", counter.path, GIANT, {"Content-Type": "application/x-www-form-urlencoded"})
                connection.getresponse().read()
            except OSError:
                pass  # Refused while it was still being sent.
            finally:
                connection.close()

    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(send)
        try:
            yield
        finally:
            stop = 0.0
