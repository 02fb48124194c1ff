"""The only writer of units: imports files of units and of their succession, closes a unit that ends.

Everything is checked before the first row is written, so a refusal has written nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from sqlalchemy import Connection, insert, select, text, update

from survey_app.territory.models import UnitRow, UnitSuccessionRow, UnitVersionRow
from survey_app.territory.office_models import UnitClosingRow
from survey_app.territory.problems import Problem, RefusedChange, TerritoryFileError
from survey_app.territory.succession import import_succession
from survey_app.territory.unit_files import ParsedUnits, UnitClaim, parse_units_csv
from survey_app.territory.unit_versions import Period, StoredVersion, UnitChanges, reconcile
from survey_app.territory.units import children, codes_by_id, last_known

__all__ = ["ImportResult", "ParsedUnits", "TerritoryFileError", "close_unit", "import_units", "parse_units_csv"]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How many units (or, for a file of succession, how many of its rows) were new, changed, or as stored."""

    new: int
    changed: int
    unchanged: int
    kept_closed: tuple[str, ...] = ()
    """Codes of units that somebody ended on purpose and that the file, which does not know of it, would bring back."""

    @property
    def wrote_nothing(self) -> bool:
        """Whether everything in the file was stored already."""
        return self.new == 0 and self.changed == 0


def import_units(
    connection: Connection, parsed: ParsedUnits, valid_from: date | None = None, valid_to: date | None = None
) -> ImportResult:
    """Store what a file says. The days replace the period that its layout stands for.

    All or nothing, and twice changes nothing. What somebody ended on purpose stays ended, unless the period begins on
    or after that day: then the file means it. Raises `TerritoryFileError` with everything in which the file
    contradicts what is stored.
    """
    _lock(connection)
    if parsed.successions:
        if valid_from or valid_to:
            raise TerritoryFileError(parsed.source, [Problem(0, "dates_not_used")])
        return ImportResult(*import_succession(connection, parsed))
    stored = stored_versions(connection)
    claims, kept_closed = _without_reopening(connection, parsed.within(valid_from, valid_to), stored)
    ids = {code: unit_id for unit_id, code in codes_by_id(connection).items()}
    changes = _changes(claims, stored)
    problems = [problem for each in changes.values() for problem in each.problems]
    if problems:
        raise TerritoryFileError(parsed.source, problems)
    new = [code for code in changes if code not in ids]
    _write(connection, changes, ids | _add_units(connection, new))
    changed = sum(1 for code, each in changes.items() if each and code in ids)
    return ImportResult(len(new), changed, len(changes) - len(new) - changed, kept_closed)


def close_unit(connection: Connection, code: str, day: date) -> bool:
    """End a unit: from the day on it is no more. Returns whether anything was written (False: it had ended that day).

    Raises `RefusedChange` for an unknown code, a unit that ended on another day or began later, or one that still has
    units below it.
    """
    _lock(connection)
    unit_id = connection.scalar(select(UnitRow.id).where(UnitRow.code == code))
    unit = last_known(connection, unit_id) if unit_id is not None else None
    if unit is None:
        raise RefusedChange("unknown_unit", code=code)
    if unit.valid_to == day:
        return False
    if unit.valid_to is not None:
        raise RefusedChange("unit_has_ended", code=code, unit=unit.in_sentence, ended=unit.valid_to)
    if day <= unit.valid_from:
        raise RefusedChange("unit_began_later", code=code, unit=unit.in_sentence, valid_from=unit.valid_from, day=day)
    below = children(connection, unit.id, day)
    if below:
        raise RefusedChange(
            "unit_has_children", code=code, unit=unit.in_sentence, count=len(below), first=below[0].code
        )
    open_version = (UnitVersionRow.unit_id == unit.id) & UnitVersionRow.valid_to.is_(None)
    connection.execute(update(UnitVersionRow).where(open_version).values(valid_to=day))
    connection.execute(insert(UnitClosingRow).values(unit_id=unit.id, ended_on=day))
    return True


def stored_versions(connection: Connection) -> dict[str, list[StoredVersion]]:
    """Every version of every unit by the unit's code, oldest first."""
    version = UnitVersionRow
    codes = codes_by_id(connection)
    columns = (version.id, version.name, version.kind, version.parent_id, version.area)
    statement = select(version.unit_id, *columns, version.valid_from, version.valid_to).order_by(version.valid_from)
    versions: dict[str, list[StoredVersion]] = {}
    for unit_id, version_id, name, kind, parent_id, area, valid_from, valid_to in connection.execute(statement):
        parent_code = codes[parent_id] if parent_id is not None else None
        stored = StoredVersion(version_id, name, kind, parent_code, area, valid_from, valid_to)
        versions.setdefault(codes[unit_id], []).append(stored)
    return versions


def _lock(connection: Connection) -> None:
    """Let one writer of units in at a time (on SQLite the write lock already does)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE unit, unit_version, unit_succession IN SHARE ROW EXCLUSIVE MODE"))


def _without_reopening(
    connection: Connection, claims: Sequence[UnitClaim], stored: Mapping[str, Sequence[StoredVersion]]
) -> tuple[list[UnitClaim], tuple[str, ...]]:
    """The claims without the days on which a unit was no more because somebody ended it, and whose claims lost days.

    A file whose first word on a unit is of the day of its end or later knows what it says.
    """
    absences = _absences(connection, stored)
    begins: dict[str, date] = {}
    for claim in claims:
        begins[claim.code] = min(claim.valid_from, begins.get(claim.code, claim.valid_from))
    left, cut = [], set()
    for claim in claims:
        parts = [Period(claim.valid_from, claim.valid_to)]
        for absence in absences.get(claim.code, ()):
            if begins[claim.code] < absence.valid_from:
                parts = [rest for part in parts for rest in part.without(absence)]
        if parts != [Period(claim.valid_from, claim.valid_to)]:
            cut.add(claim.code)
        left += [replace(claim, valid_from=part.valid_from, valid_to=part.valid_to) for part in parts]
    return left, tuple(sorted(cut))


def _absences(connection: Connection, stored: Mapping[str, Sequence[StoredVersion]]) -> dict[str, list[Period]]:
    """By code: from each day on which a unit was ended by hand or succeeded, until it stands again if it ever does."""
    codes = codes_by_id(connection)
    by_hand = connection.execute(select(UnitClosingRow.unit_id, UnitClosingRow.ended_on))
    succeeded = connection.execute(select(UnitSuccessionRow.predecessor_id, UnitSuccessionRow.valid_on).distinct())
    absences: dict[str, list[Period]] = {}
    for unit_id, day in {tuple(row) for row in [*by_hand, *succeeded]}:
        versions = stored.get(codes[unit_id], ())
        if any(version.valid_to == day for version in versions):
            again = min((version.valid_from for version in versions if version.valid_from >= day), default=None)
            if again != day:
                absences.setdefault(codes[unit_id], []).append(Period(day, again))
    return absences


def _changes(claims: Iterable[UnitClaim], stored: Mapping[str, Sequence[StoredVersion]]) -> dict[str, UnitChanges]:
    by_code = groupby(sorted(claims, key=lambda claim: claim.code), key=lambda claim: claim.code)
    return {code: reconcile(list(group), stored.get(code, ())) for code, group in by_code}


def _add_units(connection: Connection, codes: Sequence[str]) -> dict[str, int]:
    if not codes:
        return {}
    connection.execute(insert(UnitRow), [{"code": code} for code in codes])
    return {code: unit_id for unit_id, code in codes_by_id(connection).items()}


def _write(connection: Connection, changes: Mapping[str, UnitChanges], ids: Mapping[str, int]) -> None:
    for each in changes.values():
        for version_id, day in each.closed.items():
            connection.execute(update(UnitVersionRow).where(UnitVersionRow.id == version_id).values(valid_to=day))
        for version_id, area in each.areas.items():
            connection.execute(update(UnitVersionRow).where(UnitVersionRow.id == version_id).values(area=area))
    added = [
        {
            "unit_id": ids[code],
            "parent_id": ids[claim.parent_code] if claim.parent_code is not None else None,
            "name": claim.name,
            "kind": claim.kind,
            "area": claim.area,
            "valid_from": period.valid_from,
            "valid_to": period.valid_to,
        }
        for code, each in changes.items()
        for claim, period in each.added
    ]
    if added:
        connection.execute(insert(UnitVersionRow), added)
