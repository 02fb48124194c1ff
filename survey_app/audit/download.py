"""A download is made whole before its first byte leaves, in a file that nobody else can open.

An error on the way can then still be said in words. The length is known, so that every client sees a download that was
cut: when an iterator fails, some WSGI servers break the connection, others end the answer as if it were all. And no
slow client holds a snapshot of the database open.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from flask import Response
from werkzeug.wsgi import FileWrapper

KEPT_IN_MEMORY = 4 * 1024 * 1024
"""Bytes; a larger file lies on the disk, without a name, until it is sent."""
BLOCK = 256 * 1024


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A whole file, ready to be sent or thrown away."""

    file: BinaryIO
    length: int
    sha256: bytes

    def close(self) -> None:
        """Throw the file away."""
        self.file.close()

    @contextmanager
    def thrown_away_unless_sent(self) -> Iterator[None]:
        """What still has to succeed before the file is sent: when it fails, the file is thrown away."""
        try:
            yield
        except BaseException:
            self.close()
            raise

    def as_download(self, name: str, mimetype: str) -> Response:
        """The file as an attachment called `name` with its length; it is thrown away when it is sent."""
        response = Response(FileWrapper(self.file, BLOCK), mimetype=mimetype, direct_passthrough=True)
        response.content_length = self.length
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def make_file(write: Callable[[BinaryIO], object], folder: Path) -> MadeFile:
    """The file that `write` fills; `folder` lends disk space until it is sent.

    Raises what `write` raises, and OSError when the disk is full: nothing is left then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    spooled = tempfile.SpooledTemporaryFile(KEPT_IN_MEMORY, dir=str(folder))  # noqa: SIM115  # closed when it is sent
    file: BinaryIO = spooled  # type: ignore[assignment]  # it is one in all but name
    try:
        write(file)
        file.seek(0, os.SEEK_END)
        length = file.tell()
        file.seek(0)
        digest = hashlib.sha256()
        while block := file.read(BLOCK):
            digest.update(block)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return MadeFile(file, length, digest.digest())


def as_download(pieces: Iterable[bytes], folder: Path, name: str, mimetype: str) -> Response:
    """The pieces as an attachment called `name`. Raises what the pieces raise, and OSError: nothing was sent then."""
    return make_file(lambda file: file.writelines(pieces), folder).as_download(name, mimetype)
