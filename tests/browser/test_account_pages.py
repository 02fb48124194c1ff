"""Pages of accounts pass axe in both languages, light and dark, on a phone's width; passwords can be shown."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from survey_app.database import read_connection
from survey_app.staff.accounts import add_account
from survey_app.staff.invitations import invite
from survey_app.staff.models import StaffAccount
from tests.browser.conftest import PHONE, Axe
from tests.browser.test_staff_pages import LOOKS, check
from tests.staff.authenticator import code_at
from tests.support.factories import a_commune
from tests.support.live_server import LiveServer

PASSWORD = "mưa xuân chín rộ 26"
ADMINISTRATOR = "quantri@dongnai.gov.vn"


@pytest.fixture(scope="module")
def office(live_server: LiveServer) -> LiveServer:
    """The city with its communes, and an administrator."""
    with live_server.transaction() as connection:
        a_commune(connection)
    with live_server.app.app_context():
        add_account(ADMINISTRATOR, "administrator", None, PASSWORD)
    return live_server


@pytest.fixture(params=LOOKS, ids="-".join)
def phone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, str]]:
    """A narrow phone in one colour scheme, and the `?lang=` that it asks for."""
    language, scheme = request.param
    context = browser.new_context(viewport=PHONE, color_scheme=scheme, locale="vi-VN")
    yield context.new_page(), f"lang={language}"
    context.close()


def an_invitation(office: LiveServer, email: str) -> str:
    """The link of somebody who is invited, where no mail is set up."""
    with office.app.test_request_context():
        link = invite(email, ["province"], None, ADMINISTRATOR).link
    assert link is not None
    return link


def account_id(office: LiveServer, email: str) -> int:
    with office.app.app_context(), read_connection() as connection:
        return connection.execute(select(StaffAccount.id).where(StaffAccount.email == email)).scalar_one()


def sign_in(page: Page, office: LiveServer, email: str = ADMINISTRATOR) -> None:
    page.goto(f"{office.url}/staff/sign-in")
    page.locator("#email").fill(email)
    page.locator("#password").fill(PASSWORD)
    page.locator("main form [type=submit]").click()
    page.wait_for_url(lambda address: "sign-in" not in address)


def test_pages_before_signing_in(phone: tuple[Page, str], office: LiveServer, axe: Axe) -> None:
    page, language = phone
    link = an_invitation(office, f"moi.{id(page)}@dongnai.gov.vn")
    check(page, axe, f"{office.url}/staff/sign-in/forgotten?{language}")
    check(page, axe, f"{link}?{language}")
    check(page, axe, f"{office.url}/staff/link/nothing?{language}", 410)


def test_pages_of_the_own_account(phone: tuple[Page, str], office: LiveServer, axe: Axe) -> None:
    page, language = phone
    sign_in(page, office)
    for address in ("/staff/account/", "/staff/account/password", "/staff/account/second-factor"):
        check(page, axe, f"{office.url}{address}?{language}")
    page.locator("main form [type=submit]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    axe(page)


def test_pages_of_accounts(phone: tuple[Page, str], office: LiveServer, axe: Axe) -> None:
    page, language = phone
    sign_in(page, office)
    check(page, axe, f"{office.url}/staff/accounts/?{language}")
    check(page, axe, f"{office.url}/staff/accounts/{account_id(office, ADMINISTRATOR)}?{language}")
    page.goto(f"{office.url}/staff/accounts/?{language}")
    page.locator("#email").fill(ADMINISTRATOR)
    page.locator(".account-form [type=submit]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    axe(page)


def test_a_password_can_be_shown_and_hidden_again(page: Page, office: LiveServer) -> None:
    page.goto(an_invitation(office, "hien@dongnai.gov.vn"))
    field, button = page.locator("#password"), page.locator("#password + button")
    field.fill(PASSWORD)
    expect(field).to_have_attribute("type", "password")
    button.click()
    expect(field).to_have_attribute("type", "text")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_have_text("Ẩn mật khẩu")
    button.click()
    expect(field).to_have_attribute("type", "password")


def test_an_invited_person_sets_a_password_takes_a_second_factor_and_signs_in_with_paper(
    page: Page, office: LiveServer, axe: Axe
) -> None:
    email = "hoa@dongnai.gov.vn"
    page.goto(an_invitation(office, email))
    page.locator("#password").fill(PASSWORD)
    page.locator("main form [type=submit]").click()
    expect(page.get_by_role("status")).to_have_text("Đã lưu mật khẩu. Xin đăng nhập.")
    sign_in(page, office, email)
    page.goto(f"{office.url}/staff/account/second-factor")
    expect(page.locator("img.qr")).to_be_visible()
    assert page.locator("img.qr").evaluate("image => image.naturalWidth") > 0
    page.locator("main summary").click()
    secret = page.locator("code.secret").inner_text()
    now = page.evaluate("Date.now() / 1000")
    page.locator("#code").fill(code_at(secret, now))
    page.locator("#current").fill(PASSWORD)
    page.locator("main form [type=submit]").click()
    codes = page.locator(".code-list code").all_inner_texts()
    assert len(codes) == 10
    axe(page)
    page.locator(".sign-out").click()
    page.locator("#email").fill(email)
    page.locator("#password").fill(PASSWORD)
    page.locator("main form [type=submit]").click()
    expect(page.locator("#code")).to_be_visible()
    axe(page)
    page.locator("#code").fill(codes[0])
    page.locator("main form [type=submit]").click()
    page.wait_for_url(lambda address: "sign-in" not in address)
    page.goto(f"{office.url}/staff/account/")
    expect(page.locator("main")).to_contain_text("Còn 9 mã dự phòng")


def test_a_link_from_elsewhere_finds_the_session(page: Page, office: LiveServer) -> None:
    """A digest's link opens its page for whoever is signed in: that is what SameSite=Lax is for."""
    sign_in(page, office)
    elsewhere = office.url.replace("127.0.0.1", "localhost")
    page.goto(f"{elsewhere}/healthz")
    page.evaluate(f"location.href = '{office.url}/staff/account/'")
    page.wait_for_url("**/staff/account/")
    expect(page.locator("h1")).to_have_text("Tài khoản của tôi")
