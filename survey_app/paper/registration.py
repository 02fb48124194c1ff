"""Wires paper forms: staff pages, and the command that prints."""

from collections.abc import Set

from flask import Flask

import survey_app.paper.sheet_views  # noqa: F401  # adds the pages of a sheet to the blueprint
from survey_app.paper.commands import paper_commands
from survey_app.paper.views import blueprint
from survey_app.zones import Zone, serve_blueprint


def register(app: Flask, zones: Set[Zone]) -> None:
    """Add the pages (with the STAFF zone) and the command (always)."""
    app.cli.add_command(paper_commands)
    serve_blueprint(app, blueprint, Zone.STAFF, zones)
