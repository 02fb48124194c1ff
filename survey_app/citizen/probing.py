"""Slows down guessing of check codes, without knowing who guesses: a bucket that unknown codes empty. Pure.

A guess is right once in a million (`responses.receipts`), and would raise a false alarm. Genuine codes are never
counted, so nobody who holds one is ever kept waiting, however much others guess.
"""

import math
from dataclasses import dataclass, field
from threading import Lock

BURST = 30
"""So many mistyped codes are answered at once, in one process."""
SECONDS_EACH = 10
"""Then one in so many seconds."""


@dataclass
class ProbingLimit:
    """One process's bucket. Times are seconds of one clock."""

    _spent: float = 0.0
    _at: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def seconds_to_wait(self, now: float) -> int:
        """Count an unknown code; 0: it may be answered, else how long until the next one may."""
        with self._lock:
            self._spent = max(0.0, self._spent - max(0.0, now - self._at) / SECONDS_EACH)
            self._at = now
            if self._spent + 1 > BURST:
                return max(1, math.ceil(round((self._spent + 1 - BURST) * SECONDS_EACH, 3)))
            self._spent += 1
            return 0
