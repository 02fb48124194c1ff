"""Small files in memory (tmpfs) that the processes of one host share, and nobody else reads."""

import hashlib
import os
import stat
from pathlib import Path

from config import Settings


def file_in_memory(settings: Settings) -> Path:
    """A file of this account and installation in memory where the system has /dev/shm, else in the instance folder."""
    shared_memory = Path("/dev/shm")  # noqa: S108  # the file is private: see make_private
    if not os.access(shared_memory, os.W_OK):
        return settings.instance_dir / "guard" / "state"
    installation = hashlib.sha256(str(settings.instance_dir.resolve()).encode()).hexdigest()[:16]
    return shared_memory / f"than-thien-{os.geteuid()}" / installation


def make_private(path: Path) -> None:
    """Make the file if it is absent. Raises OSError when it is not ours alone: others may write where it lies."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
            raise PermissionError(f"{path} must be a file of this account alone (mode 0600)")
    finally:
        os.close(descriptor)
