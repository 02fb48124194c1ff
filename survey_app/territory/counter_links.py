"""Links for the screens at a counter, and the code on the display that changes every minute. Pure.

Whoever holds a screen's link may open that screen, and nothing else: its key is signed for one kind of screen, one
service point and one of its scan codes, so that revoking the scan code closes every link that was made with it. The
time code is a keyed hash of scan code and minute (the idea of RFC 6238): a photo of it is stale in minutes.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from survey_app.territory.scan_codes import CODE_LENGTH, DIGITS, is_wellformed, normalise

Screen = Literal["display", "kiosk"]
SCREENS: tuple[Screen, ...] = get_args(Screen)
STEP_SECONDS = 60
GRACE_STEPS = 2
"""A code that was just replaced is taken for two steps more: aiming a camera and a slow network take their time."""
SIGNATURE_LENGTH = 12
MOMENT_LENGTH = 8
_BITS_A_CHARACTER = 5


@dataclass(frozen=True, slots=True)
class CounterKeys:
    """Makes and checks keys of links and time codes under one secret key (32 bytes)."""

    key: bytes

    def link_key(self, screen: Screen, service_point_id: int, code: str) -> str:
        """The `key` in a screen's address: the scan code and 60 bits that only this installation can make."""
        return code + self._sign(f"{screen}/{service_point_id}/{code}", SIGNATURE_LENGTH)

    def code_in(self, screen: Screen, service_point_id: int, typed: str) -> str | None:
        """The scan code for which a key was made, whatever way it was typed; None for a key that was not made here."""
        typed = normalise(typed)
        code = typed[:CODE_LENGTH]
        if not is_wellformed(code) or not typed.isascii():
            return None
        return code if hmac.compare_digest(typed, self.link_key(screen, service_point_id, code)) else None

    def moment_code(self, code: str, moment: datetime) -> str:
        """What the display adds to the scan code in this minute."""
        return self._of_step(code, _step(moment))

    def is_fresh(self, code: str, typed: str, now: datetime) -> bool:
        """Whether the display of the scan code showed this within the grace (a stored code, any way of typing)."""
        typed = normalise(typed)
        if not typed.isascii():
            return False
        steps = range(_step(now) - GRACE_STEPS, _step(now) + 1)
        return any(hmac.compare_digest(typed, self._of_step(normalise(code), step)) for step in steps)

    def _of_step(self, code: str, step: int) -> str:
        return self._sign(f"moment/{code}/{step}", MOMENT_LENGTH)

    def _sign(self, words: str, length: int) -> str:
        number = int.from_bytes(hmac.digest(self.key, words.encode(), "sha256"), "big")
        return "".join(DIGITS[(number >> _BITS_A_CHARACTER * place) & 31] for place in range(length))


def seconds_left(moment: datetime) -> int:
    """Until the display's code changes, 1 … 60."""
    return STEP_SECONDS - int(moment.timestamp()) % STEP_SECONDS


def screen_address(public_url: str, screen: Screen, service_point_id: int, key: str) -> str:
    """What is opened on the screen itself."""
    return f"{public_url}/{screen}/{service_point_id}?key={key}"


def display_scan_address(public_url: str, code: str, moment_code: str) -> str:
    """What the display's QR holds, in the letters of a QR code's alphanumeric mode: HTTPS://HOST/D/CODE/MOMENT."""
    return f"{public_url}/D/{code}/{moment_code}".upper()


def _step(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP_SECONDS
