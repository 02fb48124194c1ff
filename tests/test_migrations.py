"""The migrations are one line of steps, up and down, and end at exactly what the models say, on both databases."""

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from survey_app.database import WRITE, Base
from tests.support.databases import MIGRATIONS, PostgreSQLDatabases, SQLiteDatabases, alembic_config, connect

APPEND_ONLY = ("response", "comment", "receipt", "book_day", "questionnaire", "questionnaire_item")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database without a single table."""
    if request.param == "sqlite":
        files: SQLiteDatabases = request.getfixturevalue("sqlite_databases")
        engine = connect(files.empty())
        yield engine
        engine.dispose()
        return
    server: PostgreSQLDatabases = request.getfixturevalue("postgresql_databases")
    with server.empty() as url:
        engine = connect(url)
        yield engine
        engine.dispose()


@pytest.fixture
def migrated(database_url: str) -> Iterator[Engine]:
    """A database that our migrations made."""
    engine = connect(database_url)
    yield engine
    engine.dispose()


def step(engine: Engine, direction: str, revision: str) -> None:
    with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
        getattr(command, direction)(alembic_config(connection), revision)


def what_stands(engine: Engine) -> dict[str, list[str]]:
    """Every table with its columns, and the triggers with their tables."""
    found = inspect(engine)
    tables = {table: [column["name"] for column in found.get_columns(table)] for table in found.get_table_names()}
    with engine.connect() as connection:
        return tables | {"triggers": triggers(connection)}


def triggers(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        statement = "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    else:
        statement = "SELECT DISTINCT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"
    return list(connection.execute(text(statement)).scalars())


def test_there_is_one_head_and_the_numbers_rise() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    revisions = list(script.walk_revisions())
    assert len(script.get_heads()) == 1
    numbers = [int(revision.revision) for revision in revisions]  # From the head down.
    assert numbers == sorted(set(numbers), reverse=True)
    assert all(len(revision.nextrev) <= 1 for revision in revisions)


def test_up_down_up_ends_where_it_began(empty: Engine) -> None:
    step(empty, "upgrade", "head")
    first = what_stands(empty)
    step(empty, "downgrade", "base")
    left = what_stands(empty)
    step(empty, "upgrade", "head")
    assert set(left) == {"alembic_version", "triggers"}
    assert left["triggers"] == []
    assert what_stands(empty) == first
    assert "response" in first


def test_each_step_goes_down_and_up_again(empty: Engine) -> None:
    revisions = [revision.revision for revision in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]
    for revision in reversed(revisions):
        step(empty, "upgrade", revision)
        before = what_stands(empty)
        step(empty, "downgrade", "-1")
        step(empty, "upgrade", revision)
        assert what_stands(empty) == before


def test_migrations_make_what_the_models_say(migrated: Engine) -> None:
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_append_only_tables_have_their_triggers(migrated: Engine) -> None:
    with migrated.connect() as connection:
        found = set(triggers(connection))
    verbs = ("update", "delete") if migrated.dialect.name == "sqlite" else ("change", "truncate")
    wanted = {f"{table}_refuses_{verb}" for table in APPEND_ONLY for verb in verbs} | {"inbox_refuses_update"}
    assert wanted <= found


@pytest.mark.parametrize("statement", ["UPDATE book_day SET responses = 7", "DELETE FROM book_day"])
def test_a_closed_day_cannot_be_changed(migrated: Engine, statement: str) -> None:
    with migrated.begin() as connection:
        connection.execute(text("INSERT INTO book_day (day, responses) VALUES ('2026-11-22', 3)"))
    with pytest.raises(DBAPIError, match="book_day is append-only"), migrated.begin() as connection:
        connection.execute(text(statement))
    with migrated.connect() as connection:
        assert connection.execute(text("SELECT responses FROM book_day")).scalar_one() == 3


def test_sqlite_replace_does_not_slip_past(sqlite_url: str) -> None:
    engine = connect(sqlite_url)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO book_day (day, responses) VALUES ('2026-11-22', 3)"))
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text("INSERT OR REPLACE INTO book_day (day, responses) VALUES ('2026-11-22', 9)"))
    engine.dispose()


def test_postgresql_truncate_does_not_slip_past(postgresql_url: str) -> None:
    engine = connect(postgresql_url)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text("TRUNCATE response CASCADE"))
    engine.dispose()
