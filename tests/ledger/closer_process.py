"""Closes days in a process of its own, which may kill itself at a named point: run by tests, `python … [STATEMENT]`.

It dies, without a chance to tidy up, right after the first statement that begins so; "COMMIT n": right before the nth
commit.
"""

import os
import signal
import sys
from typing import Any

from sqlalchemy import event

import wsgi
from config import load_settings
from survey_app.clock import SetClock
from survey_app.database import db
from survey_app.ledger.closing import close_days, days_to_close
from survey_app.ledger.steps import closing_steps


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_after(statement: str) -> None:
    """Arrange for death."""

    @event.listens_for(db.engine, "after_cursor_execute")
    def _executed(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        if text.startswith(statement):
            _die()

    verb, _, number = statement.partition(" ")
    left = [int(number)] if verb == "COMMIT" else []

    @event.listens_for(db.engine, "commit")
    def _commits(_connection: Any) -> None:
        if left:
            left[0] -= 1
            if left[0] == 0:
                _die()


def main() -> None:
    """Close what waits; print each day when it is durable."""
    settings = load_settings(_env_file=None)
    from tests.conftest import NOW  # It clears the environment, which has been read now.

    app = wsgi.compose(settings, clock=SetClock(NOW))
    with app.app_context():
        if len(sys.argv) > 1:
            die_after(sys.argv[1])
        for closed in close_days(days_to_close(NOW.date()), closing_steps(app), NOW):
            print(closed.day, closed.responses, flush=True)


if __name__ == "__main__":
    main()
