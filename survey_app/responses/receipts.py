"""Check codes ("Mã kiểm tra phiếu"): random, with a keyed check, so that a genuine code is known without the database.

A code says that an answer was counted on a day in a unit; it derives from neither the answer nor the token.
"""

import hmac
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no I, L, O, U to mistake."""
RANDOM_LENGTH = 16
CHECK_LENGTH = 4
LENGTH = RANDOM_LENGTH + CHECK_LENGTH
_MISREAD = str.maketrans("OIL", "011", "- \u00a0")


def normalise(typed: str) -> str:
    """A code as stored: upper case, no hyphens or spaces, O read as 0, I and L as 1."""
    return typed.upper().translate(_MISREAD)


def spoken(code: str) -> str:
    """A code as printed, in groups of four: 4 letters are read and typed at a glance."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


class ReceiptMint:
    """Draws check codes and knows genuine ones, under one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def draw(self) -> str:
        """A new code: 80 random bits, so that none ever comes twice, and 20 bits that only the key can make."""
        body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
        return body + self._check(body)

    def is_genuine(self, code: str) -> bool:
        """Whether the (normalised) code was drawn here; a guess is right once in a million."""
        body, check = code[:RANDOM_LENGTH], code[RANDOM_LENGTH:]
        if len(code) != LENGTH or not set(code) <= set(ALPHABET):
            return False
        return hmac.compare_digest(self._check(body), check)

    def _check(self, body: str) -> str:
        number = int.from_bytes(hmac.digest(self._key, body.encode("ascii"), "sha256")[:4], "big")
        return "".join(ALPHABET[(number >> 5 * place) & 31] for place in range(CHECK_LENGTH))
