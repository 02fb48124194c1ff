"""What the audit log keeps of paper forms: batches made and dropped, sheets voided, differences settled. No answer."""

from survey_app.audit_log.event_types import declare

BATCH_MADE = declare("paper.batch_made", "batch", "service_point", "questionnaire", "language", "sheets", "source")
BATCH_DROPPED = declare("paper.batch_dropped", "batch", "newly_voided", "reason")
SHEET_VOIDED = declare("paper.sheet_voided", "batch", "serial", "reason")
SHEET_SETTLED = declare("paper.sheet_settled", "batch", "serial", "items")
"""`items` is how many differed, not which and not what was found."""
