"""Listening in a real browser: axe on each page, and the two ways of a comment from the form to what comes of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from survey_app.clock import Clock
from survey_app.staff.accounts import add_account
from tests.browser.conftest import PHONE, Axe
from tests.support.closed_days import ClosedBook
from tests.support.live_server import LiveServer

PASSWORD = "mưa xuân chín rộ 26"
INSPECTOR, LEADER = "thanhtra@dongnai.gov.vn", "lanhdao@dongnai.gov.vn"
LOOKS = [(language, scheme) for language in ("vi", "en") for scheme in ("light", "dark")]
RATED = dict.fromkeys(("r1", "r2", "r3", "r4", "r5", "r6"), 4)
MONEY = 3
COMMUNE = "/staff/units/26041"


@dataclass(frozen=True)
class Office:
    """A running server with a closed week."""

    url: str
    monday: date


@pytest.fixture(scope="module")
def office(live_server: LiveServer) -> Office:
    """The last finished week: thirteen answers, two comments for the commune, two for the inspector."""
    clock: Clock = live_server.app.extensions["clock"]
    monday = clock.today() - timedelta(days=clock.today().weekday() + 7)
    book = ClosedBook.at_a_counter(live_server.app, live_server.transaction)
    book.give(monday, 9, ratings=RATED)
    book.give(monday, comment="Buổi sáng đông, thiếu ghế ngồi chờ", ratings=RATED)
    book.give(monday, comment="Chị Nguyễn Thị Hoa rất tận tình", ratings=RATED)
    book.give(monday, comment="Bị gợi ý phong bì mới ký", ratings=RATED, choices={"c1": MONEY})
    book.give(monday + timedelta(days=1), comment="Cán bộ quát nạt người già", ratings=RATED)
    book.close(monday, monday + timedelta(days=6))
    with live_server.app.app_context():
        add_account(INSPECTOR, "inspector", None, PASSWORD)
        add_account(LEADER, "leader", "26041", PASSWORD)
    return Office(live_server.url, monday)


@pytest.fixture(params=LOOKS, ids="-".join)
def phone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, str]]:
    """A narrow phone in one colour scheme, and the `?lang=` that it asks for."""
    language, scheme = request.param
    context = browser.new_context(viewport=PHONE, color_scheme=scheme, locale="vi-VN")
    yield context.new_page(), f"lang={language}"
    context.close()


def sign_in(page: Page, office: Office, email: str) -> None:
    page.goto(f"{office.url}/staff/sign-in")
    page.locator("#email").fill(email)
    page.locator("#password").fill(PASSWORD)
    page.locator("main [type=submit]").click()
    page.wait_for_url(lambda address: "sign-in" not in address)


def check(page: Page, axe: Axe, address: str, status: int = 200) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == status
    is_sound(page, axe)


def is_sound(page: Page, axe: Axe) -> None:
    expect(page.locator("h1")).to_have_count(1)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_every_page_of_a_leader(phone: tuple[Page, str], office: Office, axe: Axe) -> None:
    page, language = phone
    sign_in(page, office, LEADER)
    check(page, axe, f"{office.url}{COMMUNE}/comments?{language}")
    check(page, axe, f"{office.url}{COMMUNE}/actions?{language}")
    check(page, axe, f"{office.url}{COMMUNE}/notes?{language}")
    check(page, axe, f"{office.url}{COMMUNE}/actions/new?{language}")
    page.locator("#said").fill("Bà Nguyễn Thị Hoa, 0903 123 456")
    page.locator("form.listening-form [type=submit]").click()
    expect(page.locator("[role=alert]")).to_be_visible()
    expect(page.locator("#confirmed")).to_be_visible()
    is_sound(page, axe)


def test_every_page_of_an_inspector(phone: tuple[Page, str], office: Office, axe: Axe) -> None:
    page, language = phone
    sign_in(page, office, INSPECTOR)
    check(page, axe, f"{office.url}/staff/listening?{language}")
    check(page, axe, f"{office.url}{COMMUNE}/actions?{language}")
    check(page, axe, f"{office.url}{COMMUNE}/notes?{language}")
    check(page, axe, f"{office.url}/staff/cases?unit=x&{language}", 422)
    check(page, axe, f"{office.url}/staff/cases?state=all&{language}")
    hidden = "(region) => region.scrollWidth - region.clientWidth"
    assert page.locator("main [role=region]").evaluate(hidden) == 0, "all of a case is in sight"
    page.locator("tbody a").first.click()
    is_sound(page, axe)
    page.locator("form.listening-form [type=submit]").click()
    expect(page.locator("[role=alert]")).to_be_visible()
    is_sound(page, axe)


def test_a_comment_becomes_an_action_that_others_read(browser: Browser, office: Office) -> None:
    page = browser.new_page(viewport=PHONE)
    sign_in(page, office, LEADER)
    page.goto(f"{office.url}/staff/listening")
    page.get_by_role("link", name="Lời góp ý", exact=True).click()
    expect(page.locator(".comment-list li")).to_have_count(2)
    expect(page.locator(".comment-list")).not_to_contain_text("Hoa")
    expect(page.locator("main")).not_to_contain_text("phong bì mới ký")
    page.get_by_role("button", name="Mở việc từ những góp ý này").click()
    page.locator("#title").fill("Thêm ghế ngồi chờ")
    page.locator("#category").select_option("premises")
    page.locator("#said").fill("Buổi sáng đông, thiếu ghế.")
    page.locator("#owner").fill("Văn phòng")
    page.get_by_role("button", name="Ghi", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("Đã mở việc mới.")
    page.get_by_role("link", name=re.compile("Sửa, ghi đã làm gì.*Thêm ghế ngồi chờ")).click()
    expect(page.locator("main")).to_contain_text("Mở từ: Lời góp ý")
    page.locator("#state").select_option("done")
    page.locator("#done").fill("Đã kê 20 ghế.")
    page.locator("#done_on").fill(office.monday.isoformat())
    page.get_by_role("button", name="Ghi", exact=True).click()
    expect(page.locator("article.action-done")).to_contain_text("Đã kê 20 ghế.")
    page.close()
    other = browser.new_page(viewport=PHONE)
    sign_in(other, office, INSPECTOR)
    other.goto(f"{office.url}{COMMUNE}/actions")
    expect(other.locator("article.action-done h2")).to_have_text("Thêm ghế ngồi chờ")
    other.close()


def test_a_case_from_the_first_page_to_its_end(browser: Browser, office: Office) -> None:
    page = browser.new_page(viewport=PHONE)
    sign_in(page, office, INSPECTOR)
    page.get_by_role("link", name="Vụ việc từ lời góp ý: 2 chưa phân công").click()
    page.locator("tbody a").first.click()
    expect(page.locator("blockquote")).to_have_text("Bị gợi ý phong bì mới ký")
    for label, reason in (
        ("Giao cho một thanh tra", "Giao xem hồ sơ"),
        ("Chuyển nơi có thẩm quyền", "Chuyển thanh tra thành phố"),
        ("Kết thúc", "Đã có kết luận"),
    ):
        page.get_by_label(label, exact=True).check()
        page.locator("#reason").fill(reason)
        page.get_by_role("button", name="Ghi bước này").click()
        expect(page.get_by_role("status")).to_have_text("Đã ghi.")
    expect(page.locator("main")).to_contain_text("Vụ việc đã kết thúc.")
    expect(page.locator("tbody tr")).to_have_count(3)
    hidden = "(region) => region.scrollWidth - region.clientWidth"
    assert page.locator("main [role=region]").evaluate(hidden) == 0, "reasons are read without scrolling sideways"
    page.close()
