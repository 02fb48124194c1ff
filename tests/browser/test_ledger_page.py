"""The page of the book in a real browser: both languages, light and dark, 320 px wide, empty and with sealed days."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from survey_app.clock import Clock
from tests.browser.conftest import PHONE, Axe
from tests.ledger.real_book import close
from tests.support.counters import a_counter
from tests.support.live_server import LiveServer

LOOKS = [(language, scheme) for language in ("vi", "en") for scheme in ("light", "dark")]


@pytest.fixture(params=LOOKS, ids="-".join)
def phone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, str]]:
    """A narrow phone in one colour scheme, and the language it asks for."""
    language, scheme = request.param
    context = browser.new_context(viewport=PHONE, color_scheme=scheme, locale="vi-VN")
    yield context.new_page(), language
    context.close()


@pytest.fixture(scope="module")
def book(live_server: LiveServer) -> LiveServer:
    """A server with two sealed days."""
    clock: Clock = live_server.app.extensions["clock"]
    with live_server.transaction() as connection:
        a_counter(connection, live_server.app)
    close(live_server.app, *(clock.today() - timedelta(days=ago) for ago in (2, 1)))
    return live_server


def test_the_page_fits_a_phone_and_passes_axe(book: LiveServer, phone: tuple[Page, str], axe: Axe) -> None:
    page, language = phone
    answer = page.goto(f"{book.url}/ledger?lang={language}")
    assert answer is not None and answer.ok
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing scrolls sideways"
    axe(page)


def test_what_it_links_to_is_there(book: LiveServer, page: Page) -> None:
    page.goto(f"{book.url}/ledger")
    addresses = page.eval_on_selector_all("main a", "links => links.map(link => link.href)")
    assert len(addresses) == 4
    for address in addresses:
        assert page.request.get(address).ok, address
