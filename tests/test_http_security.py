"""What a browser may do with our pages, and what a request may do to us: exact headers, same origin, sizes."""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, func, select
from werkzeug.test import TestResponse

from config import Settings
from survey_app.clock import SetClock
from survey_app.http_security import field_count, is_same_origin
from survey_app.languages import catalogue
from survey_app.responses.models import SpentRow, inbox
from tests.support.applications import application
from tests.support.databases import sqlite_only
from tests.support.surveys import FilledForm, ScannedCounter

Transaction = Callable[[], AbstractContextManager[Connection]]

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
FRAMED_PAGES = (
    "default-src 'none'; script-src 'self'; style-src 'self' "
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ONE_MEGABYTE = b"comment=" + b"a" * 1_000_000
FIVE_HUNDRED_FIELDS = "&".join(f"field{number}=1" for number in range(500)).encode()
FORM = "application/x-www-form-urlencoded"


def assert_headers(response: TestResponse, expected: Mapping[str, str | None]) -> None:
    assert {name: response.headers.get(name) for name in expected} == dict(expected)


def assert_page_says(response: TestResponse, status: int, key: str, language: str = "vi") -> None:
    words = catalogue(language).text(key)
    assert response.status_code == status
    assert words in response.get_data(as_text=True)


def citizen_policy_of(page: str) -> str:
    """The policy that allows just the style sheet that stands in this very page."""
    found = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert len(found) == 1
    digest = base64.b64encode(hashlib.sha256(found[0].encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


@sqlite_only
def test_headers_of_the_survey(client: FlaskClient, counter: ScannedCounter) -> None:
    response = client.get(counter.path)
    assert response.status_code == 200
    assert_headers(
        response,
        EVERYWHERE
        | {
            "Content-Security-Policy": citizen_policy_of(response.get_data(as_text=True)),
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
            "Set-Cookie": None,
            "Strict-Transport-Security": None,
        },
    )


@sqlite_only
def test_headers_of_a_citizen_page_that_is_not_there(client: FlaskClient) -> None:
    response = client.get("/s/ABCD")
    assert response.status_code == 404
    policy = citizen_policy_of(response.get_data(as_text=True))
    assert_headers(
        response,
        EVERYWHERE
        | {
            "Content-Security-Policy": policy,
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
            "Set-Cookie": None,
        },
    )


@sqlite_only
def test_headers_of_a_public_page(client: FlaskClient, counter: ScannedCounter) -> None:
    response = client.get(f"/units/{counter.commune.code}")
    assert response.status_code == 200
    assert_headers(
        response,
        EVERYWHERE
        | {
            "Content-Security-Policy": FRAMED_PAGES,
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "public, max-age=300",
            "Set-Cookie": None,
        },
    )


@sqlite_only
def test_headers_of_a_staff_page(client: FlaskClient) -> None:
    response = client.get("/staff/sign-in")
    assert response.status_code == 200
    assert_headers(
        response,
        EVERYWHERE
        | {
            "Content-Security-Policy": FRAMED_PAGES,
            "Referrer-Policy": "same-origin",
            "Cache-Control": "private, no-store",
        },
    )


@sqlite_only
def test_the_staff_cookie_is_kept_from_scripts_other_sites_and_other_pages(client: FlaskClient) -> None:
    response = client.get("/staff/sign-in")
    cookies = response.headers.getlist("Set-Cookie")
    assert [cookie.split("=")[0] for cookie in cookies] == ["staff_session"]
    assert {part.strip() for part in cookies[0].split(";")[1:]} >= {"HttpOnly", "SameSite=Lax", "Path=/staff"}


@sqlite_only
@pytest.mark.parametrize("path", ["/no-such-page", "/staff/no-such-page", "/s/ABCD", "/units/99999"])
def test_an_error_is_never_kept(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code in {404, 303}
    assert "no-store" in response.headers["Cache-Control"]


@sqlite_only
def test_over_https_browsers_are_told_to_stay_there(settings: Settings, clock: SetClock) -> None:
    secure = settings.model_copy(update={"public_url": "https://gopy.dongnai.gov.vn"})
    with application(secure, clock) as app:
        response = app.test_client().get("/staff/sign-in", base_url="https://gopy.dongnai.gov.vn")
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert all("Secure" in cookie for cookie in response.headers.getlist("Set-Cookie"))


@sqlite_only
@pytest.mark.parametrize(
    ("headers", "same"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False),
        ({"Origin": "http://localhost"}, True),
        ({"Origin": "https://gopy.dongnai.gov.vn"}, True),
        ({"Origin": "https://gopy.dongnai.gov.vn.evil.example"}, False),
        ({"Origin": "null"}, False),
    ],
    ids=str,
)
def test_who_counts_as_our_own_page(app: Flask, headers: dict[str, str], same: bool) -> None:
    with app.test_request_context("/", method="POST", headers=headers) as context:
        assert is_same_origin(context.request, "https://gopy.dongnai.gov.vn") is same


def written(transaction: Transaction) -> int:
    """How many answers and used tokens there are."""
    with transaction() as connection:
        answers = connection.execute(select(func.count()).select_from(inbox)).scalar_one()
        spent = connection.execute(select(func.count()).select_from(SpentRow)).scalar_one()
    return int(answers + spent)


def test_a_form_of_another_site_is_refused_and_nothing_written(
    client: FlaskClient, answered: FilledForm, transaction: Transaction
) -> None:
    response = client.post(answered.path, data=answered.fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert_page_says(response, 403, "error.403.title")
    assert written(transaction) == 0
    response = client.post(answered.path, data=answered.fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert response.status_code == 303
    assert written(transaction) == 2


@pytest.mark.parametrize(
    ("body", "status", "key"),
    [(ONE_MEGABYTE, 413, "error.413.title"), (FIVE_HUNDRED_FIELDS, 400, "error.400.title")],
    ids=["one megabyte", "500 fields"],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_too_much_is_refused_in_words_and_nothing_written(
    client: FlaskClient,
    answered: FilledForm,
    transaction: Transaction,
    body: bytes,
    status: int,
    key: str,
    language: str,
) -> None:
    whole = answered.encoded() + b"&" + body
    query = "" if language == "vi" else f"?lang={language}"
    response = client.post(f"{answered.path}{query}", data=whole, content_type=FORM)
    assert_page_says(response, status, key, language)
    assert written(transaction) == 0


@sqlite_only
def test_too_many_parts_are_refused_and_nothing_written(
    client: FlaskClient, answered: FilledForm, transaction: Transaction
) -> None:
    fields = answered.fields | {f"field{number}": "1" for number in range(100)}
    response = client.post(answered.path, data=fields, content_type="multipart/form-data")
    assert_page_says(response, 400, "error.400.title")
    assert written(transaction) == 0


@sqlite_only
def test_an_honest_long_form_passes(client: FlaskClient, answered: FilledForm, transaction: Transaction) -> None:
    fields = answered.fields | {"comment": "Cán bộ rất tận tình, hướng dẫn kỹ. " * 14}
    response = client.post(answered.path, data=fields)
    assert response.status_code == 303
    assert written(transaction) == 2


@sqlite_only
@pytest.mark.parametrize("path", ["/no-such-page", "/healthz"])
def test_a_public_address_takes_no_large_body_either(client: FlaskClient, path: str) -> None:
    response = client.post(path, data=ONE_MEGABYTE, content_type=FORM)
    assert_page_says(response, 413, "error.413.title")


@sqlite_only
@pytest.mark.parametrize("path", ["/no-such-page.json", "/api/v1/no-such-thing"])
def test_programs_get_errors_as_problem_json(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.content_type == "application/problem+json"
    assert response.get_json()["status"] == 404
    assert response.get_json()["title"] == catalogue("vi").text("error.404.title")


@pytest.mark.parametrize(
    ("body", "content_type", "fields"),
    [
        (b"", FORM, 0),
        (b"a=1", FORM, 1),
        (b"a=1&b=2&c=3", FORM, 3),
        (b"&&&", FORM, 4),
    ],
)
def test_fields_are_counted_before_they_are_parsed(body: bytes, content_type: str, fields: int) -> None:
    assert field_count(body, content_type) == fields
