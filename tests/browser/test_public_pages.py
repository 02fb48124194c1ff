"""Everybody's pages by period, with what was reported and noted, and the page of open data, in a real browser."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import insert

from analytics.facts.models import fact_choice
from analytics.published.quarters import publish_finished_quarters
from analytics.statistics.periods import PeriodKind, period_of_day
from survey_app.listening.notes import write_note
from tests.analytics.dashboards.conftest import a_city
from tests.analytics.dashboards.factories import publish, simulated, write_weeks
from tests.browser.conftest import PHONE, Axe
from tests.support.live_server import LiveServer

COMMUNE = "/units/26068"
ADDRESSES = ("/", "/api", COMMUNE, f"{COMMUNE}?by=quarter")
LOOKS = [(language, scheme) for language in ("vi", "en") for scheme in ("light", "dark")]


@pytest.fixture(scope="module")
def lived_in(live_server: LiveServer) -> LiveServer:
    """Thirty weeks of a commune, part of the forms with a code; a quarter with reports; a note to the newest week."""
    random = Random(3)
    clock = live_server.app.extensions["clock"]
    now: datetime = clock.now()
    today = now.date()
    monday = today - timedelta(days=today.weekday() + 7)
    last_quarter = period_of_day(today, PeriodKind.QUARTER).previous()
    with live_server.transaction() as connection:
        unit = a_city(connection).trang_bom
        weeks = [[*simulated(random, 30), *simulated(random, 12, channel="ticket")] for _week in range(30)]
        write_weeks(connection, unit.id, weeks, monday)
        keys = {"day": last_quarter.first_day + timedelta(days=30), "unit_id": unit.id, "item": "trouble"}
        keys |= {"channel": "poster", "respondent_group": "citizen", "set_aside": 0}
        connection.execute(insert(fact_choice), [{**keys, "option": 1, "n": 150}, {**keys, "option": 2, "n": 6}])
        publish(connection, today - timedelta(days=1))
        publish_finished_quarters(connection, 10)
        write_note(connection, unit, monday, "storm", "Bão, nghỉ hai ngày", actor="a@dongnai.gov.vn", at=now)
    return live_server


@pytest.fixture(params=LOOKS, ids="-".join)
def phone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, str]]:
    """A narrow phone in one colour scheme, and the language it asks for."""
    language, scheme = request.param
    context = browser.new_context(viewport=PHONE, color_scheme=scheme, locale="vi-VN")
    yield context.new_page(), language
    context.close()


@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_fit_a_phone_and_pass_axe(lived_in: LiveServer, phone: tuple[Page, str], axe: Axe, address: str) -> None:
    page, language = phone
    answer = page.goto(f"{lived_in.url}{address}{'&' if '?' in address else '?'}lang={language}")
    assert answer is not None and answer.ok
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing scrolls sideways"
    axe(page)


def test_a_reader_changes_the_period_and_stays_at_the_numbers(lived_in: LiveServer, page: Page) -> None:
    page.goto(lived_in.url + COMMUNE)
    page.get_by_role("link", name="Quý", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="Từng quý")).to_be_in_viewport()
    expect(page.locator(".chart.weekly svg .trace").first).to_be_attached()
    expect(page.locator("#weeks-table tbody th").first).to_contain_text("Quý")


def test_every_section_has_its_numbers(lived_in: LiveServer, page: Page) -> None:
    page.goto(lived_in.url + COMMUNE)
    assert page.locator("#coded-table tbody").count() >= 1
    expect(page.locator("#reported-table tbody tr td .percent").first).to_have_text("3,8%")
    expect(page.get_by_text("Bão, nghỉ hai ngày")).to_be_visible()
    expect(page.get_by_text("Trên biểu đồ: (1)")).to_be_visible()


def test_on_paper_there_are_no_controls(lived_in: LiveServer, page: Page) -> None:
    page.goto(lived_in.url + COMMUNE)
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Xem theo")).to_be_hidden()
    expect(page.locator("#reported-table")).to_be_visible()
    expect(page.get_by_text("CC BY 4.0")).to_be_visible()


def test_what_the_page_of_open_data_links_to_is_there(lived_in: LiveServer, page: Page) -> None:
    page.goto(f"{lived_in.url}/api")
    addresses = page.eval_on_selector_all("main .addresses a", "links => links.map(link => link.href)")
    statuses = {address.removeprefix(lived_in.url): page.request.get(address).status for address in addresses}
    assert len(statuses) == 5
    assert statuses.pop("/api/v1/ledger/checkpoint") == 404, "no day is sealed here"
    assert set(statuses.values()) == {200}
