"""What the audit log says of itself."""

from survey_app.audit_log.event_types import declare

LOG_EXPORTED = declare("audit_log.exported", "format", "size")
"""The whole log was taken along, up to event number `size`."""
