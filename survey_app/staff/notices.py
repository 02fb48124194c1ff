"""What the first page tells somebody before anything else. Rooms downstream say it; this room only shows it."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app

from survey_app.staff.accounts import StaffMember

NOTICES_KEY = "than_thien_staff_notices"


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence, and the page that it leads to."""

    words: str
    address: str


Noticing = Callable[[StaffMember], Notice | None]


def add_notice(app: Flask, noticing: Noticing) -> None:
    """Let a room tell staff something on their first page; None says there is nothing to tell this member."""
    app.extensions.setdefault(NOTICES_KEY, []).append(noticing)


def notices_for(member: StaffMember) -> tuple[Notice, ...]:
    """Everything there is to tell the member."""
    told = (noticing(member) for noticing in current_app.extensions.get(NOTICES_KEY, ()))
    return tuple(notice for notice in told if notice is not None)
