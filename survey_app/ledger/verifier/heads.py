"""Signed heads of the log: C2SP signed-note, tlog-checkpoint and tlog-witness, signed with Ed25519."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from survey_app.ledger.verifier.trees import extends
from survey_app.ledger.verifier.words import Wrong


@dataclass(frozen=True)
class Head:
    """A signed head of the log: its origin, its size in days, its root."""

    origin: str
    size: int
    root: bytes


Keys = Mapping[tuple[str, bytes], bytes]
"""Public keys by the name and the id under which they sign."""


def read_keys(text: str, file: str) -> Keys:
    """The verifier keys of a file, `<name>+<id>+<base64>`, one a line: the present key and those before it."""
    keys: dict[tuple[str, bytes], bytes] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, rest = line.partition("+")
        key_id, _, encoded = rest.partition("+")
        raw = unbase64(encoded) or b""
        if raw[:1] != b"\x01" or len(raw) != 33 or not name:
            raise Wrong("key", file=file, why=line[:60])
        expected = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
        if expected.hex() != key_id:
            raise Wrong("key", file=file, why=f"{key_id} ≠ {expected.hex()}")
        keys[name, expected] = raw[1:]
    if not keys:
        raise Wrong("key", file=file, why="0")
    return keys


def open_head(note: str, keys: Keys, file: str) -> Head:
    """The head in a signed note. Its own name must be that of a key which signed it."""
    text, separator, block = note.rpartition("\n\n")
    if not separator or not block.endswith("\n") or any(one < " " and one != "\n" for one in note):
        raise Wrong("note", file=file, why="no signatures")
    text += "\n"
    signers, trusted = [], set()
    for line in block[:-1].split("\n"):
        name, _, encoded = line.removeprefix("\u2014 ").partition(" ")
        raw = unbase64(encoded)
        if not line.startswith("\u2014 ") or raw is None or len(raw) < 5:
            raise Wrong("note", file=file, why=repr(line[:60]))
        signers.append(f"{name}+{raw[:4].hex()}")
        public = keys.get((name, raw[:4]))
        if public is None:
            continue  # Witnesses and other keys of the log may sign too.
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], text.encode())
        except (InvalidSignature, ValueError):
            raise Wrong("bad_signature", file=file, signer=signers[-1]) from None
        trusted.add(name)
    match = re.fullmatch(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([^\n]+)\n([^\n]+\n)*", text)
    root = unbase64(match[3]) if match else None
    if match is None or root is None or len(root) != 32:
        raise Wrong("note", file=file, why=repr(text[:60]))
    if match[1] not in trusted:
        raise Wrong("wrong_key", file=file, signers=", ".join(signers))
    return Head(match[1], int(match[2]), root)


def read_consistency(text: str) -> tuple[int, list[bytes], str]:
    """Old size, proof and the newer head's note, as C2SP tlog-witness writes them."""
    proof, _, note = text.partition("\n\n")
    first, *hashes = proof.split("\n")
    decoded = [unbase64(one) for one in hashes]
    path = [one for one in decoded if one is not None and len(one) == 32]
    if not re.fullmatch(r"old (0|[1-9][0-9]{0,18})", first) or len(path) != len(decoded) or not note:
        raise Wrong("proof")
    return int(first[4:]), path, note


def see_same_log(proven: Head, given: Head, consistency: tuple[int, list[bytes], str] | None) -> None:
    """See that the head that proofs lead to and the one that a person holds are of one log, never rewritten."""
    if given.origin != proven.origin:
        raise Wrong("foreign", file="checkpoint", origin=given.origin)
    if given.size == proven.size:
        see_extension(proven, given, proven.size, [])
    elif consistency is None:
        raise Wrong("stale_head" if given.size < proven.size else "newer_head", given=given.size, size=proven.size)
    else:
        older, newer = sorted((proven, given), key=lambda head: head.size)
        see_extension(older, newer, *consistency[:2])


def see_extension(old: Head, new: Head, old_size: int, path: Sequence[bytes]) -> None:
    """See that the newer head extends the older one, by a proof that says for which old size it is."""
    if new.origin != old.origin:
        raise Wrong("foreign", file="new checkpoint", origin=new.origin)
    if new.size < old.size:
        raise Wrong("shrunk", first=old.size, second=new.size)
    if old_size != old.size:
        raise Wrong("other_proof", said=old_size, size=old.size)
    if not extends(old.size, old.root, new.size, new.root, path):
        raise Wrong("split_log", first=old.size, second=new.size)


def unbase64(text: str) -> bytes | None:
    """The bytes, or None unless the text is exactly what base64 makes of them."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == text else None
