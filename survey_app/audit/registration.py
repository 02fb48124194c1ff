"""Wires the auditor's room: the export page and the export command."""

from collections.abc import Set

from flask import Flask

from survey_app.audit.commands import export_commands
from survey_app.audit.views import blueprint
from survey_app.zones import Zone, serve_blueprint


def register(app: Flask, zones: Set[Zone]) -> None:
    """Add the page (with the STAFF zone) and the command (always)."""
    app.cli.add_command(export_commands)
    serve_blueprint(app, blueprint, Zone.STAFF, zones)
