"""The page with which one leaves the Monday letters, in a real browser: without signing in, on any phone, and back."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from analytics.reports.opting_out import opt_out_token
from survey_app.languages import catalogue
from survey_app.staff.accounts import add_account, all_accounts
from tests.browser.conftest import PHONE, Axe
from tests.support.live_server import LiveServer

READER = "reader@dongnai.gov.vn"
TEXT = catalogue("vi").text


@pytest.fixture(scope="module")
def link(live_server: LiveServer) -> str:
    """The link of a letter to somebody of the city."""
    with live_server.app.app_context():
        add_account(READER, ["auditor"], None, "mưa xuân chín rộ 26")
        (reader,) = [account for account in all_accounts() if account.email == READER]
    return f"{live_server.url}/staff/digest/leave/{opt_out_token(live_server.settings, reader.id)}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_fits_a_phone_and_passes_axe_before_and_after(
    browser: Browser, axe: Axe, link: str, language: str, scheme: Any
) -> None:
    context = browser.new_context(viewport=PHONE, color_scheme=scheme, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{link}?lang={language}")
    for _look in ("before", "after", "back again"):
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing scrolls sideways"
        axe(page)
        page.locator("main [type=submit]").click()
        expect(page.get_by_role("status")).to_be_visible()
    context.close()


def test_it_works_without_script_and_one_can_come_back(no_script_page: Page, link: str) -> None:
    no_script_page.goto(link)
    button = no_script_page.locator("main [type=submit]")
    if button.inner_text() != TEXT("reports.leave.button"):
        button.click()
    button.click()
    expect(no_script_page.get_by_role("status")).to_have_text(TEXT("reports.leave.out"))
    button.click()
    expect(no_script_page.get_by_role("status")).to_have_text(TEXT("reports.leave.in"))
