"""Slows down guessing of a password, without giving anybody the means to lock another person out. Pure.

Failures are counted for an account *and* the source they come from: the network, or a browser in which the account has
signed in before (`known_devices`). Whoever guesses makes only their own network wait, never the account elsewhere,
never a colleague's account in the same office, and never the browser that the owner uses. The wait is short at its
longest, since in one office a prankster and the victim on a new computer may share an address. Nothing is kept but a
keyed hash, for a quarter of an hour. `shared_attempts` counts for all processes of a host. Guessing from many addresses
is what long passwords and argon2 are for.
"""

import hashlib
import math
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

FREE_FAILURES = 5
"""So many slips cost nothing."""
LONGEST_WAIT = 60
"""Seconds."""
FORGOTTEN_AFTER = 15 * 60
"""Seconds after the last failure."""
MOST_ENTRIES = 10_000
ATTEMPTS_KEY = "than_thien_failed_attempts"


@dataclass(frozen=True, slots=True)
class Failures:
    """How often, and when last."""

    count: int
    last_at: float

    def seconds_to_wait(self, now: float, free: int = FREE_FAILURES) -> int:
        """How long until the next attempt, `free` of them having cost nothing."""
        if self.count < free:
            return 0
        wait: int = min(2 ** (self.count - free), LONGEST_WAIT)
        return max(0, math.ceil(self.last_at + wait - now))


@dataclass
class FailedAttempts:
    """Failures of late, in this process. Times are seconds of one clock."""

    _entries: OrderedDict[bytes, Failures] = field(default_factory=OrderedDict)
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    _lock: Lock = field(default_factory=Lock)

    def seconds_to_wait(self, account: str, source: str, now: float, free: int = FREE_FAILURES) -> int:
        """How long this source must wait before it may try this account again; 0: it may try now. `free`: so many
        failures cost nothing.
        """
        with self._lock:
            failures = self._recent(self._name(account, source), now)
        return failures.seconds_to_wait(now, free) if failures else 0

    def failed(self, account: str, source: str, now: float) -> None:
        """Note a failure."""
        name = self._name(account, source)
        with self._lock:
            before = self._recent(name, now)
            self._entries[name] = Failures(before.count + 1 if before else 1, now)
            self._entries.move_to_end(name)
            while len(self._entries) > MOST_ENTRIES:
                self._entries.popitem(last=False)

    def succeeded(self, account: str, source: str) -> None:
        """Forget this source's failures with the account."""
        with self._lock:
            self._entries.pop(self._name(account, source), None)

    def _recent(self, name: bytes, now: float) -> Failures | None:
        failures = self._entries.get(name)
        if failures is not None and now - failures.last_at > FORGOTTEN_AFTER:
            del self._entries[name]
            return None
        return failures

    def _name(self, account: str, source: str) -> bytes:
        pair = f"{len(account)}:{account}{source}".encode(errors="surrogatepass")
        return hashlib.blake2b(pair, key=self._key, digest_size=16).digest()
