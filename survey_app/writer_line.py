"""Writers of one SQLite file stand in line: threads of a process at a lock, processes at a lock on a file beside it.

SQLite lets one write at a time, and those who wait try again after growing pauses: under load some wait for hundreds of
milliseconds while others overtake them. In line nobody sleeps long (the slowest hundredth waits a quarter as long).
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_AT_FIRST = (0.05, 0.0003)
"""A short transaction ends soon: in the first 50 ms of waiting, look every 0.3 ms."""
_LATER = 0.005
_SUFFIX = ".writers"
_lines: dict[Path, "WriterLine"] = {}
_making = threading.Lock()


class LineTooLong(Exception):
    """The turn did not come in time."""


class WriterLine:
    """The line of one file. A thread that is in it already goes on at once, as SQLite would let it fail by itself."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.RLock()
        self._depth = 0
        self._descriptor: int | None = None
        self._opened_by = 0

    @contextmanager
    def turn(self, patience: float) -> Iterator[None]:
        """Wait for the turn, at most so many seconds. Raises `LineTooLong`."""
        give_up = time.monotonic() + patience
        if not self._threads.acquire(timeout=patience):
            raise LineTooLong(self._path.name)
        try:
            if self._depth == 0:
                self._wait(give_up)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0 and self._descriptor is not None:
                    fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def close(self) -> None:
        """Give the file back when the turn of this process is over."""
        with self._threads:
            if self._descriptor is not None and self._opened_by == os.getpid():
                os.close(self._descriptor)
            self._descriptor = None

    def _wait(self, give_up: float) -> None:
        descriptor = self._file()
        if descriptor is None:
            return
        soon = time.monotonic() + _AT_FIRST[0]
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                now = time.monotonic()
                if now > give_up:
                    raise LineTooLong(self._path.name) from None
                time.sleep(_AT_FIRST[1] if now < soon else _LATER)
            else:
                return

    def _file(self) -> int | None:
        """The open lock file; a process that was forked opens its own, since an inherited one is the same lock.

        None where it cannot be opened: the line is for speed, SQLite's own lock for safety.
        """
        if self._descriptor is None or self._opened_by != os.getpid():
            try:
                self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
            except OSError:
                self._descriptor = None
            self._opened_by = os.getpid()
        return self._descriptor


def close_line(database: Path) -> None:
    """Close the lock file of a database that this process has done with; the next `line_of` opens it again."""
    with _making:
        line = _lines.pop(database.resolve(), None)
    if line is not None:
        line.close()


def line_of(database: Path) -> WriterLine:
    """The line of a database file: one for all engines of this process."""
    path = database.resolve()
    with _making:
        if path not in _lines:
            _lines[path] = WriterLine(path.with_name(path.name + _SUFFIX))
        return _lines[path]
