"""Who is let in, and what happens to bodies that are no bodies: problem+json, the right status, no cookie, no trace."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from survey_app.clock import SetClock
from survey_app.integration.keys import add_key, revoke_key
from survey_app.integration.openapi import openapi_components, openapi_paths
from survey_app.integration.rate import RateBound
from tests.conftest import NOW
from tests.integration.conftest import Send
from tests.support.databases import sqlite_only

Transaction = Callable[[], AbstractContextManager[Connection]]
ADDRESSES = ("/api/v1/tickets", "/api/v1/visits")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.dictionaries(
    st.sampled_from(["unit", "day", "count", "counts", "premises", "service_point", "week", "counter_visits", "x"]),
    JSON,
    max_size=6,
)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    "given", [None, "", "Bearer", "Bearer tt_wrong", "Basic dXNlcg==", "Bearer \u00e9", "x" * 5_000]
)
def test_without_a_good_key_nobody_comes_in(client: FlaskClient, key: str, address: str, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": given.encode("utf-8").decode("latin-1")}
    response = client.post(address, json={}, headers=headers)
    assert response.status_code == 401
    assert response.content_type == "application/problem+json"
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    assert response.get_json()["status"] == 401


def test_a_key_does_only_what_it_may(client: FlaskClient, key: str, transaction: Transaction) -> None:
    with transaction() as connection:
        visits = add_key(connection, "Chỉ số lượt", ["visits"], None, "x", NOW)
    refused = client.post("/api/v1/tickets", json={}, headers={"Authorization": f"Bearer {visits}"})
    assert refused.status_code == 403
    assert 'scope="tickets"' in refused.headers["WWW-Authenticate"]
    assert client.post("/api/v1/visits", json={}, headers={"Authorization": f"Bearer {visits}"}).status_code == 422


def test_a_revoked_key_is_refused_at_once(client: FlaskClient, key: str, transaction: Transaction) -> None:
    with transaction() as connection:
        revoke_key(connection, "Hệ thống một cửa", "x", NOW)
    assert client.post("/api/v1/visits", json={}, headers={"Authorization": f"Bearer {key}"}).status_code == 401


def test_strangers_wait_and_keys_do_not_wait_for_them(client: FlaskClient, send: Send, clock: SetClock) -> None:
    statuses = [client.post("/api/v1/visits", json={}).status_code for _ in range(122)]
    assert statuses[-1] == 429
    assert send("/api/v1/visits", {}).status_code == 422
    clock.advance(timedelta(seconds=30))
    assert client.post("/api/v1/visits", json={}).status_code == 401


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"\xff\xfe{}", "application/json", 400),
        (b'{"unit": "\\ud800"}', "application/json", 400),
        (b"[" * 8_000, "application/json", 400),
        (b"unit=26041", "application/x-www-form-urlencoded", 415),
        (b"<x/>", "text/xml", 415),
        (b"{}", "", 415),
        (b"[" + b"0," * 10_000 + b"0]", "application/json", 413),
    ],
)
def test_bodies_that_are_none(
    send: Send, client: FlaskClient, key: str, address: str, body: bytes, kind: str, status: int
) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    response = client.post(address, data=body, content_type=kind or None, headers=headers)
    assert response.status_code == status
    assert response.content_type == "application/problem+json"


@sqlite_only
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_body_of_whatever_shape_breaks_anything(send: Send, app: Flask, address: str) -> None:
    app.extensions["than_thien_api_rate"] = RateBound(1_000_000)

    @given(JSON | FIELDS | st.fixed_dictionaries({"counts": st.lists(FIELDS, max_size=3)}))
    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def try_it(body: object) -> None:
        response = send(address, body)
        assert response.status_code in {400, 422}, body
        assert response.content_type == "application/problem+json"

    try_it()


@pytest.mark.parametrize("address", ADDRESSES)
def test_another_sites_page_is_refused_and_a_program_is_not(send: Send, address: str) -> None:
    assert send(address, {}, {"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert send(address, {}, {"Origin": "https://evil.example"}).status_code == 403
    assert send(address, {}).status_code == 422


@pytest.mark.parametrize("address", ADDRESSES)
def test_other_methods_are_refused_as_problems(client: FlaskClient, key: str, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 405
    assert response.content_type == "application/problem+json"
    assert "POST" in response.headers["Allow"]


def test_a_store_that_fails_is_said_and_may_be_tried_again(send: Send, transaction: Transaction) -> None:
    with transaction() as connection:
        connection.execute(text("ALTER TABLE visit_count RENAME TO away"))
    entry = {"unit": "26041", "week": "2026-W47", "counter_visits": 1}
    response = send("/api/v1/visits", {"counts": [entry]})
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "60"
    assert response.content_type == "application/problem+json"


def test_the_fragment_for_openapi_names_both_addresses_and_everything_it_refers_to() -> None:
    paths, components = openapi_paths(), openapi_components()
    assert set(paths) == set(ADDRESSES)
    assert components["schemas"]["TicketsBody"]["additionalProperties"] is False
    assert components["schemas"]["VisitsBody"]["properties"]["counts"]["maxItems"] == 100
    assert set(components["schemas"]["TicketsBody"]["properties"]) == {
        "unit",
        "premises",
        "service_point",
        "day",
        "count",
    }
    referred = set(_references(paths)) | set(_references(components))
    assert {reference.rsplit("/", 1)[1] for reference in referred} <= set(components["schemas"])
    assert {"apiKey"} == set(components["securitySchemes"])


def _references(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [str(part["$ref"])] if "$ref" in part else []
        return own + [found for inner in part.values() for found in _references(inner)]
    return [found for inner in part for found in _references(inner)] if isinstance(part, list) else []


def test_the_rate_bound_refills_with_time() -> None:
    bound = RateBound(60)
    assert [bound.seconds_to_wait(1, NOW) for _ in range(60)] == [0] * 60
    assert bound.seconds_to_wait(1, NOW) == 2
    assert bound.seconds_to_wait(2, NOW) == 0
    assert bound.seconds_to_wait(1, NOW + timedelta(seconds=2)) == 0
    assert bound.seconds_to_wait(1, NOW - timedelta(hours=1)) == 0
    assert bound.seconds_to_wait(1, NOW - timedelta(hours=1)) > 0
