"""The file that holds the log's signing key: made once, atomically, for its owner's eyes only."""

import os
import secrets
from pathlib import Path

from survey_app.ledger.checkpoint import KeyTextError, SigningKey


class SigningKeyError(Exception):
    """The key file cannot be used; the message says why and what to do."""


def load_signing_key(path: Path, name: str) -> SigningKey:
    """The key in the file. `name` is the log's origin: a key made for another log must not sign for this one.

    Raises SigningKeyError.
    """
    try:
        key = SigningKey.parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SigningKeyError(f"{path}: there is no ledger key") from error
    except OSError as error:
        raise SigningKeyError(f"{path}: cannot be read ({error.strerror})") from error
    except (KeyTextError, UnicodeDecodeError) as error:
        raise SigningKeyError(f"{path}: holds no ledger key ({error})") from error
    if key.name != name:
        raise SigningKeyError(f"{path}: this key is that of the log {key.name}, but the settings say {name}")
    return key


def load_or_create_signing_key(path: Path, name: str) -> SigningKey:
    """The key in the file, made first (mode 0600) where there is none.

    Processes that start together get the same key: the finished file is linked into place, and a link never replaces
    one that is there. Raises SigningKeyError.
    """
    if not path.exists():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _create(path, SigningKey.generate(name).text + "\n")
        except OSError as error:
            raise SigningKeyError(f"{path}: the ledger key cannot be made ({error.strerror})") from error
        except KeyTextError as error:
            raise SigningKeyError(str(error)) from error
    return load_signing_key(path, name)


def _create(path: Path, text: str) -> None:
    """Put the text there unless something is there already, durably: a head signed by a lost key cannot be followed."""
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
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
