"""Retention: what is older than the installation promises leaves the book, by sealed orders, a day at a time.

Comments go first, whole rows later. What stays: leaf hashes, roots, check codes, facts, the audit log. Each day is one
transaction of order, removal and audit event, so that a run that is killed leaves nothing half done; the next one goes
on where it stopped.
"""

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from config import Settings
from survey_app.audit_log.log import record_event
from survey_app.clock import Clock
from survey_app.database import lock_for_closing, read_connection, truncate_write_ahead_log, write_transaction
from survey_app.ledger.orders import NewOrder, give_order, keep_leaf_hashes, removed_days
from survey_app.ledger.removal_events import RETENTION_APPLIED
from survey_app.responses import removal

Due = Literal["rows", "comments"]
_HOLDING = {"rows": removal.days_holding_rows, "comments": removal.days_holding_comments}


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day of the book of which something is past its time: `count` rows (with their comments), or comments alone."""

    day: date
    what: Due
    count: int


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the month's last where it has no such day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def due_through(today: date, months: int) -> date:
    """The last day that is due: everything up to it is at least so many months old today."""
    last = months_after(today, -months)
    while months_after(last + timedelta(days=1), months) <= today:
        last += timedelta(days=1)
    return last


def due_days(settings: Settings, today: date) -> list[DueDay]:
    """What is due: comments of days past COMMENT_RETENTION_MONTHS first, then rows past RETENTION_MONTHS, oldest first.

    A day whose rows are due is named once: its comments go with them.
    """
    rows_through = due_through(today, settings.retention_months)
    comments_through = due_through(today, settings.comments_kept_months)
    with read_connection() as connection:
        rows = removal.days_holding_rows(connection, rows_through)
        comments = removal.days_holding_comments(connection, comments_through)
    return [
        *(DueDay(day, "comments", count) for day, count in comments.items() if day > rows_through),
        *(DueDay(day, "rows", count) for day, count in rows.items()),
    ]


def apply_retention(due: Sequence[DueDay], settings: Settings, actor: str, clock: Clock) -> Iterator[DueDay]:
    """Remove what is due, yielding each day once its removal is durable, with how much went.

    A day that another process emptied meanwhile is yielded with 0. Ends by taking removed days out of the archive too.
    """
    for one in due:
        yield _remove(one, settings, actor, clock)
    if due:
        truncate_write_ahead_log()
    clean_archive(settings)


def clean_archive(settings: Settings) -> int:
    """Take the rows of every removed day out of the archive, also those that a run which was killed left there."""
    folder = settings.resolved_archive_dir
    if not folder.is_dir():
        return 0
    from survey_app.ledger.archive.removal import remove_days  # Arrow is loaded only where there is an archive.

    with read_connection() as connection:
        gone = sorted(removed_days(connection))
    return sum(remove_days(folder, first, last) for first, last in _spans(gone))


def _remove(due: DueDay, settings: Settings, actor: str, clock: Clock) -> DueDay:
    with write_transaction() as connection:
        lock_for_closing(connection)  # Whoever else removes has ended, and what they left is seen.
        if due.day not in _HOLDING[due.what](connection, due.day):
            return DueDay(due.day, due.what, 0)
        asked = NewOrder("retention", due.what, due.day, due.day, _reason(due.what, settings), actor)
        order = give_order(connection, asked, clock.today())
        if due.what == "rows":
            keep_leaf_hashes(connection, order, due.day, removal.leaf_hashes_of_day(connection, due.day))
            count = removal.remove_rows(connection, due.day)
        else:
            count = removal.remove_comments(connection, due.day)
        record_event(
            connection,
            RETENTION_APPLIED,
            actor=actor,
            at=clock.now(),
            day=due.day.isoformat(),
            what=due.what,
            count=count,
            order=order.order_hash.hex(),
        )
    return DueDay(due.day, due.what, count)


def _reason(what: Due, settings: Settings) -> str:
    """Which setting says so."""
    if what == "rows":
        return f"RETENTION_MONTHS={settings.retention_months}"
    return f"COMMENT_RETENTION_MONTHS={settings.comments_kept_months}"


def _spans(days: Sequence[date]) -> Iterator[tuple[date, date]]:
    """The days (sorted) as spans without gaps."""
    first = last = None
    for day in days:
        if first is None or last is None:
            first = last = day
        elif day - last == timedelta(days=1):
            last = day
        else:
            yield first, last
            first = last = day
    if first is not None and last is not None:
        yield first, last
