"""A new commune comes from nothing to a printed, scanned poster; every page of the back office passes axe."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from survey_app.staff.accounts import add_account
from tests.browser.conftest import PHONE, Axe
from tests.browser.test_staff_pages import LOOKS, PASSWORD, check, sign_in
from tests.support.factories import (
    a_commune,
    a_scan_code,
    a_service_point,
    dong_nai,
    some_premises,
    the_default_questionnaire,
)
from tests.support.live_server import LiveServer
from tests.territory import paper

LEADER, ADMINISTRATOR = "lanhdao@dongnai.gov.vn", "quantri@dongnai.gov.vn"
NEW, SET_UP = "26041", "26248"


@pytest.fixture(scope="module")
def city(live_server: LiveServer) -> LiveServer:
    """The city, which asks the default questionnaire; one commune without anything, one with a counter and a code."""
    with live_server.transaction() as connection:
        the_default_questionnaire(connection, dong_nai(connection))
        commune = a_commune(connection, SET_UP)
        a_scan_code(connection, a_service_point(connection, commune, premises_id=some_premises(connection, commune)))
    with live_server.app.app_context():
        add_account(LEADER, "leader", NEW, PASSWORD)
        add_account(ADMINISTRATOR, "administrator", None, PASSWORD)
    return live_server


@pytest.fixture(params=LOOKS, ids="-".join)
def phone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, str]]:
    """A narrow phone in one colour scheme, and the `?lang=` that it asks for."""
    language, scheme = request.param
    context = browser.new_context(viewport=PHONE, color_scheme=scheme, locale="vi-VN")
    yield context.new_page(), f"lang={language}"
    context.close()


def test_from_nothing_to_a_scanned_poster(page: Page, mobile_page: Page, city: LiveServer) -> None:
    sign_in(page, city, LEADER)
    page.goto(f"{city.url}/staff/setup/")
    expect(page.locator("h1")).to_have_text("Thiết lập · Phường Trấn Biên")
    expect(page.locator("[aria-current=step] h2")).to_have_text("Trụ sở")
    page.locator("[aria-current=step]").get_by_role("button").click()
    page.get_by_role("button", name="Thêm trụ sở").click()
    expect(page.get_by_role("status")).to_have_text("Đã thêm trụ sở.")
    page.get_by_role("link", name="Khai báo quầy").click()
    for _ in range(2):
        page.get_by_role("button", name="Thêm quầy").click()
        expect(page.get_by_role("status")).to_have_text("Đã thêm quầy.")
    page.get_by_role("link", name="Xong quầy").click()
    page.get_by_role("button", name="Cấp mã cho 2 quầy").click()
    expect(page.locator("[aria-current=step] h2")).to_have_text("In tờ mã")
    address = page.get_by_role("button", name="Mở tệp PDF để in").get_attribute("href")
    poster = page.request.get(f"{city.url}{address}")
    assert poster.headers["content-type"] == "application/pdf"
    scanned = [code.text for sheet in paper.pages(poster.body()) for code in paper.decoded(sheet)]
    assert len(scanned) == 2
    for number, text in enumerate(scanned, start=1):
        mobile_page.goto(f"{city.url}/S/{text.rpartition('/')[2]}")
        expect(mobile_page.locator("main")).to_contain_text("phường Trấn Biên")
        expect(mobile_page.locator("main")).to_contain_text(f"Quầy {number}")
        page.get_by_role("button", name=f"Đã quét, đúng Quầy {number}").click()
    expect(page.locator("main")).to_contain_text("Đã sẵn sàng")
    expect(page.locator("[aria-current=step]")).to_have_count(0)


def test_the_draft_stands_in_two_phones(page: Page, city: LiveServer) -> None:
    sign_in(page, city, LEADER)
    page.goto(f"{city.url}/staff/setup/units/{NEW}/questionnaire")
    page.locator("#kind_1").select_option("rating")
    page.locator("#text_1").fill("Chỗ để xe")
    page.locator("#text_en_1").fill("Parking")
    page.get_by_role("button", name="Xem trước").click()
    expect(page.locator("iframe")).to_have_count(2)
    for title, words in (("Tiếng Việt", "Chỗ để xe"), ("Tiếng Anh", "Parking")):
        shown = page.frame_locator(f"iframe[title='{title}']")
        expect(shown.locator("main")).to_contain_text(words)
        width = shown.locator("body").evaluate("element => getComputedStyle(element).maxWidth")
        assert width != "none", "the citizens' style sheet holds in the frame"
    expect(page.locator("#text_1")).to_have_value("Chỗ để xe")


def test_pages_of_the_back_office(phone: tuple[Page, str], city: LiveServer, axe: Axe) -> None:
    page, language = phone
    sign_in(page, city, ADMINISTRATOR)
    for path in (
        "/",
        f"/units/{SET_UP}",
        "/units/75",
        f"/units/{SET_UP}/premises",
        f"/units/{SET_UP}/counters",
        f"/units/{SET_UP}/targets",
        f"/units/{SET_UP}/unit",
        "/premises/1",
        "/counters/1",
        "/bands",
        "/contacts",
        f"/units/{SET_UP}/questionnaire",
    ):
        check(page, axe, f"{city.url}/staff/setup{path}?{language}")
    page.goto(f"{city.url}/staff/setup/units/{SET_UP}/counters?{language}")
    page.locator("#name").fill("Bàn")
    page.locator("main form [type=submit]").click()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(1)
    axe(page)
