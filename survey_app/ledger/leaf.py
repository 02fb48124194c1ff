"""The leaf of a response: what the ledger commits to. Pure: standard library only.

The leaf is the RFC 8785 canonical JSON of the response's fields (interfaces: "The leaf is …"), hashed with the leaf
prefix 0x00 of RFC 6962, section 2.1. A salt makes it impossible to guess a row from its hash.
"""

import hashlib
import json
from collections.abc import Mapping

LEAF_FIELDS = (
    "id",
    "day",
    "day_part",
    "unit",
    "service_point",
    "channel",
    "respondent_group",
    "service_domain",
    "questionnaire",
    "language",
    *(f"r{number}" for number in range(1, 13)),
    *(f"c{number}" for number in range(1, 5)),
    "flags",
    "comment_digest",
    "leaf_salt",
)
"""The keys of a leaf: text, integer or null; all ASCII, so that sorting by code point is RFC 8785's order."""
SALT_BYTES = 16
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def leaf_bytes(fields: Mapping[str, str | int | None]) -> bytes:
    """Canonical JSON of a leaf. Raises ValueError unless exactly `LEAF_FIELDS` are given.

    For text, integers and null the standard library's compact sorted JSON *is* RFC 8785 (a test compares them), at a
    tenth of the cost of a general implementation.
    """
    if fields.keys() != set(LEAF_FIELDS):
        raise ValueError(f"a leaf has exactly the fields {', '.join(LEAF_FIELDS)}")
    return _CANONICAL.encode(fields).encode()


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256 of 0x00 and the leaf (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def comment_digest(salt: bytes, comment: str) -> bytes:
    """SHA-256 of the comment's own salt and its text: it stays when the comment is redacted."""
    return hashlib.sha256(salt + comment.encode()).digest()
