"""Wires the ledger's room: its commands, and the public pages of the book."""

from collections.abc import Set

from flask import Flask

from survey_app.ledger.archive.commands import archive_commands
from survey_app.ledger.commands import close_day_command
from survey_app.ledger.database_commands import database_commands
from survey_app.ledger.ledger_commands import ledger_commands
from survey_app.ledger.pages import blueprint
from survey_app.ledger.retention_commands import retention_commands
from survey_app.ledger.steps import use_closing_steps
from survey_app.zones import Zone, serve_blueprint


def register(app: Flask, zones: Set[Zone]) -> None:
    """Add the commands (always), and the pages (with the PUBLIC zone)."""
    serve_blueprint(app, blueprint, Zone.PUBLIC, zones)
    use_closing_steps(app, ())
    app.cli.add_command(close_day_command)
    app.cli.add_command(ledger_commands)
    app.cli.add_command(archive_commands)
    app.cli.add_command(retention_commands)
    app.cli.add_command(database_commands)
