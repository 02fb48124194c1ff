"""Accounts, for administrators; leaders look at their own unit's."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.audit_log.log import every_event
from survey_app.clock import SetClock
from survey_app.database import read_connection
from tests.staff.authenticator import show_code, take_second_factor
from tests.staff.people import City, an_account, send, sign_in, signed_in
from tests.staff.test_invitations import account_id, kinds_of

ADMINISTRATOR, LEADER = "quantri@dongnai.gov.vn", "leader@dongnai.gov.vn"


@pytest.fixture
def office(app: Flask, city: City) -> FlaskClient:
    """An administrator's browser; there is a leader of Biên Hòa too."""
    an_account(app, "administrator", email=ADMINISTRATOR)
    an_account(app, "leader", "26068")
    return signed_in(app, ADMINISTRATOR)


def act(app: Flask, browser: FlaskClient, email: str, what: str, **fields: object) -> str:
    """Do something with an account, and read the page that comes of it."""
    answer = send(browser, f"/staff/accounts/{account_id(app, email)}/{what}", **fields)
    if answer.status_code == 303:
        answer = browser.get(answer.headers["Location"])
    return answer.get_data(as_text=True)


def test_the_list_says_who_may_do_what(app: Flask, office: FlaskClient) -> None:
    words = office.get("/staff/accounts/").get_data(as_text=True)
    for part in (ADMINISTRATOR, LEADER, "Lãnh đạo xã, phường, đặc khu", "Phường Biên Hòa (26068)", "Đang dùng"):
        assert part in words
    assert "2 trong 2 tài khoản." in words


@pytest.mark.parametrize("typed", ["leader@", "BIÊN HÒA", "bien hoa", "Biên Hoà", "26068", "lãnh đạo", "lanh dao"])
def test_it_is_searched_by_address_unit_and_role(app: Flask, office: FlaskClient, typed: str) -> None:
    words = office.get("/staff/accounts/", query_string={"q": typed}).get_data(as_text=True)
    assert "1 trong 2 tài khoản." in words


def test_nothing_found(office: FlaskClient) -> None:
    words = office.get("/staff/accounts/", query_string={"q": "<b>không</b>"}).get_data(as_text=True)
    assert "0 trong 2 tài khoản." in words
    assert "<b>không" not in words


def test_other_roles_hold_at_once(app: Flask, office: FlaskClient) -> None:
    browser = signed_in(app, LEADER)
    assert browser.get("/staff/exports").status_code == 403
    assert browser.get("/staff/accounts/").status_code == 200
    assert "Đã lưu vai trò." in act(app, office, LEADER, "roles", roles=["auditor"], unit="")
    assert browser.get("/staff/exports").status_code == 200
    assert browser.get("/staff/accounts/").status_code == 403
    with app.app_context(), read_connection() as connection:
        changed = [event for event in every_event(connection) if event.kind == "staff.roles_changed"]
    assert [(event.actor, dict(event.details)) for event in changed] == [
        (ADMINISTRATOR, {"account": LEADER, "old_roles": ["leader"], "old_unit": "26068", "roles": ["auditor"]})
    ]


def test_another_unit_holds_at_once(app: Flask, office: FlaskClient) -> None:
    browser = signed_in(app, LEADER)
    act(app, office, LEADER, "roles", roles=["leader"], unit="26371")
    assert browser.get("/staff/").headers["Location"] == "/staff/units/26371"
    assert browser.get("/staff/units/26068").status_code == 403


def test_the_same_roles_again_are_no_event(app: Flask, office: FlaskClient) -> None:
    act(app, office, LEADER, "roles", roles=["leader"], unit="26068")
    assert "staff.roles_changed" not in kinds_of(app)


@pytest.mark.parametrize(
    ("roles", "unit", "words"),
    [
        ([], "", "Chưa nêu vai trò"),
        (["leader"], "", "Lãnh đạo phải thuộc một đơn vị"),
        (["leader", "inspector"], "26068", "không được đồng thời là lãnh đạo"),
        (["leader"], "11111", "Hiện không có đơn vị nào mang mã 11111."),
    ],
)
def test_roles_that_may_not_be_are_refused_and_nothing_changes(
    app: Flask, office: FlaskClient, roles: list[str], unit: str, words: str
) -> None:
    assert words in act(app, office, LEADER, "roles", roles=roles, unit=unit)
    assert signed_in(app, LEADER).get("/staff/").headers["Location"] == "/staff/units/26068"


def test_a_stopped_account_is_out_at_once_and_can_come_back(app: Flask, office: FlaskClient) -> None:
    browser = signed_in(app, LEADER)
    assert "Đã ngừng tài khoản." in act(app, office, LEADER, "disable")
    assert browser.get("/staff/units/26068").status_code == 303
    assert sign_in(app.test_client(), LEADER).status_code == 422
    assert "Không có tài khoản" in act(app, office, LEADER, "link")
    assert "Tài khoản dùng lại được." in act(app, office, LEADER, "enable")
    assert browser.get("/staff/units/26068").status_code == 303
    assert sign_in(app.test_client(), LEADER).status_code == 303
    kinds = [kind for kind in kinds_of(app) if kind in {"staff.account_disabled", "staff.account_enabled"}]
    assert kinds == ["staff.account_disabled", "staff.account_enabled"]


def test_the_last_administrator_stays(app: Flask, office: FlaskClient) -> None:
    refusal = "Đây là người quản trị cuối cùng"
    assert refusal in act(app, office, ADMINISTRATOR, "disable")
    assert refusal in act(app, office, ADMINISTRATOR, "roles", roles=["province"], unit="")
    an_account(app, "administrator", email="second@dongnai.gov.vn")
    assert "Đã lưu vai trò." in act(app, office, "second@dongnai.gov.vn", "roles", roles=["administrator", "province"])
    assert "Đã ngừng tài khoản." in act(app, office, "second@dongnai.gov.vn", "disable")
    assert refusal in act(app, office, ADMINISTRATOR, "disable")


def test_a_lost_phone(app: Flask, office: FlaskClient, clock: SetClock) -> None:
    browser = signed_in(app, LEADER)
    _, paper = take_second_factor(browser, clock)
    assert "Mất điện thoại" in office.get(f"/staff/accounts/{account_id(app, LEADER)}").get_data(as_text=True)
    assert "Đã gỡ mã xác nhận." in act(app, office, LEADER, "second-factor-off")
    assert browser.get("/staff/account/").status_code == 303
    assert sign_in(browser, LEADER).headers["Location"] == "/staff/"
    take_second_factor(browser, clock)
    again = app.test_client()
    sign_in(again, LEADER)
    assert show_code(again, paper[0]).status_code == 422


def test_a_leader_sees_who_acts_for_the_unit_and_changes_nothing(app: Flask, office: FlaskClient) -> None:
    an_account(app, "volunteer", "2606801")
    an_account(app, "data_entry", "26371")
    browser = signed_in(app, LEADER)
    words = browser.get("/staff/accounts/").get_data(as_text=True)
    assert "volunteer@dongnai.gov.vn" in words
    assert "2 trong 2 tài khoản." in words
    assert "data_entry@dongnai.gov.vn" not in words
    assert ADMINISTRATOR not in words
    assert "Mời người dùng mới" not in words
    number = account_id(app, LEADER)
    assert browser.get(f"/staff/accounts/{number}").status_code == 403
    for what in ("roles", "disable", "enable", "link", "second-factor-off"):
        assert send(browser, f"/staff/accounts/{number}/{what}", roles=["administrator"]).status_code == 403
    assert send(browser, "/staff/accounts/", email="x@dongnai.gov.vn", roles=["province"]).status_code == 403


def test_an_account_that_is_not_there(office: FlaskClient) -> None:
    assert office.get("/staff/accounts/999999").status_code == 404
    assert office.get("/staff/accounts/99999999999").status_code == 404
    for what in ("roles", "disable", "enable", "link"):
        assert send(office, f"/staff/accounts/999999/{what}").status_code == 404


def test_the_pages_in_english(app: Flask, office: FlaskClient) -> None:
    words = office.get("/staff/accounts/?lang=en").get_data(as_text=True)
    assert "Biên Hòa Ward (26068)" in words
    assert "Invite somebody" in words
    assert office.get(f"/staff/accounts/{account_id(app, LEADER)}?lang=en").status_code == 200
