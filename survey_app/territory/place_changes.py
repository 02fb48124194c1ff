"""Premises and service points as the back office keeps them: all of a unit's, corrections of their words, domains.

A correction mends words in place, since printed codes hold the place and not its name; the audit log keeps both. What
has a history of its own (whose staff sit there, opening, closing) is appended elsewhere.
"""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, delete, insert, select, update

from survey_app.territory.models import PremisesRow, ServicePointDomainRow, ServicePointRow, UnitVersionRow
from survey_app.territory.problems import RefusedChange
from survey_app.territory.service_points import (
    Premises,
    ServicePoint,
    check_text,
    select_service_points,
    service_points_from,
)

_PREMISES = (
    PremisesRow.id,
    PremisesRow.unit_id,
    PremisesRow.name,
    PremisesRow.address,
    PremisesRow.valid_from,
    PremisesRow.valid_to,
)


def premises_of(connection: Connection, unit_id: int) -> list[Premises]:
    """All premises that the unit ever had or will have, in the order they were set up."""
    statement = select(*_PREMISES).where(PremisesRow.unit_id == unit_id).order_by(PremisesRow.id)
    return [Premises(*row) for row in connection.execute(statement)]


def premises_by_id(connection: Connection, premises_id: int) -> Premises | None:
    """The premises, open or not; None for a number that never was."""
    row = connection.execute(select(*_PREMISES).where(PremisesRow.id == premises_id)).first()
    return None if row is None else Premises(*row)


def places_of(connection: Connection, unit_id: int, day: date) -> list[ServicePoint]:
    """All service points that the unit ever had or will have, their body as of the day; one query."""
    statement = select_service_points(day).where(PremisesRow.unit_id == unit_id)
    rows = connection.execute(statement.order_by(ServicePointRow.id, UnitVersionRow.valid_from)).all()
    latest = {point.id: point for point in service_points_from(row for row in rows if row.body is not None)}
    later = [row for row in rows if row.body is None]
    if later:
        not_yet = select_service_points(None).where(ServicePointRow.id.in_({row[0] for row in later}))
        latest |= {point.id: point for point in service_points_from(connection.execute(not_yet))}
    return [latest[number] for number in sorted(latest)]


def correct_premises(connection: Connection, premises_id: int, name: str, address: str) -> bool:
    """Mend the words of premises. Returns whether anything was written. Raises `RefusedChange`."""
    check_text("premises", name)
    check_text("address", address, may_be_empty=True)
    known = premises_by_id(connection, premises_id)
    if known is None:
        raise RefusedChange("unknown_premises", id=premises_id)
    if (known.name, known.address) == (name.strip(), address.strip()):
        return False
    mended = update(PremisesRow).where(PremisesRow.id == premises_id)
    connection.execute(mended.values(name=name.strip(), address=address.strip()))
    return True


def correct_service_point(connection: Connection, service_point_id: int, name: str, name_en: str) -> bool:
    """Mend the names of a service point. Returns whether anything was written. Raises `RefusedChange`."""
    check_text("service_point", name)
    check_text("service_point", name_en)
    row = ServicePointRow
    known = connection.execute(select(row.name, row.name_en).where(row.id == service_point_id)).first()
    if known is None:
        raise RefusedChange("unknown_service_point", id=service_point_id)
    if tuple(known) == (name.strip(), name_en.strip()):
        return False
    mended = update(row).where(row.id == service_point_id)
    connection.execute(mended.values(name=name.strip(), name_en=name_en.strip()))
    return True


def set_domains(connection: Connection, service_point_id: int, domains: Collection[str]) -> bool:
    """Let the service point serve these domains (none: any). Returns whether anything was written."""
    for domain in domains:
        check_text("domain", domain)
    row = ServicePointDomainRow
    of_point = row.service_point_id == service_point_id
    if set(connection.scalars(select(row.domain).where(of_point))) == set(domains):
        return False
    connection.execute(delete(row).where(of_point))
    if domains:
        values = [{"service_point_id": service_point_id, "domain": domain} for domain in sorted(set(domains))]
        connection.execute(insert(row), values)
    return True
