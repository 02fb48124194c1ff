"""What the first page of those who look across all units shows: the communes, found with or without diacritics."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from survey_app.database import read_connection
from survey_app.languages import DEFAULT_LANGUAGE, current_language, translate
from survey_app.staff.roles import Role
from survey_app.territory.search import matching, without_diacritics
from survey_app.territory.units import Unit, communes, last_known, units_on

LONGEST_SEARCH = 80


@dataclass(frozen=True, slots=True)
class CommuneLink:
    """One commune of the list."""

    code: str
    name: str
    area: str | None


@dataclass(frozen=True, slots=True)
class CommuneList:
    """The communes found, of how many, for what was typed, and the names of the reader's roles."""

    typed: str
    found: tuple[CommuneLink, ...]
    total: int
    role_names: tuple[str, ...]


def list_communes(typed: str, day: date, roles: Collection[Role]) -> CommuneList:
    """The communes of the day whose name or code the typed text begins to spell; all of them when nothing was typed."""
    wanted = _printable(typed)[:LONGEST_SEARCH].strip()
    with read_connection() as connection:
        everything = communes(connection, day)
        top_kind = _top_kind(units_on(connection, day))
    found = matching(everything, wanted) if wanted else sorted(everything, key=_alphabetical)
    return CommuneList(wanted, tuple(_link(unit) for unit in found), len(everything), role_names(roles, top_kind))


def role_names(roles: Collection[Role], top_kind: str) -> tuple[str, ...]:
    """What the roles are called; `top_kind` is thành phố or tỉnh."""
    kind = top_kind if current_language() == DEFAULT_LANGUAGE else translate(_KIND_KEYS[top_kind])
    return tuple(translate(role.label_key, kind=kind) for role in Role if role in roles)


_KIND_KEYS = {"thành phố": "staff.kind.city", "tỉnh": "staff.kind.province"}


def unit_code_of(unit_id: int) -> str:
    """The code of a unit that an account is bound to, valid or not any more."""
    with read_connection() as connection:
        unit = last_known(connection, unit_id)
    assert unit is not None, "the account's foreign key points at a unit"
    return unit.code


def _top_kind(units: Collection[Unit]) -> str:
    """The kind of the unit above the communes (in Đồng Nai thành phố since 30 April 2026)."""
    return next((unit.kind for unit in units if unit.kind in _KIND_KEYS), "thành phố")


def _link(unit: Unit) -> CommuneLink:
    name = unit.full_name if current_language() == DEFAULT_LANGUAGE else unit.english_name
    return CommuneLink(unit.code, name, unit.area)


def _alphabetical(unit: Unit) -> tuple[str, str]:
    return without_diacritics(unit.name).casefold(), unit.code


def _printable(typed: str) -> str:
    return "".join(character for character in typed if unicodedata.category(character) != "Cc")
