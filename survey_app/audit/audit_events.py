"""What the auditor's room writes to the audit log: every export, and those with comments under a name of their own."""

from survey_app.audit_log.event_types import EventType, declare

_KEYS = (
    *("file_format", "units", "with_predecessors", "from", "to", "channels"),  # as asked
    *("reason", "comments_reason"),
    *("first_day", "last_day", "rows", "unsealed_rows", "sha256"),  # as given
)
EXPORT = declare("audit.export", *_KEYS)
"""Raw answers without comments were given away."""
EXPORT_WITH_COMMENTS = declare("audit.export_with_comments", *_KEYS)
"""Raw answers with their comments were given away."""


def export_event(*, comments: bool) -> EventType:
    """The type of an export's event."""
    return EXPORT_WITH_COMMENTS if comments else EXPORT
