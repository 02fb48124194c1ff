"""Wires the counter desk: staff pages of tickets, visits, volunteers' links and call-backs; commands of tickets."""

from collections.abc import Set

from flask import Flask

from survey_app.counter_desk.assisted_views import blueprint as assisted
from survey_app.counter_desk.callback_views import blueprint as callback
from survey_app.counter_desk.commands import ticket_commands
from survey_app.counter_desk.ticket_views import blueprint as tickets
from survey_app.counter_desk.visit_views import blueprint as visits
from survey_app.zones import Zone, serve_blueprint


def register(app: Flask, zones: Set[Zone]) -> None:
    """Add the pages (with the STAFF zone) and the commands (always)."""
    app.cli.add_command(ticket_commands)
    serve_blueprint(app, tickets, Zone.STAFF, zones)
    serve_blueprint(app, visits, Zone.STAFF, zones)
    serve_blueprint(app, assisted, Zone.STAFF, zones)
    serve_blueprint(app, callback, Zone.STAFF, zones)
