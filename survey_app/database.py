"""The only file that knows flask_sqlalchemy: session, model base, naming convention, SQLite's PRAGMAs, transactions."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, MetaData, event, text
from sqlalchemy.exc import OperationalError, TimeoutError  # noqa: A004  # a SQLAlchemyError, as every failure of the store
from sqlalchemy.orm import DeclarativeBase

from config import Settings
from survey_app.writer_line import LineTooLong, line_of

WRITE = "than_thien_write"
BUSY_SECONDS = 20
EMPTIED_DAILY = ("inbox", "spent", "paper_entry")
"""Tables whose rows go when a day is closed, or when a sheet of paper is counted."""


class Base(DeclarativeBase):
    """Base of all tables: constraints have predictable names, so that migrations can name them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)


def prepare_sqlite(engine: Engine) -> None:
    """Give every SQLite connection what durability and privacy need.

    synchronous=FULL: a thanked answer survives power loss; secure_delete: emptied inbox pages are overwritten;
    recursive_triggers: INSERT OR REPLACE cannot slip past the append-only triggers. These are per connection;
    journal_mode persists in the file. The driver's own transaction guessing is switched off: we say BEGIN ourselves.
    """

    @event.listens_for(engine, "connect")
    def _pragmas(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_SECONDS * 1000}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "recursive_triggers=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes the lock at once: a later upgrade would fail instead of waiting (SQLITE_BUSY_SNAPSHOT).
        writes = connection.get_execution_options().get(WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def bind_database(app: Flask, settings: Settings) -> None:
    """Connect the application to its database."""
    url = settings.resolved_database_url
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    # Four requests work at a time, but each download that is under way holds a connection too.
    options: dict[str, Any] = {"max_overflow": settings.server_threads}
    if url.startswith("sqlite"):
        options["connect_args"] = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    else:
        options |= {"pool_pre_ping": True, "pool_size": 8}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    if url.startswith("sqlite"):
        with app.app_context():
            prepare_sqlite(db.engine)


@contextmanager
def read_connection() -> Iterator[Connection]:
    """A connection for reading: one consistent snapshot from first to last statement."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


@contextmanager
def write_transaction() -> Iterator[Connection]:
    """A connection inside a transaction that writes: committed at the end, rolled back on any exception.

    Raises SQLAlchemyError, also when the turn to write does not come in time.
    """
    with (
        _turn_to_write(db.engine),
        db.engine.connect().execution_options(**{WRITE: True}) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def _turn_to_write(engine: Engine) -> Iterator[None]:
    """SQLite's writers stand in line; PostgreSQL's need not."""
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    if file is None or file == ":memory:":
        yield
        return
    with ExitStack() as turn:
        try:
            turn.enter_context(line_of(Path(file)).turn(BUSY_SECONDS))
        except LineTooLong as error:
            raise TimeoutError(f"no turn to write within {BUSY_SECONDS} s") from error
        yield


def truncate_write_ahead_log() -> None:
    """Fold SQLite's WAL into the file and empty it, so that deleted inbox rows leave no trace there either.

    On PostgreSQL the tables that were emptied are written anew, since deleted rows stay in their pages in the order in
    which they came. Who closes must own them; whoever holds one for over five seconds puts it off to the next day.
    """
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in EMPTIED_DAILY:
            with suppress(OperationalError):
                connection.execute(text("SET lock_timeout = '5s'"))
                connection.execute(text(f"VACUUM (FULL) {table}"))
        connection.execute(text("RESET lock_timeout"))


def lock_for_closing(connection: Connection) -> None:
    """Let one closer in at a time, until its transaction ends (on SQLite the write lock already does)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(7433060)"))
