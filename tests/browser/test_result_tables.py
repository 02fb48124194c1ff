"""Tables of results where they are read: on a phone both indices are in sight, on paper nothing is cut off."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from survey_app.clock import Clock
from tests.analytics.dashboards.conftest import a_city
from tests.analytics.dashboards.factories import publish, simulated, write_weeks
from tests.browser.conftest import Axe
from tests.support.live_server import LiveServer

COMMUNE = "/units/26068"
PHONE: ViewportSize = {"width": 360, "height": 740}
PAPER: ViewportSize = {"width": 700, "height": 1000}
"""A4 less margins of twelve millimetres, at 96 dots per inch."""
HIDDEN = "regions => regions.map(region => region.scrollWidth - region.clientWidth)"


@pytest.fixture(scope="module")
def lived_in(live_server: LiveServer) -> LiveServer:
    """Seventeen weeks of a commune, organisations and forms with a code among them."""
    random = Random(6)
    clock: Clock = live_server.app.extensions["clock"]
    today = clock.today()
    monday = today - timedelta(days=today.weekday() + 7)
    with live_server.transaction() as connection:
        unit = a_city(connection).trang_bom
        weeks = [
            [*simulated(random, 36), *simulated(random, 8, group="organisation", channel="poster")]
            for _week in range(17)
        ]
        write_weeks(connection, unit.id, weeks, monday)
        publish(connection, today - timedelta(days=1))
    return live_server


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A phone as most people have it."""
    context = browser.new_context(viewport=PHONE, locale="vi-VN")
    yield context.new_page()
    context.close()


def box(place: Locator) -> dict[str, float]:
    found = place.bounding_box()
    assert found is not None
    return {"left": found["x"], "right": found["x"] + found["width"], "top": found["y"]}


@pytest.mark.parametrize("table", ["#weeks-table", "#organisations-table"])
def test_on_a_phone_both_indices_are_in_sight(lived_in: LiveServer, phone: Page, table: str) -> None:
    phone.goto(lived_in.url + COMMUNE)
    row = phone.locator(f"{table} tbody tr").first
    region = box(phone.locator("[role=region]", has=phone.locator(table)))
    for cell in (row.locator("td").nth(0), row.locator("td").nth(1)):
        assert box(cell)["right"] <= region["right"]
        parts = cell.locator(".part")
        assert box(parts.nth(0))["top"] < box(parts.nth(1))["top"], "the count stands below the interval"


def test_on_a_large_screen_interval_and_count_stand_side_by_side(lived_in: LiveServer, page: Page) -> None:
    page.goto(lived_in.url + COMMUNE)
    parts = page.locator("#weeks-table tbody td .part")
    assert box(parts.nth(0))["top"] == box(parts.nth(1))["top"]
    assert page.locator("[role=region]").evaluate_all(HIDDEN).count(0) == page.locator("[role=region]").count()


def test_on_paper_no_table_is_cut_off(lived_in: LiveServer, browser: Browser) -> None:
    page = browser.new_page(viewport=PAPER, locale="vi-VN")
    page.goto(lived_in.url + COMMUNE)
    page.emulate_media(media="print")
    assert page.locator("[role=region]").count() >= 4
    assert set(page.locator("[role=region]:visible").evaluate_all(HIDDEN)) == {0}
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER["width"]
    page.close()


def test_the_contents_lead_to_a_section(lived_in: LiveServer, phone: Page, axe: Axe) -> None:
    phone.goto(lived_in.url + COMMUNE)
    contents = phone.get_by_role("navigation", name="Trong trang này")
    contents.get_by_role("link", name="Cách tham gia").press("Enter")
    expect(phone.get_by_role("heading", name="Cách tham gia")).to_be_in_viewport()
    axe(phone)


def test_the_front_page_begins_with_the_city(lived_in: LiveServer, phone: Page, axe: Axe) -> None:
    phone.goto(lived_in.url)
    expect(phone.locator(".verdict")).to_contain_text("Thành phố Đồng Nai, bốn tuần")
    expect(phone.locator(".verdict")).to_be_in_viewport()
    expect(phone.get_by_role("searchbox")).to_be_in_viewport()
    axe(phone)
