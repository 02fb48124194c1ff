"""Secret keys: made once, atomically, before workers fork; each purpose gets a key of its own derived from it."""

import hmac
import os
import secrets
from pathlib import Path

from config import Settings

SECRET_FILE = "secret_key"


def load_or_create_secret(path: Path) -> str:
    """Read the secret in `path`, or make it (64 hex digits, mode 0600).

    Two processes that start together get the same secret: the finished file is linked into place, and a link never
    replaces an existing file. Raises OSError when the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, secrets.token_hex(32).encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # Another process was first: its secret is the secret.
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def secret_of(settings: Settings) -> str:
    """The installation's secret: the setting, else the file in the instance folder."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    return load_or_create_secret(settings.instance_dir / SECRET_FILE)


def derive_key(secret: str, purpose: str) -> bytes:
    """A 32-byte key for one purpose (HMAC-SHA-256 as in HKDF-Expand, RFC 5869); one tells nothing of another."""
    return hmac.digest(secret.encode(), f"than-thien/{purpose}\x01".encode(), "sha256")
