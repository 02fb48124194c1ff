"""Open data as a program meets it: lists in parts, validators, scripts of other sites, refusals in words."""

import json
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection

from analytics.open_data.views import MAKING
from config import Settings
from tests.analytics.dashboards.conftest import City
from tests.analytics.dashboards.factories import add_unit, succeed
from tests.analytics.open_data.conftest import BUSY, Ask, Begin
from tests.analytics.published.world import World
from tests.support.applications import application, settings_for
from tests.support.closed_days import ClosedBook
from tests.support.databases import sqlite_only
from tests.support.factories import dong_nai

READABLE = (
    "/api",
    "/api/v1",
    "/api/v1/openapi.json",
    "/api/v1/units",
    f"/api/v1/units/{BUSY}",
    f"/api/v1/units/{BUSY}/results",
    "/api/v1/results.csv",
    "/api/v1/questionnaires",
)


def test_answers_are_cacheable_and_named_by_content(client: FlaskClient, half_a_year: World) -> None:
    for path in READABLE:
        first = client.get(path)
        assert first.status_code == 200, path
        assert first.headers["Cache-Control"] == "public, max-age=300"
        assert "Set-Cookie" not in first.headers
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), path
        assert again.headers["ETag"] == first.headers["ETag"]


def test_scripts_of_other_sites_may_read(client: FlaskClient, half_a_year: World) -> None:
    for path in READABLE[1:]:
        response = client.get(path, headers={"Origin": "https://bao.example", "Sec-Fetch-Site": "cross-site"})
        assert (response.status_code, response.headers["Access-Control-Allow-Origin"]) == (200, "*"), path
        assert "Access-Control-Allow-Credentials" not in response.headers
        asked = {"Origin": "https://bao.example", "Access-Control-Request-Method": "GET"}
        preflight = client.options(path, headers=asked | {"Access-Control-Request-Headers": "if-none-match"})
        assert (preflight.status_code, preflight.data) == (204, b"")
        assert preflight.headers["Access-Control-Allow-Headers"] == "If-None-Match"


def test_nobody_writes_here(client: FlaskClient) -> None:
    for path in READABLE:
        response = client.post(path)
        assert response.status_code == 405
        assert "GET" in response.headers["Allow"]


def test_units_come_in_parts_that_lead_on(client: FlaskClient, transaction: Begin, ask: Ask) -> None:
    with transaction() as connection:
        dong_nai(connection)
    codes: list[str] = []
    path, totals = "/api/v1/units?limit=40", []
    while path:
        response = client.get(path)
        document = response.get_json()
        codes += [unit["code"] for unit in document["units"]]
        totals.append(document["total"])
        path = document["next"]
        assert response.headers.get("Link") == (f'<{path}>; rel="next"' if path else None)
    assert totals == [95, 95, 95]
    assert len(codes) == len(set(codes)) == 95
    assert codes == sorted(codes)
    assert ask("/units", offset=95)["units"] == []


@pytest.mark.parametrize("typed", ["Biên Hòa", "bien hoa", "BIÊN HOÀ", "26068"])
def test_units_are_found_with_and_without_diacritics(transaction: Begin, ask: Ask, typed: str) -> None:
    with transaction() as connection:
        dong_nai(connection)
    first = ask("/units", q=typed)["units"][0]
    assert (first["code"], first["name"], first["kind"], first["parent"]) == (
        "26068",
        "Phường Biên Hòa",
        "phường",
        "75",
    )


def test_the_next_part_keeps_what_was_asked(transaction: Begin, ask: Ask) -> None:
    with transaction() as connection:
        dong_nai(connection)
    document = ask("/units", q="phước", limit=1, lang="en", _external="1", code="x")
    assert document["next"].startswith("/api/v1/units?q=ph%C6%B0%E1%BB%9Bc&limit=1&lang=en&")
    assert document["next"].endswith("offset=1")


def test_a_unit_that_ended_names_its_successors(stored_city: City, transaction: Begin, ask: Ask) -> None:
    assert ask("/units/26068")["successors"] == []
    with transaction() as connection:
        ended = end(connection, stored_city)
    document = ask(f"/units/{ended}")
    assert (document["successors"], document["valid_to"]) == (["26371"], "2026-10-01")
    assert document["results"] == f"/api/v1/units/{ended}/results"


def end(connection: Connection, city: City) -> str:
    """End a commune in favour of Long Hưng; returns its code."""
    gone = add_unit(connection, "26070", "Cũ", "xã", city.city.id, valid_to=date(2026, 10, 1))
    succeed(connection, gone, city.long_hung, date(2026, 10, 1))
    return gone.code


def test_the_licence_is_named_with_its_source(half_a_year: World, ask: Ask) -> None:
    said = {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
    for path in ("", "/units", f"/units/{BUSY}", f"/units/{BUSY}/results", "/questionnaires"):
        assert ask(path)["licence"] == said | {"source": "UBND thành phố Đồng Nai"}
    assert ask("", lang="en")["licence"]["source"] == "Đồng Nai City"
    info = ask("/openapi.json")["info"]
    assert info["license"] == said


@sqlite_only
def test_another_licence_is_a_setting(sqlite_url: str, settings: Settings) -> None:
    chosen = {"open_data_licence": "Giấy phép mở 1.0", "open_data_licence_url": "https://example.vn/gp"}
    with application(settings_for(sqlite_url, settings.instance_dir, **chosen)) as app:
        client = app.test_client()
        assert client.get("/api/v1").get_json()["licence"]["name"] == "Giấy phép mở 1.0"
        assert 'href="https://example.vn/gp"' in client.get("/api").get_data(as_text=True)


def test_start_leads_everywhere(client: FlaskClient, half_a_year: World, ask: Ask) -> None:
    document = ask("")
    assert document["published_through"] == "2026-11-22"
    for name, path in document["links"].items():
        assert client.get(path).status_code == (404 if name == "checkpoint" else 200)


def test_the_signed_head_is_the_ledger_s(app: Flask, client: FlaskClient, transaction: Begin) -> None:
    missing = client.get("/api/v1/ledger/checkpoint")
    assert (missing.status_code, missing.mimetype) == (404, "application/problem+json")
    ClosedBook.at_a_counter(app, transaction).close(date(2026, 11, 23))
    head = client.get("/api/v1/ledger/checkpoint")
    assert head.mimetype == "text/plain"
    assert head.data == client.get("/ledger/checkpoint").data


def test_questionnaires_in_full(half_a_year: World, ask: Ask) -> None:
    (stored,) = ask("/questionnaires")["questionnaires"]
    names = [item["name"] for item in stored["definition"]["items"]]
    assert names[:2] == ["overall", "courtesy"]
    assert "Nhìn chung, ông/bà hài lòng" in json.dumps(stored, ensure_ascii=False)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("limit=0", "limit: “0” không phải số nguyên từ 1 đến 500."),
        ("limit=501", "từ 1 đến 500"),
        ("limit=", "limit: “”"),
        ("limit=%D9%A3", "limit: “٣”"),
        ("limit=1e2", "limit: “1e2”"),
        ("limit=" + "9" * 5000, "limit: “" + "9" * 40 + "”"),
        ("offset=-1", "offset: “-1”"),
        ("period=day", "Có thể chọn: week, block, month, reporting_month, quarter, year."),
        ("population=by_others", "Có thể chọn: citizens, organisations."),
        ("from=2026-13-01", "from: “2026-13-01” không phải ngày"),
        ("from=20261101", "from: “20261101”"),
        ("to=", "to: “”"),
        ("from=2026-11-02&to=2026-11-01", "không sau ngày"),
        ("limit=x&lang=en", "is not a whole number"),
    ],
)
def test_a_wrong_value_is_named(client: FlaskClient, query: str, said: str) -> None:
    response = client.get(f"/api/v1/units/{BUSY}/results?{query}")
    problem = response.get_json()
    assert (response.status_code, response.mimetype) == (422, "application/problem+json")
    assert (problem["status"], problem["type"]) == (422, "about:blank")
    assert said in problem["detail"]
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("query", ["year=2023", "year=", "year=2026.0", "year=2026&quarter=5", "quarter=0", "period=x"])
def test_a_wrong_value_for_a_dump_is_named(client: FlaskClient, query: str) -> None:
    assert client.get(f"/api/v1/results.csv?{query}").status_code == 422


@pytest.mark.parametrize("code", ["99999", "x%00y", "đ", "9" * 300])
def test_an_unknown_unit_is_said(client: FlaskClient, stored_city: City, code: str) -> None:
    for more in ("", "/results"):
        response = client.get(f"/api/v1/units/{code}{more}")
        assert (response.status_code, response.mimetype) == (404, "application/problem+json")
        assert "/api/v1/units" in response.get_json()["detail"]


def test_an_unknown_address_and_language_are_problems_too(client: FlaskClient) -> None:
    for path in ("/api/v1/nothing", "/api/v2/units", "/api/v1/units?lang=fr"):
        response = client.get(path)
        assert (response.status_code, response.mimetype) == (404, "application/problem+json")


@sqlite_only
def test_too_many_at_once_are_told_so_as_programs(sqlite_url: str, settings: Settings) -> None:
    """Pages were refused before: what programs get is not the page kept for people."""
    with application(settings_for(sqlite_url, settings.instance_dir, flood_requests_per_second=1)) as app:
        client = app.test_client()
        assert 429 in {client.get("/").status_code for _ in range(20)}
        refused = [one for one in (client.get("/api/v1/units") for _ in range(20)) if one.status_code == 429]
        assert {one.mimetype for one in refused} == {"application/problem+json"}
        assert refused[0].headers["Retry-After"] == "60"
        pages = [one for one in (client.get("/") for _ in range(20)) if one.status_code == 429]
        assert {one.mimetype for one in pages} == {"text/html"}


@sqlite_only
def test_one_dump_is_made_at_a_time(client: FlaskClient) -> None:
    with MAKING:
        refused = client.get("/api/v1/results.csv")
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
        assert refused.mimetype == "application/problem+json"
        assert client.get("/api/v1/units").status_code == 200
    assert client.get("/api/v1/results.csv").status_code == 200
    assert client.get("/api/v1/results.csv").status_code == 200


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_for_people_names_every_address(client: FlaskClient, ask: Ask, language: str) -> None:
    words = client.get(f"/api?lang={language}").get_data(as_text=True)
    open_paths = [path for path, item in ask("/openapi.json")["paths"].items() if "get" in item]
    for path in open_paths:
        assert path in words, path
    assert "12 tháng" in words or "12 months" in words
