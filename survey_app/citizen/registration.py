"""Wires the citizen pages."""

from collections.abc import Set
from datetime import timedelta

from flask import Flask

from config import Settings
from survey_app.citizen.desk import DESK_KEY, Desk
from survey_app.citizen.page_cache import PageCache
from survey_app.citizen.pages import citizen, render_for_keeping
from survey_app.responses.registration import door_of
from survey_app.zones import Zone, serve_blueprint


def register(app: Flask, zones: Set[Zone]) -> None:
    """Set up the desk and serve the pages, if this application serves citizens. The store must be registered before."""
    settings: Settings = app.extensions["settings"]
    pages = PageCache(timedelta(seconds=settings.page_cache_seconds), render_for_keeping)
    app.extensions[DESK_KEY] = Desk(settings, app.extensions["clock"], door_of(app), pages)
    serve_blueprint(app, citizen, Zone.CITIZEN, zones)
