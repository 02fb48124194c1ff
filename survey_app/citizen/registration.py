"""Wires the citizen pages."""

from collections.abc import Set
from datetime import timedelta

from flask import Flask, Response, request

from config import Settings
from survey_app.citizen.assisted_pages import blueprint as assisted
from survey_app.citizen.compression import compress
from survey_app.citizen.counter_screens import blueprint as counter_screens
from survey_app.citizen.desk import DESK_KEY, Desk
from survey_app.citizen.page_cache import PageCache
from survey_app.citizen.pages import citizen, render_for_keeping
from survey_app.citizen.probing import ProbingLimit
from survey_app.citizen.receipt_pages import PROBING_KEY
from survey_app.citizen.receipt_pages import blueprint as receipts
from survey_app.citizen.script import script_element
from survey_app.citizen.ticket_pages import blueprint as tickets
from survey_app.responses.registration import door_of
from survey_app.zones import Zone, serve_blueprint, zone_of_request


def register(app: Flask, zones: Set[Zone]) -> None:
    """Set up the desk and serve the pages, if this application serves citizens. The store must be registered before."""
    settings: Settings = app.extensions["settings"]
    pages = PageCache(timedelta(seconds=settings.page_cache_seconds), render_for_keeping)
    app.extensions[DESK_KEY] = Desk(settings, app.extensions["clock"], door_of(app), pages)
    _compress_pages(app)
    app.jinja_env.globals["citizen_script"] = script_element
    serve_blueprint(app, citizen, Zone.CITIZEN, zones)
    serve_blueprint(app, counter_screens, Zone.CITIZEN, zones)
    serve_blueprint(app, assisted, Zone.CITIZEN, zones)
    app.extensions[PROBING_KEY] = ProbingLimit()
    serve_blueprint(app, receipts, Zone.CITIZEN, zones)
    serve_blueprint(app, tickets, Zone.CITIZEN, zones)


def _compress_pages(app: Flask) -> None:
    @app.after_request
    def _compress(response: Response) -> Response:
        # Addresses that lead nowhere belong to no blueprint: their page carries the style all the same.
        return compress(response) if zone_of_request(app, request) is Zone.CITIZEN else response
