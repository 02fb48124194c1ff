"""What the audit log is told when scan codes are rotated: the new code, and each one that closes."""

from datetime import datetime

from sqlalchemy import Connection

from survey_app.audit_log.log import record_event
from survey_app.territory.audit_events import CODE_ISSUED, CODE_REVOKED
from survey_app.territory.scan_code_register import Rotation
from survey_app.territory.service_points import ServicePoint


def record_rotation(
    connection: Connection, rotation: Rotation, point: ServicePoint, *, actor: str, at: datetime
) -> None:
    """Write the rotation down in the transaction that makes it."""
    unit = point.unit.code
    record_event(connection, CODE_ISSUED, actor=actor, at=at, unit=unit, code=rotation.code, service_point=point.id)
    for code in rotation.closed:
        from_day = rotation.closes_on.isoformat()
        record_event(connection, CODE_REVOKED, actor=actor, at=at, unit=unit, code=code, from_day=from_day)
