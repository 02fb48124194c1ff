"""Which unit a page of the desk is about: a leader's own, or the one that an administrator picked."""

from dataclasses import dataclass
from datetime import date

from flask import abort
from sqlalchemy import Connection

from survey_app.languages import DEFAULT_LANGUAGE, current_language
from survey_app.staff.accounts import StaffMember
from survey_app.staff.roles import sees_all_units
from survey_app.territory.search import without_diacritics
from survey_app.territory.units import Unit, communes, subtree_ids


@dataclass(frozen=True, slots=True)
class UnitOption:
    """One unit of the list to pick from."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """The unit picked, None when nothing was yet, and what can be picked instead (empty: nothing else)."""

    unit: Unit | None
    options: tuple[UnitOption, ...]

    @property
    def name(self) -> str:
        """What the unit is called, in the language of the page."""
        return "" if self.unit is None else name_of(self.unit)

    @property
    def code(self) -> str:
        """The code of the unit picked."""
        return "" if self.unit is None else self.unit.code


def name_of(unit: Unit) -> str:
    """The unit's full name in the language of the page."""
    return unit.full_name if current_language() == DEFAULT_LANGUAGE else unit.english_name


def choose_unit(connection: Connection, member: StaffMember, code: str, day: date) -> UnitChoice:
    """The commune with the code, if the account may act for it: 403 if not, 404 if there is none."""
    reachable = communes(connection, day)
    mine = reachable
    if not sees_all_units(member.roles):
        own = subtree_ids(connection, member.unit_id or 0, day)
        mine = [unit for unit in reachable if unit.id in own]
    if code and code not in {unit.code for unit in mine}:
        abort(403 if code in {unit.code for unit in reachable} else 404)
    picked = next((unit for unit in mine if unit.code == code), None)
    if len(mine) == 1:
        return UnitChoice(mine[0], ())
    ordered = sorted(mine, key=lambda unit: (without_diacritics(unit.name).casefold(), unit.code))
    return UnitChoice(picked, tuple(UnitOption(unit.code, name_of(unit)) for unit in ordered))
