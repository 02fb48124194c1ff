"""Which province a unit's answers are kept under: the unit at the top of its branch on the day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection

from survey_app.ledger.archive.layout import NO_PROVINCE
from survey_app.territory.names import unit_names
from survey_app.territory.units import PROVINCE_KINDS, Unit


class Provinces:
    """Every unit there ever was by its province, day by day; read once, since the archive walks through years."""

    def __init__(self, connection: Connection) -> None:
        self._versions: Mapping[int, Sequence[Unit]] = unit_names(connection).versions

    def on(self, day: date) -> dict[str, frozenset[int]]:
        """Ids of the units by their province's code. A unit outside its validity counts as it was nearest before."""
        standing = {unit_id: _nearest(versions, day) for unit_id, versions in self._versions.items()}
        units = defaultdict(set)
        for unit_id in standing:
            units[_province(standing, unit_id)].add(unit_id)
        return {code: frozenset(ids) for code, ids in sorted(units.items())}


def _nearest(versions: Sequence[Unit], day: date) -> Unit:
    known = [unit for unit in versions if unit.valid_from <= day]
    return known[-1] if known else versions[0]


def _province(standing: Mapping[int, Unit], unit_id: int) -> str:
    unit, seen = standing[unit_id], {unit_id}
    while (parent_id := unit.parent_id) is not None and parent_id in standing and parent_id not in seen:
        seen.add(parent_id)
        unit = standing[parent_id]
    return unit.code if unit.kind in PROVINCE_KINDS else NO_PROVINCE
