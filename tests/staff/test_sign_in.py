import re
import time
from datetime import timedelta
from statistics import median

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from survey_app.clock import SetClock
from survey_app.database import write_transaction
from survey_app.staff.accounts import disable_account
from survey_app.staff.attempts import FREE_FAILURES
from survey_app.staff.models import StaffAccount
from tests.staff.people import ELSEWHERE, PASSWORD, SIGN_IN, an_account, sign_in, signed_in, token_in
from tests.support.pages import CheckedClient

EMAIL = "auditor@dongnai.gov.vn"
PAGE = "/staff/probe/auditors"
WRONG = "Thư điện tử hoặc mật khẩu chưa đúng, hoặc tài khoản đã ngừng dùng. Xin kiểm tra rồi nhập lại."


@pytest.fixture
def browser(probed: Flask) -> FlaskClient:
    """A browser, and an auditor's account."""
    an_account(probed, "auditor")
    probed.test_client_class = CheckedClient
    return probed.test_client()


def text_of(response: TestResponse) -> str:
    return response.get_data(as_text=True)


def test_from_the_page_asked_for_through_the_form_back_to_it(browser: FlaskClient) -> None:
    asked = browser.get(f"{PAGE}?unit=26068&lang=en")
    assert asked.status_code == 303
    form = asked.headers["Location"]
    assert form == "/staff/sign-in?next=/staff/probe/auditors?unit%3D26068%26lang%3Den&lang=en"
    sent = sign_in(browser, EMAIL, address=form)
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{PAGE}?unit=26068&lang=en")
    answer = browser.get(sent.headers["Location"]).get_json()
    assert answer == {"email": EMAIL, "roles": ["auditor"], "open_connections": 0}


def test_letters_count_the_same_however_the_keyboard_composes_them(browser: FlaskClient) -> None:
    decomposed = PASSWORD.replace("ư", "u\u031b")
    assert decomposed != PASSWORD
    assert sign_in(browser, f" {EMAIL.upper()} ", decomposed).status_code == 303


def test_whoever_is_signed_in_is_sent_on(browser: FlaskClient) -> None:
    sign_in(browser, EMAIL)
    assert browser.get(f"{SIGN_IN}?next={PAGE}").headers["Location"] == PAGE
    assert browser.get(SIGN_IN).headers["Location"] == "/staff/"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.com/",
        "//example.com/staff/",
        "/\\example.com",
        "/staff//example.com",
        "/staff/\\example.com",
        "/s/ABC",
        "javascript:alert(1)",
        "/staff/x\r\nSet-Cookie: a=b",
        "/staff/sign-out",
        "/staff/" + "x" * 600,
        "",
    ],
)
def test_no_way_out_to_another_site(browser: FlaskClient, elsewhere: str) -> None:
    token = token_in(browser.get(SIGN_IN))
    data = {"csrf_token": token, "email": EMAIL, "password": PASSWORD}
    sent = browser.post(SIGN_IN, query_string={"next": elsewhere}, data=data)
    assert (sent.status_code, sent.headers["Location"]) == (303, "/staff/")


def test_nothing_typed(browser: FlaskClient) -> None:
    response = sign_in(browser, "", "")
    assert response.status_code == 422
    for words in ("Xin nhập thư điện tử.", "Xin nhập mật khẩu."):
        assert text_of(response).count(words) == 2  # In the summary and at the field.
    assert '<a href="#password">' in text_of(response)
    assert 'aria-describedby="email-error"' in text_of(response)


def test_a_wrong_password_keeps_the_address_and_not_the_password(browser: FlaskClient) -> None:
    response = sign_in(browser, EMAIL, "sai mất rồi nhé")
    assert response.status_code == 422
    assert WRONG in text_of(response)
    assert f'value="{EMAIL}"' in text_of(response)
    assert "sai mất rồi" not in text_of(response)
    assert browser.get(PAGE).status_code == 303


def test_the_same_answer_for_unknown_wrong_and_disabled(probed: Flask, browser: FlaskClient) -> None:
    an_account(probed, "province", email="disabled@dongnai.gov.vn")
    with probed.app_context():
        disable_account("disabled@dongnai.gov.vn")
    answers = set()
    tries = ((EMAIL, "sai mất rồi nhé"), ("nobody@dongnai.gov.vn", PASSWORD), ("disabled@dongnai.gov.vn", PASSWORD))
    for email, password in tries:
        response = sign_in(browser, email, password)
        page = re.sub(r'name="csrf_token" value="[^"]+"', "", text_of(response).replace(email, "…"))
        answers.add((response.status_code, page))
    assert len(answers) == 1


def test_an_unknown_address_costs_about_as_much_as_a_wrong_password(browser: FlaskClient) -> None:
    def seconds(email: str) -> float:
        token = token_in(browser.get(SIGN_IN))
        started = time.perf_counter()
        browser.post(SIGN_IN, data={"csrf_token": token, "email": email, "password": "sai mất rồi nhé"})
        return time.perf_counter() - started

    known, unknown = median(seconds(EMAIL) for _ in range(5)), median(seconds("no@dongnai.gov.vn") for _ in range(5))
    assert 1 / 5 < known / unknown < 5  # Without the hash it would be about twenty.


def test_english_words_for_english_readers(browser: FlaskClient) -> None:
    response = sign_in(browser, EMAIL, "wrong wrong wrong", address=f"{SIGN_IN}?lang=en")
    assert "The e-mail or the password is not right" in text_of(response)
    assert '<html lang="en">' in text_of(response)


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("a@b\x00.vn", "Thư điện tử hoặc mật khẩu chưa đúng"),
        ("\x00\x01", "Xin nhập thư điện tử."),
        ("không phải thư", "Thư điện tử chưa đúng dạng."),
        ("a@" + "b" * 300, "Thư điện tử chưa đúng dạng."),
        ("<script>@x", "Thư điện tử hoặc mật khẩu chưa đúng"),
    ],
)
def test_strange_addresses_are_answered_in_words(browser: FlaskClient, email: str, words: str) -> None:
    response = sign_in(browser, email)
    assert response.status_code == 422
    assert words in text_of(response)


def test_half_a_letter_of_utf_8(browser: FlaskClient) -> None:
    token = token_in(browser.get(SIGN_IN))
    body = f"csrf_token={token}&email=%C3%28%40b.vn&password=%FF%FE".encode()
    response = browser.post(SIGN_IN, data=body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 422


def test_a_password_as_long_as_a_book_is_not_hashed(browser: FlaskClient) -> None:
    for length in (129, 1_000_000):
        response = sign_in(browser, EMAIL, "x" * length)
        assert response.status_code == 422
        assert "Mật khẩu dài quá 128 ký tự." in text_of(response)
    assert sign_in(browser, EMAIL, "x" * 5_000_000).status_code == 413


@pytest.mark.parametrize("token", ["", "forged", None])
def test_without_our_token_nobody_is_signed_in_and_the_next_try_works(browser: FlaskClient, token: str | None) -> None:
    data = {"email": EMAIL, "password": PASSWORD} | ({} if token is None else {"csrf_token": token})
    refused = browser.post(SIGN_IN, data=data)
    assert refused.status_code == 400
    assert "Trang này mở đã lâu" in text_of(refused)
    assert f'value="{EMAIL}"' in text_of(refused)
    assert browser.post(SIGN_IN, data=data | {"csrf_token": token_in(refused)}).status_code == 303


def test_another_site_cannot_send_the_form(browser: FlaskClient) -> None:
    data = {"csrf_token": token_in(browser.get(SIGN_IN)), "email": EMAIL, "password": PASSWORD}
    assert browser.post(SIGN_IN, data=data, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_signing_out_ends_the_session_and_says_so(probed: Flask, browser: FlaskClient) -> None:
    sign_in(browser, EMAIL)
    token = token_in(browser.get("/staff/probe/undeclared"))
    assert browser.post("/staff/sign-out").status_code == 400
    assert browser.get(PAGE).status_code == 200
    out = browser.post("/staff/sign-out", data={"csrf_token": token})
    assert (out.status_code, out.headers["Location"]) == (303, SIGN_IN)
    assert "Đã đăng xuất." in text_of(browser.get(SIGN_IN))
    assert "Đã đăng xuất." not in text_of(browser.get(SIGN_IN))
    assert browser.get(PAGE).status_code == 303
    assert browser.get("/staff/sign-out").status_code == 303  # Only a form signs out, never a link.


def test_a_session_lasts_twelve_hours_from_signing_in(browser: FlaskClient, clock: SetClock) -> None:
    sign_in(browser, EMAIL)
    clock.advance(timedelta(hours=12))
    assert browser.get(PAGE).status_code == 200
    clock.advance(timedelta(seconds=1))
    expired = browser.get(PAGE)
    assert expired.status_code == 303
    assert "Phiên làm việc đã hết hạn." in text_of(browser.get(expired.headers["Location"]))
    assert browser.get(PAGE).status_code == 303


def test_disabling_an_account_ends_its_open_sessions_for_good(probed: Flask, browser: FlaskClient) -> None:
    sign_in(browser, EMAIL)
    with probed.app_context():
        disable_account(EMAIL)
    assert browser.get(PAGE).status_code == 303
    with probed.app_context(), write_transaction() as connection:
        connection.execute(update(StaffAccount).values(active=True))
    assert browser.get(PAGE).status_code == 303
    assert sign_in(browser, EMAIL).status_code == 303
    assert browser.get(PAGE).status_code == 200


def test_a_forged_cookie_signs_nobody_in(probed: Flask, browser: FlaskClient) -> None:
    browser.set_cookie("staff_session", "eyJfdXNlcl9pZCI6IjEifQ.aaaa.bbbb", path="/staff")
    assert browser.get(PAGE).status_code == 303


def test_a_token_of_the_library_signs_nobody_in(probed: Flask, browser: FlaskClient) -> None:
    with probed.test_request_context():
        token = probed.extensions["security"].datastore.find_user(email=EMAIL).get_auth_token()
    assert browser.get(PAGE, query_string={"auth_token": token}).status_code == 303
    assert browser.get(PAGE, headers={"Authentication-Token": token}).status_code == 303


def test_whoever_guesses_must_wait_and_nobody_else_does(browser: FlaskClient, clock: SetClock, probed: Flask) -> None:
    for _ in range(FREE_FAILURES):
        assert sign_in(browser, EMAIL, "sai mất rồi nhé").status_code == 422
    waiting = sign_in(browser, EMAIL)
    assert waiting.status_code == 429
    assert "Xin đợi 1 giây rồi thử lại." in text_of(waiting)
    assert sign_in(probed.test_client(), EMAIL, environ=ELSEWHERE).status_code == 303
    clock.advance(timedelta(seconds=1))
    assert sign_in(browser, EMAIL).status_code == 303


def test_a_new_session_starts_with_signing_in(probed: Flask, browser: FlaskClient) -> None:
    before = token_in(browser.get(SIGN_IN))
    sign_in(browser, EMAIL)
    assert browser.post("/staff/sign-out", data={"csrf_token": before}).status_code == 400
    assert signed_in(probed, EMAIL).get(PAGE).status_code == 200
