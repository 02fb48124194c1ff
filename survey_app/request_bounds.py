"""Bounds on what a stream of requests may do to a process: floods, slow bodies, and all of it at once.

Nobody is refused while there is room. When more comes than a process can do, its heaviest visitors are refused first:
an office behind one address is not locked out by one machine in it, since visitors are told apart by agent too. Who a
visitor is goes only into a keyed hash in this process's memory, under a key that changes with the hour. A bound that
fails lets the request in.
"""

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from typing import TYPE_CHECKING, Any

from survey_app.zones import Zone, zone_of_path

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

VISITOR_SHARE = 1 / 30
"""Under pressure one agent at one address gets this share of the process's rate …"""
ADDRESS_SHARE = 1 / 3
"""… and one address this. Offices, dormitories and mobile networks put many people behind one."""
BURST_SECONDS = 6.0
"""Everybody may bring this many seconds' worth at once."""
KEY_SECONDS = 3600.0
MOST_VISITORS = 50_000
BODY_SECONDS = 15.0
"""A body that still drips after that is given up."""
AT_WORK = 4
"""Requests that a process works on at the same time; others wait their turn. Few: Python runs one at a time."""
READING_SHARE = 0.75
"""At most this share of a server's threads waits for bodies, so that pages are served whatever senders do …"""
ADDRESS_READING_SHARE = 0.5
"""… a single address holds at most this share of the threads in that way …"""
VISITOR_READING_SHARE = 0.25
"""… and one agent at it this one."""
_CHUNK = 65_536
_METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(slots=True)
class TokenBucket:
    """Holds up to `most` tokens and gains `rate` a second. Source: Turner, IEEE Communications 24(10) (1986) 8–15."""

    rate: float
    most: float
    held: float
    at: float

    def take(self, now: float) -> bool:
        """Take a token if there is one."""
        self.held = min(self.most, self.held + max(0.0, now - self.at) * self.rate)
        self.at = now
        if self.held < 1:
            return False
        self.held -= 1
        return True


Clock = Callable[[], float]
Refusal = Callable[["WSGIEnvironment", int], tuple[str, list[tuple[str, str]], bytes]]
"""Makes status line, headers and body of a refusal for a request."""


class Flood:
    """Whether one more request may come in, zone by zone: a flood of one zone does not close another."""

    def __init__(self, rate: int, now: Clock = time.monotonic) -> None:
        self._rate = float(rate)
        self._now = now
        self._lock = threading.Lock()
        self._zones: dict[Zone, TokenBucket] = {}
        self._visitors: dict[bytes, TokenBucket] = {}
        self._key = b""
        self._key_until = 0.0

    def lets_in(self, zone: Zone, address: str, agent: str) -> bool:
        """Whether there is room, or else whether this visitor has brought little so far. Always counts."""
        now = self._now()
        with self._lock:
            if now >= self._key_until or len(self._visitors) > MOST_VISITORS:
                self._key, self._key_until = secrets.token_bytes(32), now + KEY_SECONDS
                self._visitors = {}
            room = self._bucket(self._zones, zone, 1.0, now).take(now)
            of_visitor = self._bucket(self._visitors, self._hash(zone, address, agent), VISITOR_SHARE, now).take(now)
            if not of_visitor:
                return room  # One agent that brings too much does not use up what its whole address has.
            of_address = self._bucket(self._visitors, self._hash(zone, address), ADDRESS_SHARE, now).take(now)
        return room or of_address

    def _bucket(self, buckets: dict[Any, TokenBucket], whose: Any, share: float, now: float) -> TokenBucket:
        bucket = buckets.get(whose)
        if bucket is None:
            most = max(1.0, self._rate * share * BURST_SECONDS)
            bucket = buckets[whose] = TokenBucket(self._rate * share, most, most, now)
        return bucket

    def _hash(self, zone: Zone, *who: str) -> bytes:
        return blake2b("\n".join((zone.value, *who)).encode(), key=self._key, digest_size=16).digest()


class SlowBodies:
    """How many threads may wait for bodies: over all, for one address, and for one agent at it."""

    def __init__(self, threads: int) -> None:
        self._most = max(1, int(threads * READING_SHARE))
        self._most_of = (max(1, int(threads * ADDRESS_READING_SHARE)), max(1, int(threads * VISITOR_READING_SHARE)))
        self._all = 0
        self._reading: Counter[tuple[str, ...]] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def place(self, address: str, agent: str) -> Iterator[bool]:
        """A place to read in; yields False when there is none."""
        whose = ((address,), (address, agent))
        with self._lock:
            room = all(self._reading[one] < most for one, most in zip(whose, self._most_of, strict=True))
            free = room and self._all < self._most
            if free:
                self._all += 1
                self._reading.update(whose)
        try:
            yield free
        finally:
            if free:
                with self._lock:
                    self._all -= 1
                    self._reading.subtract(whose)
                    self._reading += Counter()  # Forgets who reads nothing any more.


class BoundedApplication:
    """The application behind the bounds: WSGI in, WSGI out.

    429 for floods, 503 when too many bodies are being waited for, 408 for a body that does not end; each with words and
    Retry-After. `largest` says how many bytes a zone's body may have: more is left unread for the application to
    refuse.
    """

    def __init__(
        self,
        application: "WSGIApplication",
        *,
        flood: Flood | None,
        bodies: SlowBodies,
        largest: Callable[[Zone], int],
        refuse: Refusal,
        body_seconds: float = BODY_SECONDS,
    ) -> None:
        self._application = application
        self._flood = flood
        self._bodies = bodies
        self._largest = largest
        self._refuse = refuse
        self._body_seconds = body_seconds
        self._work = threading.BoundedSemaphore(AT_WORK)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        zone, address = zone_of_path(environ.get("PATH_INFO", "")), environ.get("REMOTE_ADDR", "")
        agent = environ.get("HTTP_USER_AGENT", "")
        if self._flood is not None and not self._flood.lets_in(zone, address, agent):
            return self._refused(environ, start_response, 429)
        if environ.get("REQUEST_METHOD") in _METHODS_WITH_BODY:
            with self._bodies.place(address, agent) as free:
                status = self._read_body(environ, self._largest(zone)) if free else 503
            if status is not None:
                return self._refused(environ, start_response, status)
        with self._work:
            return self._application(environ, start_response)

    def _read_body(self, environ: "WSGIEnvironment", largest: int) -> int | None:
        """Read the body before any work is done for it. Returns the status of a refusal, or None."""
        said = environ.get("CONTENT_LENGTH") or ""
        if said and not (said.isdecimal() and int(said) <= largest):
            return None
        stream, parts, size, give_up = environ["wsgi.input"], [], 0, time.monotonic() + self._body_seconds
        wanted = int(said) if said else largest + 1
        while size < wanted:
            part = stream.read(min(_CHUNK, wanted - size))
            if not part:
                break
            if time.monotonic() > give_up:
                return 408
            parts.append(part)
            size += len(part)
        environ["wsgi.input"] = BytesIO(b"".join(parts))
        environ["CONTENT_LENGTH"] = str(size)
        return None

    def _refused(self, environ: "WSGIEnvironment", start_response: "StartResponse", status: int) -> Iterable[bytes]:
        line, headers, body = self._refuse(environ, status)
        start_response(line, headers)
        return [body]
