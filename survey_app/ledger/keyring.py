"""Which key signs the log's heads: the file's, if the log knows it as its newest. Making the first, and changing keys.

The table `ledger_key` says which keys are the log's; the file holds the secret of the newest. So a key that was lost or
replaced is noticed before anything is signed, and never followed silently by another.
"""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from sqlalchemy import Connection, insert

from config import Settings
from survey_app.audit_log.log import record_event
from survey_app.ledger.audit_events import KEY_MADE, KEY_ROTATED
from survey_app.ledger.checkpoint import NoteError, SigningKey, VerifierKey, open_checkpoint
from survey_app.ledger.models import LedgerKeyRow
from survey_app.ledger.sealed_log import newest_checkpoint, verifier_keys
from survey_app.ledger.signing_key import (
    SigningKeyError,
    load_or_create_signing_key,
    load_signing_key,
    sync_folder,
    write_signing_key,
)


@dataclass(frozen=True, slots=True)
class Keyring:
    """Where this installation's signing key lies, and how its log is called at birth."""

    path: Path
    chosen_origin: str
    default_origin: str
    may_make: bool
    """Whether closing may make the first key by itself (not in production)."""

    @classmethod
    def of(cls, settings: Settings) -> "Keyring":
        """As the settings say."""
        return cls(
            settings.resolved_ledger_key_file,
            settings.ledger_origin,
            settings.default_ledger_origin,
            settings.deployment != "production",
        )

    def origin(self, known: Sequence[VerifierKey]) -> str:
        """The log's name: chosen, else that of the log which is there, else the default.

        Raises SigningKeyError when the settings name another log than the one in the database.
        """
        origin = self.chosen_origin or (known[0].name if known else self.default_origin)
        if known and known[0].name != origin:
            words = f"the settings name the log {origin}, but the log here is {known[0].name}"
            raise SigningKeyError("origin", words, found=origin, expected=known[0].name)
        return origin

    def ensure(self, connection: Connection, now: datetime, *, make: bool | None = None, actor: str) -> VerifierKey:
        """See that the log has a key and that it is here; take the first into use, making it where that is allowed.

        Raises SigningKeyError: no key, another log's, or not the newest of this one's.
        """
        known = known_keys(connection)
        if known:
            return self.signers(connection)[0].verifier
        # A key that lies there names the log that it was made for, unless the settings name one.
        origin = self.chosen_origin or (load_signing_key(self.path).name if self.path.exists() else self.default_origin)
        load = load_or_create_signing_key if (self.may_make if make is None else make) else load_signing_key
        key = load(self.path, origin).verifier
        _introduce(connection, 1, key, now)
        record_event(connection, KEY_MADE, actor=actor, at=now, verifier=key.text)
        return key

    def signers(self, connection: Connection) -> tuple[SigningKey, ...]:
        """The keys that sign the next head: the newest, and for its first head those before it too, if they are kept.

        Raises SigningKeyError.
        """
        known = known_keys(connection)
        signing = [self._load(known)]
        for newer, older in pairwise(known):
            if _has_signed(connection, newer):
                break
            with suppress(SigningKeyError):  # It was lost: the new key vouches alone, and the audit log says so.
                signing.append(load_signing_key(self.kept(older), older.name))
        return tuple(signing)

    def rotate(self, connection: Connection, now: datetime, actor: str, *, lost: bool = False) -> VerifierKey:
        """Introduce a new key. The new file is put in place by `finish_rotation`, once this transaction is durable.

        `lost`: go on where the present key is gone, so that it can neither be kept nor sign the handover; whatever lies
        in its place is set aside. Raises SigningKeyError.
        """
        known = known_keys(connection)
        if not known:
            raise SigningKeyError("none", "the log has no key yet", file=self.path)
        present = self._present_or_lost(known, lost)
        new = SigningKey.generate(self.origin(known))
        if present is not None:
            write_signing_key(self.kept(known[0]), present)
        elif self.path.exists():
            self.path.rename(self.path.with_name(f"{self.path.name}.set-aside-{secrets.token_hex(4)}"))
        self._next.unlink(missing_ok=True)
        write_signing_key(self._next, new)
        _introduce(connection, len(known) + 1, new.verifier, now)
        record_event(
            connection,
            KEY_ROTATED,
            actor=actor,
            at=now,
            verifier=new.verifier.text,
            previous=known[0].text,
            previous_lost=present is None,
        )
        return new.verifier

    def finish_rotation(self) -> None:
        """Put the new key's file in the place of the old one's."""
        self._next.replace(self.path)
        sync_folder(self.path.parent)

    def kept(self, key: VerifierKey) -> Path:
        """Where a key is kept after it was replaced."""
        return self.path.with_name(f"{self.path.name}.replaced-{key.key_id.hex()}")

    @property
    def _next(self) -> Path:
        return self.path.with_name(f"{self.path.name}.next")

    def _present_or_lost(self, known: Sequence[VerifierKey], lost: bool) -> SigningKey | None:
        try:
            return self._load(known)
        except SigningKeyError as error:
            if lost and error.problem != "origin":
                return None
            raise

    def _load(self, known: Sequence[VerifierKey]) -> SigningKey:
        """The file's key, which must be the log's newest."""
        origin = self.origin(known)
        if self._was_interrupted(known, origin):
            self.finish_rotation()
        key = load_signing_key(self.path, origin)
        if key.verifier not in known:
            words = f"{self.path}: this key has never been the log's"
            raise SigningKeyError("unknown", words, file=self.path, expected=known[0].text)
        if key.verifier != known[0]:
            words = f"{self.path}: this key was replaced by a newer one"
            raise SigningKeyError("replaced", words, file=self.path, expected=known[0].text)
        return key

    def _was_interrupted(self, known: Sequence[VerifierKey], origin: str) -> bool:
        """Whether a rotation was durable in the database, and then its process ended before the file was in place."""
        if not self._next.exists():
            return False
        try:
            return load_signing_key(self._next, origin).verifier == known[0]
        except SigningKeyError:
            return False


def known_keys(connection: Connection) -> list[VerifierKey]:
    """The log's verifier keys, newest first."""
    return [VerifierKey.parse(text) for text in verifier_keys(connection)]


def _has_signed(connection: Connection, key: VerifierKey) -> bool:
    """Whether the newest head carries the key's signature."""
    note = newest_checkpoint(connection)
    try:
        return note is None or bool(open_checkpoint(note, [key]))
    except NoteError:
        return False


def _introduce(connection: Connection, number: int, key: VerifierKey, now: datetime) -> None:
    row = {"number": number, "verifier": key.text, "introduced_on": now.date()}
    connection.execute(insert(LedgerKeyRow), row)
