"""The way of a slip in a real browser: printed by the leader, read from paper, opened on a phone, sent, used up."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from survey_app.staff.accounts import add_account
from tests.browser.conftest import Axe
from tests.counter_desk.paper import codes_on
from tests.staff.people import PASSWORD
from tests.support.live_server import LiveServer
from tests.support.surveys import ScannedCounter, a_scanned_counter

LEADER = "lanh.dao@dongnai.gov.vn"
ORDINARY = "Mã này đã dùng hoặc hết hạn."


@pytest.fixture(scope="module")
def counter(live_server: LiveServer) -> ScannedCounter:
    """A counter of the server's database, and the account of its commune's leader."""
    with live_server.transaction() as connection:
        made = a_scanned_counter(connection)
    with live_server.app.app_context():
        add_account(LEADER, "leader", made.commune.code, PASSWORD)
    return made


def sign_in(page: Page, server: LiveServer, address: str) -> None:
    page.goto(f"{server.url}{address}")
    page.get_by_label("Thư điện tử").or_(page.locator("#email")).first.fill(LEADER)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button[type=submit]").click()


def printed(page: Page, server: LiveServer, folder: Path, count: int) -> list[str]:
    sign_in(page, server, "/staff/tickets")
    page.get_by_label("Số phiếu mời").fill(str(count))
    with page.expect_download() as download:
        page.get_by_role("button", name="In phiếu mời (PDF)").click()
    file = folder / "phieu.pdf"
    download.value.save_as(file)
    return codes_on(file.read_bytes())


def answer(phone: Page) -> None:
    phone.locator("label:has(input[name=overall][value='4'])").click()
    phone.get_by_role("button", name="Gửi phiếu").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Xin cảm ơn ông/bà!")


def test_from_paper_to_thanks_with_script_and_without(
    page: Page,
    mobile_page: Page,
    no_script_page: Page,
    live_server: LiveServer,
    counter: ScannedCounter,
    tmp_path: Path,
    axe: Axe,
) -> None:
    first, second = printed(page, live_server, tmp_path, 2)
    mobile_page.goto(f"{live_server.url}/T/{first}")
    answer(mobile_page)
    expect(mobile_page.get_by_text(ORDINARY)).to_have_count(0)
    no_script_page.goto(f"{live_server.url}/t")
    no_script_page.get_by_label("Mã trên phiếu mời").fill(f"{second[:4]} {second[4:8].lower()}-{second[8:]}")
    no_script_page.get_by_role("button", name="Mở phiếu góp ý").click()
    answer(no_script_page)
    expect(no_script_page.get_by_text(ORDINARY)).to_have_count(0)
    mobile_page.goto(f"{live_server.url}/t/{second}")
    answer(mobile_page)
    expect(mobile_page.get_by_text(ORDINARY)).to_be_visible()
    axe(mobile_page)
    mobile_page.goto(f"{live_server.url}/t/XXXX")
    axe(mobile_page)


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_desks_pages_are_for_everyone(
    page: Page, live_server: LiveServer, counter: ScannedCounter, axe: Axe, language: str, colours: str
) -> None:
    page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    sign_in(page, live_server, "/staff/visits")
    for address in ("/staff/visits", "/staff/tickets"):
        page.set_viewport_size({"width": 320, "height": 700})
        page.goto(f"{live_server.url}{address}?lang={language}")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
