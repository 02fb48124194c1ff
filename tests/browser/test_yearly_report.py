"""The yearly report in a real browser: usable by everybody, in both languages and schemes, at any width, on paper."""

from datetime import date, datetime, timedelta
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from survey_app.clock import SetClock
from survey_app.staff.accounts import add_account
from survey_app.territory.bands import KNOWN_STARS, Band, Bands, set_bands
from tests.analytics.reports.yearly.conftest import BETTER, COMMUNES, a_year_of
from tests.browser.conftest import PHONE, Axe
from tests.browser.test_staff_dashboards import CITY, PASSWORD, overflow, sign_in
from tests.support.live_server import LiveServer

ADDRESS = "/staff/province/yearly"
TABLE = Bands(date(2025, 7, 1), date(2025, 7, 1), "Phụ lục I", (Band(95, 20), Band(70, 15.5)), KNOWN_STARS)


@pytest.fixture(scope="module")
def server(live_server: LiveServer) -> LiveServer:
    """A server that has a year of twelve communes, and a table of points."""
    now = datetime.now(live_server.settings.time_zone)
    newest = now.date() - timedelta(days=now.date().weekday() + 7)
    with live_server.transaction() as connection:
        a_year_of(connection, SetClock(now), newest)
        set_bands(connection, TABLE, set_by="tp@dongnai.gov.vn")
    with live_server.app.app_context():
        add_account(CITY, ["province"], None, PASSWORD)
    return live_server


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["", "lang=en"])
def test_it_is_accessible_in_both_languages_and_schemes(
    page: Page, axe: Axe, server: LiveServer, language: str, scheme: Any
) -> None:
    page.emulate_media(color_scheme=scheme)
    sign_in(page, server, CITY, ADDRESS)
    page.goto(f"{server.url}{ADDRESS}?{language}")
    for unfold in page.locator("details.help summary").all():
        unfold.click()
    axe(page)
    expect(page.locator("#units-table tbody tr")).to_have_count(COMMUNES)
    assert overflow(page) == 0


@pytest.mark.parametrize("width", [320, 360])
def test_a_phone_never_scrolls_sideways(browser: Browser, axe: Axe, server: LiveServer, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": PHONE["height"]}, locale="vi-VN")
    page = context.new_page()
    sign_in(page, server, CITY, ADDRESS)
    page.goto(f"{server.url}{ADDRESS}")
    assert overflow(page) == 0
    axe(page)
    context.close()


def test_it_is_found_from_the_province_page_and_downloaded(page: Page, server: LiveServer) -> None:
    sign_in(page, server, CITY, "/staff/province")
    page.get_by_role("link", name="Báo cáo năm", exact=True).click()
    page.wait_for_url(f"**{ADDRESS}?city=75")
    title = page.locator("h1").inner_text()
    assert title.startswith("Báo cáo năm 20")
    with page.expect_download() as download:
        page.get_by_role("button", name="Tải báo cáo để in, trình (PDF)").click()
    assert download.value.suggested_filename.startswith("than-thien-75-nam-20")
    document = pypdfium2.PdfDocument(download.value.path())
    assert title in document[0].get_textpage().get_text_bounded()
    document.close()


def test_the_intervals_of_communes_lie_beside_the_city_s_band(page: Page, server: LiveServer) -> None:
    sign_in(page, server, CITY, ADDRESS)
    page.goto(f"{server.url}{ADDRESS}")
    row = page.locator(f"#units-table tr[data-unit='{26000 + BETTER}']")
    band, line = row.locator(".interval .band").bounding_box(), row.locator(".interval line").bounding_box()
    assert band is not None and line is not None
    assert band["x"] + band["width"] < line["x"], "the better commune's interval lies wholly above"
    assert page.locator("svg.trend circle").count() >= 2


def test_on_paper_nothing_is_cut_off(page: Page, server: LiveServer) -> None:
    sign_in(page, server, CITY, ADDRESS)
    page.goto(f"{server.url}{ADDRESS}")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1000})
    table = page.locator("#units-table").bounding_box()
    assert table is not None and table["x"] + table["width"] <= 703
    expect(page.locator(".site-header")).to_be_hidden()
