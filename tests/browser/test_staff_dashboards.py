"""The pages of those who look, in a real browser: drawn under the strict policy, usable by everybody, at any width."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from survey_app.staff.accounts import add_account
from survey_app.territory.targets import set_target
from tests.analytics.dashboards.factories import (
    add_city,
    add_unit,
    close_days,
    publish,
    satisfied,
    simulated,
    write_weeks,
)
from tests.browser.conftest import DESKTOP, PHONE, Axe
from tests.support.live_server import LiveServer

PASSWORD = "mưa xuân chín rộ 26"
LEADER, CITY = "leader@dongnai.gov.vn", "city@dongnai.gov.vn"
UNIT, PROVINCE, METHODS = "/staff/units/26000", "/staff/province", "/methods"
COMMUNES, FULL = 95, 16
NAMES = ("Phước Thái", "Bù Gia Mập", "Xuân Thành", "Lộc Thạnh", "Nhơn Trạch")


@pytest.fixture(scope="module")
def city(live_server: LiveServer) -> LiveServer:
    """Ninety-five communes, sixteen of them with a history; the first fell, the second is silent."""
    random = Random(9)
    today = datetime.now(live_server.settings.time_zone).date()
    newest = today - timedelta(days=today.weekday() + 7)
    with live_server.transaction() as connection:
        city = add_city(connection)
        for number in range(COMMUNES):
            name = f"{NAMES[number % len(NAMES)]} {number}"
            unit = add_unit(connection, str(26000 + number), name, "xã" if number % 3 else "phường", city.id)
            write_weeks(connection, unit.id, _weeks(random, number), newest)
        set_target(connection, city.id, "attitude", 90, date(2026, 1, 1), set_by="tp@dongnai.gov.vn")
        close_days(connection, through=today - timedelta(days=1))
        publish(connection, today - timedelta(days=1))
    with live_server.app.app_context():
        add_account(LEADER, ["leader"], "26000", PASSWORD)
        add_account(CITY, ["province"], None, PASSWORD)
    return live_server


def _weeks(random: Random, number: int) -> list[list[Any]]:
    if number == 0:
        return [*[satisfied(36, 4)] * 16, satisfied(15, 25)]
    if number == 1:
        return [*[satisfied(20)] * 10, [], [], []]
    length = 16 if number < FULL else 1
    return [simulated(random, 35 if number < FULL else 12, channel="poster") for _week in range(length)]


def sign_in(page: Page, server: LiveServer, email: str, address: str) -> None:
    page.goto(f"{server.url}/staff/sign-in?next={address}")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main [type=submit]").first.click()
    page.wait_for_url(f"**{address}")


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["", "lang=en"])
def test_every_page_is_accessible_in_both_languages_and_schemes(
    page: Page, axe: Axe, city: LiveServer, language: str, scheme: Any
) -> None:
    page.emulate_media(color_scheme=scheme)
    sign_in(page, city, CITY, PROVINCE)
    for address in (PROVINCE, f"{PROVINCE}?view=table&group=kind", UNIT, f"{UNIT}?by=month", METHODS):
        page.goto(f"{city.url}{address}{'&' if '?' in address else '?'}{language}")
        for unfold in page.locator("details.help summary").all():
            unfold.click()
        axe(page)


@pytest.mark.parametrize("width", [320, 360])
def test_a_phone_never_scrolls_sideways(browser: Browser, axe: Axe, city: LiveServer, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": PHONE["height"]}, locale="vi-VN")
    page = context.new_page()
    sign_in(page, city, CITY, PROVINCE)
    for address in (PROVINCE, f"{PROVINCE}?view=table", UNIT, f"{UNIT}?by=quarter", METHODS):
        page.goto(city.url + address)
        page.wait_for_load_state("networkidle")
        assert overflow(page) == 0, address
        axe(page)
    context.close()


def test_the_sentence_and_its_chart_are_on_the_leaders_first_screen(page: Page, city: LiveServer) -> None:
    sign_in(page, city, LEADER, UNIT)
    sentence, chart = page.locator(".verdict").bounding_box(), page.locator(".chart.weekly").bounding_box()
    assert sentence is not None and chart is not None
    assert sentence["y"] + sentence["height"] <= chart["y"] <= DESKTOP["height"]
    expect(page.locator(".verdict strong")).to_have_text("thấp hơn hẳn")


def test_signals_limits_and_target_are_drawn(page: Page, city: LiveServer) -> None:
    sign_in(page, city, LEADER, UNIT)
    expect(page.locator(".chart.weekly svg .trace").first).to_be_attached()
    names = page.evaluate("document.querySelector('.chart.weekly').data.map(trace => trace.name)")
    assert {"attitude:usual_low", "attitude:usual_high", "attitude:signals", "attitude:target"} <= set(names)


def test_all_communes_fit_one_screen(page: Page, city: LiveServer) -> None:
    sign_in(page, city, CITY, PROVINCE)
    cards = page.locator(".unit-cards")
    assert cards.locator("li").count() == COMMUNES
    box = cards.bounding_box()
    assert box is not None and box["height"] <= DESKTOP["height"]
    first, last = cards.locator("li").first.bounding_box(), cards.locator("li").last.bounding_box()
    assert first is not None and last is not None and first["height"] >= 44


def test_whom_to_call_is_on_the_first_screen(page: Page, city: LiveServer) -> None:
    sign_in(page, city, CITY, PROVINCE)
    first = page.locator(".calls > li").first
    expect(first).to_contain_text("thấp hơn hẳn")
    box = first.bounding_box()
    assert box is not None and box["y"] + box["height"] <= DESKTOP["height"]


def test_sorting_and_filtering_work_without_script(browser: Browser, city: LiveServer) -> None:
    context = browser.new_context(viewport=DESKTOP, locale="vi-VN", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, city, CITY, PROVINCE)
    page.get_by_label("Cách xem").select_option("table")
    page.get_by_label("Tình trạng").select_option("below")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.locator("table.overview tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Xem tất cả").click()
    expect(page.locator("table.overview tbody tr")).to_have_count(COMMUNES)
    page.get_by_role("link", name="Phiếu 16 tuần").click()
    expect(page.locator("table.overview th[aria-sort=ascending]")).to_contain_text("Phiếu 16 tuần")
    summary = page.locator("details.help summary").first
    summary.click()
    expect(page.locator("details.help p").first).to_be_visible()
    context.close()


def test_on_paper_there_is_no_navigation_and_nothing_is_cut_off(page: Page, city: LiveServer) -> None:
    sign_in(page, city, LEADER, UNIT)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 1000})
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    for hidden in (".picker", "details.help", ".links"):
        assert page.locator(f"{hidden}:visible").count() == 0
    for region in page.locator("[role=region]:visible").all():
        assert region.evaluate("region => region.scrollWidth - region.clientWidth") <= 1
