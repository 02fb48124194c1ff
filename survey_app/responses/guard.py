"""The guard at the door: evidence about *this* answer that a machine sent it. Set aside is never refused or deleted.

The citizen always sees the same thank-you. What concerns a counter's day (bursts, closed hours) is no verdict on its
answers, and identical marks on every item are honest behaviour on a satisfaction form.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntFlag

from survey_app.questionnaires.answers import Answers

SECONDS_PER_ITEM = 0.7
"""Reading a line and tapping takes a practised adult more than a second; below 0.7 s an item nobody has read them."""
EXEMPT_CHANNELS = frozenset({"kiosk", "assisted", "paper", "ticket", "callback"})
"""Channels whose forms are minted ahead or entered by others: pace says nothing there."""


class Flag(IntFlag):
    """Signs on an answer, stored as the sum of these bits."""

    HONEYPOT = 1
    """A field that people cannot see was filled."""
    TOO_FAST = 2
    """Sent sooner after minting than its items can be read."""


SETS_ASIDE = Flag.HONEYPOT | Flag.TOO_FAST


@dataclass(frozen=True)
class Verdict:
    """What the guard found: the flags, and whether they set the answer aside."""

    flags: int
    set_aside: bool


def judge(answers: Answers, channel: str, minted_at: datetime, now: datetime, honeypot_filled: bool) -> Verdict:
    """Judge one answer by its own evidence; an answer queued offline is judged by when it was minted, so never fast."""
    flags = Flag(0)
    if honeypot_filled:
        flags |= Flag.HONEYPOT
    answered = len(answers.ratings) + len(answers.choices)
    if channel not in EXEMPT_CHANNELS and (now - minted_at).total_seconds() < SECONDS_PER_ITEM * answered:
        flags |= Flag.TOO_FAST
    return Verdict(int(flags), bool(flags & SETS_ASIDE))
