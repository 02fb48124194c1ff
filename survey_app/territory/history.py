"""Units through time: what lay below a unit during some days, and whose place it took, however many steps back."""

from collections.abc import Set
from datetime import date

from sqlalchemy import Connection, or_, select

from survey_app.territory.models import UnitSuccessionRow, UnitVersionRow


def units_within(connection: Connection, unit_ids: Set[int], first: date, last: date) -> frozenset[int]:
    """The units and all that lay below them on any of the days (both included)."""
    version = UnitVersionRow
    during = (version.valid_from <= last) & or_(version.valid_to.is_(None), version.valid_to > first)
    rows = connection.execute(select(version.parent_id, version.unit_id).where(version.parent_id.is_not(None), during))
    return _reached(unit_ids, [(row.parent_id, row.unit_id) for row in rows])


def with_predecessors(connection: Connection, unit_ids: Set[int]) -> frozenset[int]:
    """The units and all whose place they took, through any number of mergers and splits.

    A unit that went on when part of it became another is none: its answers are its own, before that day and after.
    """
    step = UnitSuccessionRow
    rows = list(connection.execute(select(step.successor_id, step.predecessor_id, step.valid_on)))
    went_on = {(row.predecessor_id, row.valid_on) for row in rows if row.predecessor_id == row.successor_id}
    ended = [row for row in rows if (row.predecessor_id, row.valid_on) not in went_on]
    return _reached(unit_ids, [(row.successor_id, row.predecessor_id) for row in ended])


def _reached(starts: Set[int], steps: list[tuple[int, int]]) -> frozenset[int]:
    """Where one comes from the starts, which count too, in any number of steps."""
    following: dict[int, list[int]] = {}
    for here, there in steps:
        following.setdefault(here, []).append(there)
    reached, ahead = set(starts), list(starts)
    while ahead:
        for there in following.get(ahead.pop(), ()):
            if there not in reached:
                reached.add(there)
                ahead.append(there)
    return frozenset(reached)
