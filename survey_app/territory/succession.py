"""Who took whose place: rows of succession, and the ends of predecessors that they imply; for `unit_register`.

A predecessor ends on that day, unless it is its own successor too: then only a part of it went to the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, insert, select, update

from survey_app.territory.models import UnitRow, UnitSuccessionRow, UnitVersionRow
from survey_app.territory.problems import Problem, TerritoryFileError
from survey_app.territory.unit_files import ParsedUnits, SuccessionClaim
from survey_app.territory.validity import covers


@dataclass
class _Units:
    """What is known of the units when the file is laid over it; `ending` grows with the rows read.

    `going_on`: of which units only a part went to others, and when.
    """

    ids: dict[str, int]
    periods: dict[str, list[tuple[date, date | None]]]
    parents: dict[str, str | None]
    going_on: set[tuple[str, date]] = field(default_factory=set)
    ending: dict[str, date] = field(default_factory=dict)

    def end_of(self, code: str) -> date | None:
        """The day the unit ends or has ended; None while it goes on."""
        return self.ending.get(code, self.periods[code][-1][1])

    def stands_on(self, code: str, day: date) -> bool:
        """Whether the unit is valid on the day, the ends in this file counted."""
        end = self.ending.get(code)
        return any(covers(first, last, day) for first, last in self.periods[code]) and (end is None or day < end)


def import_succession(connection: Connection, parsed: ParsedUnits) -> tuple[int, int, int]:
    """Store the rows of a file of succession; a predecessor that goes on ends on that day.

    Returns how many rows were new, changed (never any) and as stored. Raises `TerritoryFileError` for units that are
    not stored, a predecessor that ended on another day, or a successor that does not stand on that day.
    """
    known = _load(connection)
    claims = sorted(parsed.successions, key=lambda claim: claim.valid_on)
    known.going_on |= {(each.predecessor_code, each.valid_on) for each in claims if each.goes_on}
    problems = [problem for claim in claims for problem in _check_predecessor(claim, known)]
    problems += [problem for claim in claims for problem in _check_successor(claim, known)]
    problems += _orphans(claims, known)
    if problems:
        raise TerritoryFileError(parsed.source, problems)
    row = UnitSuccessionRow
    stored = {tuple(each) for each in connection.execute(select(row.predecessor_id, row.successor_id, row.valid_on))}
    wanted = [(known.ids[each.predecessor_code], known.ids[each.successor_code], each.valid_on) for each in claims]
    new = [each for each in wanted if each not in stored]
    _end(connection, known)
    if new:
        names = ("predecessor_id", "successor_id", "valid_on")
        connection.execute(insert(row), [dict(zip(names, each, strict=True)) for each in new])
    return len(new), 0, len(wanted) - len(new)


def _load(connection: Connection) -> _Units:
    parent = UnitRow.__table__.alias("parent")
    statement = (
        select(UnitRow.id, UnitRow.code, UnitVersionRow.valid_from, UnitVersionRow.valid_to, parent.c.code)
        .join(UnitVersionRow, UnitVersionRow.unit_id == UnitRow.id)
        .outerjoin(parent, parent.c.id == UnitVersionRow.parent_id)
        .order_by(UnitVersionRow.valid_from)
    )
    units = _Units({}, {}, {})
    for unit_id, code, valid_from, valid_to, parent_code in connection.execute(statement):
        units.ids[code] = unit_id
        units.periods.setdefault(code, []).append((valid_from, valid_to))
        units.parents[code] = parent_code
    row = UnitSuccessionRow
    stayed = select(UnitRow.code, row.valid_on).join(row, row.predecessor_id == UnitRow.id)
    for code, day in connection.execute(stayed.where(row.predecessor_id == row.successor_id)):
        units.going_on.add((code, day))
    return units


def _check_predecessor(claim: SuccessionClaim, known: _Units) -> Iterator[Problem]:
    """Note the end of a predecessor that goes on; complain of one that ended on another day."""
    code, day = claim.predecessor_code, claim.valid_on
    if code not in known.ids:
        yield Problem(claim.line, "unknown_unit", {"code": code})
        return
    if (code, day) in known.going_on:
        return
    end = known.end_of(code)
    if end is None and day > known.periods[code][-1][0]:
        known.ending[code] = day
    elif end != day:
        began = str(known.periods[code][0][0])
        details = {"code": code, "day": str(day), "began": began, "ended": str(end or "…")}
        yield Problem(claim.line, "not_its_end", details)


def _check_successor(claim: SuccessionClaim, known: _Units) -> Iterator[Problem]:
    """A successor stands on that day, also once all ends of this file are counted."""
    code, day = claim.successor_code, claim.valid_on
    if code not in known.ids:
        yield Problem(claim.line, "unknown_unit", {"code": code})
    elif not known.stands_on(code, day):
        yield Problem(claim.line, "successor_not_valid", {"code": code, "day": str(day)})


def _orphans(claims: Sequence[SuccessionClaim], known: _Units) -> Iterator[Problem]:
    """Units that would go on below one that ends."""
    lines = {claim.predecessor_code: claim.line for claim in claims}
    for code in known.ending:
        below = sorted(
            child for child, parent in known.parents.items() if parent == code and known.end_of(child) is None
        )
        if below:
            yield Problem(lines[code], "orphan", {"code": code, "count": str(len(below)), "child": below[0]})


def _end(connection: Connection, known: _Units) -> None:
    for code, day in known.ending.items():
        open_version = (UnitVersionRow.unit_id == known.ids[code]) & UnitVersionRow.valid_to.is_(None)
        connection.execute(update(UnitVersionRow).where(open_version).values(valid_to=day))
