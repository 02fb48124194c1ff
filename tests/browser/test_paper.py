"""A sheet of paper in real browsers: typed by two people on their phones, differing, settled; for everyone."""

import pytest
from playwright.sync_api import Page, expect

from survey_app.paper.batches import Batch
from survey_app.responses.models import inbox
from survey_app.staff.accounts import add_account
from tests.browser.conftest import Axe
from tests.paper.conftest import a_batch
from tests.staff.people import PASSWORD
from tests.support.live_server import LiveServer
from tests.support.surveys import ScannedCounter, a_scanned_counter

FIRST, SECOND = "lan@dongnai.gov.vn", "minh@dongnai.gov.vn"


@pytest.fixture(scope="module")
def counter(live_server: LiveServer) -> ScannedCounter:
    """A counter of the server's database, and two people who type its forms."""
    with live_server.transaction() as connection:
        made = a_scanned_counter(connection)
    with live_server.app.app_context():
        for email in (FIRST, SECOND):
            add_account(email, "data_entry", made.commune.code, PASSWORD)
    return made


@pytest.fixture
def batch(live_server: LiveServer, counter: ScannedCounter) -> Batch:
    """Seven sheets of the counter."""
    return a_batch(live_server.transaction, counter)


def sign_in(page: Page, server: LiveServer, email: str) -> None:
    page.goto(f"{server.url}/staff/paper")
    page.locator("#email").fill(email)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Phiếu giấy")


def choose(page: Page, question: str, answer: str) -> None:
    page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()


def fits(page: Page, axe: Axe) -> None:
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]


def test_from_two_phones_to_one_answer(
    mobile_page: Page, no_script_page: Page, live_server: LiveServer, batch: Batch, axe: Axe
) -> None:
    first, second = mobile_page, no_script_page
    sign_in(first, live_server, FIRST)
    sign_in(second, live_server, SECOND)
    first.get_by_role("link", name=f"Lô phiếu {batch.id}").click()
    first.get_by_role("button", name="Nhập tờ 1").click()
    fits(first, axe)
    first.get_by_role("button", name="Lưu tờ này").click()
    expect(first.get_by_role("alert")).to_contain_text("Chưa chấm câu nào")
    fits(first, axe)
    choose(first, "Nhìn chung", "Hài lòng")
    first.get_by_label("khen hoặc góp ý").fill("Cán bộ nhiệt tình")
    first.get_by_role("button", name="Lưu tờ này").click()
    expect(first.get_by_role("status")).to_contain_text("Đã lưu tờ 1, lần một.")
    fits(first, axe)

    second.goto(f"{live_server.url}/staff/paper/{batch.id}/1")
    assert second.locator("input:checked").count() == 0
    expect(second.get_by_label("khen hoặc góp ý")).to_have_value("")
    choose(second, "Nhìn chung", "Rất hài lòng")
    second.get_by_label("khen hoặc góp ý").fill("cán bộ nhiệt tình")
    second.get_by_role("button", name="Lưu tờ này").click()
    expect(second.get_by_role("status")).to_contain_text("Hai lần nhập khác nhau")

    first.goto(f"{live_server.url}/staff/paper/{batch.id}/1")
    expect(first.get_by_text("Lần 1:")).to_be_visible()
    fits(first, axe)
    choose(first, "Nhìn chung", "Rất hài lòng")
    first.get_by_role("button", name="Lưu theo tờ phiếu").click()
    expect(first.get_by_role("status")).to_contain_text("Tờ 1 đã thống nhất")
    fits(first, axe)
    first.get_by_role("button", name="Tính ngay 1 tờ").click()
    expect(first.get_by_role("status")).to_have_text("Đã tính 1 phiếu.")
    with live_server.transaction() as connection:
        rows = connection.execute(inbox.select().where(inbox.c.channel == "paper")).all()
    assert [(row.r1, row.comment) for row in rows] == [(5, "Cán bộ nhiệt tình")]


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_pages_are_for_everyone(
    page: Page, live_server: LiveServer, batch: Batch, axe: Axe, language: str, colours: str
) -> None:
    page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    sign_in(page, live_server, FIRST)
    page.set_viewport_size({"width": 320, "height": 700})
    for address in ("", f"/{batch.id}", f"/{batch.id}/2"):
        page.goto(f"{live_server.url}/staff/paper{address}?lang={language}")
        fits(page, axe)


def test_the_sheets_are_downloaded(page: Page, live_server: LiveServer, batch: Batch) -> None:
    sign_in(page, live_server, FIRST)
    page.goto(f"{live_server.url}/staff/paper/{batch.id}")
    with page.expect_download() as download:
        page.get_by_role("button", name="Tải 7 tờ để in (PDF, in hai mặt)").click()
    assert download.value.suggested_filename == f"phieu-giay_26041_lo-{batch.id}.pdf"
