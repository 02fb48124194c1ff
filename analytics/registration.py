"""Wires analytics: the pages of results, the operators' addresses, the `facts` commands."""

from collections.abc import Set

from flask import Flask

from analytics.commands import facts_commands
from analytics.dashboards.findings_views import blueprint as findings
from analytics.dashboards.operations import blueprint as operations
from analytics.dashboards.public_views import blueprint as public
from analytics.dashboards.staff_views import blueprint as staff_dashboard
from analytics.dashboards.unit_page import emphasised
from analytics.findings.commands import finding_commands, rebase_command
from analytics.published.commands import publish_command
from survey_app.zones import Zone, serve_blueprint


def register(app: Flask, zones: Set[Zone]) -> None:
    """Add pages of the zones served, and the commands whatever they are."""
    app.jinja_env.filters["emphasised"] = emphasised
    serve_blueprint(app, staff_dashboard, Zone.STAFF, zones)
    serve_blueprint(app, findings, Zone.STAFF, zones)
    serve_blueprint(app, public, Zone.PUBLIC, zones)
    serve_blueprint(app, operations, Zone.PUBLIC, zones)
    facts_commands.add_command(publish_command)
    facts_commands.add_command(rebase_command)
    app.cli.add_command(facts_commands)
    app.cli.add_command(finding_commands)
