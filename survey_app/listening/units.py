"""Which commune a page of listening is about, and whether the reader may see it, or write for it."""

from dataclasses import dataclass
from datetime import date

from flask import abort
from sqlalchemy import Connection

from survey_app.languages import DEFAULT_LANGUAGE, current_language
from survey_app.staff.access import current_staff, require_unit
from survey_app.staff.roles import Role
from survey_app.territory.units import Unit, find_unit, subtree_ids

LONGEST_CODE = 10
WRITERS = frozenset({Role.LEADER, Role.ADMINISTRATOR})
READERS = (Role.LEADER, Role.PROVINCE, Role.SUPERVISOR, Role.AUDITOR, Role.INSPECTOR, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class ShownUnit:
    """The commune of a page, and which of the room's pages about it the reader may open."""

    unit: Unit
    name: str
    reads_comments: bool
    writes: bool

    @property
    def code(self) -> str:
        """Its code."""
        return self.unit.code


def shown_unit(connection: Connection, code: str, day: date) -> ShownUnit:
    """The commune with the code: 404 if there is none, 403 if it is none of the reader's."""
    unit = find_unit(connection, code, day) if len(code) <= LONGEST_CODE else None
    if unit is None or not unit.is_commune:
        abort(404)
    require_unit(unit.id)
    member = current_staff()
    return ShownUnit(unit, name_of(unit), leads(connection, unit, day), bool(member.roles & WRITERS))


def leads(connection: Connection, unit: Unit, day: date) -> bool:
    """Whether the reader leads the unit: nobody else reads its comments."""
    member = current_staff()
    if Role.LEADER not in member.roles or member.unit_id is None:
        return False
    return unit.id in subtree_ids(connection, member.unit_id, day)


def name_of(unit: Unit) -> str:
    """The unit's full name in the language of the page."""
    return unit.full_name if current_language() == DEFAULT_LANGUAGE else unit.english_name
