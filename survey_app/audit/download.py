"""A download is made whole before its first byte leaves, in a file that nobody else can open.

An error on the way can then still be said in words. The length is known, so that every client sees a download that was
cut: when an iterator fails, some WSGI servers break the connection, others end the answer as if it were all. And no
slow client holds a snapshot of the database open.
"""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from flask import Response
from werkzeug.wsgi import FileWrapper

KEPT_IN_MEMORY = 4 * 1024 * 1024
"""Bytes; a larger file lies on the disk, without a name, until it is sent."""
BLOCK = 256 * 1024


def as_download(pieces: Iterable[bytes], folder: Path, name: str, mimetype: str) -> Response:
    """The pieces as an attachment called `name` with its length; `folder` lends disk space meanwhile.

    Raises what the pieces raise, and OSError when the disk is full: nothing was sent then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = tempfile.SpooledTemporaryFile(KEPT_IN_MEMORY, dir=str(folder))  # noqa: SIM115  # closed when it is sent
    try:
        file.writelines(pieces)
        length = file.tell()
        file.seek(os.SEEK_SET)
    except BaseException:
        file.close()
        raise
    response = Response(FileWrapper(file, BLOCK), mimetype=mimetype, direct_passthrough=True)
    response.content_length = length
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
