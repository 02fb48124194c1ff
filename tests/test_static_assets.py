"""Files served by ourselves: fingerprinted, kept for a year, and all of them there after `make assets`."""

import hashlib

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.static_assets import STATIC, asset, citizen_style, fingerprint
from tests.support.databases import sqlite_only

VENDOR = STATIC / "vendor"
VENDORED = ("pico.min.css", "plotly-basic.min.js")


@pytest.mark.parametrize("name", VENDORED)
def test_a_vendored_file_stands_there_with_its_licence(name: str) -> None:
    assert (VENDOR / name).stat().st_size > 10_000
    licence = (VENDOR / f"{name}.LICENSE").read_text(encoding="utf-8")
    assert "MIT License" in licence or "The MIT License" in licence


def test_plotly_is_the_basic_bundle() -> None:
    assert (VENDOR / "plotly-basic.min.js").stat().st_size < 1_600_000


def test_nothing_else_of_npm_is_served() -> None:
    served = {path.name for path in VENDOR.iterdir() if not path.name.endswith(".stamp")}
    assert served == {*VENDORED, *(f"{name}.LICENSE" for name in VENDORED)}


@sqlite_only
@pytest.mark.parametrize("name", ["vendor/pico.min.css", "vendor/plotly-basic.min.js"])
def test_an_address_carries_the_hash_of_the_content_and_may_be_kept_for_a_year(
    app: Flask, client: FlaskClient, name: str
) -> None:
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    with app.test_request_context("/"):
        address = asset(name)
    assert address == f"/static/{name}?v={digest[:12]}"
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.get_data() == (STATIC / name).read_bytes()


@sqlite_only
def test_a_file_asked_for_without_its_hash_is_kept_for_minutes_only(client: FlaskClient) -> None:
    assert "immutable" not in client.get("/static/vendor/pico.min.css").headers["Cache-Control"]


@sqlite_only
@pytest.mark.parametrize("path", ["/static/../config.py", "/static/%2e%2e/config.py", "/static/nothing.css"])
def test_nothing_outside_the_folder_is_served(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_missing_file_fails_when_the_page_is_made_not_when_it_is_read() -> None:
    with pytest.raises(FileNotFoundError):
        fingerprint("vendor/no-such-file.js")


def test_the_citizens_style_sheet_is_small_and_loads_nothing() -> None:
    style = citizen_style()
    assert 0 < len(style.encode()) < 16_000
    assert "url(" not in style
    assert "@import" not in style
    assert "/*" not in style
