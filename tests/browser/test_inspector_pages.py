"""The inspector's pages and the citizen's `/r` in a real browser: a redaction from end to end, and axe on each page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from survey_app.clock import Clock
from survey_app.ledger.receipt_status import note_lost
from survey_app.staff.accounts import add_account
from tests.browser.conftest import PHONE, Axe
from tests.support.closed_days import ClosedBook
from tests.support.live_server import LiveServer

INSPECTOR, PASSWORD = "thanhtra@dongnai.gov.vn", "mưa xuân chín rộ 26"
LOOKS = [(language, scheme) for language in ("vi", "en") for scheme in ("light", "dark")]


@dataclass(frozen=True)
class Office:
    """A running server with a closed day: its codes, and the day."""

    server: LiveServer
    book: ClosedBook
    sealed: str
    lost: str
    day: date


@pytest.fixture(scope="module")
def office(live_server: LiveServer) -> Office:
    """A closed day with comments, a code that is lost, an inspector."""
    clock: Clock = live_server.app.extensions["clock"]
    day = clock.today() - timedelta(days=1)
    book = ClosedBook.at_a_counter(live_server.app, live_server.transaction)
    (sealed,) = book.give(day, comment="Anh Nam quầy 2, số 0900 000 000")
    for number in range(5):
        book.give(day, comment=f"Cảm ơn {number}")
    book.close(day)
    lost = book.counter.door.receipts.draw()
    with live_server.app.app_context():
        note_lost(lost, clock)
        add_account(INSPECTOR, "inspector", None, PASSWORD)
    return Office(live_server, book, sealed, lost, day)


@pytest.fixture(params=LOOKS, ids="-".join)
def phone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, str]]:
    """A narrow phone in one colour scheme, and the `?lang=` that it asks for."""
    language, scheme = request.param
    context = browser.new_context(viewport=PHONE, color_scheme=scheme, locale="vi-VN")
    yield context.new_page(), f"lang={language}"
    context.close()


def check(page: Page, axe: Axe, address: str, status: int = 200) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == status
    expect(page.locator("h1")).to_have_count(1)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def sign_in(page: Page, office: Office) -> None:
    page.goto(f"{office.server.url}/staff/sign-in")
    page.locator("#email").fill(INSPECTOR)
    page.locator("#password").fill(PASSWORD)
    page.locator("main [type=submit]").click()
    page.wait_for_url(lambda address: "sign-in" not in address)


def test_where_a_code_stands(phone: tuple[Page, str], office: Office, axe: Axe) -> None:
    page, language = phone
    for path, status in (("/r", 200), (f"/r/{office.sealed}", 200), (f"/r/{office.lost}", 200), ("/r/ABCD", 404)):
        check(page, axe, f"{office.server.url}{path}?{language}", status)
    page.locator("#code").fill(office.sealed.lower())
    page.locator("[type=submit]").click()
    expect(page.locator("main")).to_contain_text("26041")


def test_every_page_of_the_inspector(phone: tuple[Page, str], office: Office, axe: Axe) -> None:
    page, language = phone
    sign_in(page, office)
    url = office.server.url
    check(page, axe, f"{url}/staff/?{language}")
    check(page, axe, f"{url}/staff/audit-log?verify=1&{language}")
    check(page, axe, f"{url}/staff/audit-log?from=x&{language}", 422)
    check(page, axe, f"{url}/staff/lost-codes?{language}")
    check(page, axe, f"{url}/staff/redactions?response=x&{language}", 422)
    check(page, axe, f"{url}/staff/redactions?unit=26041&day={office.day}&{language}")
    page.locator("article a").first.click()
    axe(page)


def test_a_redaction_from_end_to_end(browser: Browser, office: Office) -> None:
    page = browser.new_page(viewport=PHONE)
    sign_in(page, office)
    page.goto(f"{office.server.url}/staff/redactions")
    page.locator("#unit").fill("26041")
    page.locator("#day").fill(office.day.isoformat())
    page.get_by_role("button", name="Xem các lời góp ý trong ngày").click()
    page.locator("article", has_text="Anh Nam").get_by_role("link").click()
    expect(page.locator("blockquote")).to_have_text("Anh Nam quầy 2, số 0900 000 000")
    page.locator("#reason").fill("Có tên và số điện thoại")
    page.get_by_role("button", name="Xóa lời góp ý").click()
    expect(page.get_by_role("status")).to_have_text("Đã xóa lời góp ý.")
    assert not any("Anh Nam" in words for _, words in office.book.comments())
    page.goto(f"{office.server.url}/staff/audit-log?kind=redaction.applied")
    expect(page.locator(".events li")).to_have_count(1)
    expect(page.locator(".events li")).to_contain_text(re.compile("Có tên và số điện thoại"))
    page.close()
