"""The application under test: the real composition root, with a clock that stands still."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path

from flask import Flask

from config import Settings, load_settings
from survey_app.app_factory import Room, create_app
from survey_app.clock import Clock
from survey_app.database import db
from survey_app.zones import ALL_ZONES
from tests.support.pages import CheckedClient

ROOMS = (
    "survey_app.territory",
    "survey_app.questionnaires",
    "survey_app.responses",
    "survey_app.ledger",
    "survey_app.citizen",
    "survey_app.staff",
    "survey_app.audit",
    "survey_app.demo",
    "analytics",
)


def settings_for(database_url: str, instance: Path, **chosen: object) -> Settings:
    """Settings of a test: nothing is read from `.env`, and nothing closes days but the test itself."""
    chosen = {"close_in_background": False, "page_cache_seconds": 0} | chosen
    return load_settings(_env_file=None, database_url=database_url, instance_dir=instance, **chosen)


def compose(settings: Settings, clock: Clock | None) -> Flask:
    """The application of the composition root; while rooms are being built, of those that stand."""
    try:
        import wsgi
    except Exception:
        return _compose_what_stands(settings, clock)
    return wsgi.compose(settings, clock=clock)


def _compose_what_stands(settings: Settings, clock: Clock | None) -> Flask:
    rooms: list[Room] = []
    for room in ROOMS:
        with suppress(Exception):
            rooms.append(import_module(f"{room}.registration").register)
    return create_app(settings, ALL_ZONES, rooms=rooms, clock=clock)


@contextmanager
def application(settings: Settings, clock: Clock | None = None) -> Iterator[Flask]:
    """An application whose client checks every page; its database connections are closed in the end."""
    app = compose(settings, clock)
    app.test_client_class = CheckedClient
    try:
        yield app
    finally:
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()
