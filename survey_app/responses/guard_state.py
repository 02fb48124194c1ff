"""What the guard remembers of a day, and forgets with it: the shape of every kind of memory it can have.

Device hashes stand under a salt that dies at midnight. What outlives it are warnings: a kind and a size, no time.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from survey_app.responses.guard import FormTime

SALT_BYTES = 32
HASH_BYTES = 16


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form that arrived, as the guard's memory is told of it.

    `device` is plain text (address, agent, languages) and leaves the memory's process only as a keyed hash; `nonce` is
    the form's own, so that a form sent twice is one; `half_day` names the half-day of opening; `slot` is its
    five-minute slot of `day`, None when it was opened on another day.
    """

    device: str
    nonce: bytes
    day: date
    half_day: str
    unit_id: int
    service_point_id: int
    time: FormTime
    slot: int | None


@dataclass(frozen=True, slots=True)
class CounterTally:
    """One counter's day without its devices: forms by five-minute slot, and the most that one device sent."""

    unit_id: int
    service_point_id: int
    slots: Mapping[int, int]
    most_of_one_device: int


@dataclass(frozen=True, slots=True)
class CounterWarning:
    """A warning on a counter's day. `service_point_id` 0 stands for the whole unit; `size` is a number of forms."""

    day: date
    unit_id: int
    service_point_id: int
    kind: str
    size: int


JudgeOfDays = Callable[[date, Sequence[CounterTally]], Sequence[CounterWarning]]
"""Turns a day that is over into warnings; given to the memory, which calls it before it forgets."""


class GuardUnavailable(Exception):
    """The memory cannot be asked. Answers are taken all the same: the guard fails open."""


class GuardState(Protocol):
    """A memory of the day. Every method may raise `GuardUnavailable`."""

    def remember(self, form: SentForm) -> Sequence[FormTime]:
        """Remember the form; returns what its device sent before for its counter and half-day, without the form."""
        ...

    def warnings_of(self, day: date, today: date) -> Sequence[CounterWarning]:
        """The warnings of a day, which is over unless it is `today`. Nothing is forgotten that is still needed."""
        ...

    def forget_before(self, today: date) -> None:
        """Make warnings of days that are over and forget everything else about them, salt included."""
        ...


class NoState:
    """Remembers nothing and warns of nothing."""

    def remember(self, form: SentForm) -> Sequence[FormTime]:
        """No device ever sent anything before."""
        del form
        return ()

    def warnings_of(self, day: date, today: date) -> Sequence[CounterWarning]:
        """None."""
        del day, today
        return ()

    def forget_before(self, today: date) -> None:
        """There is nothing to forget."""
        del today


def device_hash(salt: bytes, device: str) -> bytes:
    """The keyed hash (BLAKE2b, RFC 7693) of a device's text: nothing without the day's salt."""
    return hashlib.blake2b(device.encode(), key=salt, digest_size=HASH_BYTES).digest()


def form_hash(salt: bytes, nonce: bytes) -> bytes:
    """The same for a form's nonce, so that the memory holds no token."""
    return hashlib.blake2b(nonce, key=salt, digest_size=HASH_BYTES, person=b"form").digest()
