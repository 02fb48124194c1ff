"""Wires analytics: the pages of results, the operators' addresses, the `facts` commands."""

from collections.abc import Set

from flask import Flask

from analytics.commands import facts_commands
from analytics.dashboards.contents import sections_of
from analytics.dashboards.findings_views import blueprint as findings
from analytics.dashboards.methods_views import blueprint as methods
from analytics.dashboards.operations import blueprint as operations
from analytics.dashboards.province_views import blueprint as province
from analytics.dashboards.public_views import blueprint as public
from analytics.dashboards.rebase_views import blueprint as rebase_page
from analytics.dashboards.staff_views import blueprint as staff_dashboard
from analytics.dashboards.unit_page import emphasised
from analytics.findings.commands import finding_commands, rebase_command
from analytics.open_data.views import blueprint as open_data
from analytics.published.commands import check_command, publish_command
from analytics.reports.commands import digest_commands
from analytics.reports.views import blueprint as reports
from analytics.reports.yearly.commands import report_commands
from analytics.reports.yearly.views import blueprint as yearly
from survey_app.zones import Zone, serve_blueprint


def register(app: Flask, zones: Set[Zone]) -> None:
    """Add pages of the zones served, and the commands whatever they are."""
    app.jinja_env.filters["emphasised"] = emphasised
    app.jinja_env.filters["sections"] = sections_of
    serve_blueprint(app, staff_dashboard, Zone.STAFF, zones)
    serve_blueprint(app, province, Zone.STAFF, zones)
    serve_blueprint(app, findings, Zone.STAFF, zones)
    serve_blueprint(app, reports, Zone.STAFF, zones)
    serve_blueprint(app, yearly, Zone.STAFF, zones)
    serve_blueprint(app, rebase_page, Zone.STAFF, zones)
    serve_blueprint(app, public, Zone.PUBLIC, zones)
    serve_blueprint(app, methods, Zone.PUBLIC, zones)
    serve_blueprint(app, open_data, Zone.PUBLIC, zones)
    serve_blueprint(app, operations, Zone.PUBLIC, zones)
    facts_commands.add_command(publish_command)
    facts_commands.add_command(check_command)
    facts_commands.add_command(rebase_command)
    app.cli.add_command(facts_commands)
    app.cli.add_command(finding_commands)
    app.cli.add_command(digest_commands)
    app.cli.add_command(report_commands)
