"""A volunteer on a phone, from signing in to people's answers, without network too; and a caller with a form."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from survey_app.questionnaires import register
from survey_app.questionnaires.definition import callback_questionnaire
from survey_app.responses.models import inbox
from survey_app.staff.accounts import add_account
from tests.browser.citizen.people import eventually, fits, heading, rate
from tests.browser.conftest import Axe
from tests.conftest import NOW
from tests.staff.people import PASSWORD
from tests.support.databases import SQLiteDatabases
from tests.support.live_server import LiveServer, serving
from tests.support.lossy_network import LossyNetwork, lossy_network
from tests.support.surveys import ScannedCounter, a_scanned_counter

Rows = Callable[[], list[tuple[str, int, int | None]]]
VOLUNTEER, CALLER, LEADER = (f"{name}@dongnai.gov.vn" for name in ("giup", "goi", "lanh.dao"))
SAVED = "Phiếu đã được lưu; chỉ lần gửi đầu tiên được tính."
WAITING = "Chưa có mạng. Phiếu nằm trong máy này và sẽ tự gửi khi có mạng."
TITLE = "Góp ý về lần phục vụ này"
POOL = "Object.keys(localStorage).filter(one => one.startsWith('kiosk.')).length"
QUEUE = "Object.keys(localStorage).filter(one => one.startsWith('phieu.')).length"
PAGES_KEPT = "caches.open('kiosk').then(c => c.keys()).then(k => k.length >= 4)"
CHECKED = "document.querySelectorAll('input:checked:not([value=\"\"])').length"


@pytest.fixture(scope="module")
def live_server(sqlite_databases: SQLiteDatabases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The real server; its shared pages thank for two seconds."""
    folder: Path = tmp_path_factory.mktemp("helpers")
    with sqlite_databases.fresh() as url, serving(url, folder, kiosk_pause_seconds=2) as server:
        yield server


@pytest.fixture(scope="module")
def counter(live_server: LiveServer) -> ScannedCounter:
    """A counter with those who work for it, and the caller's questions."""
    with live_server.transaction() as connection:
        made = a_scanned_counter(connection, name="Quầy 2")
        register.store(connection, callback_questionnaire(), NOW.date())
    with live_server.app.app_context():
        add_account(VOLUNTEER, "volunteer", made.commune.code, PASSWORD)
        add_account(LEADER, "leader", made.commune.code, PASSWORD)
        add_account(CALLER, "caller", None, PASSWORD)
    return made


@pytest.fixture
def rows(live_server: LiveServer, counter: ScannedCounter) -> Rows:
    """Channel, overall mark and told score of what arrived since the test began."""

    def read() -> dict[bytes, tuple[str, int, int | None]]:
        with live_server.transaction() as connection:
            columns = inbox.c.id, inbox.c.channel, inbox.c.r1, inbox.c.c2
            return {row.id: (row.channel, row.r1, row.c2) for row in connection.execute(select(*columns))}

    before = read()
    return lambda: sorted(row for identity, row in read().items() if identity not in before)


def sign_in(page: Page, server: LiveServer, email: str) -> None:
    page.goto(f"{server.url}/staff/sign-in")
    page.locator("#email").fill(email)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()


def a_link(page: Page, server: LiveServer) -> str:
    """Sign in as the volunteer, make a link, and take its address from the page."""
    sign_in(page, server, VOLUNTEER)
    page.get_by_role("main").get_by_role("link", name="Giúp người dân góp ý").click()
    page.get_by_role("button", name="Tạo liên kết").click()
    expect(page.get_by_text("Đã tạo liên kết.")).to_be_visible()
    address = page.get_by_role("button", name="Mở phiếu góp ý").last.get_attribute("href")
    assert address is not None
    return address.removeprefix(server.url)


def revoke_all(page: Page, server: LiveServer) -> None:
    page.goto(f"{server.url}/staff/assisted")
    while page.get_by_role("button", name="Thu hồi").count():
        page.get_by_role("button", name="Thu hồi").first.click()
        expect(page.get_by_text("Liên kết đã thu hồi")).to_be_visible()


def send(page: Page) -> None:
    page.get_by_role("button", name="Gửi phiếu").click()


def ready(page: Page) -> None:
    expect(page.get_by_role("button", name="Gửi phiếu")).to_be_visible()
    assert page.evaluate(CHECKED) == 0


def test_a_volunteer_opens_a_link_and_two_people_answer(
    mobile_page: Page, live_server: LiveServer, counter: ScannedCounter, rows: Rows, axe: Axe
) -> None:
    link = a_link(mobile_page, live_server)
    assert fits(mobile_page)
    axe(mobile_page)
    mobile_page.get_by_role("button", name="Mở phiếu góp ý").last.click()
    expect(heading(mobile_page)).to_have_text(TITLE)
    assert mobile_page.url.endswith(link)
    expect(mobile_page.get_by_text("Người giúp chỉ đọc câu hỏi")).to_be_visible()
    assert fits(mobile_page)
    axe(mobile_page)
    for score in (1, 5):
        rate(mobile_page, "overall", score)
        send(mobile_page)
        expect(mobile_page.get_by_text(SAVED)).to_be_visible()
        ready(mobile_page)
    assert rows() == [("assisted", 1, None), ("assisted", 5, None)]
    revoke_all(mobile_page, live_server)
    mobile_page.goto(f"{live_server.url}{link}")
    expect(heading(mobile_page)).to_have_text("Không mở được phiếu")
    expect(mobile_page.get_by_text("Liên kết này đã bị thu hồi")).to_be_visible()
    axe(mobile_page)


@pytest.fixture
def network(live_server: LiveServer) -> Iterator[LossyNetwork]:
    """The volunteer's network."""
    with lossy_network(live_server.port) as made:
        yield made


def test_without_network_each_person_has_a_form_and_each_is_sent_once(
    page: Page, mobile_page: Page, live_server: LiveServer, counter: ScannedCounter, network: LossyNetwork, rows: Rows
) -> None:
    link = a_link(page, live_server)
    mobile_page.goto(f"{network.url}{link}")
    eventually(mobile_page, f"{POOL} === 2")
    network.trouble = "cut"
    for number, score in enumerate((2, 3), start=1):
        rate(mobile_page, "overall", score)
        send(mobile_page)
        expect(mobile_page.get_by_text(WAITING)).to_be_visible()
        expect(mobile_page.get_by_text(f"{number} phiếu chờ gửi.")).to_be_visible()
        ready(mobile_page)
    assert rows() == []
    revoke_all(page, live_server)
    network.trouble = "none"
    mobile_page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(heading(mobile_page)).to_have_text("Không mở được phiếu")
    eventually(mobile_page, f"{QUEUE} === 0")
    assert rows() == [("assisted", 2, None), ("assisted", 3, None)], "given before it was revoked, sent afterwards"


def test_a_restart_without_network_goes_on(
    page: Page, mobile_page: Page, live_server: LiveServer, counter: ScannedCounter, network: LossyNetwork, rows: Rows
) -> None:
    address = f"{network.url}{a_link(page, live_server)}"
    mobile_page.goto(address)
    eventually(mobile_page, f"{POOL} === 2")
    assert mobile_page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    eventually(mobile_page, PAGES_KEPT)
    network.trouble = "cut"
    again = mobile_page.context.new_page()
    mobile_page.close()
    again.goto(address)
    rate(again, "overall", 4)
    send(again)
    expect(again.get_by_text(WAITING)).to_be_visible()
    network.trouble = "none"
    again.goto(address)
    eventually(again, f"{QUEUE} === 0")
    assert rows() == [("assisted", 4, None)]
    revoke_all(page, live_server)


def test_the_leader_sees_that_a_link_is_open_and_closes_it(
    page: Page, mobile_page: Page, live_server: LiveServer, counter: ScannedCounter, axe: Axe
) -> None:
    link = a_link(page, live_server)
    sign_in(mobile_page, live_server, LEADER)
    mobile_page.locator("summary", has_text="Danh mục").click()
    mobile_page.get_by_role("link", name="Giúp người dân góp ý").click()
    expect(mobile_page.get_by_text(f"do {VOLUNTEER} tạo")).to_be_visible()
    assert link not in mobile_page.content()
    assert fits(mobile_page)
    axe(mobile_page)
    mobile_page.get_by_role("button", name="Thu hồi").click()
    expect(mobile_page.get_by_text("Chưa có liên kết nào đang mở.")).to_be_visible()
    response = page.goto(f"{live_server.url}{link}")
    assert response is not None
    assert response.status == 410


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_caller_fills_in_a_form_while_talking(
    mobile_page: Page, live_server: LiveServer, counter: ScannedCounter, rows: Rows, axe: Axe, scheme: str
) -> None:
    mobile_page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    sign_in(mobile_page, live_server, CALLER)
    expect(heading(mobile_page)).to_have_text("Việc của ông/bà")
    axe(mobile_page)
    mobile_page.get_by_role("main").get_by_role("link", name="Gọi điện hỏi lại").click()
    mobile_page.get_by_label("Tìm đơn vị").fill("tran bien")
    mobile_page.get_by_role("button", name="Tìm").click()
    axe(mobile_page)
    mobile_page.get_by_role("link", name="Phường Trấn Biên").click()
    axe(mobile_page)
    mobile_page.get_by_role("link", name="Quầy 2").click()
    assert fits(mobile_page)
    axe(mobile_page)
    told = mobile_page.get_by_role("group", name="Có ai bảo ông/bà nên chấm mấy điểm không?")
    told.get_by_label("Có", exact=True).check()
    send(mobile_page)
    expect(mobile_page.get_by_role("alert")).to_contain_text("chưa chấm câu nào")
    expect(told.get_by_label("Có", exact=True)).to_be_checked()
    axe(mobile_page)
    mobile_page.locator('input[name="overall"][value="2"]').check()
    mobile_page.get_by_role("button", name="Gửi phiếu").dblclick()
    expect(heading(mobile_page)).to_have_text("Đã lưu phiếu")
    axe(mobile_page)
    assert rows() == [("callback", 2, 2)], "pressed twice is one answer"
