"""Every page of staff, and the error pages, pass axe in both languages, light and dark, on a phone's width."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from survey_app.clock import Clock
from survey_app.ledger.closing import close_days
from survey_app.ledger.steps import closing_steps
from survey_app.staff.accounts import add_account
from tests.browser.conftest import PHONE, Axe
from tests.support.factories import a_commune
from tests.support.live_server import LiveServer

PASSWORD = "mưa xuân chín rộ 26"
ADMINISTRATOR, AUDITOR = "quantri@dongnai.gov.vn", "kiemtra@dongnai.gov.vn"
LOOKS = [(language, scheme) for language in ("vi", "en") for scheme in ("light", "dark")]


@pytest.fixture(scope="module")
def office(live_server: LiveServer) -> LiveServer:
    """The city with its communes, an administrator and an auditor."""
    with live_server.transaction() as connection:
        a_commune(connection)
    with live_server.app.app_context():
        clock: Clock = live_server.app.extensions["clock"]
        yesterday = clock.today() - timedelta(days=1)
        list(close_days([yesterday], closing_steps(live_server.app), clock.now()))
        add_account(ADMINISTRATOR, "administrator", None, PASSWORD)
        add_account(AUDITOR, "auditor", None, PASSWORD)
    return live_server


@pytest.fixture(params=LOOKS, ids="-".join)
def phone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, str]]:
    """A narrow phone in one colour scheme, and the `?lang=` that it asks for."""
    language, scheme = request.param
    context = browser.new_context(viewport=PHONE, color_scheme=scheme, locale="vi-VN")
    yield context.new_page(), f"lang={language}"
    context.close()


def sign_in(page: Page, office: LiveServer, email: str) -> None:
    """Sign in as a person does."""
    page.goto(f"{office.url}/staff/sign-in")
    page.locator("#email").fill(email)
    page.locator("#password").fill(PASSWORD)
    page.locator("main [type=submit]").click()
    page.wait_for_url(lambda address: "sign-in" not in address)


def check(page: Page, axe: Axe, address: str, status: int = 200) -> None:
    """The page answers as it should, passes axe, and does not scroll sideways."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == status
    expect(page.locator("h1")).to_have_count(1)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_signing_in(phone: tuple[Page, str], office: LiveServer, axe: Axe) -> None:
    page, language = phone
    check(page, axe, f"{office.url}/staff/sign-in?{language}")
    page.locator("#email").fill("nobody@dongnai.gov.vn")
    page.locator("#password").fill("không phải mật khẩu")
    page.locator("main [type=submit]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    axe(page)


def test_pages_of_an_administrator(phone: tuple[Page, str], office: LiveServer, axe: Axe) -> None:
    page, language = phone
    sign_in(page, office, ADMINISTRATOR)
    for address in (f"/staff/?{language}", f"/staff/?q=bien%20hoa&{language}", f"/staff/?q=xyz&{language}"):
        check(page, axe, office.url + address)
    check(page, axe, f"{office.url}/staff/units/26041?{language}")
    check(page, axe, f"{office.url}/staff/exports?{language}", 403)
    check(page, axe, f"{office.url}/staff/units/99999?{language}", 404)


def test_pages_of_an_auditor(phone: tuple[Page, str], office: LiveServer, axe: Axe) -> None:
    page, language = phone
    sign_in(page, office, AUDITOR)
    check(page, axe, f"{office.url}/staff/exports?{language}")
    check(page, axe, f"{office.url}/staff/exports?unit=26041&reason=Ki%E1%BB%83m%20tra&{language}")
    check(page, axe, f"{office.url}/staff/exports/responses.csv?from=hom-qua&{language}", 422)
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(2)


def test_on_a_phone_the_sections_are_a_menu_for_keyboard_and_screen_reader(
    mobile_page: Page, office: LiveServer, axe: Axe
) -> None:
    sign_in(mobile_page, office, ADMINISTRATOR)
    mobile_page.goto(f"{office.url}/staff/setup/thresholds")
    sections = mobile_page.get_by_role("navigation", name="Các trang")
    menu, link = sections.locator("summary"), sections.get_by_role("link", name="Nhật ký")
    expect(menu).to_have_text(re.compile("Danh mục\\s+Thiết lập"))
    expect(link).to_be_hidden()
    box = menu.bounding_box()
    assert box is not None
    assert box["height"] < 60, "one row"
    axe(mobile_page)
    menu.press("Enter")
    expect(link).to_be_visible()
    expect(sections.locator("[aria-current=page]")).to_have_text("Thiết lập")
    axe(mobile_page)
    mobile_page.keyboard.press("Tab")
    expect(sections.get_by_role("link").first).to_be_focused()
    link.click()
    mobile_page.wait_for_url(f"{office.url}/staff/audit-log")
    expect(link).to_be_hidden()


@pytest.mark.parametrize("address", ["/staff/accounts/", "/staff/setup/units/26041/unit"])
def test_on_a_phone_a_row_is_a_card_and_nothing_is_scrolled_sideways(
    mobile_page: Page, office: LiveServer, axe: Axe, address: str
) -> None:
    sign_in(mobile_page, office, ADMINISTRATOR)
    mobile_page.goto(f"{office.url}{address}")
    table = mobile_page.get_by_role("table").first
    expect(table.get_by_role("rowheader").first).to_be_visible()
    expect(table.get_by_role("cell").first).to_be_in_viewport()
    region = mobile_page.locator("[role=region]").first
    assert region.evaluate("region => region.scrollWidth <= region.clientWidth")
    axe(mobile_page)


def test_on_a_large_screen_the_sections_stand_in_a_row(page: Page, office: LiveServer, axe: Axe) -> None:
    sign_in(page, office, ADMINISTRATOR)
    page.goto(f"{office.url}/staff/setup/thresholds")
    sections = page.get_by_role("navigation", name="Các trang")
    expect(sections.locator("summary")).to_be_hidden()
    expect(sections.get_by_role("link", name="Thiết lập")).to_have_attribute("aria-current", "page")
    axe(page)
    sections.get_by_role("link", name="Nhật ký").press("Enter")
    page.wait_for_url(f"{office.url}/staff/audit-log")


def test_public_error_pages(phone: tuple[Page, str], office: LiveServer, axe: Axe) -> None:
    page, language = phone
    check(page, axe, f"{office.url}/khong-co?{language}", 404)
    check(page, axe, f"{office.url}/?q=khong-co-xa-nay&{language}")
