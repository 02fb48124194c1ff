"""Finding units by what people type: with or without diacritics, with or without the kind, half a word. Pure."""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from survey_app.territory.units import Unit

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
"""Grave, acute, tilde, hook above, dot below: the five marked tones. The other marks make another vowel."""
_STROKED_D = str.maketrans("đĐ", "dD")


class _Word(NamedTuple):
    letters: str
    vowel_marks: tuple[str, ...]
    tones: frozenset[str]


def without_diacritics(text: str) -> str:
    """The text in plain Latin letters: Đồng Nai → Dong Nai. Characters that have no plain form stay as they are."""
    decomposed = unicodedata.normalize("NFD", text)
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return unicodedata.normalize("NFC", bare).translate(_STROKED_D)


def matching(units: Iterable[Unit], typed: str) -> list[Unit]:
    """The units whose code or name the typed text begins to spell, whole names first, then by name and code.

    Marks that were typed must be there (Lộc Thành is not Lộc Thạnh), marks that were not may be. Where in the word the
    tone is written does not matter (Hòa, Hoà). Nothing typed finds nothing.
    """
    wanted = _words(typed)
    if not wanted:
        return []
    code = typed.strip()
    found = [
        (rank, without_diacritics(unit.name), unit.code, unit)
        for unit in units
        if (rank := _rank(unit, wanted, code)) is not None
    ]
    return [unit for *_, unit in sorted(found, key=lambda each: each[:3])]


def _rank(unit: Unit, wanted: Sequence[_Word], code: str) -> int | None:
    """0: the very code or whole name; 1: somewhere in the name or the start of the code; None: not this unit."""
    name, full_name = _words(unit.name), _words(unit.full_name)
    if code == unit.code or _spells(name, wanted, whole=True) or _spells(full_name, wanted, whole=True):
        return 0
    if code.isdigit() and unit.code.startswith(code):
        return 1
    starts = range(len(full_name) - len(wanted) + 1)
    return 1 if any(_spells(full_name[start:], wanted, whole=False) for start in starts) else None


def _spells(name: Sequence[_Word], wanted: Sequence[_Word], *, whole: bool) -> bool:
    """Whether the words typed are the first words of the name; unless `whole`, the last one may be half a word."""
    if len(wanted) > len(name) or (whole and len(wanted) != len(name)):
        return False
    last = len(wanted) - 1
    return all(
        _begins(name[position], word)
        and (len(word.letters) == len(name[position].letters) or (position == last and not whole))
        for position, word in enumerate(wanted)
    )


def _begins(word: _Word, typed: _Word) -> bool:
    return (
        word.letters.startswith(typed.letters)
        and typed.tones <= word.tones
        and all(mark in ("", there) for mark, there in zip(typed.vowel_marks, word.vowel_marks, strict=False))
    )


@lru_cache(maxsize=16_384)
def _words(text: str) -> tuple[_Word, ...]:
    return tuple(_word(word) for word in text.casefold().split())


def _word(text: str) -> _Word:
    letters: list[str] = []
    marks: list[str] = []
    tones: set[str] = set()
    for character in unicodedata.normalize("NFD", text):
        if character in _TONES:
            tones.add(character)
        elif unicodedata.combining(character):
            if marks:
                marks[-1] += character
        else:
            letters.append(character.translate(_STROKED_D))
            marks.append("-" if character == "đ" else "")
    return _Word("".join(letters), tuple(marks), frozenset(tones))
