"""The application under test: the real composition root, with a clock that stands still."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

import wsgi
from config import Settings, load_settings
from survey_app.clock import Clock
from survey_app.database import db
from survey_app.writer_line import close_line
from tests.support.pages import CheckedClient


def settings_for(database_url: str, instance: Path, **chosen: object) -> Settings:
    """Settings of a test: nothing is read from `.env`, and nothing closes days but the test itself."""
    chosen = {"guard_state": "none", "close_in_background": False, "page_cache_seconds": 0} | chosen
    return load_settings(_env_file=None, database_url=database_url, instance_dir=instance, **chosen)


def compose(settings: Settings, clock: Clock | None) -> Flask:
    """The whole application of the composition root."""
    return wsgi.compose(settings, clock=clock)


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
                if engine.dialect.name == "sqlite" and engine.url.database:
                    close_line(Path(engine.url.database))
