"""A form is minted with its key: the signed token that makes an answer belong to one form, and count once.

A token holds a random UUID, unit, service point, channel, questionnaire hash, language and the second of minting; it is
good for 14 days, so that a queue on a phone without network can wait. Nothing stored derives from it but a keyed hash.
"""

import base64
import binascii
import hmac
import struct
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, Signer

from survey_app.responses.models import CHANNELS

LIFETIME = timedelta(days=14)
CLOCK_SKEW = timedelta(minutes=5)
"""Several hosts' clocks may differ a little; a token from further in the future was not minted by us in earnest."""
_LAYOUT = struct.Struct(">16sIIB32s2sI")
"""UUID, unit, service point, channel, the questionnaire's SHA-256, language, second of minting."""


class TokenForged(ValueError):
    """The token was not minted here, or was altered."""


class TokenExpired(ValueError):
    """The token was minted here, more than 14 days ago."""


@dataclass(frozen=True)
class FormKey:
    """What a survey page is for. `questionnaire_hash` is the 64-digit content hash; `language` two letters."""

    unit_id: int
    service_point_id: int
    channel: str
    questionnaire_hash: str
    language: str


@dataclass(frozen=True)
class SurveyToken:
    """A token that was read and found genuine."""

    nonce: uuid.UUID
    unit_id: int
    service_point_id: int
    channel: str
    questionnaire_hash: str
    language: str
    minted_at: datetime

    @property
    def expires_at(self) -> datetime:
        """From then on the token is refused."""
        return self.minted_at + LIFETIME


class TokenKeeper:
    """Mints and reads tokens under one key."""

    def __init__(self, key: bytes) -> None:
        self._signer = Signer(key, salt=b"survey-token", digest_method="sha256", key_derivation="hmac")
        self._hash_key = hmac.digest(key, b"spent", "sha256")

    def mint(self, form: FormKey, now: datetime) -> str:
        """A fresh token of fixed length in URL-safe letters."""
        packed = _LAYOUT.pack(
            uuid.uuid4().bytes,
            form.unit_id,
            form.service_point_id,
            CHANNELS.index(form.channel),
            bytes.fromhex(form.questionnaire_hash),
            form.language.encode("ascii"),
            int(now.timestamp()),
        )
        return self._signer.sign(base64.urlsafe_b64encode(packed).rstrip(b"=")).decode("ascii")

    def read(self, token: str, now: datetime) -> SurveyToken:
        """The token's content. Raises `TokenForged` or `TokenExpired`."""
        try:
            encoded = self._signer.unsign(token.encode("ascii"))
            packed = base64.urlsafe_b64decode(encoded + b"=" * (-len(encoded) % 4))
            nonce, unit_id, service_point_id, channel, content_hash, language, second = _LAYOUT.unpack(packed)
            read = SurveyToken(
                uuid.UUID(bytes=nonce),
                unit_id,
                service_point_id,
                CHANNELS[channel],
                content_hash.hex(),
                language.decode("ascii"),
                datetime.fromtimestamp(second, now.tzinfo),
            )
        except (BadSignature, UnicodeError, binascii.Error, struct.error, IndexError, OverflowError) as error:
            raise TokenForged("not minted here") from error
        if read.minted_at > now + CLOCK_SKEW:
            raise TokenForged("minted in the future")
        if now >= read.expires_at:
            raise TokenExpired("older than 14 days")
        return read

    def spent_hash(self, token: SurveyToken) -> bytes:
        """The keyed hash under which a used token is remembered until it expires (HMAC-SHA-256)."""
        return hmac.digest(self._hash_key, token.nonce.bytes, "sha256")
