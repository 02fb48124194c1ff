"""Operators' addresses tell a living process from one that can answer."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import Settings
from tests.support.applications import application, settings_for


def test_a_good_installation_is_alive_and_ready(client: FlaskClient) -> None:
    for address, words in (("/healthz", b"ok\n"), ("/readyz", b"ready\n")):
        response = client.get(address)
        assert (response.status_code, response.data) == (200, words)
        assert response.headers["Cache-Control"] == "no-store"
        assert response.mimetype == "text/plain"
        assert "Set-Cookie" not in response.headers


@pytest.fixture
def bare(tmp_path: Path) -> Settings:
    """Settings of an installation whose database was never migrated."""
    return settings_for(f"sqlite:///{tmp_path / 'empty.sqlite3'}", tmp_path)


def test_without_tables_it_is_alive_but_not_ready(bare: Settings) -> None:
    with application(bare) as app:
        assert_not_ready(app)


def test_without_a_database_it_is_alive_but_not_ready(tmp_path: Path) -> None:
    nowhere = settings_for("postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=1", tmp_path)
    with application(nowhere) as app:
        assert_not_ready(app)


def assert_not_ready(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert (response.status_code, response.data) == (503, b"database not ready\n")
    assert response.headers["Cache-Control"] == "no-store"
