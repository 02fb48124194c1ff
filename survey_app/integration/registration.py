"""Wires the doors for other systems: addresses of the PUBLIC zone, which has no session, and the commands of keys."""

from collections.abc import Set

from flask import Flask

from config import Settings
from survey_app.integration.commands import api_key_commands
from survey_app.integration.rate import RateBound
from survey_app.integration.views import RATE_KEY, blueprint
from survey_app.zones import Zone, serve_blueprint


def register(app: Flask, zones: Set[Zone]) -> None:
    """Add the room."""
    settings: Settings = app.extensions["settings"]
    app.cli.add_command(api_key_commands)
    app.extensions[RATE_KEY] = RateBound(settings.api_calls_a_minute)
    serve_blueprint(app, blueprint, Zone.PUBLIC, zones)
