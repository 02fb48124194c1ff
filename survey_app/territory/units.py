"""Reads of the units: what a unit was on a day, what lies below it, who came before and after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, select

from survey_app.territory.models import UnitRow, UnitSuccessionRow, UnitVersionRow
from survey_app.territory.validity import valid_on

COMMUNE_KINDS = ("xã", "phường", "thị trấn", "đặc khu")
"""Kinds of the commune level (Law 72/2025 on local government; thị trấn until 30 June 2025)."""
PROVINCE_KINDS = ("tỉnh", "thành phố")
_ENGLISH_KINDS = {
    "xã": "Commune",
    "phường": "Ward",
    "thị trấn": "Township",
    "đặc khu": "Special Zone",
    "tỉnh": "Province",
    "thành phố": "City",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of government as it was called and ordered during one period (half-open; `valid_to` None: still so).

    `id` and `code` name the unit for good; `area` is the district or former province, for grouping only.
    """

    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    area: str | None
    valid_from: date
    valid_to: date | None

    @property
    def full_name(self) -> str:
        """As a title writes it: Xã Bình Tân, Thị trấn Gia Ray, Thành phố Đồng Nai."""
        return f"{self.kind[:1].upper()}{self.kind[1:]} {self.name}"

    @property
    def in_sentence(self) -> str:
        """As it stands inside a Vietnamese sentence: xã Bình Tân."""
        return f"{self.kind} {self.name}"

    @property
    def english_name(self) -> str:
        """Bình Tân Commune; a numbered ward is Ward 4."""
        kind = _ENGLISH_KINDS[self.kind]
        return f"{kind} {self.name}" if self.name.isdigit() else f"{self.name} {kind}"

    @property
    def is_commune(self) -> bool:
        """Whether the unit is of the commune level."""
        return self.kind in COMMUNE_KINDS


def find_unit(connection: Connection, code: str, day: date) -> Unit | None:
    """The unit that bears the code, as it was on the day; None when there was none, and for what is no code."""
    if not (code.isascii() and code.isdigit()):
        return None
    return _one(connection, select_units().where(UnitRow.code == code, valid_on(UnitVersionRow, day)))


def unit_by_id(connection: Connection, unit_id: int, day: date) -> Unit | None:
    """The unit as it was on the day; None when it was not valid then."""
    return _one(connection, select_units().where(UnitRow.id == unit_id, valid_on(UnitVersionRow, day)))


def last_known(connection: Connection, unit_id: int) -> Unit | None:
    """The unit in its latest version, ended or not; None for an id that never was."""
    latest = UnitVersionRow.valid_from.desc()
    return _one(connection, select_units().where(UnitRow.id == unit_id).order_by(latest).limit(1))


def last_known_by_code(connection: Connection, code: str) -> Unit | None:
    """The unit that bears the code in its latest version, ended or not; None for a code that never was."""
    latest = UnitVersionRow.valid_from.desc()
    return _one(connection, select_units().where(UnitRow.code == code).order_by(latest).limit(1))


def children(connection: Connection, unit_id: int, day: date) -> list[Unit]:
    """The units right below this one on the day, ordered by code."""
    below = select_units().where(UnitVersionRow.parent_id == unit_id, valid_on(UnitVersionRow, day))
    return _all(connection, below.order_by(UnitRow.code))


def communes(connection: Connection, day: date) -> list[Unit]:
    """Every commune-level unit that was valid on the day, ordered by code."""
    level = select_units().where(UnitVersionRow.kind.in_(COMMUNE_KINDS), valid_on(UnitVersionRow, day))
    return _all(connection, level.order_by(UnitRow.code))


def units_on(connection: Connection, day: date) -> list[Unit]:
    """Every unit of any level that was valid on the day, ordered by code."""
    return _all(connection, select_units().where(valid_on(UnitVersionRow, day)).order_by(UnitRow.code))


def successors(connection: Connection, unit_id: int, day: date) -> list[Unit]:
    """The units that stand on the day where this one stood, through any number of mergers and splits, by code.

    Empty for a unit that nobody has succeeded by that day.
    """
    step = select(UnitSuccessionRow.successor_id.label("unit_id")).where(UnitSuccessionRow.valid_on <= day)
    reached = step.where(UnitSuccessionRow.predecessor_id == unit_id).cte("reached", recursive=True)
    reached = reached.union(step.join(reached, UnitSuccessionRow.predecessor_id == reached.c.unit_id))
    standing = select_units().where(
        UnitRow.id.in_(select(reached.c.unit_id)), UnitRow.id != unit_id, valid_on(UnitVersionRow, day)
    )
    return _all(connection, standing.order_by(UnitRow.code))


def predecessors(connection: Connection, unit_id: int) -> list[Unit]:
    """The units whose place this one took, each as it was last called, ordered by code; one step back only.

    One that went on, and of which this unit got a part, is among them.
    """
    before = select(UnitSuccessionRow.predecessor_id).where(UnitSuccessionRow.successor_id == unit_id)
    before = before.where(UnitSuccessionRow.predecessor_id != unit_id)
    versions = _all(connection, select_units().where(UnitRow.id.in_(before)).order_by(UnitVersionRow.valid_from))
    latest = {unit.id: unit for unit in versions}
    return sorted(latest.values(), key=lambda unit: unit.code)


def subtree_ids(connection: Connection, unit_id: int, day: date) -> frozenset[int]:
    """The unit and every unit below it on the day: what an account of that unit may see. Empty for an unknown id."""
    tree = select(UnitRow.id.label("unit_id")).where(UnitRow.id == unit_id).cte("tree", recursive=True)
    below = select(UnitVersionRow.unit_id).join(tree, UnitVersionRow.parent_id == tree.c.unit_id)
    tree = tree.union(below.where(valid_on(UnitVersionRow, day)))
    return frozenset(connection.scalars(select(tree.c.unit_id)))


def codes_by_id(connection: Connection) -> dict[int, str]:
    """The code of every unit there ever was, by its id."""
    return {row.id: row.code for row in connection.execute(select(UnitRow.id, UnitRow.code))}


def select_units() -> Select[*tuple[Any, ...]]:
    """All versions of all units, in the columns and order of `Unit`; for the reads of this package."""
    version = UnitVersionRow
    return select(
        UnitRow.id,
        UnitRow.code,
        version.name,
        version.kind,
        version.parent_id,
        version.area,
        version.valid_from,
        version.valid_to,
    ).join(version, version.unit_id == UnitRow.id)


def _one(connection: Connection, statement: Select[*tuple[Any, ...]]) -> Unit | None:
    row = connection.execute(statement).first()
    return None if row is None else Unit(*row)


def _all(connection: Connection, statement: Select[*tuple[Any, ...]]) -> list[Unit]:
    return list(_units(connection.execute(statement)))


def _units(rows: Iterable[Any]) -> Iterable[Unit]:
    return (Unit(*row) for row in rows)
