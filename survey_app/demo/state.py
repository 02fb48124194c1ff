"""What a database holds as far as the demo is concerned, and that one command works on it at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from sqlalchemy import Connection, select

from config import Settings
from survey_app.demo.models import DemoMarkRow
from survey_app.questionnaires.models import QuestionnaireRow
from survey_app.staff.models import StaffAccount
from survey_app.territory.models import UnitRow

LOCK_FILE = "demo.lock"


class DemoState(Enum):
    """What the database holds."""

    EMPTY = "empty"
    LOADED = "loaded"
    HALF = "half"
    FOREIGN = "foreign"


class DemoRefused(Exception):
    """The demo must not be loaded or dropped here; `key` names the sentence that says why."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


def demo_state(connection: Connection) -> DemoState:
    """Whether the database is empty, holds the demo, half of one, or somebody's real data."""
    mark = connection.execute(select(DemoMarkRow.first_day, DemoMarkRow.last_day)).first()
    if mark is not None:
        return DemoState.LOADED if mark.last_day >= mark.first_day else DemoState.HALF
    for table in (UnitRow.id, StaffAccount.id, QuestionnaireRow.id):  # No answer is without a unit.
        if connection.execute(select(table).limit(1)).first() is not None:
            return DemoState.FOREIGN
    return DemoState.EMPTY


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Let one command work at a time; the system frees the lock when its process ends, however it ends."""
    settings.instance_dir.mkdir(parents=True, exist_ok=True)
    with (settings.instance_dir / LOCK_FILE).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DemoRefused("demo.refused.busy") from error
        yield
