"""What the audit log says of accounts and of signing in."""

from survey_app.audit_log.event_types import declare

SIGNED_IN = declare("staff.signed_in")
SIGN_IN_FAILED = declare("staff.sign_in_failed", "reason")
"""Somebody tried the account, at least once since the event of this kind before; never what was typed."""
SIGNED_OUT = declare("staff.signed_out")
SESSIONS_ENDED = declare("staff.sessions_ended", "count")
"""The account ended sessions of its own in other browsers."""
ACCOUNT_ADDED = declare("staff.account_added", "account", "roles")
ACCOUNT_DISABLED = declare("staff.account_disabled", "account")
ACCOUNT_ENABLED = declare("staff.account_enabled", "account")
ROLES_CHANGED = declare("staff.roles_changed", "account", "old_roles", "old_unit", "roles")
LINK_MADE = declare("staff.link_made", "account", "purpose")
"""A link to set a password was made, by an administrator (invitation) or asked for on the sign-in page (reset)."""
PASSWORD_SET = declare("staff.password_set", "purpose")
"""The account has a new password: by invitation, reset, or change."""
SECOND_FACTOR_ON = declare("staff.second_factor_on")
SECOND_FACTOR_OFF = declare("staff.second_factor_off", "account")
RECOVERY_CODES_MADE = declare("staff.recovery_codes_made", "count")
RECOVERY_CODE_USED = declare("staff.recovery_code_used", "count")
"""`count`: how many are left."""
