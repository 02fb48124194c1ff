"""The signed head of the log: C2SP tlog-checkpoint in a C2SP signed note, signed with Ed25519 (RFC 8032).

Pure: `cryptography` and the standard library. Where the key lies and how it is made: `signing_key`.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from survey_app.ledger.merkle import HASH_BYTES, verify_consistency

ED25519 = b"\x01"
"""The signature type of signed notes."""
KEY_ID_BYTES = 4
LARGEST_NOTE_BYTES = 16 * 1024
LARGEST_SIZE = 2**63
LONGEST_PROOF = 63
_SIGNATURE_START = "\u2014 "
_PRIVATE = "PRIVATE+KEY+"


class NoteError(ValueError):
    """A signed note is malformed, or what it holds is no checkpoint."""


class UnknownKey(NoteError):
    """Nobody we know has signed the note: the wrong key was given, or the note is another log's."""


class BadSignature(NoteError):
    """A key we know is named, but its signature does not fit the text."""


class KeyTextError(ValueError):
    """A text is no key in the form of signed notes."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under the name of the log, as `/ledger/key` publishes it."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.public_key) != HASH_BYTES:
            raise KeyTextError("an Ed25519 public key has 32 bytes")

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read `<name>+<key id>+<base64>`. Raises KeyTextError."""
        key = cls(*_parse_key(text.strip()))
        if key.text != text.strip():
            raise KeyTextError("the key's id does not fit the key")
        return key

    @property
    def key_id(self) -> bytes:
        """Four bytes that, with the name, tell keys apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public_key).digest()[:KEY_ID_BYTES]

    @property
    def text(self) -> str:
        """`<name>+<key id in hex>+<base64 of type and key>`."""
        return f"{self.name}+{self.key_id.hex()}+{_base64(ED25519 + self.public_key)}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The log's private key: a name and an Ed25519 seed of 32 bytes."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.seed) != HASH_BYTES:
            raise KeyTextError("an Ed25519 seed has 32 bytes")

    @classmethod
    def generate(cls, name: str) -> "SigningKey":
        """A new key. Raises KeyTextError for a name that signed notes do not allow."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> "SigningKey":
        """Read `PRIVATE+KEY+<name>+<key id>+<base64>`. Raises KeyTextError."""
        private, rest = text.strip()[: len(_PRIVATE)], text.strip()[len(_PRIVATE) :]
        if private != _PRIVATE:
            raise KeyTextError(f"a signing key begins with {_PRIVATE}")
        key = cls(*_parse_key(rest))
        if key.text != text.strip():
            raise KeyTextError("the key's id does not fit the key")
        return key

    @property
    def text(self) -> str:
        """The secret text that is kept in the key file; programs that sign notes in Go read it too."""
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{_base64(ED25519 + self.seed)}"

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self._private().public_key().public_bytes_raw())

    def signature_line(self, text: str) -> str:
        """The line that signs a note's text."""
        signature = self.verifier.key_id + self._private().sign(text.encode())
        return f"{_SIGNATURE_START}{self.name} {_base64(signature)}\n"

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of the log: whose log it is, how many days it holds, and their root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed: three lines."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read the text of a note; extension lines are passed over. Raises NoteError."""
        lines = text.split("\n")
        if len(lines) < 4 or not all(lines[:-1]) or lines[-1]:
            raise NoteError("a checkpoint has at least three lines, none of them empty")
        return cls(lines[0], _size(lines[1]), _hash(lines[2]))


def check_name(name: str) -> None:
    """See that signed notes allow the name of a key (or origin). Raises KeyTextError."""
    if not name or "+" in name or any(one.isspace() or ord(one) < 0x20 for one in name):
        raise KeyTextError(f"{name!r} cannot name a log: no spaces, no plus, not empty")


def sign_checkpoint(checkpoint: Checkpoint, *keys: SigningKey) -> str:
    """The signed note. While keys change hands it may carry two signatures. Raises ValueError for another log's key."""
    if not keys or any(key.name != checkpoint.origin for key in keys):
        raise ValueError(f"the head of {checkpoint.origin} is signed by keys of that name")
    return checkpoint.text + "\n" + "".join(key.signature_line(checkpoint.text) for key in keys)


def open_checkpoint(note: str, keys: Iterable[VerifierKey]) -> Checkpoint:
    """The checkpoint in a note that one of the keys has signed, and no known key wrongly.

    Raises NoteError for no note or no checkpoint, UnknownKey, BadSignature.
    """
    text, signatures = _split_note(note)
    known = {(key.name, key.key_id): key for key in keys}
    signers = set()
    for name, raw in signatures:
        key = known.get((name, raw[:KEY_ID_BYTES]))
        if key is None:
            continue  # Witnesses and other keys of the log may sign too.
        if not _fits(key, raw[KEY_ID_BYTES:], text):
            raise BadSignature(f"the signature of {name} does not fit the checkpoint")
        signers.add(name)
    checkpoint = Checkpoint.parse(text)
    if checkpoint.origin not in signers:
        names = ", ".join(f"{name}+{raw[:KEY_ID_BYTES].hex()}" for name, raw in signatures)
        raise UnknownKey(f"the checkpoint of {checkpoint.origin} is signed by {names}, none of the keys given")
    return checkpoint


def parse_verifier_keys(text: str) -> list[VerifierKey]:
    """The keys of a file, one a line, as `/ledger/key` gives them: the present one and those before it.

    Raises KeyTextError, also when there is none.
    """
    keys = [VerifierKey.parse(line) for line in text.splitlines() if line.strip()]
    if not keys:
        raise KeyTextError("no key")
    return keys


def consistency_note(old_size: int, proof: Sequence[bytes], note: str) -> str:
    """A consistency proof with the newer head it leads to, in the form that C2SP tlog-witness takes."""
    return f"old {old_size}\n" + "".join(f"{_base64(one)}\n" for one in proof) + "\n" + note


def parse_consistency_note(text: str) -> tuple[int, list[bytes], str]:
    """Old size, proof and the newer head's note. Raises NoteError."""
    proof, separator, note = text.partition("\n\n")
    first, *hashes = proof.split("\n")
    old, _, size = first.partition(" ")
    if not separator or old != "old" or len(hashes) > LONGEST_PROOF:
        raise NoteError("a consistency proof is `old` and a size, then hashes, an empty line and a checkpoint")
    return _size(size), [_hash(one) for one in hashes], note


def extend(old: Checkpoint, consistency: str, keys: Iterable[VerifierKey]) -> Checkpoint:
    """The newer head in a consistency note, once proven to extend the old one: what a monitor does each day.

    Raises NoteError (another log's, unsigned, for another old size) or merkle.ProofError.
    """
    old_size, proof, note = parse_consistency_note(consistency)
    new = open_checkpoint(note, keys)
    if new.origin != old.origin or old_size != old.size:
        raise NoteError(f"the proof is for {new.origin} at size {old_size}, not for {old.origin} at size {old.size}")
    verify_consistency(old.size, old.root, new.size, new.root, proof)
    return new


def _split_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text of a note, and the name and raw signature of each signature line."""
    if len(note.encode()) > LARGEST_NOTE_BYTES or any(ord(one) < 0x20 and one != "\n" for one in note):
        raise NoteError("too long for a signed note, or control characters in it")
    text, separator, block = note.rpartition("\n\n")
    if not separator or not block.endswith("\n"):
        raise NoteError("a signed note ends with an empty line and lines of signatures")
    return text + "\n", [_signature(line) for line in block[:-1].split("\n")]


def _signature(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(_SIGNATURE_START).partition(" ")
    raw = _decoded(encoded)
    if not line.startswith(_SIGNATURE_START) or not name or "+" in name or raw is None or len(raw) <= KEY_ID_BYTES:
        raise NoteError(f"no signature line: {line[:80]!r}")
    return name, raw


def _fits(key: VerifierKey, signature: bytes, text: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _parse_key(text: str) -> tuple[str, bytes]:
    """Name and key of `<name>+<key id>+<base64 of type and key>`; the caller compares the id."""
    parts = text.split("+", 2)
    raw = _decoded(parts[2]) if len(parts) == 3 else None
    if raw is None:
        raise KeyTextError("a key is a name, a key id and base64, joined by plus signs")
    if raw[:1] != ED25519:
        raise KeyTextError("not an Ed25519 key")
    return parts[0], raw[1:]


def _size(text: str) -> int:
    if not re.fullmatch("0|[1-9][0-9]{0,18}", text) or int(text) >= LARGEST_SIZE:
        raise NoteError(f"{text[:60]!r} is no tree size")
    return int(text)


def _hash(text: str) -> bytes:
    raw = _decoded(text)
    if raw is None or len(raw) != HASH_BYTES:
        raise NoteError(f"{text[:60]!r} is no SHA-256 in base64")
    return raw


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decoded(text: str) -> bytes | None:
    """The bytes, or None unless the text is exactly what base64 makes of them."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if _base64(raw) == text else None
