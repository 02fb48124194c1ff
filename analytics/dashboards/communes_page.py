"""What the front page shows: every commune by name, never by result; found with or without diacritics."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from analytics.dashboards.sentences import unit_name
from survey_app.database import read_connection
from survey_app.languages import catalogue
from survey_app.territory.search import matching
from survey_app.territory.units import COMMUNE_KINDS, Unit, communes

LONGEST_SEARCH = 80
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
"""Vietnamese order of letters; tones come after them."""
_TONES = dict(zip("\u0300\u0309\u0303\u0301\u0323", range(1, 6), strict=True))
"""The order of Vietnamese dictionaries: level, grave, hook, tilde, acute, dot."""
_ABOVE_ALL_NUMBERS = 1_000_000
KIND_ORDER = ("phường", "xã", "đặc khu", "thị trấn")
KIND_KEYS = {"phường": "ward", "xã": "commune", "đặc khu": "zone", "thị trấn": "township"}


@dataclass(frozen=True, slots=True)
class CommuneLink:
    """One commune of the list."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class CommuneGroup:
    """The communes of one kind, by name."""

    words: str
    communes: tuple[CommuneLink, ...]


@dataclass(frozen=True, slots=True)
class CommunesPage:
    """The communes found for what was typed, of how many."""

    typed: str
    groups: tuple[CommuneGroup, ...]
    count: int
    total: int


def communes_page(typed: str, day: date, language: str) -> CommunesPage:
    """All communes of the day, or those whose name or code the typed text begins to spell."""
    wanted = "".join(character for character in typed if character.isprintable())[:LONGEST_SEARCH].strip()
    with read_connection() as connection:
        everything = communes(connection, day)
    found = matching(everything, wanted) if wanted else everything
    return CommunesPage(wanted, tuple(_groups(found, language)), len(found), len(everything))


def vietnamese_order(name: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """A key that sorts names as a Vietnamese dictionary does: by letters first, then by tones; numbers by value."""
    if name.isdecimal():
        return (int(name) - _ABOVE_ALL_NUMBERS,), ()
    letters: list[int] = []
    tones: list[int] = []
    for character in unicodedata.normalize("NFC", name).casefold():
        bare = "".join(part for part in unicodedata.normalize("NFD", character) if part not in _TONES)
        letter = unicodedata.normalize("NFC", bare)
        letters.append(ALPHABET.find(letter) + 1)  # Spaces and what else is no letter come first.
        tones.append(next((_TONES[p] for p in unicodedata.normalize("NFD", character) if p in _TONES), 0))
    return tuple(letters), tuple(tones)


def _groups(found: Iterable[Unit], language: str) -> Iterable[CommuneGroup]:
    by_name = sorted(found, key=lambda unit: vietnamese_order(unit.name))
    for kind in KIND_ORDER:
        links = tuple(CommuneLink(unit.code, unit_name(unit, language)) for unit in by_name if unit.kind == kind)
        if links:
            yield CommuneGroup(catalogue(language).text(f"dashboards.kind.{KIND_KEYS[kind]}"), links)


assert set(KIND_ORDER) == set(COMMUNE_KINDS), "every kind of commune has its place"
