"""A tablet for one person after another: it thanks, clears itself, hides what was chosen, and needs no network."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from survey_app.territory.registration import counter_keys_of
from tests.browser.citizen.people import Answers, eventually, fits, heading, rate
from tests.browser.conftest import Axe
from tests.support.databases import SQLiteDatabases
from tests.support.live_server import LiveServer, serving
from tests.support.lossy_network import LossyNetwork, lossy_network
from tests.support.surveys import ScannedCounter

PAUSE, QUIET = 2, 20
TABLET = {"width": 1280, "height": 800}
TITLE = "Góp ý về lần phục vụ này"
SAVED = "Phiếu đã được lưu; chỉ lần gửi đầu tiên được tính."
WAITING = "Chưa có mạng. Phiếu nằm trong máy này và sẽ tự gửi khi có mạng."
CHECKED = "document.querySelectorAll('input:checked:not([value=\"\"])').length"
POOL = "Object.keys(localStorage).filter(one => one.startsWith('kiosk.')).length"
QUEUE = "Object.keys(localStorage).filter(one => one.startsWith('phieu.')).length"
WORKER_READY = "navigator.serviceWorker.ready.then(() => true)"
PAGES_KEPT = "caches.open('kiosk').then(c => c.keys()).then(k => k.length >= 4)"


@pytest.fixture(scope="module")
def live_server(sqlite_databases: SQLiteDatabases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The real server with a short pause, so that a test waits seconds and not minutes."""
    folder: Path = tmp_path_factory.mktemp("kiosk")
    chosen = {"kiosk_pause_seconds": PAUSE, "kiosk_quiet_seconds": QUIET}
    with sqlite_databases.fresh() as url, serving(url, folder, **chosen) as server:
        yield server


@pytest.fixture
def network(live_server: LiveServer) -> Iterator[LossyNetwork]:
    """The tablet's network."""
    with lossy_network(live_server.port) as made:
        yield made


@pytest.fixture
def path(live_server: LiveServer, counter: ScannedCounter) -> str:
    """Path of the counter's kiosk, from its link."""
    point = counter.service_point_id
    return f"/kiosk/{point}?key={counter_keys_of(live_server.app).link_key('kiosk', point, counter.code)}"


@pytest.fixture
def tablet(page: Page, network: LossyNetwork, path: str) -> Page:
    """The tablet, ready for somebody."""
    page.set_viewport_size(TABLET)  # type: ignore[arg-type]
    page.goto(f"{network.url}{path}")
    eventually(page, f"{POOL} === 2")
    return page


def send(page: Page) -> None:
    page.get_by_role("button", name="Gửi phiếu").click()


def ready(page: Page) -> None:
    """Wait for an empty form."""
    expect(page.get_by_role("button", name="Gửi phiếu")).to_be_visible()
    assert page.evaluate(CHECKED) == 0


def ratings(answers: Answers) -> list[int]:
    return sorted(int(str(row["r1"])) for row in answers())


def test_two_quick_people_two_answers(tablet: Page, answers: Answers) -> None:
    for score in (1, 5):
        rate(tablet, "overall", score)
        send(tablet)
        expect(tablet.get_by_text(SAVED)).to_be_visible()
        expect(tablet.get_by_role("heading", name="Xin cảm ơn ông/bà!")).to_be_visible()
        ready(tablet)
    assert ratings(answers) == [1, 5]
    assert {row["channel"] for row in answers()} == {"kiosk"}
    assert tablet.evaluate(QUEUE) == 0


def test_presses_within_the_pause_are_ignored(tablet: Page, answers: Answers) -> None:
    rate(tablet, "overall", 3)
    button = tablet.get_by_role("button", name="Gửi phiếu")
    button.dblclick()
    tablet.evaluate(
        "for (var n = 0; n < 5; n++) document.forms[0].dispatchEvent(new Event('submit', {cancelable: true}))"
    )
    expect(tablet.get_by_text(SAVED)).to_be_visible()
    ready(tablet)
    assert ratings(answers) == [3]


def test_nothing_rated_is_said_and_the_rest_is_kept(tablet: Page, answers: Answers) -> None:
    tablet.locator('label:has(input[name="trouble"][value="no"])').click()
    send(tablet)
    expect(tablet.get_by_text("Ông/bà chưa chấm câu nào.")).to_be_visible()
    expect(tablet.locator('input[name="trouble"][value="no"]')).to_be_checked()
    rate(tablet, "overall", 4)
    send(tablet)
    expect(tablet.get_by_text(SAVED)).to_be_visible()
    assert ratings(answers) == [4]


def test_a_form_left_behind_is_cleared_after_a_warning(tablet: Page, network: LossyNetwork, path: str) -> None:
    tablet.clock.install()
    tablet.goto(f"{network.url}{path}")
    rate(tablet, "overall", 1)
    tablet.get_by_role("textbox").fill("Không ai được đọc câu này")
    tablet.clock.run_for((QUIET - 10) * 1000)
    expect(tablet.get_by_text("Nếu không ai chạm vào màn hình, phiếu sẽ xóa sau")).to_be_visible()
    tablet.clock.run_for(12_000)
    assert tablet.evaluate(CHECKED) == 0
    expect(tablet.get_by_role("textbox")).to_have_value("")


def test_nobody_is_interrupted_while_typing(tablet: Page, network: LossyNetwork, path: str) -> None:
    tablet.clock.install()
    tablet.goto(f"{network.url}{path}")
    rate(tablet, "overall", 1)
    box = tablet.get_by_role("textbox")
    for word in ("Tôi ", "viết ", "rất ", "chậm"):
        tablet.clock.run_for((QUIET - 1) * 1000)
        box.press_sequentially(word)
    expect(box).to_have_value("Tôi viết rất chậm")
    expect(tablet.locator('input[name="overall"][value="1"]')).to_be_checked()
    expect(tablet.get_by_text("Nếu không ai chạm vào màn hình")).to_be_hidden()


def test_the_back_button_shows_nothing_of_the_last_person(tablet: Page, network: LossyNetwork, path: str) -> None:
    tablet.goto(f"{network.url}{path}")
    rate(tablet, "overall", 1)
    send(tablet)
    expect(tablet.get_by_text(SAVED)).to_be_visible()
    tablet.go_back(wait_until="commit")
    tablet.wait_for_function("document.readyState === 'complete'")  # A page from memory is attached a little later.
    tablet.go_forward(wait_until="commit")
    ready(tablet)
    assert "Mã kiểm tra phiếu" not in tablet.get_by_role("main").inner_text()


def test_the_next_person_begins_in_vietnamese(tablet: Page) -> None:
    tablet.get_by_role("link", name="English").click()
    expect(heading(tablet)).to_have_text("Your view of this visit")
    length = tablet.evaluate("history.length")
    rate(tablet, "overall", 5)
    tablet.get_by_role("button", name="Send").click()
    expect(tablet.get_by_text("Your form is saved; only the first sending counts.")).to_be_visible()
    expect(heading(tablet)).to_have_text(TITLE)
    assert tablet.evaluate("history.length") == length, "nothing to go back to"


def test_people_answer_without_network_and_each_is_sent_once(
    tablet: Page, network: LossyNetwork, answers: Answers
) -> None:
    network.trouble = "cut"
    for number, score in enumerate((1, 2, 2), start=1):
        rate(tablet, "overall", score)
        send(tablet)
        expect(tablet.get_by_text(WAITING)).to_be_visible()
        expect(tablet.get_by_text(f"{number} phiếu chờ gửi.")).to_be_visible()
        ready(tablet)
    assert answers() == []
    network.trouble = "none"
    tablet.evaluate("window.dispatchEvent(new Event('online'))")
    eventually(tablet, f"{QUEUE} === 0")
    assert ratings(answers) == [1, 2, 2]
    expect(tablet.get_by_text("phiếu chờ gửi.")).to_be_hidden()


def test_a_lost_answer_of_the_server_is_one_answer(tablet: Page, network: LossyNetwork, answers: Answers) -> None:
    network.trouble = "lose answers to posts"
    rate(tablet, "overall", 4)
    send(tablet)
    expect(tablet.get_by_text(WAITING)).to_be_visible()
    network.trouble = "none"
    eventually(tablet, f"{QUEUE} === 0")
    assert ratings(answers) == [4]


def test_a_restart_without_network_goes_on(tablet: Page, network: LossyNetwork, path: str, answers: Answers) -> None:
    assert tablet.evaluate(WORKER_READY)
    eventually(tablet, PAGES_KEPT)
    kept = "caches.match(location.href, {ignoreVary: true}).then(page => page.text())"
    assert 'name="token" value=""' in tablet.evaluate(kept), "no token is ever kept with the page"
    network.trouble = "cut"
    again = tablet.context.new_page()
    tablet.close()
    again.goto(f"{network.url}{path}")
    expect(heading(again)).to_have_text(TITLE)
    rate(again, "overall", 5)
    send(again)
    expect(again.get_by_text(WAITING)).to_be_visible()
    again.goto(f"{network.url}{path}")
    expect(again.get_by_text("1 phiếu chờ gửi.")).to_be_visible()
    assert again.evaluate(CHECKED) == 0
    network.trouble = "none"
    again.goto(f"{network.url}{path}")
    eventually(again, f"{QUEUE} === 0")
    assert ratings(answers) == [5]


def test_a_tablet_that_has_no_forms_left_says_so_and_keeps_what_was_chosen(tablet: Page, network: LossyNetwork) -> None:
    network.trouble = "cut"
    tablet.evaluate("Object.keys(localStorage).forEach(one => localStorage.removeItem(one))")
    rate(tablet, "overall", 2)
    send(tablet)
    expect(tablet.get_by_text(WAITING)).to_be_visible()
    ready(tablet)
    rate(tablet, "overall", 3)
    send(tablet)
    expect(tablet.get_by_text("Chưa có mạng và máy đã hết phiếu. Xin phiếu giấy tại quầy.")).to_be_visible()
    expect(tablet.locator('input[name="overall"][value="3"]')).to_be_checked()


def test_without_script_it_thanks_and_goes_back_by_itself(
    browser: Browser, live_server: LiveServer, path: str, answers: Answers
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}{path}")
    rate(page, "overall", 2)
    send(page)
    expect(heading(page)).to_have_text("Xin cảm ơn ông/bà!")
    expect(heading(page)).to_have_text(TITLE, timeout=PAUSE * 1000 + 8000)
    expect(page.locator("input:checked")).to_have_count(0)
    context.close()
    assert ratings(answers) == [2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_and_targets_are_large_and_axe_finds_nothing(tablet: Page, axe: Axe, scheme: str) -> None:
    tablet.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    assert fits(tablet)
    boxes = [box for one in tablet.locator("nav a, fieldset label, button").all() if (box := one.bounding_box())]
    assert len(boxes) > 40
    assert min(box["height"] for box in boxes) >= 56
    axe(tablet)
    rate(tablet, "overall", 5)
    send(tablet)
    expect(tablet.get_by_text(SAVED)).to_be_visible()
    axe(tablet)
    ready(tablet)
