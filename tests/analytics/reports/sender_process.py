"""Sends the digest in a process of its own, which may kill itself: run by tests, `python -m … [N]`.

It dies, without a chance to tidy up, when the Nth letter was handed over and is not marked as sent yet.
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


def die_before_marking(letter: int) -> None:
    """Arrange for death."""
    left = [letter]

    @event.listens_for(db.engine, "before_cursor_execute")
    def _executing(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        if text.startswith("UPDATE digest_delivery"):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Run `flask digest send`; its words and its exit code."""
    settings = load_settings(_env_file=None)
    from tests.conftest import NOW  # It clears the environment, which has been read now.

    app = wsgi.compose(settings, clock=SetClock(NOW))
    with app.app_context():
        if len(sys.argv) > 1:
            die_before_marking(int(sys.argv[1]))
    done = app.test_cli_runner().invoke(args=["digest", "send"], catch_exceptions=False)
    print(done.output)
    sys.exit(done.exit_code)


if __name__ == "__main__":
    main()
