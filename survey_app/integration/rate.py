"""How often a key may call: a bucket a key in each worker, one for all who have none. In memory; nothing is kept."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

STRANGERS = 0
"""The bucket of calls without a good key: guessing is slow for all guessers together, and no key waits for it."""
BUCKETS_KEPT = 1_000


@dataclass
class _Bucket:
    left: float
    at: datetime


class RateBound:
    """At most `a_minute` calls a minute in the long run, as many at once. Threads may share it."""

    def __init__(self, a_minute: int) -> None:
        self._a_minute = a_minute
        self._buckets: OrderedDict[int, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def seconds_to_wait(self, whose: int, now: datetime) -> int:
        """0: the call is counted and may go on; else after how many seconds to come again."""
        with self._lock:
            bucket = self._buckets.pop(whose, None) or _Bucket(float(self._a_minute), now)
            passed = max(0.0, (now - bucket.at).total_seconds())
            bucket.left = min(float(self._a_minute), bucket.left + passed * self._a_minute / 60)
            bucket.at = max(now, bucket.at)
            self._buckets[whose] = bucket
            while len(self._buckets) > BUCKETS_KEPT:
                self._buckets.popitem(last=False)
            if bucket.left < 1:
                return int((1 - bucket.left) * 60 / self._a_minute) + 1
            bucket.left -= 1
            return 0
