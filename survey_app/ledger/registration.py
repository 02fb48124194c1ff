"""Wires the ledger's room: the `close-day` command."""

from collections.abc import Set

from flask import Flask

from survey_app.ledger.commands import close_day_command
from survey_app.ledger.steps import use_closing_steps
from survey_app.zones import Zone


def register(app: Flask, zones: Set[Zone]) -> None:
    """Add the command; the room has no pages yet."""
    use_closing_steps(app, ())
    app.cli.add_command(close_day_command)
