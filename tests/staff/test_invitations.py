"""An invitation from the administrator's page through the letter to the first sign-in."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from survey_app.audit_log.log import every_event
from survey_app.clock import SetClock
from survey_app.database import read_connection, write_transaction
from survey_app.staff.models import StaffAccount, StaffLinkRow
from survey_app.territory.contacts import Contacts, ask_again, set_contacts
from tests.staff.people import SIGN_IN, City, an_account, send, sign_in, signed_in, token_in
from tests.support.mail_server import MailServer

ADMINISTRATOR, INVITED = "quantri@dongnai.gov.vn", "hoa@dongnai.gov.vn"
NEW_PASSWORD = "ba con gà vàng kia"
LINK = re.compile(r"http://127\.0\.0\.1:8000(/staff/link/[\w-]{43}(?:\?lang=en)?)")


def administrator_of(app: Flask) -> FlaskClient:
    an_account(app, "administrator", email=ADMINISTRATOR)
    return signed_in(app, ADMINISTRATOR)


def invite(browser: FlaskClient, **fields: object) -> TestResponse:
    return send(browser, "/staff/accounts/", **({"email": INVITED, "roles": ["leader"], "unit": "26068"} | fields))


def link_in(words: str) -> str:
    found = LINK.search(words)
    assert found, words
    return found[1]


def link_in_letter(mail: MailServer) -> str:
    return link_in(mail.next_letter().get_content())


def set_password(browser: FlaskClient, link: str, password: str = NEW_PASSWORD) -> TestResponse:
    page = browser.get(link)
    assert page.status_code == 200
    return browser.post(link, data={"csrf_token": token_in(page), "password": password})


def kinds_of(app: Flask) -> list[str]:
    with app.app_context(), read_connection() as connection:
        return [event.kind for event in every_event(connection)]


def test_from_the_page_through_the_letter_to_the_first_sign_in(writing: Flask, mail: MailServer) -> None:
    office = administrator_of(writing)
    answer = invite(office)
    assert answer.status_code == 200
    assert "Đã gửi thư." in answer.get_data(as_text=True)
    assert "/staff/link/" not in answer.get_data(as_text=True)
    letter = mail.next_letter()
    assert (letter["To"], letter["Subject"]) == (INVITED, "Mời dùng tài khoản Thân Thiện")
    link = link_in(letter.get_content())
    guest = writing.test_client()
    for _ in range(2):  # A program that scans mail opens it first.
        assert INVITED in guest.get(link).get_data(as_text=True)
    saved = set_password(guest, link)
    assert (saved.status_code, saved.headers["Location"]) == (303, SIGN_IN)
    assert "Đã lưu mật khẩu. Xin đăng nhập." in guest.get(SIGN_IN).get_data(as_text=True)
    assert sign_in(guest, INVITED, NEW_PASSWORD).status_code == 303
    assert guest.get("/staff/").headers["Location"] == "/staff/units/26068"
    kinds = ["staff.account_added", "staff.link_made", "staff.password_set", "staff.signed_in"]
    assert kinds_of(writing)[-4:] == kinds


def test_the_letter_names_who_asks_as_the_back_office_says(writing: Flask, mail: MailServer, clock: SetClock) -> None:
    office = administrator_of(writing)
    new = Contacts("UBND tỉnh Thử Nghiệm", "Test Province", "0251 1022")
    with writing.app_context(), write_transaction() as connection:
        set_contacts(connection, new, clock.today(), set_by=ADMINISTRATOR)
        ask_again()
    invite(office)
    letter = mail.next_letter()
    assert letter["From"].addresses[0].display_name == new.owner_name
    assert new.owner_name in letter.get_content()
    assert new.phone in letter.get_content()


def test_a_link_works_once(writing: Flask, mail: MailServer) -> None:
    invite(administrator_of(writing))
    link, guest = link_in_letter(mail), writing.test_client()
    set_password(guest, link)
    gone = guest.get(link)
    assert gone.status_code == 410
    assert "Liên kết này đã được dùng" in gone.get_data(as_text=True)
    token = token_in(guest.get(SIGN_IN))
    again = guest.post(link, data={"csrf_token": token, "password": "một mật khẩu khác hẳn"})
    assert again.status_code == 410
    assert sign_in(writing.test_client(), INVITED, NEW_PASSWORD).status_code == 303


def test_a_link_is_good_for_72_hours(writing: Flask, mail: MailServer, clock: SetClock) -> None:
    invite(administrator_of(writing))
    link, guest = link_in_letter(mail), writing.test_client()
    clock.advance(timedelta(hours=72) - timedelta(seconds=1))
    page = guest.get(link)
    assert page.status_code == 200
    clock.advance(timedelta(seconds=1))
    late = guest.post(link, data={"csrf_token": token_in(page), "password": NEW_PASSWORD})
    assert late.status_code == guest.get(link).status_code == 410


def test_a_newer_link_takes_the_place_of_the_older(writing: Flask, mail: MailServer) -> None:
    office = administrator_of(writing)
    invite(office)
    first = link_in_letter(mail)
    assert send(office, f"/staff/accounts/{account_id(writing, INVITED)}/link").status_code == 200
    second = link_in_letter(mail)
    guest = writing.test_client()
    assert guest.get(first).status_code == 410
    assert set_password(guest, second).status_code == 303


def account_id(app: Flask, email: str) -> int:
    with app.app_context(), read_connection() as connection:
        return connection.execute(select(StaffAccount.id).where(StaffAccount.email == email)).scalar_one()


def test_the_link_follows_the_language_of_the_page(writing: Flask, mail: MailServer) -> None:
    office = administrator_of(writing)
    data = {"csrf_token": token_in(office.get("/staff/account/")), "email": INVITED, "roles": "province"}
    assert office.post("/staff/accounts/?lang=en", data=data).status_code == 200
    letter = mail.next_letter()
    assert letter["Subject"] == "Your account at Thân Thiện"
    link = link_in(letter.get_content())
    assert link.endswith("?lang=en")
    assert "Set your password" in writing.test_client().get(link).get_data(as_text=True)


def test_a_weak_password_uses_nothing_up(writing: Flask, mail: MailServer) -> None:
    invite(administrator_of(writing))
    link, guest = link_in_letter(mail), writing.test_client()
    for password, words in [
        ("ngắn quá", "ít nhất 15 ký tự"),
        ("xin chào Việt Nam 2026", "quá dễ đoán"),
        ("tôi là hoa@dongnai.gov.vn đây" * 9, "dài quá 128 ký tự"),
        ("", "Xin nhập mật khẩu."),
    ]:
        refused = set_password(guest, link, password)
        assert refused.status_code == 422
        assert words in refused.get_data(as_text=True)
    forged = guest.post(link, data={"password": NEW_PASSWORD})
    assert forged.status_code == 400
    assert set_password(guest, link).status_code == 303


def test_until_the_password_is_set_nobody_signs_in(writing: Flask, mail: MailServer) -> None:
    invite(administrator_of(writing))
    mail.next_letter()
    for password in ("!", "", "0" * 20):
        assert sign_in(writing.test_client(), INVITED, password).status_code == 422


def test_without_mail_the_page_shows_the_link_to_hand_on(app: Flask, city: City) -> None:
    office = administrator_of(app)
    assert "SMTP_URL" in office.get("/staff/accounts/").get_data(as_text=True)
    words = invite(office).get_data(as_text=True)
    assert "Xin chuyển liên kết này cho đúng người ấy" in words
    assert set_password(app.test_client(), link_in(words)).status_code == 303


def test_a_letter_that_the_server_refuses_is_told_and_can_be_sent_again(writing: Flask, mail: MailServer) -> None:
    office = administrator_of(writing)
    mail.refusals.append("450 try later")
    words = invite(office).get_data(as_text=True)
    assert "máy chủ thư chưa nhận thư" in words
    assert "/staff/link/" not in words
    send(office, f"/staff/accounts/{account_id(writing, INVITED)}/link")
    assert set_password(writing.test_client(), link_in_letter(mail)).status_code == 303


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"email": "hoa"}, "Thư điện tử chưa đúng dạng"),
        ({"email": ADMINISTRATOR}, f"Đã có tài khoản {ADMINISTRATOR}."),
        ({"roles": []}, "Chưa nêu vai trò"),
        ({"roles": ["king"]}, "Không có vai trò king"),
        ({"unit": ""}, "Lãnh đạo phải thuộc một đơn vị"),
        ({"unit": "99999"}, "Hiện không có đơn vị nào mang mã 99999."),
        ({"unit": "9" * 21}, "Mã đơn vị không dài quá 20 ký tự."),
        ({"roles": ["leader", "auditor"]}, "không được đồng thời là lãnh đạo"),
    ],
)
def test_what_is_wrong_is_said_what_was_typed_is_kept_and_nothing_is_made(
    app: Flask, city: City, fields: dict[str, object], words: str
) -> None:
    office = administrator_of(app)
    answer = invite(office, **fields)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in page
    assert f'value="{fields.get("email", INVITED)}"' in page
    with app.app_context(), read_connection() as connection:
        assert connection.execute(select(StaffAccount.email)).scalars().all() == [ADMINISTRATOR]
        assert connection.execute(select(StaffLinkRow.digest)).all() == []


def test_a_database_that_is_read_opens_no_link(writing: Flask, mail: MailServer) -> None:
    invite(administrator_of(writing))
    token = link_in_letter(mail).removeprefix("/staff/link/")
    with writing.app_context(), read_connection() as connection:
        stored = connection.execute(text("SELECT digest, purpose FROM staff_link")).one()
    assert token not in stored.digest
    assert writing.test_client().get(f"/staff/link/{stored.digest}").status_code == 410


@pytest.mark.parametrize("token", ["x", "é" * 40, "a" * 3000, "%00"])
def test_a_made_up_link_is_gone(app: Flask, token: str) -> None:
    assert app.test_client().get(f"/staff/link/{token}").status_code == 410


def test_the_address_of_a_link_goes_nowhere(
    writing: Flask, mail: MailServer, capfd: pytest.CaptureFixture[str]
) -> None:
    invite(administrator_of(writing))
    link = link_in_letter(mail)
    answer = writing.test_client().get(link)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "private, no-store"
    said = capfd.readouterr()
    assert link.removeprefix("/staff/link/") not in said.out + said.err
