"""The guard's memory in a Redis without persistence, shared by several hosts. Keys die by themselves after their day.

A Redis that writes to disk is refused: a salt on a disk does not die with the day.
"""

import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from redis import Redis, RedisError

from survey_app.responses.guard import FormTime
from survey_app.responses.guard_state import (
    SALT_BYTES,
    CounterTally,
    CounterWarning,
    GuardUnavailable,
    JudgeOfDays,
    SentForm,
    device_hash,
    form_hash,
)

WAIT_SECONDS = 0.25
DAY_LIFE = timedelta(hours=26)
"""A safety net under the emptying at midnight, should nobody come by."""
WARNING_LIFE = timedelta(days=40)
_PREFIX = "than-thien:guard"


class GuardRedis:
    """The memory on a Redis server. Threads, processes and hosts may share it."""

    def __init__(self, address: str, judge_days: JudgeOfDays) -> None:
        self._redis: Any = Redis.from_url(
            address, socket_timeout=WAIT_SECONDS, socket_connect_timeout=WAIT_SECONDS, decode_responses=False
        )
        self._judge_days = judge_days
        self._lock = threading.Lock()
        self._seen_to_forget = False

    def remember(self, form: SentForm) -> Sequence[FormTime]:
        """Remember the form; returns what its device sent before for its counter and half-day."""
        with self._asking():
            salt = self._salt_of(form.day)
            device = device_hash(salt, form.device).hex()
            this = form_hash(salt, form.nonce)
            series = self._key("forms", form.day, f"{device}:{form.service_point_id}:{form.half_day}")
            asked = self._redis.pipeline(transaction=True)
            asked.hgetall(series)
            asked.hsetnx(series, this, f"{form.time.opened} {form.time.arrived}")
            asked.expire(series, DAY_LIFE)
            before, new, _ = asked.execute()
            if new and form.slot is not None:
                self._count(form, device)
        return [_time(times) for nonce, times in before.items() if nonce != this]

    def warnings_of(self, day: date, today: date) -> Sequence[CounterWarning]:
        """The warnings of a day: as kept when it was over, or as it stands so far."""
        with self._asking():
            self._salt_of(today)
            if day == today:
                return self._judge_days(day, self._tallies(day))
            found: Mapping[bytes, bytes] = self._redis.hgetall(self._key("warnings", day))
        warnings = []
        for name, size in found.items():
            unit, point, kind = name.decode().split(":")
            warnings.append(CounterWarning(day, int(unit), int(point), kind, int(size)))
        return warnings

    def forget_before(self, today: date) -> None:
        """Make warnings of a day that is over and forget everything else about it."""
        with self._asking():
            self._salt_of(today)

    def _count(self, form: SentForm, device: str) -> None:
        slots, devices = self._key("slots", form.day), self._key("devices", form.day)
        asked = self._redis.pipeline(transaction=True)
        asked.hincrby(slots, f"{form.unit_id}:{form.service_point_id}:{form.slot}", 1)
        asked.expire(slots, DAY_LIFE)
        asked.hincrby(devices, f"{form.service_point_id}:{device}", 1)
        asked.expire(devices, DAY_LIFE)
        asked.execute()

    def _salt_of(self, today: date) -> bytes:
        """The day's salt; whoever comes first on a new day judges and forgets the one before."""
        now = today.isoformat().encode()
        if self._redis.get(self._key("today")) != now:
            before: bytes | None = self._redis.getset(self._key("today"), now)
            if before is not None and before != now:
                self._end(date.fromisoformat(before.decode()))
        salt = self._key("salt", today)
        self._redis.set(salt, secrets.token_bytes(SALT_BYTES), nx=True, ex=DAY_LIFE)
        return bytes(self._redis.get(salt))

    def _end(self, over: date) -> None:
        warnings = self._key("warnings", over)
        for one in self._judge_days(over, self._tallies(over)):
            self._redis.hset(warnings, f"{one.unit_id}:{one.service_point_id}:{one.kind}", one.size)
            self._redis.expire(warnings, WARNING_LIFE)
        self._redis.unlink(*(self._key(kind, over) for kind in ("salt", "slots", "devices")))
        for series in self._redis.scan_iter(self._key("forms", over, "*"), count=1000):
            self._redis.unlink(series)

    def _tallies(self, day: date) -> list[CounterTally]:
        most: dict[int, int] = {}
        for name, forms in self._redis.hgetall(self._key("devices", day)).items():
            point = int(name.split(b":")[0])
            most[point] = max(most.get(point, 0), int(forms))
        units: dict[int, int] = {}
        slots: dict[int, dict[int, int]] = {}
        for name, forms in self._redis.hgetall(self._key("slots", day)).items():
            unit, point, slot = (int(part) for part in name.split(b":"))
            units[point] = unit
            slots.setdefault(point, {})[slot] = int(forms)
        return [CounterTally(units[point], point, slots[point], most.get(point, 0)) for point in slots]

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            if not self._seen_to_forget:
                self._see_that_it_forgets()
            yield
        except (RedisError, OSError, ValueError) as error:
            raise GuardUnavailable(type(error).__name__) from error

    def _see_that_it_forgets(self) -> None:
        with self._lock:
            chosen = self._redis.config_get("save", "appendonly")
            if chosen.get("save") or chosen.get("appendonly") == "yes":
                raise GuardUnavailable("this Redis writes to disk: start it with --save '' --appendonly no")
            self._seen_to_forget = True

    def _key(self, kind: str, day: date | None = None, rest: str | None = None) -> str:
        return ":".join(str(part) for part in (_PREFIX, kind, day, rest) if part is not None)


def _time(times: bytes) -> FormTime:
    opened, arrived = times.split()
    return FormTime(float(opened), float(arrived))
