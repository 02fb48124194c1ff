"""What the audit log keeps of this room. What a key does is kept by the room whose act it is, under the key's name."""

from survey_app.audit_log.event_types import declare

KEY_ADDED = declare("api_key.added", "name", "scopes")
KEY_REVOKED = declare("api_key.revoked", "name")
