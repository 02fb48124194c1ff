"""`/metrics`: counts of all processes, for this machine or whoever knows the token, without identity."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection

from config import Settings
from survey_app.clock import SetClock
from survey_app.metrics import Metrics, SharedCounters, metrics_of
from tests.support.applications import application, settings_for
from tests.support.databases import ROOT, sqlite_only
from tests.support.surveys import FilledForm

Transaction = Callable[[], AbstractContextManager[Connection]]
TOKEN = "a-token-of-some-length"
SERIES = re.compile(r'than_thien_[a-z_]+(\{[a-z_]+="[A-Za-z0-9_.]+"(,[a-z_]+="[A-Za-z0-9_.]+")*\})? [0-9.naNe+]+')


def values(client: FlaskClient, **headers: str) -> dict[str, float]:
    response = client.get("/metrics", headers=headers)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    lines = response.get_data(as_text=True).splitlines()
    series = [line for line in lines if not line.startswith("#")]
    assert all(SERIES.fullmatch(line) for line in series), series
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in series)}


def test_requests_and_answers_are_counted(client: FlaskClient, answered: FilledForm) -> None:
    client.post(answered.path, data=answered.fields)
    client.get("/no-such-page")
    found = values(client)
    assert found['than_thien_requests_total{endpoint="citizen.survey",status="2xx"}'] == 1
    assert found['than_thien_requests_total{endpoint="citizen.send",status="3xx"}'] == 1
    assert found['than_thien_requests_total{endpoint="none",status="4xx"}'] == 1
    assert found['than_thien_answers_total{set_aside="no"}'] == 1


def test_a_form_that_is_sent_again_is_one_answer(client: FlaskClient, answered: FilledForm) -> None:
    for _ in range(3):
        client.post(answered.path, data=answered.fields)
    assert values(client)['than_thien_answers_total{set_aside="no"}'] == 1


def test_nothing_of_a_request_stands_in_them(client: FlaskClient, answered: FilledForm) -> None:
    client.post(answered.path, data=answered.fields, headers={"User-Agent": "Marker-7", "Referer": "http://marker-8/"})
    client.get("/marker-9?marker-10", headers={"X-Forwarded-For": "203.0.113.77"})
    text = client.get("/metrics").get_data(as_text=True)
    assert "marker" not in text.lower()
    assert "203.0.113" not in text
    assert answered.path.rsplit("/", maxsplit=1)[-1] not in text


def test_how_far_closing_lags_is_told(app: Flask, client: FlaskClient, answered: FilledForm, clock: SetClock) -> None:
    assert str(values(client)["than_thien_closing_lag_days"]) == "nan"
    client.post(answered.path, data=answered.fields)
    assert values(client)["than_thien_closing_lag_days"] == 0
    clock.advance(timedelta(days=3))
    assert values(client)["than_thien_closing_lag_days"] == 3
    assert app.test_cli_runner().invoke(args=["close-day"]).exit_code == 0
    assert values(client)["than_thien_closing_lag_days"] == 0


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("203.0.113.7", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7"}, 404),
        ("127.0.0.1", {"Forwarded": "for=203.0.113.7"}, 404),
        ("127.0.0.1", {"Via": "1.1 proxy"}, 404),
        ("203.0.113.7", {"Authorization": f"Bearer {TOKEN}"}, 404),
    ],
)
@sqlite_only
def test_without_a_token_only_this_machine_looks(
    client: FlaskClient, address: str, headers: dict[str, str], status: int
) -> None:
    assert client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address}).status_code == status


@pytest.fixture
def guarded(sqlite_url: str, settings: Settings) -> Iterator[FlaskClient]:
    """A client of an application with a token."""
    with application(settings_for(sqlite_url, settings.instance_dir, metrics_token=TOKEN)) as app:
        yield app.test_client()


@sqlite_only
def test_with_a_token_whoever_knows_it_looks(guarded: FlaskClient) -> None:
    assert guarded.get("/metrics").status_code == 404
    for wrong in (f"Bearer {TOKEN}x", TOKEN, "Bearer é", ""):
        assert guarded.get("/metrics", headers={"Authorization": wrong}).status_code == 404
    elsewhere = {"REMOTE_ADDR": "203.0.113.7"}
    response = guarded.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, environ_base=elsewhere)
    assert response.status_code == 200


def test_processes_add_up_and_the_dead_are_not_forgotten(tmp_path: Path) -> None:
    counting = "import sys; from pathlib import Path; from survey_app.metrics import SharedCounters\n"
    counting += "SharedCounters(Path(sys.argv[1])).add('than_thien_x', 5)"
    mine = SharedCounters(tmp_path)
    mine.add("than_thien_x", 2)
    for _ in range(3):
        subprocess.run([sys.executable, "-c", counting, str(tmp_path)], cwd=ROOT, check=True)
    assert mine.sums() == {"than_thien_x": 17}
    assert len(list(tmp_path.iterdir())) == 2, "the next process takes a dead one's file over"


def test_a_folder_that_cannot_be_written_costs_only_the_count(tmp_path: Path) -> None:
    (tmp_path / "metrics").write_text("in the way")
    counters = SharedCounters(tmp_path / "metrics")
    counters.add("than_thien_x")
    assert counters.sums() == {}


def test_more_series_than_fit_are_not_counted(tmp_path: Path) -> None:
    counters = SharedCounters(tmp_path)
    for number in range(1005):
        counters.add(f"than_thien_{number}")
    assert len(counters.sums()) == 1000


def test_a_gauge_that_fails_hides_nothing_else(tmp_path: Path) -> None:
    metrics = Metrics(SharedCounters(tmp_path))
    metrics.count("answers_total", set_aside="no")

    def fail() -> float:
        raise OSError("database is down")

    metrics.add_gauge("closing_lag_days", fail)
    assert "than_thien_closing_lag_days nan" in metrics.text()
    assert 'than_thien_answers_total{set_aside="no"} 1' in metrics.text()
    assert "# TYPE than_thien_closing_lag_days gauge" in metrics.text()


@sqlite_only
def test_every_application_tells_them(app: Flask) -> None:
    assert metrics_of(app).text().startswith("# HELP than_thien_")
