"""The audit log: one chain, declared events, append-only, writers in line."""

import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from survey_app.audit_log.event_types import declare, declared_types
from survey_app.audit_log.log import BEFORE_THE_FIRST, BrokenChain, every_event, head, record_event, verify_chain
from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction

PROBED = declare("test.probed", "what", "number")


@pytest.fixture(autouse=True)
def _inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def probe(connection: Connection, at: datetime, number: int) -> None:
    record_event(connection, PROBED, actor="a@example.vn", at=at, unit="26041", what="thử", number=number)


def test_the_chain_starts_at_nothing_and_follows_from_itself(app: Flask, clock: Clock) -> None:
    with write_transaction() as connection:
        assert head(connection).hash == BEFORE_THE_FIRST
        for number in range(3):
            probe(connection, clock.now(), number)
    with read_connection() as connection:
        events = list(every_event(connection))
        assert [event.seq for event in events] == [1, 2, 3]
        assert events[1].previous_hash == events[0].hash
        assert events[2].details == {"what": "thử", "number": 2}
        assert verify_chain(connection) == head(connection)


@pytest.mark.parametrize("details", [{"what": "x"}, {"what": "x", "number": 1, "who": "y"}])
def test_other_keys_than_the_declared_are_refused(app: Flask, clock: Clock, details: dict[str, Any]) -> None:
    with write_transaction() as connection, pytest.raises(ValueError, match="has the keys"):
        record_event(connection, PROBED, actor="a", at=clock.now(), **details)


def test_a_value_that_json_does_not_hold_is_refused(app: Flask, clock: Clock) -> None:
    with write_transaction() as connection, pytest.raises(TypeError, match="number: float"):
        record_event(connection, PROBED, actor="a", at=clock.now(), what=["x", {"y": None}], number=0.5)


def test_a_kind_is_declared_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        declare("test.probed")
    assert PROBED in declared_types()


@pytest.mark.parametrize("change", ["UPDATE audit_event SET actor = 'b'", "DELETE FROM audit_event"])
def test_the_database_refuses_changes(app: Flask, clock: Clock, change: str) -> None:
    with write_transaction() as connection:
        probe(connection, clock.now(), 1)
    with pytest.raises(DBAPIError, match="append-only"), write_transaction() as connection:
        connection.execute(text(change))


def test_a_change_behind_the_triggers_breaks_the_chain(app: Flask, clock: Clock) -> None:
    with write_transaction() as connection:
        for number in range(4):
            probe(connection, clock.now(), number)
    with write_transaction() as connection:
        for trigger in triggers(connection):
            connection.execute(text(trigger))
        connection.execute(text("UPDATE audit_event SET actor = 'b' WHERE seq = 3"))
    with read_connection() as connection, pytest.raises(BrokenChain, match="audit event 3"):
        verify_chain(connection)


def triggers(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        return ["DROP TRIGGER audit_event_refuses_update"]
    return ["ALTER TABLE audit_event DISABLE TRIGGER USER"]


def test_writers_stand_in_line(app: Flask, clock: Clock) -> None:
    def write(number: int) -> None:
        with app.app_context():
            for _ in range(5):
                with write_transaction() as connection:
                    probe(connection, clock.now(), number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with read_connection() as connection:
        assert verify_chain(connection).size == 20
