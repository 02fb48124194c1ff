"""Wires the counter desk: staff pages of tickets and visits, and the commands of tickets."""

from collections.abc import Set

from flask import Flask

from survey_app.counter_desk.commands import ticket_commands
from survey_app.counter_desk.ticket_views import blueprint as tickets
from survey_app.counter_desk.visit_views import blueprint as visits
from survey_app.zones import Zone, serve_blueprint


def register(app: Flask, zones: Set[Zone]) -> None:
    """Add the pages (with the STAFF zone) and the commands (always)."""
    app.cli.add_command(ticket_commands)
    serve_blueprint(app, tickets, Zone.STAFF, zones)
    serve_blueprint(app, visits, Zone.STAFF, zones)
