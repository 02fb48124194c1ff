"""Makes the application: `create_app(settings, zones)`, in named steps."""

from collections.abc import Callable, Sequence, Set
from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined

from config import Settings
from survey_app import static_assets
from survey_app.clock import Clock, SystemClock
from survey_app.database import bind_database
from survey_app.error_pages import show_errors
from survey_app.http_security import bound_requests, protect
from survey_app.keys import secret_of
from survey_app.languages import use_languages
from survey_app.mail.mailer import use_mail
from survey_app.metrics import keep_metrics
from survey_app.request_logging import configure_logging, log_requests
from survey_app.schema import use_migrations
from survey_app.zones import ALL_ZONES, Zone

Room = Callable[[Flask, Set[Zone]], None]


def create_app(
    settings: Settings,
    zones: Set[Zone] = ALL_ZONES,
    *,
    rooms: Sequence[Room] = (),
    clock: Clock | None = None,
) -> Flask:
    """An application that serves the pages of `zones`.

    `rooms` are the registration functions of the rooms, passed in by the composition root so that nothing here imports
    downstream; `clock` is for tests and simulated days.
    """
    app = Flask("survey_app", root_path=str(Path(__file__).parent))
    app.extensions["settings"] = settings
    app.extensions["clock"] = clock or SystemClock(settings.time_zone)
    configure_logging()
    _configure_flask(app, settings)
    bind_database(app, settings)
    use_migrations(app)
    use_languages(app)
    use_mail(app, settings)
    static_assets.serve(app)
    log_requests(app, app.extensions["clock"])
    keep_metrics(app, settings)
    protect(app, settings, static_assets.citizen_style())
    show_errors(app, app.extensions["clock"])
    for register in rooms:
        register(app, zones)
    bound_requests(app, settings)
    return app


def _configure_flask(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=secret_of(settings),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",  # A link in a letter, or coming back from the identity provider, must find it.
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        SESSION_COOKIE_PATH="/staff",
        SESSION_COOKIE_NAME="staff_session",
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(settings=settings, citizen_script=_no_script)


def _no_script(_kind: str) -> str:
    """Error pages stand without the script that the citizen's room brings."""
    return ""
