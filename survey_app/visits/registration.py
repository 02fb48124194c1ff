"""Wires the room of visits: its commands."""

from collections.abc import Set

from flask import Flask

from survey_app.visits.commands import visit_commands
from survey_app.zones import Zone


def register(app: Flask, zones: Set[Zone]) -> None:
    """Add the commands. Its pages stand in the counter desk, its addresses for programs in the integration."""
    app.cli.add_command(visit_commands)
