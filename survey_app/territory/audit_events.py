"""What the audit log says of units and scan codes."""

from survey_app.audit_log.event_types import declare

UNITS_IMPORTED = declare("territory.imported", "file", "new", "changed")
UNIT_CLOSED = declare("territory.unit_closed", "day")
CODE_ISSUED = declare("scan_code.issued", "code", "service_point")
CODE_REVOKED = declare("scan_code.revoked", "code", "from_day")

_CHANGE = ("id", "before", "after", "from_day")
"""Which one (its id; null for the whole installation), what it was and what it is, and since which day."""
UNIT_CHANGED = declare("territory.unit_changed", "before", "after", "from_day")
UNIT_SUCCEEDED = declare("territory.unit_succeeded", "successors", "from_day")
PREMISES_ADDED = declare("premises.added", *_CHANGE)
PREMISES_CHANGED = declare("premises.changed", *_CHANGE)
PREMISES_CLOSED = declare("premises.closed", *_CHANGE)
PREMISES_IMPORTED = declare("premises.imported", "file", "new")
HOURS_SET = declare("premises.hours_set", *_CHANGE)
SERVICE_POINT_ADDED = declare("service_point.added", *_CHANGE)
SERVICE_POINT_CHANGED = declare("service_point.changed", *_CHANGE)
SERVICE_POINT_CLOSED = declare("service_point.closed", *_CHANGE)
SERVICE_POINTS_IMPORTED = declare("service_point.imported", "file", "new")
CODE_SEEN = declare("scan_code.seen", "code", "service_point")
TARGET_SET = declare("target.set", "measure", "before", "after", "from_day")
THRESHOLD_SET = declare("threshold.set", "threshold", "before", "after", "from_day")
BANDS_SET = declare("bands.set", "before", "after", "from_day")
CONTACTS_SET = declare("contacts.set", "before", "after", "from_day")
