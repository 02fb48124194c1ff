"""Wires the questionnaires' room: the `questionnaire` commands."""

from collections.abc import Set

from flask import Flask

from survey_app.questionnaires.commands import questionnaire_commands
from survey_app.zones import Zone


def register(app: Flask, _zones: Set[Zone]) -> None:
    """Add the commands; the room has no pages of its own."""
    app.cli.add_command(questionnaire_commands)
