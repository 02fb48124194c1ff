"""Pages of results in a real browser: charts are drawn under the strict policy, and every reader can use the page."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from survey_app.staff.accounts import add_account
from tests.analytics.dashboards.conftest import City
from tests.analytics.dashboards.factories import (
    Answer,
    add_city,
    add_unit,
    close_days,
    publish,
    satisfied,
    simulated,
    write_facts,
    write_weeks,
)
from tests.browser.conftest import DESKTOP, PHONE, Axe
from tests.support.live_server import LiveServer

PASSWORD = "mưa xuân chín rộ 26"
LEADER = "leader@dongnai.gov.vn"
VIOLATIONS = """
window.violations = [];
document.addEventListener('securitypolicyviolation', event => window.violations.push(event.violatedDirective));
"""
COMMUNE, DROPPED, SILENT = "/units/26068", "/units/26371", "/units/26000"


@pytest.fixture(scope="module")
def results(live_server: LiveServer) -> LiveServer:
    """Twenty weeks of one commune with thin weeks, one with a drop, one silent; a leader who may sign in."""
    random = Random(4)
    today = datetime.now(live_server.settings.time_zone).date()
    newest = today - timedelta(days=today.weekday() + 7)
    sizes = [40, 12, 3, 5, 44, 28, 31, 9, 35, 10, 50, 33, 41, 30, 29, 38, 6, 47, 30, 4]
    weeks: list[list[Answer]] = [simulated(random, n) + simulated(random, 4, group="organisation") for n in sizes]
    with live_server.transaction() as connection:
        city = add_city(connection)
        communes = City(
            city,
            add_unit(connection, "26068", "Trảng Bom", "xã", city.id),
            add_unit(connection, "26371", "Long Hưng", "phường", city.id),
        )
        add_unit(connection, "26000", "Gia Ray", "xã", city.id)
        close_days(connection, through=today - timedelta(days=1))
        write_weeks(connection, communes.trang_bom.id, weeks, newest)
        write_weeks(connection, communes.long_hung.id, [satisfied(36, 4)] * 16 + [satisfied(15, 25)], newest)
        write_facts(connection, communes.long_hung.id, newest, satisfied(2, set_aside=1))
        publish(connection, today - timedelta(days=1))
    with live_server.app.app_context():
        add_account(LEADER, ["leader"], "26068", PASSWORD)
    return live_server


def opened(page: Page, server: LiveServer, address: str) -> Page:
    page.add_init_script(VIOLATIONS)
    page.goto(server.url + address)
    return page


def sign_in(page: Page, server: LiveServer, address: str) -> Page:
    opened(page, server, f"/staff/sign-in?next={address}")
    page.locator("input[name=email]").fill(LEADER)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main [type=submit]").click()
    page.wait_for_url(f"**{address}")
    return page


def assert_drawn(page: Page) -> None:
    """The weekly chart and the open items are there as pictures with marks, and nothing broke the policy."""
    weekly = page.locator(".chart.weekly")
    expect(weekly).to_be_visible()
    expect(weekly.locator("svg .trace").first).to_be_attached()
    assert page.locator(".chart.weekly .points path").count() >= 10
    assert page.evaluate("window.violations") == []


def horizontal_overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize("language", ["", "?lang=en"])
def test_charts_are_drawn_without_breaking_the_policy(page: Page, results: LiveServer, language: str) -> None:
    assert_drawn(opened(page, results, COMMUNE + language))
    items = page.locator(".chart.items").first
    expect(items).to_be_visible()
    assert items.locator(".bars .point").count() == 6 * 5


def test_the_picture_is_a_still_one_with_words(page: Page, results: LiveServer) -> None:
    opened(page, results, COMMUNE)
    chart = page.get_by_role("img", name="Biểu đồ của xã Trảng Bom")
    expect(chart).to_be_visible()
    assert chart.locator(".modebar-btn").count() == 0
    assert chart.locator("a, button, [tabindex]").count() == 0


def test_what_is_drawn_is_what_the_table_says(page: Page, results: LiveServer) -> None:
    opened(page, results, COMMUNE)
    drawn = page.evaluate("""() => {
        const chart = document.querySelector('.chart.weekly');
        return chart.data.find(trace => trace.name === 'attitude:line').y;
    }""")
    cells = page.locator("#weeks-table tbody tr td:nth-of-type(1) .percent data")
    in_table = [float(cell.get_attribute("value") or "nan") for cell in cells.all()]
    assert drawn == in_table[::-1]


def test_earlier_blocks_are_drawn_when_unfolded(page: Page, results: LiveServer) -> None:
    opened(page, results, COMMUNE)
    earlier = page.locator("details.earlier").first
    expect(earlier.locator(".chart.items")).to_be_hidden()
    earlier.locator("summary").press("Enter")
    expect(earlier.locator(".chart.items svg .bars").first).to_be_visible()
    box = earlier.locator(".chart.items").bounding_box()
    assert box is not None and box["width"] > 500
    assert page.evaluate("window.violations") == []


def colours(page: Page) -> Any:
    return page.evaluate("""() => {
        const marks = document.querySelectorAll('.chart.weekly .points path');
        return [...marks].map(mark => mark.style.stroke || mark.style.fill);
    }""")


def test_colours_follow_the_scheme_at_once(page: Page, results: LiveServer) -> None:
    page.emulate_media(color_scheme="light")
    opened(page, results, COMMUNE)
    light = colours(page)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "before => document.querySelector('.chart.weekly .points path').style.stroke !== before", arg=light[0]
    )
    assert all(before != after for before, after in zip(light, colours(page), strict=True))
    assert page.evaluate("window.violations") == []


def test_paper_is_light_even_from_a_dark_screen(page: Page, results: LiveServer) -> None:
    page.emulate_media(color_scheme="light")
    opened(page, results, COMMUNE)
    light = colours(page)
    page.emulate_media(color_scheme="dark")
    page.reload()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert colours(page) == light
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert colours(page) != light


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/", COMMUNE, DROPPED, SILENT, f"{COMMUNE}?lang=en", "/?lang=en&q=long"])
def test_public_pages_are_accessible(page: Page, axe: Axe, results: LiveServer, address: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    axe(opened(page, results, address))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["", "?lang=en"])
def test_the_leaders_page_is_accessible_and_drawn(
    page: Page, axe: Axe, results: LiveServer, language: str, scheme: Any
) -> None:
    page.emulate_media(color_scheme=scheme)
    sign_in(page, results, "/staff/units/26068")
    opened(page, results, f"/staff/units/26068{language}")
    assert_drawn(page)
    axe(page)


@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("address", ["/", COMMUNE, DROPPED, SILENT, f"{COMMUNE}?lang=en"])
def test_a_phone_never_scrolls_sideways(
    browser: Browser, axe: Axe, results: LiveServer, address: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": PHONE["height"]}, locale="vi-VN")
    page = opened(context.new_page(), results, address)
    page.wait_for_load_state("networkidle")
    assert horizontal_overflow(page) == 0
    for chart in page.locator(".chart:visible").all():
        box = chart.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width
    axe(page)
    context.close()


def test_the_sentence_is_on_the_first_screen(mobile_page: Page, results: LiveServer) -> None:
    sign_in(mobile_page, results, "/staff/units/26068")
    box = mobile_page.locator(".verdict").bounding_box()
    assert box is not None and box["y"] + box["height"] <= PHONE["height"]


def test_without_script_the_tables_say_it_all(no_script_page: Page, results: LiveServer) -> None:
    no_script_page.goto(results.url + COMMUNE)
    assert no_script_page.locator(".chart:visible").count() == 0
    assert no_script_page.locator("figcaption:visible").count() == 0
    assert no_script_page.locator("#weeks-table tbody tr:visible").count() > 10
    no_script_page.locator("details.earlier summary").first.click()
    expect(no_script_page.locator("details.earlier table").first).to_be_visible()


def test_wide_tables_scroll_by_keyboard_inside_their_region(mobile_page: Page, results: LiveServer) -> None:
    opened(mobile_page, results, COMMUNE)
    region = mobile_page.get_by_role("region", name="Từng tuần")
    region.focus()
    before = region.evaluate("region => region.scrollLeft")
    mobile_page.keyboard.press("ArrowRight")
    mobile_page.wait_for_function("region => region.scrollLeft > 0", arg=region.element_handle())
    assert before == 0


def test_a_search_finds_a_commune_by_keyboard(page: Page, results: LiveServer) -> None:
    opened(page, results, "/")
    page.get_by_label("Tìm xã, phường").fill("long hung")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Tìm thấy 1 trong 3 đơn vị")
    page.get_by_role("link", name="Phường Long Hưng").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Phường Long Hưng")
    expect(page.locator(".verdict strong")).to_have_text("thấp hơn hẳn")


def test_on_a_large_screen_the_chart_begins_on_the_first_screen(page: Page, results: LiveServer) -> None:
    opened(page, results, COMMUNE)
    box = page.locator(".chart.weekly").bounding_box()
    assert box is not None and box["y"] + box["height"] / 2 <= DESKTOP["height"]
