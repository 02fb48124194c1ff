"""What the audit log says of removals from the book, and of check codes whose answer is missing."""

from survey_app.audit_log.event_types import declare

RETENTION_APPLIED = declare("retention.applied", "day", "what", "count", "order")
"""A day's rows or comments were removed on schedule; `order` is the hash of the order, which the log seals."""
COMMENTS_OPENED = declare("redaction.opened", "day", "response", "count")
"""An inspector read comments in order to redact: those of a commune-day, or of one response."""
COMMENT_REDACTED = declare("redaction.applied", "day", "response", "reason", "order")
RECEIPT_LOST = declare("receipt.lost", "code_sha256")
"""A genuine check code was looked up whose answer is neither in the inbox nor in the book. Once a code."""
