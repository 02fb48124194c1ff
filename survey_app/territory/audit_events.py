"""What the audit log says of units and scan codes."""

from survey_app.audit_log.event_types import declare

UNITS_IMPORTED = declare("territory.imported", "file", "new", "changed")
UNIT_CLOSED = declare("territory.unit_closed", "day")
CODE_ISSUED = declare("scan_code.issued", "code", "service_point")
CODE_REVOKED = declare("scan_code.revoked", "code", "from_day")
