"""Composition root: the only file that knows every room. Servers and `flask --app wsgi` start here.

`citizen_app` and `staff_app` are made when asked for: in production each runs under its own account; `app` is both on
one machine, and closes past days by itself in the background.
"""

import sys
from collections.abc import Set

from flask import Flask

import analytics.registration
import survey_app.audit.registration
import survey_app.back_office.registration
import survey_app.citizen.registration
import survey_app.counter_desk.registration
import survey_app.demo.registration
import survey_app.integration.registration
import survey_app.ledger.registration
import survey_app.listening.registration
import survey_app.paper.registration
import survey_app.questionnaires.registration
import survey_app.responses.registration
import survey_app.staff.registration
import survey_app.territory.registration
import survey_app.visits.registration
from analytics.facts.rebuild import rebuild_day
from analytics.findings.before_after import PublishedFigures
from analytics.published.keeping import publishing_step
from config import Settings, SettingsError, load_settings
from survey_app.app_factory import create_app
from survey_app.audit_log.settings_watch import note_settings
from survey_app.clock import Clock
from survey_app.ledger.background import start_background_closing
from survey_app.ledger.steps import use_closing_steps
from survey_app.listening.case_finding import FindCases
from survey_app.listening.figures import use_figures
from survey_app.responses.counter_warnings import booking_warnings
from survey_app.zones import ALL_ZONES, Zone

ROOMS = (
    survey_app.territory.registration.register,
    survey_app.questionnaires.registration.register,
    survey_app.visits.registration.register,
    survey_app.responses.registration.register,
    survey_app.ledger.registration.register,
    survey_app.citizen.registration.register,
    survey_app.staff.registration.register,
    survey_app.integration.registration.register,
    survey_app.audit.registration.register,
    survey_app.back_office.registration.register,
    survey_app.counter_desk.registration.register,
    survey_app.paper.registration.register,
    survey_app.listening.registration.register,
    survey_app.demo.registration.register,
    analytics.registration.register,
)


def compose(settings: Settings, zones: Set[Zone] = ALL_ZONES, clock: Clock | None = None) -> Flask:
    """An application with every room in it, serving the pages of `zones`; closing a day also makes its facts
    and the inspector's cases, and publishes the week that it ends.
    """
    composed = create_app(settings, zones, rooms=ROOMS, clock=clock)
    cases = FindCases(composed.extensions["clock"])
    published = publishing_step(settings.minimum_n)
    use_closing_steps(composed, [booking_warnings(composed), cases, rebuild_day, published])
    use_figures(composed, PublishedFigures())
    return composed


def _settings_or_exit() -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        print(error, file=sys.stderr)
        sys.exit(2)


def _compose_for_server(name: str, zones: Set[Zone]) -> Flask:
    """The application under its name in this module; when a server with a back office starts, changed settings go to
    the audit log (the citizens' account cannot read that).
    """
    settings = _settings_or_exit()
    composed = compose(settings, zones)
    if _is_server() and Zone.STAFF in zones:
        with composed.app_context():
            note_settings(name, settings, composed.extensions["clock"])
    return composed


def _is_server() -> bool:
    """Whether this is a server's process, not a command's."""
    return "flask" not in sys.argv[0].split("/")[-2:]


def __getattr__(name: str) -> Flask:
    """Make the named application on first use, so that a server of one zone does not carry the other."""
    if name == "citizen_app":
        return _compose_for_server(name, {Zone.CITIZEN, Zone.PUBLIC})
    if name == "staff_app":
        return _compose_for_server(name, {Zone.STAFF})
    if name in {"app", "application"}:
        combined = _compose_for_server("app", ALL_ZONES)
        settings: Settings = combined.extensions["settings"]
        if settings.close_in_background and _is_server():
            start_background_closing(combined)
        return combined
    raise AttributeError(name)
