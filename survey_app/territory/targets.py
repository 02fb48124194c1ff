"""The target lines of units: set by the city from a day on, never changed afterwards; a later one takes their place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast, get_args

from sqlalchemy import Connection, insert, select

from survey_app.territory.models import UnitVersionRow
from survey_app.territory.office_models import UnitTargetRow
from survey_app.territory.problems import RefusedChange
from survey_app.territory.units import unit_by_id
from survey_app.territory.validity import valid_on

Measure = Literal["attitude", "overall"]
MEASURES: tuple[Measure, ...] = get_args(Measure)


@dataclass(frozen=True, slots=True)
class Target:
    """The line that a unit is to reach since a day, in whole per cent; `set_for` is the unit it was set for."""

    percent: int
    valid_from: date
    set_for: int


@dataclass(frozen=True, slots=True)
class SetTarget:
    """One line of the history: `percent` None takes the unit's own target back."""

    measure: Measure
    percent: int | None
    valid_from: date
    set_by: str


def set_target(
    connection: Connection, unit_id: int, measure: Measure, percent: int | None, valid_from: date, *, set_by: str
) -> int | None:
    """Set the target of a unit, and of those below it that have none of their own; None takes it back.

    Returns the unit's own target of that day before. Raises `RefusedChange` when the unit does not stand on the day,
    or the number is none of 1 … 100.
    """
    if unit_by_id(connection, unit_id, valid_from) is None:
        raise RefusedChange("unit_not_valid", unit_id=unit_id, day=valid_from)
    if percent is not None and not 1 <= percent <= 100:
        raise RefusedChange("bad_target", percent=percent)
    before = _own_targets(connection, {unit_id}, valid_from).get((unit_id, measure))
    values = {"unit_id": unit_id, "measure": measure, "percent": percent, "valid_from": valid_from, "set_by": set_by}
    connection.execute(insert(UnitTargetRow).values(values))
    return before.percent if before else None


def targets_of(
    connection: Connection, unit_ids: Iterable[int], day: date, measure: Measure = "attitude"
) -> Mapping[int, Target]:
    """The target of each unit that has one on the day: its own, else that of the nearest unit above. Two queries."""
    return targets_by_measure(connection, unit_ids, day)[measure]


def targets_by_measure(
    connection: Connection, unit_ids: Iterable[int], day: date
) -> Mapping[Measure, Mapping[int, Target]]:
    """The targets of every measure, as `targets_of` finds those of one. Two queries."""
    wanted = set(unit_ids)
    versions = select(UnitVersionRow.unit_id, UnitVersionRow.parent_id).where(valid_on(UnitVersionRow, day))
    parents: dict[int, int | None] = {row.unit_id: row.parent_id for row in connection.execute(versions)}
    everyone = _own_targets(connection, None, day)
    return {
        measure: _nearest(wanted, parents, {unit: target for (unit, of), target in everyone.items() if of == measure})
        for measure in MEASURES
    }


def _nearest(
    wanted: Iterable[int], parents: Mapping[int, int | None], own: Mapping[int, Target]
) -> Mapping[int, Target]:
    found: dict[int, Target] = {}
    for unit in wanted:
        above: int | None = unit
        steps = len(parents) + 1
        while above is not None and above not in own and steps:
            above, steps = parents.get(above), steps - 1
        if above is not None and above in own:
            found[unit] = own[above]
    return found


def history_of_targets(connection: Connection, unit_id: int) -> list[SetTarget]:
    """Everything that was ever set for the unit itself, newest first."""
    row = UnitTargetRow
    statement = select(row.measure, row.percent, row.valid_from, row.set_by).where(row.unit_id == unit_id)
    newest_first = connection.execute(statement.order_by(row.valid_from.desc(), row.id.desc()))
    return [SetTarget(cast(Measure, of), percent, since, by) for of, percent, since, by in newest_first]


def _own_targets(connection: Connection, unit_ids: set[int] | None, day: date) -> dict[tuple[int, str], Target]:
    row = UnitTargetRow
    statement = select(row.unit_id, row.measure, row.percent, row.valid_from).where(row.valid_from <= day)
    if unit_ids is not None:
        statement = statement.where(row.unit_id.in_(unit_ids))
    newest = {
        (unit, of): (percent, since)
        for unit, of, percent, since in connection.execute(statement.order_by(row.valid_from, row.id))
    }
    return {
        (unit, of): Target(percent, since, unit)
        for (unit, of), (percent, since) in newest.items()
        if percent is not None
    }
