"""The combined `app` closes past days by itself: a thread in each worker, one of which holds the lock."""

import fcntl
import threading

from flask import Flask

from config import Settings
from survey_app.clock import Clock
from survey_app.ledger.closing import GapTooLarge, close_days, days_to_close, heal_facts
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
        while not stop.is_set():
            if hold_lock(lock.fileno()):
                close_past_days(app)
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
            days = days_to_close(clock.today())
            closed = list(close_days(days, closing_steps(app), clock.now()))
            if closed:
                heal_facts(closed[-1].day, closing_steps(app))
                log.info("days_closed", through=closed[-1].day.isoformat(), days=len(closed))
            return len(closed)
    except GapTooLarge as gap:
        log.error("closing_refused", reason=str(gap))
    except Exception as error:  # noqa: BLE001  # The thread must outlive a locked database or a full disk.
        log.error("closing_failed", error=type(error).__name__)
    return 0
