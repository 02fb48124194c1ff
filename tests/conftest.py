"""Fixtures for every test: both databases, settings, a clock that stands still, the application and its checked client.

A test that asks for `database_url`, or for anything made of it, runs on SQLite and on PostgreSQL; the marks
`sqlite_only` and `postgresql_only` of `tests.support.databases` narrow it. Nothing is mocked.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine

from config import Settings
from survey_app.clock import SetClock
from survey_app.database import db, write_transaction
from tests.support.applications import application, settings_for
from tests.support.databases import PostgreSQLDatabases, SQLiteDatabases, postgresql_server
from tests.support.live_server import LiveServer, serving
from tests.support.surveys import FilledForm, ScannedCounter, a_scanned_counter, open_form

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
"""Tuesday of ISO week 48: the last finished week is 16–22 November."""

for name in list(os.environ):
    if name.lower() in Settings.model_fields:
        del os.environ[name]  # Tests see the defaults, whatever the developer's shell holds.


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SQLiteDatabases:
    """Maker of SQLite databases."""
    return SQLiteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[PostgreSQLDatabases]:
    """Maker of PostgreSQL databases; asking for it starts the server."""
    with postgresql_server() as databases:
        yield databases


@pytest.fixture
def sqlite_url(sqlite_databases: SQLiteDatabases) -> Iterator[str]:
    """Address of a fresh migrated SQLite database."""
    with sqlite_databases.fresh() as url:
        yield url


@pytest.fixture
def postgresql_url(postgresql_databases: PostgreSQLDatabases) -> Iterator[str]:
    """Address of a fresh migrated PostgreSQL database."""
    with postgresql_databases.fresh() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Address of a fresh migrated database: the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a demo installation in a folder of its own."""
    return settings_for(database_url, tmp_path / "instance")


@pytest.fixture
def clock() -> SetClock:
    """A clock that stands at ten in the morning on Tuesday, 24 November 2026, in Vietnam."""
    return SetClock(NOW)


@pytest.fixture
def app(settings: Settings, clock: SetClock) -> Iterator[Flask]:
    """The whole application on a fresh database."""
    with application(settings, clock) as composed:
        yield composed


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without script; every page it fetches is checked (see `tests.support.pages`)."""
    return app.test_client()


@pytest.fixture
def engine(app: Flask) -> Engine:
    """The application's database engine, for `QueryCounter`."""
    with app.app_context():
        return db.engine


@pytest.fixture
def transaction(app: Flask) -> Callable[[], AbstractContextManager[Connection]]:
    """Opens a transaction that writes, by `with`; it must be closed before `client` can write."""

    @contextmanager
    def begin() -> Iterator[Connection]:
        with app.app_context(), write_transaction() as connection:
            yield connection

    return begin


@pytest.fixture
def connection(app: Flask) -> Iterator[Connection]:
    """One transaction that writes, open during the whole test: for tests that need no page."""
    with app.app_context(), write_transaction() as opened:
        yield opened


@pytest.fixture
def counter(transaction: Callable[[], AbstractContextManager[Connection]]) -> ScannedCounter:
    """A counter of a commune of Đồng Nai that can be scanned, with the default questionnaire; committed."""
    with transaction() as connection:
        return a_scanned_counter(connection)


@pytest.fixture
def answered(client: FlaskClient, counter: ScannedCounter, clock: SetClock) -> FilledForm:
    """A form that a person opened at the counter and has filled in for a minute and a half."""
    form = open_form(client, counter.path)
    clock.advance(timedelta(seconds=90))
    return form


@pytest.fixture(scope="module", params=["sqlite"])
def live_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The real server with an empty migrated database; parametrise indirectly with "postgresql" for that one."""
    maker: SQLiteDatabases | PostgreSQLDatabases = request.getfixturevalue(f"{request.param}_databases")
    with maker.fresh() as url, serving(url, tmp_path_factory.mktemp("live")) as server:
        yield server
