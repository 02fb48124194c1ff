"""Signing in with a code: taking it, using it, losing the phone; guessing, and that guessing holds nobody up."""

from base64 import b32encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, text

from config import Settings
from survey_app.clock import SetClock
from survey_app.staff.attempts import FREE_FAILURES
from survey_app.staff.second_step import FREE_CODES_ANYWHERE
from tests.staff.authenticator import CODE, SECOND_FACTOR, code_at, paper_codes_in, show_code, take_second_factor
from tests.staff.people import PASSWORD, SIGN_IN, an_account, send, sign_in, signed_in, token_in
from tests.staff.test_invitations import kinds_of
from tests.support.applications import application

EMAIL = "auditor@dongnai.gov.vn"
STEP = timedelta(seconds=30)
WRONG = "Mã chưa đúng hoặc đã dùng rồi."


@pytest.fixture
def own(app: Flask) -> FlaskClient:
    """An auditor's own browser, signed in."""
    an_account(app, "auditor")
    return signed_in(app, EMAIL)


def at_second_step(app: Flask) -> FlaskClient:
    """A browser that has shown the right password."""
    browser = app.test_client()
    answer = sign_in(browser, EMAIL, address=f"{SIGN_IN}?next=/staff/exports")
    assert answer.headers["Location"] == f"{CODE}?next=/staff/exports"
    return browser


def network(number: int) -> str:
    return f"198.51.100.{number}"


@pytest.mark.parametrize(("seconds", "code"), [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")])
def test_the_phone_of_these_tests_counts_as_the_standard_does(seconds: int, code: str) -> None:
    """RFC 6238, appendix B (the last six of its eight digits)."""
    assert code_at(b32encode(b"12345678901234567890").decode(), seconds) == code


def test_with_password_and_code_and_not_with_one_of_them(app: Flask, own: FlaskClient, clock: SetClock) -> None:
    secret, _ = take_second_factor(own, clock)
    assert own.get("/staff/exports").status_code == 200
    clock.advance(STEP)
    browser = at_second_step(app)
    assert browser.get("/staff/exports").status_code == 303
    answer = show_code(browser, code_at(secret, clock.now().timestamp()))
    assert (answer.status_code, answer.headers["Location"]) == (303, CODE_LEADS_TO)
    assert browser.get("/staff/account/").status_code == 200


CODE_LEADS_TO = "/staff/"
"""The form was opened without the page asked for."""


def test_the_page_asked_for_is_kept_through_both_steps(app: Flask, own: FlaskClient, clock: SetClock) -> None:
    secret, _ = take_second_factor(own, clock)
    clock.advance(STEP)
    browser = at_second_step(app)
    address = f"{CODE}?next=/staff/exports"
    data = {"csrf_token": token_in(browser.get(address)), "code": code_at(secret, clock.now().timestamp())}
    assert browser.post(address, data=data).headers["Location"] == "/staff/exports"


def test_no_code_works_twice(app: Flask, own: FlaskClient, clock: SetClock) -> None:
    secret, _ = take_second_factor(own, clock)
    taken = code_at(secret, clock.now().timestamp())
    assert WRONG in show_code(at_second_step(app), taken).get_data(as_text=True)
    clock.advance(STEP)
    code = code_at(secret, clock.now().timestamp())
    assert show_code(at_second_step(app), code).status_code == 303
    assert show_code(at_second_step(app), code).status_code == 422


@pytest.mark.parametrize(("late", "status"), [(-2, 422), (-1, 303), (1, 303), (2, 422)])
def test_a_phone_may_be_one_step_off(app: Flask, own: FlaskClient, clock: SetClock, late: int, status: int) -> None:
    secret, _ = take_second_factor(own, clock)
    clock.advance(timedelta(minutes=10))
    browser = at_second_step(app)
    assert show_code(browser, code_at(secret, (clock.now() + late * STEP).timestamp())).status_code == status


def test_blanks_in_a_code_do_no_harm(app: Flask, own: FlaskClient, clock: SetClock) -> None:
    secret, _ = take_second_factor(own, clock)
    clock.advance(STEP)
    code = code_at(secret, clock.now().timestamp())
    assert show_code(at_second_step(app), f" {code[:3]} {code[3:]} ").status_code == 303


@pytest.mark.parametrize("typed", ["000000", "12345", "1234567", "abcde-fghij", "١٢٣٤٥٦", "x" * 41, "\x00", "²²²²²²"])
def test_what_is_no_code_is_refused_in_words(app: Flask, own: FlaskClient, clock: SetClock, typed: str) -> None:
    take_second_factor(own, clock)
    answer = show_code(at_second_step(app), typed)
    assert answer.status_code == 422
    assert "Chưa đăng nhập được" in answer.get_data(as_text=True)


def test_ten_codes_on_paper_each_once(app: Flask, own: FlaskClient, clock: SetClock) -> None:
    _, paper = take_second_factor(own, clock)
    assert len(set(paper)) == 10
    browser = at_second_step(app)
    assert show_code(browser, paper[0].upper()).status_code == 303
    assert "Còn 9 mã dự phòng" in browser.get("/staff/account/").get_data(as_text=True)
    assert show_code(at_second_step(app), paper[0]).status_code == 422
    assert show_code(at_second_step(app), paper[1].replace("-", " ")).status_code == 303
    assert kinds_of(app).count("staff.recovery_code_used") == 2


def test_new_codes_on_paper_void_the_old(app: Flask, own: FlaskClient, clock: SetClock) -> None:
    _, old = take_second_factor(own, clock)
    assert send(own, "/staff/account/recovery-codes", current="không phải").status_code == 422
    new = paper_codes_in(send(own, "/staff/account/recovery-codes", current=PASSWORD))
    assert len(set(new) - set(old)) == 10
    assert show_code(at_second_step(app), old[0]).status_code == 422
    assert show_code(at_second_step(app), new[0]).status_code == 303


def test_taking_it_needs_the_password_and_the_phone(own: FlaskClient, clock: SetClock) -> None:
    page = own.get(SECOND_FACTOR)
    for fields, words in (
        ({"code": "000000", "current": PASSWORD}, "Xin xem giờ của điện thoại"),
        ({"code": "000000", "current": "không phải"}, "Mật khẩu hiện tại chưa đúng."),
        ({"code": "", "current": PASSWORD}, "Xin nhập mã."),
    ):
        answer = own.post(SECOND_FACTOR, data={"csrf_token": token_in(page), **fields})
        assert answer.status_code == 422
        assert words in answer.get_data(as_text=True)
    assert "Chưa bật." in own.get("/staff/account/").get_data(as_text=True)
    take_second_factor(own, clock)  # The same secret still: a slip does not make the phone scan again.


def test_a_form_without_a_page_before_it_takes_nothing(own: FlaskClient) -> None:
    assert send(own, SECOND_FACTOR, code="123456", current=PASSWORD).status_code == 422


def test_another_phone_takes_the_place_of_the_first(app: Flask, own: FlaskClient, clock: SetClock) -> None:
    first, old_paper = take_second_factor(own, clock)
    second, _ = take_second_factor(own, clock)
    assert first != second
    clock.advance(STEP)
    browser = at_second_step(app)
    assert show_code(browser, code_at(first, clock.now().timestamp())).status_code == 422
    assert show_code(browser, old_paper[0]).status_code == 422
    assert show_code(browser, code_at(second, clock.now().timestamp())).status_code == 303


def test_it_can_be_switched_off_with_the_password(app: Flask, own: FlaskClient, clock: SetClock) -> None:
    take_second_factor(own, clock)
    assert send(own, "/staff/account/second-factor/off", current="không phải").status_code == 422
    assert send(own, "/staff/account/second-factor/off", current=PASSWORD).status_code == 303
    assert sign_in(app.test_client(), EMAIL).headers["Location"] == "/staff/"
    assert kinds_of(app)[-2:] == ["staff.second_factor_off", "staff.signed_in"]


def test_ten_minutes_for_the_code_and_none_without_the_password(app: Flask, own: FlaskClient, clock: SetClock) -> None:
    secret, _ = take_second_factor(own, clock)
    assert app.test_client().get(CODE).headers["Location"] == SIGN_IN
    browser = at_second_step(app)
    page = browser.get(CODE)
    clock.advance(timedelta(minutes=10, seconds=1))
    data = {"csrf_token": token_in(page), "code": code_at(secret, clock.now().timestamp())}
    assert browser.post(CODE, data=data).headers["Location"] == SIGN_IN
    assert browser.get("/staff/exports").status_code == 303


def test_guessing_codes_slows_down(app: Flask, own: FlaskClient, clock: SetClock) -> None:
    secret, _ = take_second_factor(own, clock)
    clock.advance(STEP)
    guesser = at_second_step(app)
    for _ in range(FREE_FAILURES):
        assert show_code(guesser, "000000").status_code == 422
    assert show_code(guesser, code_at(secret, clock.now().timestamp())).status_code == 429
    assert kinds_of(app).count("staff.sign_in_failed") == 1


def test_guessing_from_many_networks_slows_down_and_never_the_owner(
    app: Flask, own: FlaskClient, clock: SetClock
) -> None:
    secret, _ = take_second_factor(own, clock)
    clock.advance(STEP)
    guesser = at_second_step(app)
    for number in range(FREE_CODES_ANYWHERE):
        assert show_code(guesser, "000000", REMOTE_ADDR=network(number)).status_code == 422
    assert show_code(guesser, "000000", REMOTE_ADDR=network(99)).status_code == 429
    sign_out = own.post("/staff/sign-out", data={"csrf_token": token_in(own.get("/staff/account/"))})
    assert sign_out.status_code == 303
    assert sign_in(own, EMAIL).status_code == 303  # The owner's browser, in the same office as the guesser.
    assert show_code(own, code_at(secret, clock.now().timestamp())).status_code == 303


def test_the_database_shows_neither_secret_nor_codes(
    own: FlaskClient, clock: SetClock, transaction: Callable[[], AbstractContextManager[Connection]]
) -> None:
    secret, paper = take_second_factor(own, clock)
    with transaction() as connection:
        stored = str(connection.execute(text("SELECT secret FROM staff_second_factor")).all())
        stored += str(connection.execute(text("SELECT digest FROM staff_recovery_code")).all())
    assert secret.replace(" ", "") not in stored
    assert not any(code.replace("-", "") in stored for code in paper)


@pytest.fixture
def strict(settings: Settings, clock: SetClock) -> Iterator[Flask]:
    """An application whose auditors need a second factor."""
    with application(settings.model_copy(update={"require_totp": ("auditor", "inspector")}), clock) as app:
        yield app


def test_a_role_that_needs_it_opens_nothing_else_before(strict: Flask, clock: SetClock) -> None:
    an_account(strict, "auditor")
    an_account(strict, "province")
    browser = signed_in(strict, EMAIL)
    for address in ("/staff/exports", "/staff/account/", "/staff/"):
        assert browser.get(address).headers["Location"] == SECOND_FACTOR
    assert "bắt buộc có mã xác nhận" in browser.get(SECOND_FACTOR).get_data(as_text=True)
    take_second_factor(browser, clock)
    assert browser.get("/staff/exports").status_code == 200
    assert send(browser, "/staff/account/second-factor/off", current=PASSWORD).status_code == 303
    assert "Đang bật" in browser.get("/staff/account/").get_data(as_text=True)
    assert signed_in(strict, "province@dongnai.gov.vn").get("/staff/account/").status_code == 200
