"""Scan codes of service points: issued, revoked, and looked up as a citizen typed or scanned them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, insert, select, update

from survey_app.territory.models import ScanCodeRow, ServicePointRow, UnitVersionRow
from survey_app.territory.problems import RefusedChange
from survey_app.territory.scan_codes import draw_code, is_wellformed, normalise
from survey_app.territory.service_points import (
    ServicePoint,
    select_service_points,
    service_point_by_id,
    service_points_from,
)
from survey_app.territory.units import Unit, successors
from survey_app.territory.validity import covers

_LONGEST_SHOWN = 16
_LONGEST_READ = 200


@dataclass(frozen=True, slots=True)
class OpenCode:
    """A code that leads to a survey: its service point as it is on the day, unit and premises with it."""

    code: str
    service_point: ServicePoint


@dataclass(frozen=True, slots=True)
class ClosedCode:
    """A code that was printed once and leads nowhere since `closed_on`.

    `printed_unit` is the unit as it was called when the code was issued, so as the old sheet names it; `go_to` are the
    units that stand in its place on the day: the same one (perhaps of another name or kind by now), or its successors
    after a merger or split. It is empty when the unit ended and nobody was entered as its successor.
    """

    code: str
    closed_on: date
    service_point_name: str
    service_point_name_en: str
    printed_unit: Unit
    go_to: tuple[Unit, ...]

    @property
    def unit_changed(self) -> bool:
        """Whether people must be told what the unit of the old sheet is today: another unit, name or kind."""
        return bool(self.go_to) and [unit.full_name for unit in self.go_to] != [self.printed_unit.full_name]


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """A code that no service point has. `typed` is what was typed, short and printable, fit to be shown (escaped)."""

    typed: str


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code in the list of a service point."""

    code: str
    issued_on: date
    revoked_on: date | None


@dataclass(frozen=True, slots=True)
class Rotation:
    """A new code, and the earlier ones that lead nowhere from `closes_on` on."""

    code: str
    closed: tuple[str, ...]
    closes_on: date


def issue(connection: Connection, service_point_id: int, day: date) -> str:
    """Give a service point a new code and return it; earlier ones go on until they are revoked.

    Raises `RefusedChange` when the service point is unknown or not open on the day.
    """
    if service_point_by_id(connection, service_point_id, day) is None:
        raise RefusedChange("service_point_not_open", id=service_point_id, day=day)
    code = draw_code()
    while connection.scalar(select(ScanCodeRow.code).where(ScanCodeRow.code == code)) is not None:
        code = draw_code()
    connection.execute(insert(ScanCodeRow).values(code=code, service_point_id=service_point_id, issued_on=day))
    return code


def revoke(connection: Connection, code: str, day: date) -> bool:
    """Let a code lead nowhere from the day on. Returns whether anything was written (False: revoked that day already).

    Raises `RefusedChange` for an unknown code, one revoked on another day, or a day before it was issued.
    """
    stored = normalise(code)
    row = ScanCodeRow
    of_code = select(row.issued_on, row.revoked_on).where(row.code == stored)
    found = connection.execute(of_code).first() if is_wellformed(stored) else None
    if found is None:
        raise RefusedChange("unknown_code", code=presentable(code))
    if found.revoked_on == day:
        return False
    if found.revoked_on is not None:
        raise RefusedChange("code_was_revoked", code=stored, revoked=found.revoked_on)
    if day < found.issued_on:
        raise RefusedChange("code_issued_later", code=stored, issued=found.issued_on, day=day)
    connection.execute(update(row).where(row.code == stored).values(revoked_on=day))
    return True


def rotate(connection: Connection, service_point_id: int, day: date, closes_on: date) -> Rotation:
    """Give a service point a new code and close every earlier one from `closes_on` on, so that sheets can be changed.

    Raises `RefusedChange` when the service point is not open on the day, or when `closes_on` lies before it.
    """
    if closes_on < day:
        raise RefusedChange("closes_before_issue", day=day, closes=closes_on)
    open_codes = [each.code for each in codes_of(connection, service_point_id) if each.revoked_on is None]
    new = issue(connection, service_point_id, day)
    for code in open_codes:
        revoke(connection, code, closes_on)
    return Rotation(new, tuple(open_codes), closes_on)


def codes_of(connection: Connection, service_point_id: int) -> list[IssuedCode]:
    """Every code that the service point ever had, newest first; of one day those that are not revoked first."""
    row = ScanCodeRow
    statement = select(row.code, row.issued_on, row.revoked_on).where(row.service_point_id == service_point_id)
    newest_first = statement.order_by(row.issued_on.desc(), row.revoked_on.is_not(None), row.code)
    return [IssuedCode(*found) for found in connection.execute(newest_first)]


def current_code(connection: Connection, service_point_id: int, day: date) -> str | None:
    """The code that a poster of the service point shows on the day: the newest that is not revoked, if there is one."""
    for each in codes_of(connection, service_point_id):
        if each.issued_on <= day and (each.revoked_on is None or day < each.revoked_on):
            return each.code
    return None


def look_up(connection: Connection, typed: str, day: date) -> OpenCode | ClosedCode | UnknownCode:
    """What a scanned or typed code leads to on the day. An open code takes one query, a mistyped one none."""
    code = normalise(typed[:_LONGEST_READ])
    if not is_wellformed(code):
        return UnknownCode(presentable(typed))
    statement = (
        select_service_points(day)
        .add_columns(ScanCodeRow.issued_on, ScanCodeRow.revoked_on)
        .join(ScanCodeRow, ScanCodeRow.service_point_id == ServicePointRow.id)
        .where(ScanCodeRow.code == code)
        .order_by(UnitVersionRow.valid_from)
    )
    rows = connection.execute(statement).all()
    if not rows:
        return UnknownCode(presentable(typed))
    *_, issued_on, revoked_on = rows[0]
    versions = service_points_from(rows)
    point = versions[-1]
    if day < max(issued_on, point.valid_from, point.premises.valid_from, versions[0].unit.valid_from):
        return UnknownCode(presentable(typed))
    standing = next((each for each in versions if _covers(each.unit, day)), None)
    ends = [revoked_on, point.valid_to, point.premises.valid_to, None if standing else _last_end(versions, day)]
    closed = [end for end in ends if end is not None and end <= day]
    if standing is not None and not closed:
        return OpenCode(code, standing)
    return ClosedCode(
        code,
        closed_on=min(closed),
        service_point_name=point.name,
        service_point_name_en=point.name_en,
        printed_unit=next((each.unit for each in versions if _covers(each.unit, issued_on)), versions[0].unit),
        go_to=(standing.unit,) if standing else tuple(successors(connection, point.unit.id, day)),
    )


def _covers(unit: Unit, day: date) -> bool:
    return covers(unit.valid_from, unit.valid_to, day)


def _last_end(versions: Sequence[ServicePoint], day: date) -> date:
    """The day the unit, which does not stand on the day though it began before, ended."""
    return max(end for each in versions if (end := each.unit.valid_to) is not None and end <= day)


def presentable(typed: str) -> str:
    """What was typed, fit to be shown: printable characters only, and few."""
    printable = "".join(character for character in typed[:_LONGEST_READ] if character.isprintable()).strip()
    return printable if len(printable) <= _LONGEST_SHOWN else printable[:_LONGEST_SHOWN] + "…"
