"""What units and service points were called, all at once: for files of many rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from survey_app.territory.models import ServicePointRow
from survey_app.territory.units import Unit, select_units


@dataclass(frozen=True, slots=True)
class UnitNames:
    """Every version of every unit, oldest first, by unit id."""

    versions: Mapping[int, Sequence[Unit]]

    def on(self, unit_id: int, day: date) -> str:
        """The full name on the day; of a day outside all versions, the nearest earlier one (else the first)."""
        versions = self.versions[unit_id]
        known = [unit for unit in versions if unit.valid_from <= day]
        return (known[-1] if known else versions[0]).full_name


def unit_names(connection: Connection) -> UnitNames:
    """The names of all units, in one query."""
    versions: dict[int, list[Unit]] = defaultdict(list)
    for row in connection.execute(select_units()):
        unit = Unit(*row)
        versions[unit.id].append(unit)
    for units in versions.values():
        units.sort(key=lambda unit: unit.valid_from)
    return UnitNames(versions)


def service_point_names(connection: Connection) -> Mapping[int, str]:
    """The names of all service points by id, in one query."""
    rows = connection.execute(select(ServicePointRow.id, ServicePointRow.name))
    return {row.id: row.name for row in rows}
