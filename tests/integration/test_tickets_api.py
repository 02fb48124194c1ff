"""POST /api/v1/tickets: slips for another system; it learns codes, and has no way to tell whom they are for."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, func, select

from survey_app.audit_log.log import every_event
from survey_app.clock import SetClock
from survey_app.responses.models import inbox
from survey_app.responses.ticket_models import TicketRow
from tests.integration.conftest import Send
from tests.support import factories
from tests.support.surveys import ScannedCounter, open_form

Transaction = Callable[[], AbstractContextManager[Connection]]
ADDRESS = "/api/v1/tickets"
DAY = "2026-11-24"


def order(counter: ScannedCounter, **other: object) -> dict[str, object]:
    return {"unit": counter.commune.code, "day": DAY, "count": 2} | other


def test_codes_are_told_once_and_open_a_form(
    send: Send, client: FlaskClient, counter: ScannedCounter, transaction: Transaction
) -> None:
    response = send(ADDRESS, order(counter, count=3))
    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    made = response.get_json()
    assert [slip["serial"] for slip in made["tickets"]] == [1, 2, 3]
    assert (made["unit"], made["service_point"], made["day"], made["last_day"]) == (
        counter.commune.code,
        None,
        DAY,
        "2026-12-07",
    )
    slip = made["tickets"][0]
    assert slip["address"] == f"HTTP://127.0.0.1:8000/T/{slip['code'].replace('-', '')}"
    form = open_form(client, f"/t/{slip['code']}")
    assert client.post(form.path, data=form.fields).status_code == 303
    with transaction() as connection:
        assert list(connection.scalars(select(inbox.c.channel))) == ["ticket"]
        (event,) = [event for event in every_event(connection) if event.kind == "tickets.issued"]
        assert event.actor == "Hệ thống một cửa (key)"


def test_a_counter_can_be_named(send: Send, counter: ScannedCounter) -> None:
    made = send(ADDRESS, order(counter, service_point=counter.service_point_id)).get_json()
    assert made["service_point"] == counter.service_point_id


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dossier", "H19.2026.11.24.000123"),
        ("dossier_number", 123),
        ("transactions", ["a", "b"]),
        ("citizen_name", "Nguyễn Văn A"),
        ("phone", "0912345678"),
        ("references", []),
    ],
)
def test_anything_that_could_tell_whom_a_slip_is_for_is_refused(
    send: Send, counter: ScannedCounter, transaction: Transaction, name: str, value: object
) -> None:
    response = send(ADDRESS, order(counter, **{name: value}))
    assert response.status_code == 422
    problem = response.get_json()
    assert problem["errors"][0]["pointer"] == f"/{name}"
    assert "mã hồ sơ, tên, số điện thoại" in problem["errors"][0]["detail"]
    assert str(value) not in response.get_data(as_text=True) or value == []
    with transaction() as connection:
        assert connection.scalar(select(func.count()).select_from(TicketRow)) == 0


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"count": 0}, "/count"),
        ({"count": 501}, "/count"),
        ({"count": 1.5}, "/count"),
        ({"count": True}, "/count"),
        ({"count": "3"}, "/count"),
        ({"count": None}, "/count"),
        ({"count": 10**30}, "/count"),
        ({"day": "24/11/2026"}, "/day"),
        ({"day": "2026-11-23"}, "/day"),
        ({"day": "2027-11-24"}, "/day"),
        ({"day": "0000-00-00"}, "/day"),
        ({"unit": "75"}, "/unit"),
        ({"unit": "99999"}, "/unit"),
        ({"unit": 26041}, "/unit"),
        ({"unit": "26041'; DROP TABLE ticket"}, "/unit"),
        ({"premises": 999_999}, "/premises"),
        ({"premises": -1}, "/premises"),
        ({"service_point": 999_999}, "/premises"),
    ],
)
def test_what_is_wrong_is_pointed_at(
    send: Send, counter: ScannedCounter, change: dict[str, object], pointer: str
) -> None:
    response = send(ADDRESS, order(counter) | change)
    assert response.status_code == 422
    assert response.content_type == "application/problem+json"
    assert [error["pointer"] for error in response.get_json()["errors"]] == [pointer]
    english = send(f"{ADDRESS}?lang=en", order(counter) | change).get_json()
    assert english["errors"][0]["detail"] != response.get_json()["errors"][0]["detail"]


def test_everything_that_lacks_is_said_at_once(send: Send, counter: ScannedCounter) -> None:
    response = send(ADDRESS, {})
    assert {error["pointer"] for error in response.get_json()["errors"]} == {"/unit", "/day", "/count"}


def test_premises_must_be_named_where_there_are_several(
    send: Send, counter: ScannedCounter, transaction: Transaction
) -> None:
    with transaction() as connection:
        second = factories.some_premises(connection, counter.commune, "Điểm thứ hai")
        factories.a_service_point(connection, counter.commune, "Quầy 9", premises_id=second)
    response = send(ADDRESS, order(counter))
    assert response.status_code == 422
    assert str(second) in response.get_json()["errors"][0]["detail"]
    assert send(ADDRESS, order(counter, premises=second)).get_json()["premises"] == second


def test_slips_keep_to_the_bound(send: Send, counter: ScannedCounter) -> None:
    assert send(ADDRESS, order(counter, count=200)).status_code == 201
    refused = send(ADDRESS, order(counter, count=1))
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["pointer"] == "/count"
    monday = {"counts": [{"unit": counter.commune.code, "week": "2026-W48", "counter_visits": 205}]}
    assert send("/api/v1/visits", monday).status_code == 200
    assert send(ADDRESS, order(counter, count=5)).status_code == 201
    assert send(ADDRESS, order(counter, count=1)).status_code == 422


def test_slips_that_a_system_orders_never_exceed_dossiers(send: Send, counter: ScannedCounter) -> None:
    told = {"counter_visits": 205, "dossiers_filed": 10, "helped_online": 2, "fully_online": 90}
    week = {"counts": [{"unit": counter.commune.code, "week": "2026-W48", **told}]}
    assert send("/api/v1/visits", week).status_code == 200
    assert send(ADDRESS, order(counter, count=12)).status_code == 201
    refused = send(ADDRESS, order(counter, count=1))
    assert refused.status_code == 422
    assert "nhiều hơn hồ sơ" in refused.get_json()["errors"][0]["detail"]


def test_a_call_waits_when_there_were_too_many(send: Send, counter: ScannedCounter, clock: SetClock) -> None:
    statuses = [send(ADDRESS, {}).status_code for _ in range(121)]
    assert statuses == [422] * 120 + [429]
    refused = send(ADDRESS, {})
    assert int(refused.headers["Retry-After"]) >= 1
