"""What the audit log keeps of this room."""

from survey_app.audit_log.event_types import declare

VISITS_RECORDED = declare(
    "visits.recorded", "source", "file", "first_monday", "last_monday", "unit_codes", "units", "numbers"
)
"""Numbers of visits were taken in. `unit_codes` names the units if few, else null; `numbers` counts changes."""
