"""What the audit log keeps of volunteers' links: that one was made or revoked in a unit; no code, counter or answer."""

from survey_app.audit_log.event_types import declare

ASSISTED_LINK_MADE = declare("assisted.link_made", "days")
ASSISTED_LINK_REVOKED = declare("assisted.link_revoked", "account")
"""`account`: the volunteer's."""
