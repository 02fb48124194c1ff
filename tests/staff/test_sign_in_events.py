"""Signing in as the audit log tells it: who and when, never what was typed; strangers cannot fill the log."""

from datetime import timedelta

import pytest
from flask import Flask

from survey_app.audit_log.log import AuditEvent, every_event
from survey_app.clock import SetClock
from survey_app.database import read_connection
from survey_app.staff.accounts import disable_account
from tests.staff.people import City, an_account, sign_in, signed_in, token_in

LAN = "lan@dongnai.gov.vn"
WRONG = "không phải mật khẩu này"


@pytest.fixture(autouse=True)
def _account(app: Flask, city: City) -> None:
    an_account(app, "administrator", email=LAN)


def events(app: Flask) -> list[AuditEvent]:
    with app.app_context(), read_connection() as connection:
        return list(every_event(connection))


def kinds(app: Flask) -> list[str]:
    return [event.kind for event in events(app)]


def test_in_and_out(app: Flask, clock: SetClock) -> None:
    browser = signed_in(app, LAN)
    token = token_in(browser.get("/staff/"))
    assert browser.post("/staff/sign-out", data={"csrf_token": token}).status_code == 303
    assert kinds(app) == ["staff.account_added", "staff.signed_in", "staff.signed_out"]
    assert {event.actor for event in events(app)[1:]} == {LAN}
    assert events(app)[1].at == clock.now().isoformat(timespec="seconds")


def test_a_session_that_grew_old_ends_in_the_log_too(app: Flask, clock: SetClock) -> None:
    browser = signed_in(app, LAN)
    clock.advance(timedelta(hours=13))
    assert browser.get("/staff/").status_code == 303
    assert kinds(app)[-1] == "staff.signed_out"


def test_a_failure_is_told_without_what_was_typed(app: Flask) -> None:
    sign_in(app.test_client(), LAN, WRONG)
    failed = events(app)[-1]
    assert (failed.kind, failed.actor, failed.details) == ("staff.sign_in_failed", LAN, {"reason": "wrong_password"})
    assert WRONG not in str(events(app))


def test_a_disabled_account_is_told_as_such(app: Flask) -> None:
    an_account(app, "administrator", email="admin@dongnai.gov.vn")
    with app.app_context():
        disable_account(LAN, by="admin@dongnai.gov.vn")
    sign_in(app.test_client(), LAN)
    disabled, failed = events(app)[-2:]
    assert (disabled.kind, disabled.actor) == ("staff.account_disabled", "admin@dongnai.gov.vn")
    assert failed.details == {"reason": "disabled"}


def test_disabling_twice_is_told_once(app: Flask) -> None:
    with app.app_context():
        disable_account(LAN)
        disable_account(LAN)
    assert kinds(app).count("staff.account_disabled") == 1


def test_strangers_cannot_fill_the_log(app: Flask, clock: SetClock) -> None:
    before = len(kinds(app))
    for number in range(12):
        sign_in(app.test_client(), LAN, WRONG, environ={"REMOTE_ADDR": f"203.0.113.{number}"})
        sign_in(app.test_client(), f"khong-co-{number}@dongnai.gov.vn", WRONG)
    assert kinds(app)[before:] == ["staff.sign_in_failed"]
    clock.advance(timedelta(minutes=16))
    sign_in(app.test_client(), LAN, WRONG)
    assert kinds(app)[before:] == ["staff.sign_in_failed"] * 2


def test_adding_an_account_names_who_did_it(app: Flask) -> None:
    an_account(app, "leader", "26068", email="la@dongnai.gov.vn")
    added = events(app)[-1]
    assert (added.kind, added.unit_code) == ("staff.account_added", "26068")
    assert added.details == {"account": "la@dongnai.gov.vn", "roles": ["leader"]}
    assert added.actor.endswith("(command)")
