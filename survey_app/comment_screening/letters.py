"""Vietnamese letters made comparable: composed, without diacritics, one character for one character."""

import unicodedata
from functools import lru_cache

_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), 0x2060, 0xFEFF, 0xAD])


def composed(text: str) -> str:
    """The text in Unicode's composed form (NFC), without invisible characters: what positions refer to."""
    return unicodedata.normalize("NFC", text.translate(_INVISIBLE))


def folded(text: str) -> str:
    """A composed text in lower case without diacritics, position for position."""
    return "".join(map(_folded_letter, text))


@lru_cache(maxsize=4096)
def _folded_letter(letter: str) -> str:
    if letter in "đĐ":
        return "d"
    base = unicodedata.normalize("NFD", letter)[0].lower()
    return base if len(base) == 1 else letter


def has_diacritics(text: str) -> bool:
    """Whether any letter of the text bears a diacritic: many people type none at all."""
    return any(_folded_letter(letter) != letter.lower() for letter in text)
