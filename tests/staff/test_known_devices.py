"""A browser in which an account has signed in is known again; guessing elsewhere never holds it up."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.staff.attempts import FREE_FAILURES
from survey_app.staff.known_devices import COOKIE, network_of
from tests.staff.people import SIGN_IN, an_account, sign_in, signed_in, token_in

EMAIL = "auditor@dongnai.gov.vn"
WRONG = "sai mất rồi nhé bạn"


@pytest.fixture
def own(app: Flask) -> FlaskClient:
    """The owner's browser, signed out again."""
    an_account(app, "auditor")
    browser = signed_in(app, EMAIL)
    browser.post("/staff/sign-out", data={"csrf_token": token_in(browser.get("/staff/account/"))})
    return browser


def guess(app: Flask, email: str = EMAIL) -> None:
    """A prankster in the same office, behind the same address, guesses until they have to wait."""
    prankster = app.test_client()
    for _ in range(FREE_FAILURES + 1):
        sign_in(prankster, email, WRONG)
    assert sign_in(prankster, email).status_code == 429


def test_the_owner_s_browser_never_waits_for_a_prankster_s_guesses(app: Flask, own: FlaskClient) -> None:
    guess(app)
    assert sign_in(own, EMAIL).status_code == 303


def test_a_known_browser_waits_for_its_own_guesses(own: FlaskClient) -> None:
    for _ in range(FREE_FAILURES):
        assert sign_in(own, EMAIL, WRONG).status_code == 422
    assert sign_in(own, EMAIL).status_code == 429


def test_a_browser_known_for_one_account_is_a_stranger_to_another(app: Flask, own: FlaskClient) -> None:
    an_account(app, "province")
    guess(app, "province@dongnai.gov.vn")
    assert sign_in(own, "province@dongnai.gov.vn").status_code == 429


@pytest.mark.parametrize("forged", ["", ".", "abc.def", "abc", "é.é", "a.b.c"])
def test_a_forged_cookie_makes_no_browser_known(app: Flask, own: FlaskClient, forged: str) -> None:
    guess(app)
    stranger = app.test_client()
    token = token_in(stranger.get(SIGN_IN))
    stranger.set_cookie(COOKIE, forged, path="/staff")
    data = {"csrf_token": token, "email": EMAIL, "password": WRONG}
    assert stranger.post(SIGN_IN, data=data).status_code == 429


def test_the_cookie_signs_nobody_in_and_names_nobody(app: Flask, own: FlaskClient) -> None:
    cookie = own.get_cookie(COOKIE, path="/staff")
    assert cookie is not None
    assert "auditor" not in cookie.value
    stranger = app.test_client()
    stranger.set_cookie(COOKIE, cookie.value, path="/staff")
    assert stranger.get("/staff/exports").status_code == 303


def test_it_is_made_once(own: FlaskClient) -> None:
    before = own.get_cookie(COOKIE, path="/staff")
    sign_in(own, EMAIL)
    assert own.get_cookie(COOKIE, path="/staff") == before


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_networks(address: str, network: str) -> None:
    assert network_of(address) == network
