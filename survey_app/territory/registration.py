"""Wires the territory's room: the `territory` commands."""

from collections.abc import Set

from flask import Flask

from survey_app.territory.commands import territory_commands
from survey_app.zones import Zone


def register(app: Flask, _zones: Set[Zone]) -> None:
    """Add the commands; the room has no pages of its own (posters are shown by the staff room)."""
    app.cli.add_command(territory_commands)
