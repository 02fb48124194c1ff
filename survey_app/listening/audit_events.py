"""What the audit log keeps of this room. The words of a comment never stand in it."""

from survey_app.audit_log.event_types import declare

CASES_RECEIVED = declare("cases.received", "day", "count")
"""Closing a day found so many comments for the inspector, in all communes together."""
CASE_OPENED = declare("cases.opened", "case", "day", "response")
"""An inspector read the comment of a case."""
CASE_STEP = declare("cases.step", "case", "number", "state", "assignee", "reason")
COMMENTS_READ = declare("listening.comments_read", "first_day", "last_day", "count")
"""A commune's leader read the comments of some weeks, scrubbed and shuffled."""
ACTION_WRITTEN = declare(
    *("listening.action", "action", "number", "title", "category", "owner", "due_on"),
    *("state", "done_on", "published"),
)
"""An action was opened (number 1) or changed."""
NOTE_WRITTEN = declare("listening.note", "monday", "note", "text", "before")
"""A public note to a week was written, changed (`before`: as it was) or taken back (`text` null)."""
