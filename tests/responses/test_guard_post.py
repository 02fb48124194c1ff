"""The guard at its post, through the real pages: it sets aside, warns at closing, fails open, and tells nobody."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DBAPIError

from config import Settings
from survey_app.clock import SetClock
from survey_app.database import write_transaction
from survey_app.ledger.closing import heal_facts
from survey_app.ledger.steps import closing_steps
from survey_app.metrics import metrics_of
from survey_app.responses.counter_warnings import WHOLE_UNIT, booking_warnings, warnings_of
from survey_app.responses.guard_models import CounterDayWarningRow
from survey_app.responses.guard_post import Visitor, hours_that_offices_entered
from survey_app.responses.guard_state import CounterWarning
from survey_app.responses.guard_warnings import WarningKind
from survey_app.responses.models import inbox
from survey_app.shared_memory import file_in_memory
from survey_app.territory.opening_hours import set_hours
from survey_app.visits.counts import Place
from survey_app.visits.register import Reporter, WeekReport, record_visits
from tests.conftest import NOW
from tests.support.applications import application, settings_for
from tests.support.databases import sqlite_only
from tests.support.factories import a_commune, a_service_point, some_premises
from tests.support.redis_server import redis_server
from tests.support.surveys import ScannedCounter, a_scanned_counter, open_form

Transaction = Callable[[], AbstractContextManager[Connection]]
PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 10; SM-A107F) Zalo", "Accept-Language": "vi-VN"}


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings with the guard's memory in a file."""
    return settings_for(database_url, tmp_path / "instance", guard_state=str(tmp_path / "guard" / "state"))


def send(client: FlaskClient, clock: SetClock, path: str, filling: float, **headers: str) -> None:
    """Open the form, fill it in for so long, send it, and take a breath."""
    form = open_form(client, path)
    clock.advance(timedelta(seconds=filling))
    response = client.post(path, data=form.fields, headers=PHONE | headers)
    assert response.status_code == 303
    assert "Xin cảm ơn ông/bà!" in client.get(response.location).get_data(as_text=True)
    clock.advance(timedelta(seconds=3))


def flags(transaction: Transaction) -> list[int]:
    with transaction() as connection:
        return sorted(connection.execute(select(inbox.c.flags)).scalars())


def test_a_series_from_one_phone_is_set_aside_and_thanked_all_the_same(
    app: Flask, client: FlaskClient, clock: SetClock, counter: ScannedCounter, transaction: Transaction
) -> None:
    for _ in range(8):
        send(client, clock, counter.path, filling=12)
    assert flags(transaction) == [0] * 4 + [4] * 4
    with transaction() as connection:
        assert sorted(connection.execute(select(inbox.c.set_aside)).scalars()) == [0] * 4 + [1] * 4
    counted = metrics_of(app).counters.sums()
    assert counted['than_thien_guard_signs_total{sign="repeated"}'] == 4
    assert counted['than_thien_answers_total{set_aside="yes"}'] == 4


def test_the_next_person_with_another_phone_is_not_concerned(
    client: FlaskClient, clock: SetClock, counter: ScannedCounter, transaction: Transaction
) -> None:
    for _ in range(8):
        send(client, clock, counter.path, filling=12)
    send(client, clock, counter.path, filling=12, **{"User-Agent": "another phone"})
    assert flags(transaction) == [0] * 5 + [4] * 4


def test_sending_a_form_again_makes_no_series(
    client: FlaskClient, clock: SetClock, counter: ScannedCounter, transaction: Transaction
) -> None:
    form = open_form(client, counter.path)
    clock.advance(timedelta(seconds=12))
    for _ in range(12):
        client.post(counter.path, data=form.fields, headers=PHONE)
    send(client, clock, counter.path, filling=12)
    assert flags(transaction) == [0, 0]


def test_whoever_sends_a_renewed_form_at_once_is_not_too_fast(
    client: FlaskClient, clock: SetClock, counter: ScannedCounter, transaction: Transaction
) -> None:
    form = open_form(client, counter.path)
    clock.advance(timedelta(days=14, seconds=1))
    page = client.post(counter.path, data=form.fields, headers=PHONE)
    token = page.get_data(as_text=True).split('name="token" value="')[1].split('"')[0]
    clock.advance(timedelta(seconds=1))
    assert client.post(counter.path, data=form.answers | {"token": token}, headers=PHONE).status_code == 303
    assert flags(transaction) == [0]


def test_an_answer_is_taken_when_the_memory_is_down(
    database_url: str, tmp_path: Path, clock: SetClock, capfd: pytest.CaptureFixture[str]
) -> None:
    with redis_server() as address:
        chosen = settings_for(database_url, tmp_path / "instance", guard_state=address)
    with application(chosen, clock) as app:
        with app.app_context(), write_transaction() as connection:
            counter = a_scanned_counter(connection)
        for _ in range(6):
            send(app.test_client(), clock, counter.path, filling=12)
        with app.app_context(), write_transaction() as connection:
            assert list(connection.execute(select(inbox.c.flags)).scalars()) == [0] * 6
        assert metrics_of(app).counters.sums()["than_thien_guard_failures_total"] == 6
    said = [line for line in capfd.readouterr().err.splitlines() if "guard_unavailable" in line]
    assert len(said) == 1
    assert '"at": "2026-11-24"' in said[0]
    assert "Zalo" not in said[0] and "127.0.0.1" not in said[0]


def close(app: Flask, clock: SetClock) -> None:
    """Close what waits, a day later, with all the steps of the product."""
    clock.advance(timedelta(days=1))
    result = app.test_cli_runner().invoke(args=["close-day"])
    assert result.exit_code == 0, result.output


def test_a_day_s_warnings_are_booked_when_it_is_closed(
    app: Flask, client: FlaskClient, clock: SetClock, counter: ScannedCounter, transaction: Transaction
) -> None:
    for _ in range(14):
        send(client, clock, counter.path, filling=12)
    close(app, clock)
    with transaction() as connection:
        booked = warnings_of(connection, NOW.date(), NOW.date())
    assert {(one.kind, one.size) for one in booked} == {(WarningKind.BURST, 14), (WarningKind.ONE_DEVICE, 14)}
    assert {(one.unit_id, one.service_point_id) for one in booked} == {(counter.commune.id, counter.service_point_id)}
    with app.app_context():
        heal_facts(NOW.date(), closing_steps(app))
    with transaction() as connection:
        assert warnings_of(connection, NOW.date(), NOW.date()) == booked
        assert warnings_of(connection, NOW.date(), NOW.date(), [counter.commune.id + 1]) == []
        assert warnings_of(connection, date(2026, 1, 1), date(2026, 11, 23)) == []


@pytest.mark.parametrize("statement", ["UPDATE counter_day_warning SET size = 1", "DELETE FROM counter_day_warning"])
def test_a_booked_warning_cannot_be_changed(transaction: Transaction, counter: ScannedCounter, statement: str) -> None:
    values = {"day": NOW.date(), "unit_id": counter.commune.id, "service_point_id": 0, "kind": "burst", "size": 30}
    with transaction() as connection:
        connection.execute(insert(CounterDayWarningRow), values)
    with pytest.raises(DBAPIError, match="append-only"), transaction() as connection:
        connection.exec_driver_sql(statement)


def test_more_answers_than_visits_are_warned_about_when_both_are_known(
    app: Flask, client: FlaskClient, clock: SetClock, counter: ScannedCounter, transaction: Transaction
) -> None:
    monday, sunday = date(2026, 11, 23), date(2026, 11, 29)
    for number in range(12):
        send(client, clock, counter.path, filling=600, **{"User-Agent": f"phone {number}"})
    clock.advance(timedelta(days=5))
    close(app, clock)
    with transaction() as connection:
        assert warnings_of(connection, monday, sunday) == [], "nobody knows how many came"
    last: list[CounterWarning] = []
    for visits, found in ((5, []), (3, [9])):
        with transaction() as connection:
            report = WeekReport(Place(counter.commune.id), monday, {"counter_visits": visits})
            record_visits(connection, [report], Reporter("page", "leader@example.vn", clock.now()))
        with transaction() as connection:
            booking_warnings(app)(connection, sunday)
            booking_warnings(app)(connection, sunday)
            booked = warnings_of(connection, monday, monday)
        assert [one.size for one in booked] == found
        last = booked
    assert (last[0].kind, last[0].service_point_id) == (WarningKind.ABOVE_VISITS, WHOLE_UNIT)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.113.131.5", "203.113.131.5", True),
        ("203.113.131.5", "203.113.131.6", False),
        ("2405:4800:1:2:a::1", "2405:4800:1:2:b::9", True),
        ("2405:4800:1:2::1", "2405:4800:1:3::1", False),
        ("", "", True),
    ],
)
def test_a_device_is_told_by_its_network(one: str, other: str, same: bool) -> None:
    assert (Visitor(one, "a", "b").device == Visitor(other, "a", "b").device) is same


def test_a_visitor_is_never_shown() -> None:
    visitor = Visitor("203.113.131.5", "Marker-Agent", "vi-VN")
    assert "203.113" not in repr(visitor) and "Marker" not in f"{visitor}"


@pytest.fixture
def installations(tmp_path: Path) -> list[Settings]:
    """Two installations of one account."""
    return [settings_for("sqlite:////x", tmp_path / name, guard_state="") for name in ("one", "two")]


@sqlite_only
def test_each_installation_has_a_memory_of_its_own(database_url: str, installations: list[Settings]) -> None:
    first, second = (file_in_memory(one) for one in installations)
    assert first != second
    assert first.is_relative_to("/dev/shm")  # noqa: S108


def test_the_hours_of_premises_are_asked_for_and_their_lack_is_survived(app: Flask, transaction: Transaction) -> None:
    with transaction() as connection:
        commune = a_commune(connection)
        premises = some_premises(connection, commune)
        point = a_service_point(connection, commune, premises_id=premises)
        set_hours(connection, premises, dict.fromkeys(range(1, 6), ((480, 660),)), NOW.date())
    with app.app_context():
        hours = hours_that_offices_entered(NOW.date(), [point, 999])
        assert list(hours) == [point]
        assert hours[point].is_open(NOW.date(), 100) and not hours[point].is_open(NOW.date(), 150)
    with transaction() as connection:
        connection.execute(text("DROP TABLE opening_hours"))
    with app.app_context():
        assert hours_that_offices_entered(NOW.date(), [point]) == {}
