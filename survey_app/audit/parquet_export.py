"""The raw export as Parquet: typed columns, compressed, in row groups that leave memory as they are written."""

import marshal
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import IO, Any, BinaryIO

from survey_app.audit.columns import Columns
from survey_app.audit.export_rows import Export

ROWS_A_CHUNK = 2_048
"""Rows as Python holds them are several times larger than as columns: few at a time."""
_NEVER_REPEAT = frozenset({"response_id", "comment", "comment_salt", "comment_digest", "leaf_salt", "leaf_hash"})
"""For these cells a dictionary would only cost."""
_PROGRAM = Path(__file__).with_name("parquet_process.py")


def write_parquet(export: Export, file: BinaryIO, advance: Callable[[int], None]) -> None:
    """Write the rows into the file, by a process of its own. The same rows give the same bytes.

    `advance` is told of rows on their way. Raises OSError when the disk refuses.
    """
    names = export.columns.names
    types = [_type_of(export.columns, name) for name in names]
    with _writing(file) as frames:
        _send(frames, (list(names), types, [name for name in names if name not in _NEVER_REPEAT]))
        _send(frames, ROWS_A_CHUNK)
        while chunk := list(islice(export.rows, ROWS_A_CHUNK)):
            _send(frames, list(zip(*chunk, strict=True)))
            advance(len(chunk))
        _send(frames, None)


def _type_of(columns: Columns, name: str) -> str:
    """Days as dates, ratings and signs as small integers, all else as text."""
    if name == "day":
        return "date"
    if name == "service_point_id":
        return "int32"
    return "int8" if columns.is_number(name) else "text"


@contextmanager
def _writing(file: BinaryIO) -> Iterator[IO[bytes]]:
    """The pipe to the writing program; what it makes is in the file, and whole, when the block is left."""
    command = [sys.executable, "-I", str(_PROGRAM)]
    pipes = subprocess.PIPE
    with (
        subprocess.Popen(command, stdin=pipes, stdout=pipes, stderr=pipes) as running,  # noqa: S603  # our own program
        ThreadPoolExecutor(1) as beside,
    ):
        assert running.stdin is not None and running.stderr is not None, "both are pipes"
        filled = beside.submit(_fill, file, running)
        try:
            yield running.stdin
            running.stdin.close()
        except BrokenPipeError:
            pass  # The program ended, or was ended: why is told below.
        except BaseException:
            running.kill()
            with suppress(BrokenPipeError):  # What was still on its way is of no use, and the reason goes on.
                running.stdin.close()
            raise
        filled.result()
        said = running.stderr.read().decode(errors="replace").strip()
    if running.returncode:
        raise OSError(0, f"the program that writes Parquet ended: {said[-300:]}")


def _fill(file: BinaryIO, running: "subprocess.Popen[bytes]") -> None:
    """Write what the program makes into the file. When that fails, the program is ended: nobody waits for it."""
    assert running.stdout is not None, "it is a pipe"
    try:
        shutil.copyfileobj(running.stdout, file)
    except BaseException:
        running.kill()
        raise


def _send(frames: IO[bytes], what: Any) -> None:
    body = marshal.dumps(what)
    frames.write(struct.pack(">I", len(body)) + body)
