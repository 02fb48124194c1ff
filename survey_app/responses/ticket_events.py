"""What the audit log keeps of tickets: how many were made or voided, where, and by whom. Never a code."""

from survey_app.audit_log.event_types import declare

TICKETS_ISSUED = declare(
    "tickets.issued", "source", "day", "premises", "service_point", "first_serial", "last_serial", "count"
)
TICKETS_VOIDED = declare("tickets.voided", "first_serial", "last_serial", "newly_voided", "reason")
