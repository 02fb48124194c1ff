"""What the audit log says of accounts and of signing in."""

from survey_app.audit_log.event_types import declare

SIGNED_IN = declare("staff.signed_in")
SIGN_IN_FAILED = declare("staff.sign_in_failed", "reason")
"""Somebody tried the account, at least once since the event of this kind before; never what was typed."""
SIGNED_OUT = declare("staff.signed_out")
ACCOUNT_ADDED = declare("staff.account_added", "account", "roles")
ACCOUNT_DISABLED = declare("staff.account_disabled", "account")
