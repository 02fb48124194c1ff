"""A book to archive: counters in Đồng Nai and of a unit below no province, answers of several days, commands."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from click.testing import Result
from flask import Flask
from sqlalchemy import Connection, update

from survey_app.database import db
from survey_app.territory.models import UnitVersionRow
from tests.conftest import NOW
from tests.support.counters import Counter, a_counter
from tests.support.factories import dong_nai

Begin = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True)
class World:
    """The application, its counters, and what can be done with them."""

    app: Flask
    begin: Begin
    archive: Path
    counters: tuple[Counter, ...]

    def answer(self, day: date, *counters: Counter, number: int = 3) -> None:
        """Let answers in on a day."""
        at = datetime.combine(day, NOW.timetz())
        with self.begin() as connection:
            for counter in counters or self.counters:
                for score in range(number):
                    given = counter.submission(at, {"r1": 1 + score % 5, "r2": 4}, comment="Tốt." if score else None)
                    counter.door.record_response(connection, given)

    def run(self, *command: str) -> Result:
        """A command, as an operator gives it."""
        return self.app.test_cli_runner().invoke(args=list(command))

    def close(self, through: date) -> None:
        """Close the days up to this one."""
        result = self.run("close-day", "--day", through.isoformat())
        assert result.exit_code == 0, result.output

    def write(self) -> Result:
        """Write the archive."""
        return self.run("archive", "write")

    def files(self) -> dict[str, bytes]:
        """Every file of the archive that a reader would see."""
        return {
            str(path.relative_to(self.archive)): path.read_bytes()
            for path in sorted(self.archive.rglob("*"))
            if path.is_file() and path.name != ".lock"
        }

    def execute(self, statement: str) -> None:
        """Change the database as somebody with all rights would, past the triggers."""
        with self.app.app_context(), db.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            if db.engine.dialect.name == "sqlite":
                tables = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'response'"
                for (name,) in driver.execute(tables).fetchall():
                    driver.execute(f"DROP TRIGGER {name}")
                driver.execute(statement)
            else:
                driver.execute("SET session_replication_role = replica")
                driver.execute(statement)
                driver.execute("SET session_replication_role = DEFAULT")
                driver.commit()


def a_world(app: Flask, begin: Begin, archive: Path) -> World:
    """Two communes of the city and one unit below no province."""
    with begin() as connection:
        city = dong_nai(connection)
        counters = tuple(a_counter(connection, app, code) for code in ("99001", "99003", "99002"))
        inside = [counter.unit_id for counter in counters[:2]]
        connection.execute(update(UnitVersionRow).where(UnitVersionRow.unit_id.in_(inside)).values(parent_id=city.id))
    return World(app, begin, archive, counters)


def days(first: date, last: date) -> list[date]:
    """Every day of a span."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
