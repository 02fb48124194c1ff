"""Changes to the book that its triggers refuse, as somebody with the database's files or owner's rights makes them."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import Connection, text

from survey_app.database import db


@contextmanager
def behind_the_triggers(app: Flask) -> Iterator[Connection]:
    """A connection without triggers and foreign keys, committed in the end."""
    with app.app_context(), db.engine.connect() as connection:
        around = _postgresql(connection) if connection.dialect.name == "postgresql" else _sqlite(connection)
        with around:
            yield connection
        connection.commit()
        connection.invalidate()  # Its settings go with it.


@contextmanager
def _postgresql(connection: Connection) -> Iterator[None]:
    connection.execute(text("SET session_replication_role = replica"))
    yield
    connection.execute(text("SET session_replication_role = DEFAULT"))


@contextmanager
def _sqlite(connection: Connection) -> Iterator[None]:
    connection.exec_driver_sql("COMMIT")  # Within a transaction the next line would do nothing.
    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    triggers = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    for name, _sql in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _name, sql in triggers:
        connection.exec_driver_sql(sql)
