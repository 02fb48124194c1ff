"""Wires the auditor's room: exports, the audit log, lost check codes, redaction."""

from collections.abc import Set

from flask import Flask

from survey_app.audit.audit_log_commands import audit_log_commands
from survey_app.audit.audit_log_views import blueprint as audit_log
from survey_app.audit.commands import export_commands
from survey_app.audit.lost_code_views import blueprint as lost_codes
from survey_app.audit.lost_code_views import notice_of_lost_codes
from survey_app.audit.redaction_views import blueprint as redactions
from survey_app.audit.views import blueprint
from survey_app.staff.notices import add_notice
from survey_app.zones import Zone, serve_blueprint


def register(app: Flask, zones: Set[Zone]) -> None:
    """Add the pages (with the STAFF zone) and the commands (always)."""
    app.cli.add_command(export_commands)
    app.cli.add_command(audit_log_commands)
    add_notice(app, notice_of_lost_codes)
    for pages in (blueprint, audit_log, lost_codes, redactions):
        serve_blueprint(app, pages, Zone.STAFF, zones)
