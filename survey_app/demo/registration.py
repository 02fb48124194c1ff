"""Wires the demo's room: its commands."""

from collections.abc import Set

from flask import Flask

from survey_app.demo.commands import demo_commands
from survey_app.zones import Zone


def register(app: Flask, _zones: Set[Zone]) -> None:
    """Add the commands; the demo has no pages."""
    app.cli.add_command(demo_commands)
