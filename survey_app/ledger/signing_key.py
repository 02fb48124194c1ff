"""The file that holds the log's signing key: made once, atomically, for its owner's eyes only."""

import os
import secrets
from pathlib import Path

from survey_app.ledger.checkpoint import KeyTextError, SigningKey


class SigningKeyError(Exception):
    """The key cannot be used; `problem` says why (a text `ledger.key.<problem>` tells people what to do)."""

    def __init__(self, problem: str, message: str, **details: object) -> None:
        self.problem, self.details = problem, details
        super().__init__(message)


def load_signing_key(path: Path, name: str | None = None) -> SigningKey:
    """The key in the file. `name` is the log's origin: a key made for another log must not sign for this one.

    Raises SigningKeyError.
    """
    try:
        key = SigningKey.parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SigningKeyError("missing", f"{path}: there is no ledger key", file=path) from error
    except OSError as error:
        why = error.strerror
        raise SigningKeyError("unreadable", f"{path}: cannot be read ({why})", file=path, why=why) from error
    except (KeyTextError, UnicodeDecodeError) as error:
        raise SigningKeyError("broken", f"{path}: holds no ledger key ({error})", file=path) from error
    if name is not None and key.name != name:
        words = f"{path}: this key is that of the log {key.name}, but the log here is {name}"
        raise SigningKeyError("foreign", words, file=path, found=key.name, expected=name)
    return key


def load_or_create_signing_key(path: Path, name: str) -> SigningKey:
    """The key in the file, made first (mode 0600) where there is none.

    Processes that start together get the same key: the finished file is linked into place, and a link never replaces
    one that is there. Raises SigningKeyError.
    """
    if not path.exists():
        write_signing_key(path, _generated(name))
    return load_signing_key(path, name)


def write_signing_key(path: Path, key: SigningKey) -> None:
    """Put the key there unless something is there already, durably: a head signed by a lost key cannot be followed.

    Raises SigningKeyError.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _create(path, key.text + "\n")
    except OSError as error:
        why = error.strerror
        raise SigningKeyError(
            "unwritable", f"{path}: the ledger key cannot be made ({why})", file=path, why=why
        ) from error


def _generated(name: str) -> SigningKey:
    try:
        return SigningKey.generate(name)
    except KeyTextError as error:
        raise SigningKeyError("name", str(error), name=name) from error


def _create(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass  # Another process was first: its key is the key.
    finally:
        draft.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make what was linked, renamed or removed in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
