"""Codes of tickets ("phiếu có mã giao dịch"): random, short enough to type, with a keyed check. Pure.

Ten characters of Crockford's base32 (50 random bits) and two that only the key can make: among ten million slips in
use, one guess in 2^36 meets a good one. The store keeps a keyed hash of a code, and another one once it is spent, so
that nobody who reads the tables can tell which slip an answer came with, or whether a given slip was used.
"""

import hmac
import secrets

from survey_app.responses.receipts import ALPHABET, normalise, spoken

RANDOM_LENGTH = 10
CHECK_LENGTH = 2
LENGTH = RANDOM_LENGTH + CHECK_LENGTH
LONGEST_TYPED = 60
MARK_LENGTH = 24

__all__ = ["LENGTH", "TicketKeeper", "as_stored", "slip_address", "spoken", "typing_address"]


def as_stored(typed: str) -> str:
    """The code however it was typed: any case, hyphens and spaces, O for 0, I and L for 1. Perhaps no code at all."""
    return normalise(typed[:LONGEST_TYPED].strip())


def slip_address(public_url: str, code: str) -> str:
    """What a slip's QR holds: HTTPS://HOST/T/CODE, in the symbol's own alphabet."""
    return f"{public_url}/T/{code}".upper()


def typing_address(public_url: str) -> str:
    """Where a code can be typed, as people read it."""
    return f"{public_url.removeprefix('https://').removeprefix('http://')}/t"


class TicketKeeper:
    """Draws codes, knows genuine ones, and makes what is stored of them, under one key."""

    def __init__(self, key: bytes) -> None:
        self._check_key = hmac.digest(key, b"check", "sha256")
        self._stored_key = hmac.digest(key, b"stored", "sha256")
        self._spent_key = hmac.digest(key, b"spent", "sha256")
        self._mark_key = hmac.digest(key, b"mark", "sha256")

    def draw(self) -> str:
        """A new code."""
        body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
        return body + self._check(body)

    def is_genuine(self, code: str) -> bool:
        """Whether the (normalised) code may have been drawn here; a guess passes once in 1,024."""
        body, check = code[:RANDOM_LENGTH], code[RANDOM_LENGTH:]
        if len(code) != LENGTH or not set(code) <= set(ALPHABET):
            return False
        return hmac.compare_digest(self._check(body), check)

    def stored_hash(self, code: str) -> bytes:
        """Under which the slip is known from printing on (HMAC-SHA-256)."""
        return hmac.digest(self._stored_key, code.encode("ascii"), "sha256")

    def spent_hash(self, code: str) -> bytes:
        """Under which its use is remembered, which nothing stored leads to."""
        return hmac.digest(self._spent_key, code.encode(), "sha256")

    def mark(self, code: str, form: bytes) -> str:
        """What shows, to whoever holds both, that this form used this slip: a second sending is told the same."""
        return hmac.digest(self._mark_key, form + code.encode(), "sha256").hex()[:MARK_LENGTH]

    def _check(self, body: str) -> str:
        number = int.from_bytes(hmac.digest(self._check_key, body.encode("ascii"), "sha256")[:4], "big")
        return "".join(ALPHABET[(number >> 5 * place) & 31] for place in range(CHECK_LENGTH))
