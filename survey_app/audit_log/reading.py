"""Reading the audit log: some events by what they are about, newest first, a page at a time."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, select

from survey_app.audit_log.log import AuditEvent, event_of
from survey_app.audit_log.models import AuditEventRow


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events. `actor` is any part of the name; days are both included; None keeps everything."""

    kind: str | None = None
    actor: str | None = None
    unit_code: str | None = None
    first_day: date | None = None
    last_day: date | None = None


def newest_events(
    connection: Connection, wanted: EventFilter, limit: int, before: int | None = None
) -> list[AuditEvent]:
    """The newest events of the filter, newest first; those older than the event number `before`, if one is given."""
    conditions = _conditions(wanted)
    if before is not None:
        conditions.append(AuditEventRow.seq < before)
    chosen = select(AuditEventRow.__table__).where(*conditions).order_by(AuditEventRow.seq.desc()).limit(limit)
    return [event_of(row) for row in connection.execute(chosen)]


def recorded_kinds(connection: Connection) -> list[str]:
    """The kinds of event that have happened, sorted."""
    return sorted(connection.scalars(select(AuditEventRow.kind).distinct()))


def last_of(connection: Connection, kind: str, actor: str | None = None) -> AuditEvent | None:
    """The newest event of a kind, by an actor if one is given."""
    conditions = [AuditEventRow.kind == kind]
    if actor is not None:
        conditions.append(AuditEventRow.actor == actor)
    newest = select(AuditEventRow.__table__).where(*conditions).order_by(AuditEventRow.seq.desc()).limit(1)
    row = connection.execute(newest).first()
    return None if row is None else event_of(row)


def _conditions(wanted: EventFilter) -> list[ColumnElement[bool]]:
    """`at` is ISO 8601 in one time zone, so that text compares as time does."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.kind is not None:
        conditions.append(AuditEventRow.kind == wanted.kind)
    if wanted.actor is not None:
        conditions.append(AuditEventRow.actor.icontains(wanted.actor, autoescape=True))
    if wanted.unit_code is not None:
        conditions.append(AuditEventRow.unit_code == wanted.unit_code)
    if wanted.first_day is not None:
        conditions.append(AuditEventRow.at >= wanted.first_day.isoformat())
    if wanted.last_day is not None:
        conditions.append(AuditEventRow.at < (wanted.last_day + timedelta(days=1)).isoformat())
    return conditions
