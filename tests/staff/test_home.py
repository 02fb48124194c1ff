import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.staff.people import City, an_account, signed_in
from tests.support.queries import QueryCounter


@pytest.fixture
def browser(app: Flask, city: City) -> FlaskClient:
    """A supervisor, who is an administrator too, has signed in."""
    an_account(app, ["supervisor", "administrator"], email="s@dongnai.gov.vn")
    return signed_in(app, "s@dongnai.gov.vn")


def page(browser: FlaskClient, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_a_leader_starts_at_their_own_unit(app: Flask, city: City) -> None:
    an_account(app, "leader", "26371")
    browser = signed_in(app, "leader@dongnai.gov.vn")
    assert browser.get("/staff/").headers["Location"] == "/staff/units/26371"
    assert browser.get("/staff/?lang=en").headers["Location"] == "/staff/units/26371?lang=en"
    assert "Xã Long Hưng" in page(browser, "/staff/units/26371")
    assert browser.get("/staff/units/26068").status_code == 403


def test_an_auditor_starts_at_the_exports(app: Flask) -> None:
    an_account(app, "auditor")
    browser = signed_in(app, "auditor@dongnai.gov.vn")
    assert browser.get("/staff/").headers["Location"] == "/staff/exports"


@pytest.mark.parametrize("role", ["province", "supervisor", "inspector", "administrator"])
def test_whoever_looks_across_starts_at_the_list(app: Flask, city: City, role: str) -> None:
    an_account(app, role)
    words = page(signed_in(app, f"{role}@dongnai.gov.vn"), "/staff/")
    assert words.index("Phường Biên Hòa") < words.index("Xã Long Hưng")
    assert '<a href="/staff/units/26068"' in words.replace("\n", " ")
    assert "Thành phố Đồng Nai" not in words


@pytest.mark.parametrize(
    ("typed", "found", "absent"),
    [
        ("bien hoa", "Phường Biên Hòa", "Xã Long Hưng"),
        ("Biên Hoà", "Phường Biên Hòa", "Xã Long Hưng"),
        ("long", "Xã Long Hưng", "Phường Biên Hòa"),
        ("26371", "Xã Long Hưng", "Phường Biên Hòa"),
        ("bi\x00en", "Phường Biên Hòa", "Xã Long Hưng"),
    ],
)
def test_search_with_and_without_diacritics(browser: FlaskClient, typed: str, found: str, absent: str) -> None:
    response = browser.get("/staff/", query_string={"q": typed})
    words = response.get_data(as_text=True)
    assert found in words
    assert absent not in words
    assert "Tìm thấy 1 trong 3 đơn vị" in words


@pytest.mark.parametrize("typed", ["không đâu", "<script>alert(1)</script>", "x" * 5000, "%_"])
def test_nothing_found_is_said_in_words_and_what_was_typed_is_kept(browser: FlaskClient, typed: str) -> None:
    words = browser.get("/staff/", query_string={"q": typed}).get_data(as_text=True)
    assert "Không có đơn vị nào khớp." in words
    assert "<script>alert" not in words
    assert len(words) < 10_000


def test_in_english_the_roles_and_units_are_english(browser: FlaskClient) -> None:
    words = page(browser, "/staff/?lang=en")
    assert "Supervisor · Administrator" in words
    assert "Biên Hòa Ward" in words
    assert 'href="/staff/units/26068?lang=en"' in words.replace("\n", " ")


def test_the_managing_body_is_called_by_the_kind_of_its_unit(app: Flask, city: City) -> None:
    an_account(app, "province")
    browser = signed_in(app, "province@dongnai.gov.vn")
    assert "Cơ quan quản lý thành phố" in page(browser, "/staff/")
    assert "roles: City" in page(browser, "/staff/?lang=en")


def test_without_units_the_page_says_what_to_do(app: Flask) -> None:
    an_account(app, "province")
    assert "territory import" in page(signed_in(app, "province@dongnai.gov.vn"), "/staff/")


def test_the_list_costs_a_handful_of_statements(browser: FlaskClient, engine: Engine) -> None:
    with QueryCounter(engine) as queries:
        page(browser, "/staff/")
    assert queries.count <= 4  # The account with its roles, its session, the communes, all units.
