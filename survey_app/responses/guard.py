"""The guard at the door: evidence about *this* answer that a machine sent it. Set aside is never refused or deleted.

The citizen always sees the same thank-you. What concerns a counter's day (bursts, closed hours) is no verdict on its
answers, and identical marks on every item are honest behaviour on a satisfaction form. Why these signs and these
thresholds: `docs/guard.md`. Pure: what a device sent before is passed in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntFlag

from config import Settings
from survey_app.questionnaires.answers import Answers

SECONDS_PER_ITEM = 0.7
"""Reading a line and tapping takes a practised adult more than a second; below 0.7 s an item nobody has read them."""
WINDOW_SECONDS = 600
"""Forms of one device are near each other when they were opened within ten minutes."""
EXEMPT_CHANNELS = frozenset({"kiosk", "assisted", "paper", "ticket", "callback"})
"""Channels whose forms are minted ahead or entered by others: pace and device say nothing there."""


class Flag(IntFlag):
    """Signs on an answer, stored as the sum of these bits. New bits are only appended: sealed answers hold old ones."""

    HONEYPOT = 1
    """A field that people cannot see was filled."""
    TOO_FAST = 2
    """Sent sooner after minting than its items can be read."""
    REPEATED = 4
    """One more of many forms that one device filled in, one after the other, faster than people hand a phone on."""


SETS_ASIDE = Flag.HONEYPOT | Flag.TOO_FAST | Flag.REPEATED
"""Whether an answer is set aside follows from its flags by this mask, and from nothing else."""


@dataclass(frozen=True, slots=True)
class GuardRules:
    """The thresholds, argued in `docs/guard.md`. Seconds are per answered item."""

    seconds_per_item: float = SECONDS_PER_ITEM
    allowance: int = 3
    brisk_seconds_per_item: float = 3.0
    many: int = 8

    @classmethod
    def of(cls, settings: Settings) -> "GuardRules":
        """The rules that the installation chose."""
        return cls(
            settings.guard_seconds_per_item,
            settings.guard_allowance,
            settings.guard_brisk_seconds_per_item,
            settings.guard_many,
        )


DEFAULT_RULES = GuardRules()


@dataclass(frozen=True, slots=True)
class FormTime:
    """When a form was opened (minted) and when it arrived, in seconds since the epoch."""

    opened: float
    arrived: float


@dataclass(frozen=True)
class Verdict:
    """What the guard found: the flags, and whether they set the answer aside."""

    flags: int
    set_aside: bool


def judge(
    answers: Answers,
    channel: str,
    minted_at: datetime,
    now: datetime,
    honeypot_filled: bool,
    *,
    repeated: bool = False,
    rules: GuardRules = DEFAULT_RULES,
) -> Verdict:
    """Judge one answer by its own evidence; an answer queued offline is judged by when it was minted, so never fast.

    `repeated` is what `is_repeated` said about its device.
    """
    flags = Flag(0)
    if honeypot_filled:
        flags |= Flag.HONEYPOT
    if channel not in EXEMPT_CHANNELS:
        if (now - minted_at).total_seconds() < rules.seconds_per_item * items_answered(answers):
            flags |= Flag.TOO_FAST
        if repeated:
            flags |= Flag.REPEATED
    return Verdict(int(flags), bool(flags & SETS_ASIDE))


def items_answered(answers: Answers) -> int:
    """How many items were answered, ratings and choices."""
    return len(answers.ratings) + len(answers.choices)


def is_repeated(form: FormTime, others: Sequence[FormTime], items: int, rules: GuardRules = DEFAULT_RULES) -> bool:
    """Whether a form is one of a series that one person filled in on one device. `others`: what that device sent before
    for the same counter and half-day; `items`: how many the form answers.

    Two weak signs are needed: more than the allowance of forms opened within ten minutes of it (a family may, a ward's
    identical phones seldom do), and either a pace at which nobody reads, or so many that nobody hands a phone round so
    often. Neither counts when another form was opened *and* sent while this one lay open: one phone holds one form at a
    time, so these were two phones that look alike. Forms that wait for a network lie open long and are cleared by that.
    """
    near = sum(1 for other in others if abs(other.opened - form.opened) <= WINDOW_SECONDS)
    if near <= rules.allowance:
        return False
    if any(form.opened < other.opened and other.arrived < form.arrived for other in others):
        return False
    brisk = form.arrived - form.opened < rules.brisk_seconds_per_item * items
    return brisk or near > rules.many
