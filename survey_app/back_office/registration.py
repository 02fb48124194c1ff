"""Wires the back office: its pages, with the STAFF zone."""

from collections.abc import Set

from flask import Flask

from survey_app.back_office.city_views import blueprint as city
from survey_app.back_office.code_views import blueprint as codes
from survey_app.back_office.counter_views import blueprint as counters
from survey_app.back_office.premises_views import blueprint as premises
from survey_app.back_office.questionnaire_views import blueprint as questionnaire
from survey_app.back_office.target_views import blueprint as targets
from survey_app.back_office.threshold_views import blueprint as thresholds
from survey_app.back_office.unit_views import blueprint as unit
from survey_app.back_office.views import blueprint as setup
from survey_app.zones import Zone, serve_blueprint


def register(app: Flask, zones: Set[Zone]) -> None:
    """Add the pages."""
    for pages in (setup, premises, counters, codes, questionnaire, targets, thresholds, unit, city):
        serve_blueprint(app, pages, Zone.STAFF, zones)
