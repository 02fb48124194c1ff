"""What the ledger writes to the audit log."""

from survey_app.audit_log.event_types import declare

KEY_MADE = declare("ledger.key_made", "verifier")
"""The log's first signing key was taken into use."""
KEY_ROTATED = declare("ledger.key_rotated", "verifier", "previous", "previous_lost")
"""A new signing key follows the previous one; `previous_lost`: it could not be kept for the handover."""
