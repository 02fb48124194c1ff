"""Wires listening: the inspector's cases, the commune's comments, actions and notes."""

from collections.abc import Set

from flask import Flask

from survey_app.listening.action_views import blueprint as actions
from survey_app.listening.case_views import blueprint as cases
from survey_app.listening.case_views import notice_of_cases
from survey_app.listening.commands import case_commands
from survey_app.listening.comment_views import blueprint as comments
from survey_app.listening.note_views import blueprint as notes
from survey_app.staff.notices import add_notice
from survey_app.zones import Zone, serve_blueprint


def register(app: Flask, zones: Set[Zone]) -> None:
    """Add the pages (with the STAFF zone) and the commands (always)."""
    app.cli.add_command(case_commands)
    add_notice(app, notice_of_cases)
    for pages in (cases, comments, actions, notes):
        serve_blueprint(app, pages, Zone.STAFF, zones)
