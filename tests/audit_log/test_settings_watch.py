"""Changed settings are told once, without secrets; a server starts whatever the database says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from config import Settings
from survey_app.audit_log.log import AuditEvent, every_event
from survey_app.audit_log.settings_watch import note_settings, open_values
from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction
from tests.support.applications import settings_for

SECRET = "a secret of this test, long enough to be one"


@pytest.fixture(autouse=True)
def _inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def told() -> list[AuditEvent]:
    with read_connection() as connection:
        return [event for event in every_event(connection) if event.kind == "settings.changed"]


def test_only_a_change_is_told(settings: Settings, clock: Clock, tmp_path: Path) -> None:
    for _ in range(3):
        note_settings("app", settings, clock)
    changed = settings_for(settings.database_url, settings.instance_dir, minimum_n=12)
    for _ in range(2):
        note_settings("app", changed, clock)
    assert [event.details["values"]["MINIMUM_N"] for event in told()] == ["10", "12"]
    note_settings("staff_app", changed, clock)
    assert [event.details["application"] for event in told()] == ["app", "app", "staff_app"]


def test_no_secret_is_told(settings: Settings, clock: Clock) -> None:
    secret = settings_for(
        "postgresql://owner:hidden@localhost/db", settings.instance_dir, secret_key=SECRET, metrics_token=SECRET
    )
    note_settings("app", secret, clock)
    (event,) = told()
    assert "hidden" not in str(event) and SECRET not in str(event)
    assert "SECRET_KEY" not in event.details["values"]
    assert open_values(secret)["PUBLIC_URL"] == settings.public_url
    assert open_values(secret)["RETENTION_MONTHS"] == "24"


def test_a_database_that_fails_does_not_keep_the_server_from_starting(settings: Settings, clock: Clock) -> None:
    with write_transaction() as connection:
        connection.execute(text("ALTER TABLE audit_event RENAME TO elsewhere"))
    note_settings("app", settings, clock)
