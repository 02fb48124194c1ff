"""What the front page shows: the city in a sentence, every commune by name, never by result; found with or without
diacritics. A nation's 3,321 communes are shown by city or province.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from analytics.dashboards.city_summary import read_city_summary
from analytics.dashboards.sentences import unit_name
from survey_app.database import read_connection
from survey_app.languages import catalogue
from survey_app.territory.search import matching
from survey_app.territory.units import COMMUNE_KINDS, Unit, units_on

LONGEST_SEARCH = 80
LONGEST_LIST = 300
"""Communes on one page: more than any city or province has."""
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
"""Vietnamese order of letters; tones come after them."""
_TONES = dict(zip("\u0300\u0309\u0303\u0301\u0323", range(1, 6), strict=True))
"""The order of Vietnamese dictionaries: level, grave, hook, tilde, acute, dot."""
_ABOVE_ALL_NUMBERS = 1_000_000
KIND_ORDER = ("phường", "xã", "đặc khu", "thị trấn")
KIND_KEYS = {"phường": "ward", "xã": "commune", "đặc khu": "zone", "thị trấn": "township"}


@dataclass(frozen=True, slots=True)
class CommuneLink:
    """One commune of the list, or a city; `area` names the city or province where there are several."""

    code: str
    name: str
    area: str | None = None


@dataclass(frozen=True, slots=True)
class CommuneGroup:
    """The communes of one kind, by name."""

    words: str
    communes: tuple[CommuneLink, ...]


@dataclass(frozen=True, slots=True)
class CommunesPage:
    """The communes found for what was typed, of how many; at most `LONGEST_LIST` of them are in `groups`.

    `cities`: to choose one from, where there are several; `city`: the one that is shown, the only one without a choice;
    `summary`: its newest four weeks in a sentence; `joined`: what is to be known of its weeks.
    """

    typed: str
    groups: tuple[CommuneGroup, ...]
    count: int
    total: int
    cities: tuple[CommuneLink, ...]
    city: CommuneLink | None
    summary: str | None
    joined: str

    @property
    def shown(self) -> int:
        """How many communes are listed."""
        return sum(len(group.communes) for group in self.groups)

    @property
    def is_nation(self) -> bool:
        """Whether the reader must choose a city or province, or search."""
        return bool(self.cities) and self.city is None and not self.typed


class UnknownCity(Exception):
    """No city or province has the code that was asked for."""


def communes_page(typed: str, city_code: str | None, day: date, language: str) -> CommunesPage:
    """All communes of the day, or those whose name or code the typed text begins to spell.

    Of a nation first the cities and provinces, then the communes of the one that `city_code` names. Raises
    `UnknownCity`.
    """
    wanted = "".join(character for character in typed if character.isprintable())[:LONGEST_SEARCH].strip()
    with read_connection() as connection:
        units = units_on(connection, day)
        cities = _cities(units)
        city = _chosen(cities, city_code)
        everything = [unit for unit in units if unit.is_commune and (city is None or unit.parent_id == city.id)]
        ids = [unit.id for unit in everything]
        summary = read_city_summary(connection, city, ids, day) if city is not None and not wanted else None
    several = len(cities) > 1
    listed = [] if several and city is None else everything
    found = matching(everything, wanted) if wanted else listed
    areas = {one.id: unit_name(one, language) for one in cities} if several and city is None else {}
    return CommunesPage(
        typed=wanted,
        groups=tuple(_groups(found[:LONGEST_LIST], areas, language)),
        count=len(found),
        total=len(everything),
        cities=tuple(_link(one, {}, language) for one in _by_name(cities)) if several else (),
        city=_link(city, {}, language) if city is not None else None,
        summary=summary.words(language) if summary is not None else None,
        joined=summary.joined_words(language) if summary is not None else "",
    )


def _cities(units: Iterable[Unit]) -> list[Unit]:
    """The units that have communes below them, by code."""
    known = list(units)
    parents = {unit.parent_id for unit in known if unit.is_commune}
    return [unit for unit in known if unit.id in parents]


def _chosen(cities: Sequence[Unit], code: str | None) -> Unit | None:
    """The city that was asked for; without that the only one, if there is only one."""
    if code is None:
        return cities[0] if len(cities) == 1 else None
    chosen = next((city for city in cities if city.code == code), None)
    if chosen is None:
        raise UnknownCity(code)
    return chosen


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


def _by_name(units: Iterable[Unit]) -> list[Unit]:
    return sorted(units, key=lambda unit: vietnamese_order(unit.name))


def _link(unit: Unit, areas: Mapping[int, str], language: str) -> CommuneLink:
    return CommuneLink(unit.code, unit_name(unit, language), areas.get(unit.parent_id or 0))


def _groups(found: Iterable[Unit], areas: Mapping[int, str], language: str) -> Iterable[CommuneGroup]:
    by_name = _by_name(found)
    for kind in KIND_ORDER:
        links = tuple(_link(unit, areas, language) for unit in by_name if unit.kind == kind)
        if links:
            yield CommuneGroup(catalogue(language).text(f"dashboards.kind.{KIND_KEYS[kind]}"), links)


assert set(KIND_ORDER) == set(COMMUNE_KINDS), "every kind of commune has its place"
