"""What the audit log keeps of this room."""

from survey_app.audit_log.event_types import declare

CHART_REBASED = declare("chart.rebased", "from_monday", "before_monday", "reason")
"""A commune's usual level is counted from another week on; `before_monday` null: it was counted from the first one."""
