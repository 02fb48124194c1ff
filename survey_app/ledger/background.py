"""The combined `app` closes past days by itself: a thread in each worker, one of which holds the lock."""

import fcntl
import threading
from datetime import date

from flask import Flask

from config import Settings
from survey_app.audit_log.actors import AT_NIGHT
from survey_app.clock import Clock
from survey_app.ledger.closing import (
    DayNotClosed,
    GapTooLarge,
    close_days,
    days_to_close,
    has_backlog,
    heal_facts,
    open_log,
)
from survey_app.ledger.retention import apply_retention, due_days
from survey_app.ledger.signing_key import SigningKeyError
from survey_app.ledger.steps import closing_steps
from survey_app.request_logging import log

SECONDS_BETWEEN_LOOKS = 60
LOCK_FILE = "close-day.lock"


def start_background_closing(app: Flask) -> threading.Thread:
    """Start the thread. It ends with the process; closing is one transaction a day, so it may end at any point."""
    thread = threading.Thread(target=_keep_closing, args=(app, threading.Event()), name="close-day", daemon=True)
    thread.start()
    return thread


def _keep_closing(app: Flask, stop: threading.Event) -> None:
    settings: Settings = app.extensions["settings"]
    settings.instance_dir.mkdir(parents=True, exist_ok=True)
    with (settings.instance_dir / LOCK_FILE).open("w") as lock:
        removed_on: date | None = None
        while not stop.is_set():
            if hold_lock(lock.fileno()):
                close_past_days(app)
                removed_on = remove_what_is_due(app, removed_on)
            stop.wait(SECONDS_BETWEEN_LOOKS)


def hold_lock(descriptor: int) -> bool:
    """Take (or keep) the closer's lock; the system frees it when its process dies."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def close_past_days(app: Flask) -> int:
    """Close what waits and say so in the log; a failure is tried again at the next look. Returns the days closed."""
    clock: Clock = app.extensions["clock"]
    try:
        with app.app_context():
            if has_backlog():
                log.info("days_sealed", days=len(list(open_log(clock.now()))))
            days = days_to_close(clock.today())
            closed = list(close_days(days, closing_steps(app), clock.now()))
            if closed:
                heal_facts(closed[-1].day, closing_steps(app))
                log.info("days_closed", through=closed[-1].day.isoformat(), days=len(closed))
            return len(closed)
    except (GapTooLarge, SigningKeyError, DayNotClosed) as refusal:
        log.error("closing_refused", reason=str(refusal))
    except Exception as error:  # noqa: BLE001  # The thread must outlive a locked database or a full disk.
        log.error("closing_failed", error=type(error).__name__)
    return 0


def remove_what_is_due(app: Flask, removed_on: date | None) -> date | None:
    """Apply retention once a day, after closing. `removed_on`: when that was done last; returns the same, renewed."""
    clock: Clock = app.extensions["clock"]
    settings: Settings = app.extensions["settings"]
    today = clock.today()
    if removed_on == today:
        return removed_on
    try:
        with app.app_context():
            due = due_days(settings, today)
            removed = [one for one in apply_retention(due, settings, AT_NIGHT, clock) if one.count]
            if removed:
                log.info("retention_applied", days=len(removed))
    except Exception as error:  # noqa: BLE001  # As for closing: the next look tries again.
        log.error("retention_failed", error=type(error).__name__)
        return removed_on
    return today
