"""What everybody may do with their own account, and the sessions in other browsers."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from survey_app.clock import SetClock
from survey_app.database import read_connection, write_transaction
from survey_app.staff.attempts import FREE_FAILURES
from survey_app.staff.models import StaffSessionRow
from survey_app.staff.sessions import browser_family, session_reference, sessions_of
from tests.staff.people import PASSWORD, SIGN_IN, an_account, send, sign_in, signed_in, token_in
from tests.staff.test_invitations import NEW_PASSWORD, account_id, kinds_of

EMAIL = "auditor@dongnai.gov.vn"
OWN = "/staff/account/"
CHANGE = "/staff/account/password"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def own(app: Flask) -> FlaskClient:
    """An auditor's browser."""
    an_account(app, "auditor")
    return signed_in(app, EMAIL)


def words_of(browser: FlaskClient, address: str = OWN) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def with_firefox(app: Flask) -> FlaskClient:
    browser = app.test_client()
    data = {"csrf_token": token_in(browser.get(SIGN_IN)), "email": EMAIL, "password": PASSWORD}
    assert browser.post(SIGN_IN, data=data, headers={"User-Agent": FIREFOX}).status_code == 303
    return browser


def references(app: Flask) -> list[str]:
    with app.app_context():
        return [
            one.reference for one in sessions_of(account_id(app, EMAIL), None, SetClock.today(app.extensions["clock"]))
        ]


def test_every_page_leads_to_the_account(own: FlaskClient) -> None:
    assert f'href="{OWN}"' in words_of(own, "/staff/exports").replace("\n", " ")
    assert "Kiểm tra số liệu" in words_of(own)


def test_another_password_ends_the_sessions_elsewhere(app: Flask, own: FlaskClient) -> None:
    elsewhere = signed_in(app, EMAIL)
    assert send(own, CHANGE, current=PASSWORD, password=NEW_PASSWORD).headers["Location"] == OWN
    assert "Đã đổi mật khẩu." in words_of(own)
    assert elsewhere.get(OWN).status_code == 303
    assert "Phiên làm việc đã hết hạn" in words_of(elsewhere, SIGN_IN)
    assert sign_in(app.test_client(), EMAIL, PASSWORD).status_code == 422
    assert sign_in(app.test_client(), EMAIL, NEW_PASSWORD).status_code == 303
    assert "staff.password_set" in kinds_of(app)


@pytest.mark.parametrize(
    ("current", "password", "words"),
    [
        ("không phải mật khẩu", NEW_PASSWORD, "Mật khẩu hiện tại chưa đúng."),
        ("", NEW_PASSWORD, "Mật khẩu hiện tại chưa đúng."),
        (PASSWORD, "ngắn", "ít nhất 15 ký tự"),
        (PASSWORD, "matkhau 2026 dongnai", "quá dễ đoán"),
        (PASSWORD, "", "Xin nhập mật khẩu."),
    ],
)
def test_a_password_is_not_changed_for_the_wrong_one(
    app: Flask, own: FlaskClient, current: str, password: str, words: str
) -> None:
    refused = send(own, CHANGE, current=current, password=password)
    assert refused.status_code == 422
    assert words in refused.get_data(as_text=True)
    assert sign_in(app.test_client(), EMAIL, PASSWORD).status_code == 303


def test_guessing_the_password_at_an_open_screen_slows_down(own: FlaskClient, clock: SetClock) -> None:
    for _ in range(FREE_FAILURES):
        assert send(own, CHANGE, current="đoán mò thôi", password=NEW_PASSWORD).status_code == 422
    assert send(own, CHANGE, current=PASSWORD, password=NEW_PASSWORD).status_code == 429
    clock.advance(timedelta(seconds=1))
    assert send(own, CHANGE, current=PASSWORD, password=NEW_PASSWORD).status_code == 303


def test_sessions_are_listed_by_browser_day_and_hour_and_nothing_more(
    app: Flask, own: FlaskClient, clock: SetClock
) -> None:
    with_firefox(app)
    words = words_of(own)
    assert "Firefox · Linux" in words
    assert words.count("phiên này") == 1
    assert "Từ ngày 24/11/2026; dùng gần nhất: 10 giờ, ngày 24/11/2026" in words
    with app.app_context(), read_connection() as connection:
        stored = str(connection.execute(select(StaffSessionRow.__table__)).all())
    assert "127.0.0.1" not in stored
    assert "140" not in stored


def test_one_session_elsewhere_can_be_ended(app: Flask, own: FlaskClient) -> None:
    firefox, third = with_firefox(app), signed_in(app, EMAIL)
    with app.app_context(), read_connection() as connection:
        statement = select(StaffSessionRow.digest).where(StaffSessionRow.browser.like("Firefox%"))
        reference = connection.execute(statement).scalar_one()
    assert send(own, "/staff/account/sessions/end", reference=reference).headers["Location"] == OWN
    assert firefox.get(OWN).status_code == 303
    assert third.get(OWN).status_code == own.get(OWN).status_code == 200
    assert kinds_of(app)[-1] == "staff.sessions_ended"


def test_all_others_can_be_ended_at_once(app: Flask, own: FlaskClient) -> None:
    others = [signed_in(app, EMAIL) for _ in range(2)]
    assert send(own, "/staff/account/sessions/end").status_code == 303
    assert [other.get(OWN).status_code for other in others] == [303, 303]
    assert own.get(OWN).status_code == 200
    assert "Kết thúc mọi phiên khác" not in words_of(own)


def test_nobody_ends_another_account_s_session_or_this_one(app: Flask, own: FlaskClient) -> None:
    (reference,) = references(app)
    an_account(app, "province")
    stranger = signed_in(app, "province@dongnai.gov.vn")
    send(stranger, "/staff/account/sessions/end", reference=reference)
    send(own, "/staff/account/sessions/end", reference=reference)
    assert own.get(OWN).status_code == 200
    assert "staff.sessions_ended" not in kinds_of(app)


def test_signing_out_takes_the_session_away_for_good(app: Flask, own: FlaskClient) -> None:
    cookie = own.get_cookie("staff_session", path="/staff")
    assert cookie is not None
    assert own.post("/staff/sign-out", data={"csrf_token": token_in(own.get(OWN))}).status_code == 303
    thief = app.test_client()
    thief.set_cookie("staff_session", cookie.value, path="/staff")
    assert thief.get(OWN).status_code == 303
    assert references(app) == []


def test_the_hour_is_noted_once_an_hour(app: Flask, own: FlaskClient, clock: SetClock) -> None:
    clock.advance(timedelta(hours=2, minutes=30))
    assert "dùng gần nhất: 12 giờ" in words_of(own)


def test_rows_of_sessions_long_over_go(app: Flask, own: FlaskClient, clock: SetClock) -> None:
    (old,) = references(app)
    clock.advance(timedelta(days=3))
    signed_in(app, EMAIL)
    assert old not in references(app)


def test_a_session_whose_row_belongs_to_another_is_nobody_s(app: Flask, own: FlaskClient) -> None:
    an_account(app, "province")
    with app.app_context(), write_transaction() as connection:
        connection.execute(update(StaffSessionRow).values(staff_account_id=account_id_in(connection)))
    assert own.get(OWN).status_code == 303


def account_id_in(connection: object) -> int:
    from sqlalchemy import Connection

    from survey_app.staff.models import StaffAccount

    assert isinstance(connection, Connection)
    return connection.execute(select(StaffAccount.id).where(StaffAccount.email.like("province%"))).scalar_one()


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        (FIREFOX, "Firefox · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36", "Chrome · Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Linux; Android 15; SM-A057F) Chrome/130.0 Mobile Safari/537.36 Zalo/24", "Zalo · Android"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)
def test_what_a_browser_is_called(agent: str, family: str) -> None:
    assert browser_family(agent) == family


def test_a_reference_is_not_the_secret() -> None:
    assert session_reference("secret") != "secret"
    assert len(session_reference("secret")) == 64
