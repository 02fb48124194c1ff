"""Watch a book from outside: fetch the proof that its head extends the one kept from last time; verify; keep the new.

The only part of the verifier that uses the network, and only when asked to.
"""

import os
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from survey_app.ledger.verifier.heads import Head, Keys, open_head, read_consistency, read_keys, see_extension
from survey_app.ledger.verifier.words import Unreachable, Wrong

LARGEST_ANSWER = 64 * 1024
SECONDS = 30


def watch(address: str, state: Path, keys_text: str) -> tuple[str, dict[str, object]]:
    """See that the book at an address goes on from the head in the file `state`, then put the new head there.

    The first time the head is only kept. Raises Wrong (what was served then is kept beside the state as evidence), or
    Unreachable when the book gave no answer to judge.
    """
    keys = read_keys(keys_text, "key")
    book = _book(address)
    if not state.exists():
        note = _fetch(f"{book}/checkpoint")
        return _first(note, state, keys)
    old = open_head(_read(state), keys, str(state))
    answer = ""
    try:
        answer = _proof(book, old)
        return _next(answer, old, state, keys)
    except Wrong as wrong:
        evidence = state.with_name(f"{state.name}.refused")
        _write(evidence, answer)
        raise Wrong("refused", why=wrong, old=state, evidence=evidence) from wrong


def _first(note: str, state: Path, keys: Keys) -> tuple[str, dict[str, object]]:
    head = open_head(note, keys, "checkpoint")
    _write(state, note)
    return "kept_first", {"origin": head.origin, "size": head.size, "file": state}


def _next(answer: str, old: Head, state: Path, keys: Keys) -> tuple[str, dict[str, object]]:
    old_size, path, note = read_consistency(answer)
    new = open_head(note, keys, "new checkpoint")
    see_extension(old, new, old_size, path)
    _write(state, note)
    if new.size == old.size:
        return "unchanged", {"origin": new.origin, "size": new.size}
    return "extends", {"origin": new.origin, "first": old.size, "second": new.size}


def _proof(book: str, old: Head) -> str:
    """The consistency note from the old head. A book that answers, but has no proof, is judged by that."""
    try:
        return _fetch(f"{book}/proof/consistency?from={old.size}")
    except urllib.error.HTTPError as error:
        raise Wrong("no_proof", size=old.size, status=error.code) from None


def _fetch(address: str) -> str:
    """A text from the book. Raises HTTPError for a refusal (4xx), Unreachable for anything else that is no answer."""
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:  # noqa: S310  # _book saw to the scheme.
            text: str = answer.read(LARGEST_ANSWER).decode()
            return text
    except urllib.error.HTTPError as error:
        with error:
            if 400 <= error.code < 500 and error.code not in {408, 429}:
                raise
            raise Unreachable(address, error.code) from None
    except (OSError, ValueError) as error:
        raise Unreachable(address, getattr(error, "reason", None) or error) from None


def _book(address: str) -> str:
    """The address of the book: of the site, or of its /ledger."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Unreachable(address, "http://… | https://…")
    return address.rstrip("/").removesuffix("/ledger") + "/ledger"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise Wrong("cannot_read", file=path, why=getattr(error, "strerror", None) or error) from None


def _write(path: Path, text: str) -> None:
    """Replace the file whole: whoever pulls the plug leaves the old head or the new one."""
    draft = path.with_name(f"{path.name}.draft")
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise Wrong("cannot_read", file=path, why=error.strerror) from None
