"""The guard's memory as one small SQLite file in memory (tmpfs), shared by the workers of a host.

Of one owner, mode 0600, in a folder of mode 0700. Emptied when the day changes: rows and journal are overwritten or cut
off, the salt with them. A file of another shape, or a damaged one, is thrown away: it holds a day at most.
"""

import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from survey_app.responses.guard import FormTime
from survey_app.responses.guard_state import (
    SALT_BYTES,
    CounterTally,
    CounterWarning,
    GuardUnavailable,
    JudgeOfDays,
    SentForm,
    device_hash,
    form_hash,
)
from survey_app.shared_memory import make_private

WAIT_SECONDS = 0.25
"""How long an answer may wait for the memory before it goes on without."""
WARNINGS_KEPT_DAYS = 40
"""A closer that was away for a month still finds its warnings."""
_SHAPE = 1
_TABLES = """
CREATE TABLE today (day TEXT NOT NULL, salt BLOB NOT NULL);
CREATE TABLE form (
    device BLOB, service_point INTEGER, half_day TEXT, form BLOB, opened REAL NOT NULL, arrived REAL NOT NULL,
    PRIMARY KEY (device, service_point, half_day, form)
) WITHOUT ROWID;
CREATE TABLE slot (
    unit INTEGER, service_point INTEGER, slot INTEGER, forms INTEGER NOT NULL, PRIMARY KEY (service_point, slot)
) WITHOUT ROWID;
CREATE TABLE warning (
    day TEXT, unit INTEGER, service_point INTEGER, kind TEXT, size INTEGER NOT NULL,
    PRIMARY KEY (day, unit, service_point, kind)
) WITHOUT ROWID;
"""


class GuardFile:
    """The memory in one file. Threads and processes may share it."""

    def __init__(self, path: Path, judge_days: JudgeOfDays) -> None:
        self._path = path
        self._judge_days = judge_days
        self._lock = threading.Lock()
        self._opened: sqlite3.Connection | None = None
        self._opened_by = 0

    def remember(self, form: SentForm) -> Sequence[FormTime]:
        """Remember the form; returns what its device sent before for its counter and half-day."""
        with self._transaction() as memory:
            salt = self._salt_of(memory, form.day)
            key = (device_hash(salt, form.device), form.service_point_id, form.half_day)
            this = form_hash(salt, form.nonce)
            before = memory.execute(
                "SELECT opened, arrived FROM form "
                "WHERE device = ? AND service_point = ? AND half_day = ? AND form <> ?",
                (*key, this),
            ).fetchall()
            new = memory.execute(
                "INSERT OR IGNORE INTO form VALUES (?, ?, ?, ?, ?, ?)",
                (*key, this, form.time.opened, form.time.arrived),
            ).rowcount
            if new and form.slot is not None:
                memory.execute(
                    "INSERT INTO slot VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET forms = forms + 1",
                    (form.unit_id, form.service_point_id, form.slot),
                )
        return [FormTime(*times) for times in before]

    def warnings_of(self, day: date, today: date) -> Sequence[CounterWarning]:
        """The warnings of a day: as kept when it was over, or as it stands so far."""
        with self._transaction() as memory:
            self._salt_of(memory, today)
            if day == today:
                return self._judge_days(day, _tallies(memory))
            rows = memory.execute("SELECT * FROM warning WHERE day = ?", (day.isoformat(),)).fetchall()
        return [CounterWarning(day, *rest) for _, *rest in rows]

    def forget_before(self, today: date) -> None:
        """Make warnings of a day that is over and forget everything else about it."""
        with self._transaction() as memory:
            self._salt_of(memory, today)

    def _salt_of(self, memory: sqlite3.Connection, today: date) -> bytes:
        """The day's salt; on another day than the one remembered, that one is judged and forgotten first."""
        row = memory.execute("SELECT day, salt FROM today").fetchone()
        if row is not None and row[0] == today.isoformat():
            return bytes(row[1])
        if row is not None:
            over = date.fromisoformat(row[0])
            for one in self._judge_days(over, _tallies(memory)):
                memory.execute(
                    "INSERT OR REPLACE INTO warning VALUES (?, ?, ?, ?, ?)",
                    (one.day.isoformat(), one.unit_id, one.service_point_id, one.kind, one.size),
                )
        for table in ("today", "form", "slot"):
            memory.execute(f"DELETE FROM {table}")  # noqa: S608  # names of our own tables
        oldest = date.fromordinal(today.toordinal() - WARNINGS_KEPT_DAYS).isoformat()
        memory.execute("DELETE FROM warning WHERE day < ?", (oldest,))
        salt = secrets.token_bytes(SALT_BYTES)
        memory.execute("INSERT INTO today VALUES (?, ?)", (today.isoformat(), salt))
        return salt

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        if not self._lock.acquire(timeout=WAIT_SECONDS):
            raise GuardUnavailable("busy")
        try:
            memory = self._connection()
            with memory:
                memory.execute("BEGIN IMMEDIATE")
                yield memory
        except sqlite3.OperationalError as error:
            self._close()
            raise GuardUnavailable(type(error).__name__) from error
        except (sqlite3.DatabaseError, ValueError) as error:
            self._throw_away()
            raise GuardUnavailable(type(error).__name__) from error
        except OSError as error:
            raise GuardUnavailable(type(error).__name__) from error
        finally:
            self._lock.release()

    def _connection(self) -> sqlite3.Connection:
        if self._opened is not None and self._opened_by == os.getpid():
            return self._opened
        make_private(self._path)
        memory = sqlite3.connect(self._path, timeout=WAIT_SECONDS, check_same_thread=False, isolation_level=None)
        for pragma in ("journal_mode=TRUNCATE", "synchronous=OFF", "secure_delete=ON", "temp_store=MEMORY"):
            memory.execute(f"PRAGMA {pragma}")
        with memory:
            memory.execute("BEGIN IMMEDIATE")
            shape = memory.execute("PRAGMA user_version").fetchone()[0]
            if shape not in {0, _SHAPE}:
                raise sqlite3.DatabaseError("made by another version")
            if shape == 0:
                for statement in _TABLES.split(";"):
                    memory.execute(statement)
                memory.execute(f"PRAGMA user_version = {_SHAPE}")
        self._opened, self._opened_by = memory, os.getpid()
        return memory

    def _close(self) -> None:
        if self._opened is not None and self._opened_by == os.getpid():
            self._opened.close()
        self._opened = None

    def _throw_away(self) -> None:
        self._close()
        self._path.unlink(missing_ok=True)


def _tallies(memory: sqlite3.Connection) -> list[CounterTally]:
    """What the counters' day looks like."""
    most = dict(
        memory.execute(
            "SELECT service_point, MAX(forms) FROM (SELECT service_point, COUNT(*) AS forms FROM form "
            "GROUP BY device, service_point) GROUP BY service_point"
        ).fetchall()
    )
    units: dict[int, int] = {}
    slots: dict[int, dict[int, int]] = {}
    for unit, point, slot, forms in memory.execute("SELECT unit, service_point, slot, forms FROM slot"):
        units[point] = unit
        slots.setdefault(point, {})[slot] = forms
    return [CounterTally(units[point], point, slots[point], most.get(point, 0)) for point in slots]
