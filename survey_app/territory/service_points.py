"""Premises and service points: where people are received, whose staff sit there, and what they do; reads and writes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Select, insert, select, update

from survey_app.territory.models import (
    PremisesRow,
    ServicePointDomainRow,
    ServicePointRow,
    ServicePointStaffingRow,
    UnitRow,
    UnitVersionRow,
)
from survey_app.territory.problems import RefusedChange
from survey_app.territory.units import Unit, unit_by_id
from survey_app.territory.validity import valid_on

Body = Literal["commune", "land_registration", "police", "post", "city_branch"]
BODIES: tuple[Body, ...] = get_args(Body)
"""Whose staff sit at a service point: the commune itself, or a body that it does not lead."""
_POINT_COLUMNS, _PREMISES_COLUMNS, _UNIT_COLUMNS = slice(0, 5), slice(5, 11), slice(11, 19)
_LONGEST = {"premises": 120, "address": 200, "service_point": 80, "domain": 24}


@dataclass(frozen=True, slots=True)
class Premises:
    """A place where a unit receives people (half-open period)."""

    id: int
    unit_id: int
    name: str
    address: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class ServicePoint:
    """A counter (Quầy 2) as it was on a day: its unit as it was called, the body whose staff sat there.

    `domains` holds the keys of the service domains served, in alphabetical order; empty: any.
    """

    id: int
    name: str
    name_en: str
    premises: Premises
    unit: Unit
    body: Body
    domains: tuple[str, ...]
    valid_from: date
    valid_to: date | None


def as_body(text: str) -> Body:
    """The body of that name. Raises `RefusedChange` when it is none of `BODIES`."""
    for body in BODIES:
        if text == body:
            return body
    raise RefusedChange("unknown_body", body=text, known=", ".join(BODIES))


def add_premises(connection: Connection, unit_id: int, name: str, address: str, valid_from: date) -> int:
    """Add premises of a unit and return their id. Raises `RefusedChange` when the unit is not valid on the day."""
    check_text("premises", name)
    check_text("address", address, may_be_empty=True)
    if unit_by_id(connection, unit_id, valid_from) is None:
        raise RefusedChange("unit_not_valid", unit_id=unit_id, day=valid_from)
    values = {"unit_id": unit_id, "name": name.strip(), "address": address.strip(), "valid_from": valid_from}
    return connection.execute(insert(PremisesRow).values(values).returning(PremisesRow.id)).scalar_one()


def add_service_point(
    connection: Connection,
    premises_id: int,
    name: str,
    name_en: str,
    body: Body,
    domains: Collection[str],
    valid_from: date,
) -> int:
    """Add a service point to premises and return its id.

    Raises `RefusedChange` when the premises are not open on the day, the body is none of `BODIES`, or a text is empty
    or too long.
    """
    check_text("service_point", name)
    check_text("service_point", name_en)
    for domain in domains:
        check_text("domain", domain)
    _check_body(body)
    _open_premises(connection, premises_id, valid_from)
    values = {"premises_id": premises_id, "name": name.strip(), "name_en": name_en.strip(), "valid_from": valid_from}
    added = connection.execute(insert(ServicePointRow).values(values).returning(ServicePointRow.id)).scalar_one()
    staffing = {"service_point_id": added, "valid_from": valid_from, "body": body}
    connection.execute(insert(ServicePointStaffingRow).values(staffing))
    served = [{"service_point_id": added, "domain": domain} for domain in sorted(set(domains))]
    if served:
        connection.execute(insert(ServicePointDomainRow), served)
    return added


def change_body(connection: Connection, service_point_id: int, body: Body, day: date) -> bool:
    """Let staff of another body sit there from the day on. Returns whether anything was written: they may do already.

    Raises `RefusedChange` for a closed or unknown service point, or a day before the last change.
    """
    _check_body(body)
    _open_service_point(connection, service_point_id, day)
    staffing = ServicePointStaffingRow
    of_point = staffing.service_point_id == service_point_id
    newest = select(staffing.body, staffing.valid_from).where(of_point).order_by(staffing.valid_from.desc())
    last = connection.execute(newest.limit(1)).one()
    if last.body == body:
        return False
    if day <= last.valid_from:
        raise RefusedChange("body_changed_later", id=service_point_id, day=day, changed=last.valid_from)
    connection.execute(update(staffing).where(of_point, staffing.valid_from == last.valid_from).values(valid_to=day))
    connection.execute(insert(staffing).values(service_point_id=service_point_id, valid_from=day, body=body))
    return True


def close_service_point(connection: Connection, service_point_id: int, day: date) -> bool:
    """End a service point: from the day on nobody is received there. Returns whether anything was written.

    Raises `RefusedChange` when there is none, or it was closed on another day, or opens only later.
    """
    row = ServicePointRow
    found = connection.execute(select(row.valid_from, row.valid_to).where(row.id == service_point_id)).first()
    if found is None:
        raise RefusedChange("unknown_service_point", id=service_point_id)
    if not _may_close(found.valid_from, found.valid_to, day, "service_point", service_point_id):
        return False
    connection.execute(update(row).where(row.id == service_point_id).values(valid_to=day))
    return True


def close_premises(connection: Connection, premises_id: int, day: date) -> bool:
    """End premises and every service point that is still open there. Returns whether anything was written.

    Raises `RefusedChange` when there are none, or they were closed on another day, or something there opens only later.
    """
    row, point = PremisesRow, ServicePointRow
    found = connection.execute(select(row.valid_from, row.valid_to).where(row.id == premises_id)).first()
    if found is None:
        raise RefusedChange("unknown_premises", id=premises_id)
    if not _may_close(found.valid_from, found.valid_to, day, "premises", premises_id):
        return False
    here = (point.premises_id == premises_id) & (point.valid_to.is_(None) | (point.valid_to > day))
    for each in connection.execute(select(point.id, point.valid_from).where(here)):
        _check_has_begun(each.valid_from, day, "service_point", each.id)
    connection.execute(update(point).where(here).values(valid_to=day))
    connection.execute(update(row).where(row.id == premises_id).values(valid_to=day))
    return True


def service_points_of(connection: Connection, unit_id: int, day: date) -> list[ServicePoint]:
    """The service points of a unit that are open on the day, in the order they were set up; one query."""
    condition = (UnitRow.id == unit_id) & valid_on(ServicePointRow, day) & valid_on(PremisesRow, day)
    statement = select_service_points(day).where(condition, valid_on(UnitVersionRow, day))
    return service_points_from(connection.execute(statement.order_by(ServicePointRow.id)))


def service_point_by_id(connection: Connection, service_point_id: int, day: date | None) -> ServicePoint | None:
    """A service point as it was on the day, None unless it was open then. Without a day: as last known, open or not."""
    statement = select_service_points(day).where(ServicePointRow.id == service_point_id)
    if day is not None:
        statement = statement.where(*(valid_on(table, day) for table in (ServicePointRow, PremisesRow, UnitVersionRow)))
    found = service_points_from(connection.execute(statement.order_by(UnitVersionRow.valid_from)))
    return found[-1] if found else None


def select_service_points(day: date | None) -> Select[*tuple[Any, ...]]:
    """All service points with premises, every version of their unit, and one row a domain; for reads of this package.

    The body is the one of the day; without a day, the last one.
    """
    point, premises, version, staffing = ServicePointRow, PremisesRow, UnitVersionRow, ServicePointStaffingRow
    body = select(staffing.body).where(staffing.service_point_id == point.id)
    body = body.where(staffing.valid_from <= day) if day is not None else body
    return (
        select(
            *(point.id, point.name, point.name_en, point.valid_from, point.valid_to),
            *(premises.id, premises.unit_id, premises.name, premises.address, premises.valid_from, premises.valid_to),
            *(UnitRow.id, UnitRow.code, version.name, version.kind, version.parent_id, version.area),
            *(version.valid_from, version.valid_to),
            body.order_by(staffing.valid_from.desc()).limit(1).correlate(point).scalar_subquery().label("body"),
            ServicePointDomainRow.domain,
        )
        .select_from(point)
        .join(premises, premises.id == point.premises_id)
        .join(UnitRow, UnitRow.id == premises.unit_id)
        .join(version, version.unit_id == UnitRow.id)
        .outerjoin(ServicePointDomainRow, ServicePointDomainRow.service_point_id == point.id)
    )


def service_points_from(rows: Iterable[Any]) -> list[ServicePoint]:
    """The service points of rows in the columns of `select_service_points`: one for each version of their unit."""
    points: dict[tuple[int, date], ServicePoint] = {}
    for row in rows:
        id_, name, name_en, valid_from, valid_to = row[_POINT_COLUMNS]
        unit = Unit(*row[_UNIT_COLUMNS])
        known = points.get((id_, unit.valid_from))
        domains = {row.domain} if row.domain is not None else set()
        points[id_, unit.valid_from] = ServicePoint(
            id=id_,
            name=name,
            name_en=name_en,
            premises=Premises(*row[_PREMISES_COLUMNS]),
            unit=unit,
            body=row.body,
            domains=tuple(sorted(domains.union(known.domains if known else ()))),
            valid_from=valid_from,
            valid_to=valid_to,
        )
    return list(points.values())


def check_text(what: str, value: str, *, may_be_empty: bool = False) -> None:
    """Raise `RefusedChange` for a text of this kind (premises, address, service_point, domain) that cannot be."""
    limit = _LONGEST[what]
    if not value.strip() and not may_be_empty:
        raise RefusedChange(f"empty_{what}")
    if len(value.strip()) > limit or not value.isprintable():
        raise RefusedChange(f"bad_{what}", limit=limit)


def _check_body(body: str) -> None:
    if body not in BODIES:
        raise RefusedChange("unknown_body", body=body, known=", ".join(BODIES))


def _open_premises(connection: Connection, premises_id: int, day: date) -> None:
    if (
        connection.scalar(select(PremisesRow.id).where(PremisesRow.id == premises_id, valid_on(PremisesRow, day)))
        is None
    ):
        raise RefusedChange("premises_not_open", id=premises_id, day=day)


def _open_service_point(connection: Connection, service_point_id: int, day: date) -> None:
    row = ServicePointRow
    if connection.scalar(select(row.id).where(row.id == service_point_id, valid_on(row, day))) is None:
        raise RefusedChange("service_point_not_open", id=service_point_id, day=day)


def _may_close(valid_from: date, valid_to: date | None, day: date, what: str, id_: int) -> bool:
    """False when it is closed on that very day already."""
    if valid_to is not None and valid_to != day:
        raise RefusedChange(f"{what}_has_closed", id=id_, closed=valid_to)
    _check_has_begun(valid_from, day, what, id_)
    return valid_to is None


def _check_has_begun(valid_from: date, day: date, what: str, id_: int) -> None:
    if day <= valid_from:
        raise RefusedChange(f"{what}_opens_later", id=id_, valid_from=valid_from, day=day)
