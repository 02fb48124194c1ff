"""What administrators change of a unit: its name and kind from a day on, and whose places are taken by whom.

Every change appends: a new version, a new unit, a row of succession. All go through the register and its checks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from survey_app.territory.models import UnitRow, UnitSuccessionRow
from survey_app.territory.problems import RefusedChange
from survey_app.territory.unit_files import ParsedUnits, SuccessionClaim, UnitLine
from survey_app.territory.unit_register import import_units
from survey_app.territory.units import COMMUNE_KINDS, PROVINCE_KINDS, Unit, codes_by_id, find_unit, select_units

LONGEST_NAME = 80
_UNIT_CODE = re.compile(r"[0-9]{5}", re.ASCII)
_HERE = "back_office"


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit of the commune level that begins to stand."""

    code: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Succession:
    """That since the day `successor` stands where `predecessor` stood (`is_part`: where part of it did), by code."""

    predecessor: str
    successor: str
    valid_on: date
    is_part: bool = False


def kinds_beside(kind: str) -> tuple[str, ...]:
    """The kinds of the same level: what a unit may become."""
    return COMMUNE_KINDS if kind in COMMUNE_KINDS else PROVINCE_KINDS


def rename_unit(connection: Connection, code: str, name: str, kind: str, day: date) -> bool:
    """Let the unit bear this name and be of this kind from the day on. Returns whether anything was written.

    Raises `RefusedChange` for a unit that does not stand on the day or a name or kind that cannot be, and
    `TerritoryFileError` when another version begins on that day or later.
    """
    unit = _standing(connection, code, day)
    _check_name(name)
    if kind not in kinds_beside(unit.kind):
        raise RefusedChange("bad_unit_kind", kind=kind, known=", ".join(kinds_beside(unit.kind)))
    if (name, kind) == (unit.name, unit.kind):
        return False
    parent = codes_by_id(connection)[unit.parent_id] if unit.parent_id is not None else None
    line = UnitLine(0, code, name, kind, parent, unit.area)
    return not import_units(connection, ParsedUnits(_HERE, _HERE, valid_from=day, units=(line,))).wrote_nothing


def succeed_unit(
    connection: Connection,
    code: str,
    existing: Sequence[str],
    new: Sequence[NewUnit],
    day: date,
    *,
    goes_on: bool = False,
) -> tuple[str, ...]:
    """End the unit on the day; these stand in its place, new ones under the same parent. Returns their codes.

    With `goes_on` it stays as it is, and these get a part of it; its own code is returned too. A merger is entered at
    each unit that goes into the other, a split at the one that is divided. Raises
    `RefusedChange` for no successor, a code that is taken, or a name or kind that cannot be; `TerritoryFileError` when
    the succession contradicts what is stored.
    """
    unit = _standing(connection, code, day)
    if not existing and not new:
        raise RefusedChange("no_successor")
    if code in existing:
        raise RefusedChange("own_successor", code=code)
    parent = codes_by_id(connection)[unit.parent_id] if unit.parent_id is not None else None
    for each in new:
        _check_new(connection, each)
    lines = tuple(UnitLine(0, each.code, each.name, each.kind, parent, unit.area) for each in new)
    if lines:
        import_units(connection, ParsedUnits(_HERE, _HERE, valid_from=day, units=lines))
    codes = tuple(dict.fromkeys([*existing, *(each.code for each in new), *([code] if goes_on else [])]))
    claims = tuple(SuccessionClaim(0, code, successor, day) for successor in codes)
    import_units(connection, ParsedUnits(_HERE, _HERE, successions=claims))
    return codes


def versions_of(connection: Connection, unit_id: int) -> list[Unit]:
    """Every version of the unit, newest first."""
    return sorted(
        (Unit(*row) for row in connection.execute(select_units().where(UnitRow.id == unit_id))),
        key=lambda unit: unit.valid_from,
        reverse=True,
    )


def successions_of(connection: Connection, unit_id: int) -> list[Succession]:
    """Every succession that the unit is part of, newest first; that it went on itself is said by `is_part`."""
    row, codes = UnitSuccessionRow, codes_by_id(connection)
    columns = (row.predecessor_id, row.successor_id, row.valid_on)
    itself = row.predecessor_id == row.successor_id
    went_on = {(before, day) for before, _, day in connection.execute(select(*columns).where(itself))}
    mine = ((row.predecessor_id == unit_id) | (row.successor_id == unit_id)) & ~itself
    rows = connection.execute(select(*columns).where(mine).order_by(row.valid_on.desc()))
    return [Succession(codes[before], codes[after], day, (before, day) in went_on) for before, after, day in rows]


def _standing(connection: Connection, code: str, day: date) -> Unit:
    unit = find_unit(connection, code, day)
    if unit is None:
        raise RefusedChange("unit_not_standing", code=code, day=day)
    return unit


def _check_name(name: str) -> None:
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable() or name != " ".join(name.split()):
        raise RefusedChange("bad_unit_name", limit=LONGEST_NAME)


def _check_new(connection: Connection, new: NewUnit) -> None:
    if not _UNIT_CODE.fullmatch(new.code):
        raise RefusedChange("bad_unit_code", code=new.code)
    if connection.scalar(select(UnitRow.id).where(UnitRow.code == new.code)) is not None:
        raise RefusedChange("unit_code_taken", code=new.code)
    _check_name(new.name)
    if new.kind not in COMMUNE_KINDS:
        raise RefusedChange("bad_unit_kind", kind=new.kind, known=", ".join(COMMUNE_KINDS))
