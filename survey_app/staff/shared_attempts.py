"""Failed attempts counted for all processes of a host together: one small file in memory, next to the guard's.

Without the file (no memory to share, a damaged or busy file) each process counts for itself: signing in goes on.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config import Settings
from survey_app.keys import derive_key, secret_of
from survey_app.shared_memory import file_in_memory, make_private
from survey_app.staff.attempts import FORGOTTEN_AFTER, FREE_FAILURES, MOST_ENTRIES, FailedAttempts, Failures

WAIT_SECONDS = 0.25
"""How long a sign-in may wait for the file before the process counts alone."""
_TABLE = "CREATE TABLE IF NOT EXISTS failures (name BLOB PRIMARY KEY, count INTEGER, last_at REAL) WITHOUT ROWID"


def attempts_for(settings: Settings) -> FailedAttempts:
    """Shared where the guard shares its memory too (`GUARD_STATE`): beside its file, or beside where that would be."""
    chosen = settings.guard_state
    if chosen == "none":
        return FailedAttempts()
    beside = file_in_memory(settings) if not chosen or "://" in chosen else Path(chosen)
    key = derive_key(secret_of(settings), "failed-attempts")
    return SharedAttempts(beside.with_name(f"{beside.name}-sign-in"), key)


class SharedAttempts(FailedAttempts):
    """`FailedAttempts` in one file, of this account alone (0600). Threads and processes may share it."""

    def __init__(self, path: Path, key: bytes) -> None:
        super().__init__(_key=key)
        self._path = path
        self._file_lock = threading.Lock()
        self._opened: sqlite3.Connection | None = None
        self._opened_by = 0

    def seconds_to_wait(self, account: str, source: str, now: float, free: int = FREE_FAILURES) -> int:
        """As of all processes; of this one alone when the file cannot be read."""
        alone = super().seconds_to_wait(account, source, now, free)
        try:
            with self._transaction() as memory:
                found = memory.execute(
                    "SELECT count, last_at FROM failures WHERE name = ? AND last_at >= ?",
                    (self._name(account, source), now - FORGOTTEN_AFTER),
                ).fetchone()
        except (sqlite3.Error, OSError):
            return alone
        return max(alone, Failures(*found).seconds_to_wait(now, free)) if found else alone

    def failed(self, account: str, source: str, now: float) -> None:
        """Note a failure for all processes, and forget what is old."""
        try:
            with self._transaction() as memory:
                memory.execute("DELETE FROM failures WHERE last_at < ?", (now - FORGOTTEN_AFTER,))
                memory.execute(
                    "INSERT INTO failures VALUES (?, 1, ?) "
                    "ON CONFLICT DO UPDATE SET count = count + 1, last_at = excluded.last_at",
                    (self._name(account, source), now),
                )
                memory.execute(
                    "DELETE FROM failures WHERE name IN (SELECT name FROM failures ORDER BY last_at DESC "
                    "LIMIT -1 OFFSET ?)",
                    (MOST_ENTRIES,),
                )
        except (sqlite3.Error, OSError):
            super().failed(account, source, now)

    def succeeded(self, account: str, source: str) -> None:
        """Forget this source's failures with the account, in all processes."""
        super().succeeded(account, source)
        try:
            with self._transaction() as memory:
                memory.execute("DELETE FROM failures WHERE name = ?", (self._name(account, source),))
        except (sqlite3.Error, OSError):
            return

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._file_lock:
            try:
                memory = self._connection()
                with memory:
                    memory.execute("BEGIN IMMEDIATE")
                    yield memory
            except sqlite3.OperationalError:
                self._close()
                raise
            except sqlite3.DatabaseError:
                self._close()
                self._path.unlink(missing_ok=True)
                raise

    def _connection(self) -> sqlite3.Connection:
        if self._opened is not None and self._opened_by == os.getpid():
            return self._opened
        make_private(self._path)
        memory = sqlite3.connect(self._path, timeout=WAIT_SECONDS, check_same_thread=False, isolation_level=None)
        for pragma in ("journal_mode=TRUNCATE", "synchronous=OFF", "secure_delete=ON", "temp_store=MEMORY"):
            memory.execute(f"PRAGMA {pragma}")
        memory.execute(_TABLE)
        self._opened, self._opened_by = memory, os.getpid()
        return memory

    def _close(self) -> None:
        if self._opened is not None and self._opened_by == os.getpid():
            self._opened.close()
        self._opened = None
