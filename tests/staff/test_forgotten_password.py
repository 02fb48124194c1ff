"""A forgotten password: one answer for everybody, a letter for those who have an account."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app.clock import SetClock
from survey_app.staff.accounts import disable_account
from survey_app.staff.attempts import FREE_FAILURES
from survey_app.staff.invitations import POST_ROOM_KEY
from tests.staff.authenticator import CODE, take_second_factor
from tests.staff.people import ELSEWHERE, PASSWORD, SIGN_IN, an_account, sign_in, signed_in, token_in
from tests.staff.test_invitations import NEW_PASSWORD, kinds_of, link_in_letter, set_password
from tests.support.mail_server import MailServer

FORGOTTEN = "/staff/sign-in/forgotten"
EMAIL = "auditor@dongnai.gov.vn"


def ask(browser: FlaskClient, email: str = EMAIL, **environ: str) -> TestResponse:
    data = {"csrf_token": token_in(browser.get(FORGOTTEN)), "email": email}
    return browser.post(FORGOTTEN, data=data, environ_base=environ)


@pytest.fixture
def browser(writing: Flask) -> FlaskClient:
    """Somebody who has an account and cannot sign in."""
    an_account(writing, "auditor")
    return writing.test_client()


def test_from_the_sign_in_page_to_a_new_password(writing: Flask, browser: FlaskClient, mail: MailServer) -> None:
    elsewhere = signed_in(writing, EMAIL)
    assert f'href="{FORGOTTEN}"' in browser.get(SIGN_IN).get_data(as_text=True)
    assert ask(browser, f" {EMAIL.upper()}").status_code == 200
    letter_link = link_in_letter(mail)
    assert elsewhere.get("/staff/exports").status_code == 200  # Asking alone changes nothing.
    assert sign_in(writing.test_client(), EMAIL, PASSWORD).status_code == 303
    assert set_password(browser, letter_link).status_code == 303
    assert elsewhere.get("/staff/exports").status_code == 303
    assert sign_in(writing.test_client(), EMAIL, PASSWORD).status_code == 422
    assert sign_in(browser, EMAIL, NEW_PASSWORD).status_code == 303
    assert [kind for kind in kinds_of(writing) if "link" in kind or "password" in kind] == [
        "staff.link_made",
        "staff.password_set",
    ]


def test_the_answer_does_not_tell_who_has_an_account(writing: Flask, browser: FlaskClient, mail: MailServer) -> None:
    an_account(writing, "province", email="disabled@dongnai.gov.vn")
    with writing.app_context():
        disable_account("disabled@dongnai.gov.vn")
    pages = set()
    for email in ("nobody@dongnai.gov.vn", "disabled@dongnai.gov.vn", EMAIL):
        answer = ask(browser, email)
        pages.add((answer.status_code, re.sub(r"Nếu có tài khoản \S+,", "", answer.get_data(as_text=True))))
    assert len(pages) == 1
    writing.extensions[POST_ROOM_KEY].close()
    assert mail.next_letter()["To"] == EMAIL
    assert mail.letters.empty()


def test_one_letter_in_ten_minutes_and_its_link_lasts_two_hours(
    writing: Flask, browser: FlaskClient, mail: MailServer, clock: SetClock
) -> None:
    ask(browser)
    first = link_in_letter(mail)
    clock.advance(timedelta(minutes=9))
    ask(browser)
    clock.advance(timedelta(minutes=1))
    ask(browser)
    second = link_in_letter(mail)
    assert browser.get(first).status_code == 410
    clock.advance(timedelta(hours=2) - timedelta(seconds=1))
    assert browser.get(second).status_code == 200
    clock.advance(timedelta(seconds=1))
    assert browser.get(second).status_code == 410
    writing.extensions[POST_ROOM_KEY].close()
    assert mail.letters.empty()


def test_a_new_password_does_not_switch_the_second_factor_off(
    writing: Flask, browser: FlaskClient, mail: MailServer, clock: SetClock
) -> None:
    take_second_factor(signed_in(writing, EMAIL), clock)
    ask(browser)
    set_password(browser, link_in_letter(mail))
    assert sign_in(browser, EMAIL, NEW_PASSWORD).headers["Location"] == CODE
    assert browser.get("/staff/exports").status_code == 303


def test_a_network_that_asks_for_many_letters_waits_and_nobody_else(browser: FlaskClient) -> None:
    for number in range(FREE_FAILURES):
        assert ask(browser, f"a{number}@dongnai.gov.vn").status_code == 200
    assert ask(browser).status_code == 429
    assert ask(browser, **ELSEWHERE).status_code == 200


@pytest.mark.parametrize("typed", ["", "không phải thư", "a@b" * 200])
def test_what_is_no_address_is_said(browser: FlaskClient, typed: str) -> None:
    answer = ask(browser, typed)
    assert answer.status_code == 422
    assert "Chưa gửi được" in answer.get_data(as_text=True)


def test_a_form_without_its_token_sends_nothing(writing: Flask, browser: FlaskClient, mail: MailServer) -> None:
    assert browser.post(FORGOTTEN, data={"email": EMAIL}).status_code == 400
    writing.extensions[POST_ROOM_KEY].close()
    assert mail.letters.empty()


def test_a_server_that_refuses_breaks_nothing(writing: Flask, browser: FlaskClient, mail: MailServer) -> None:
    mail.refusals.append("550 no")
    assert ask(browser).status_code == 200
    writing.extensions[POST_ROOM_KEY].close()
    assert mail.letters.empty()


def test_without_mail_the_page_says_whom_to_ask(app: Flask) -> None:
    stranger = app.test_client()
    assert FORGOTTEN not in stranger.get(SIGN_IN).get_data(as_text=True)
    page = stranger.get(FORGOTTEN)
    assert "Xin nhờ người quản trị" in page.get_data(as_text=True)
    token = token_in(stranger.get(SIGN_IN))
    assert stranger.post(FORGOTTEN, data={"csrf_token": token, "email": EMAIL}).status_code == 409
