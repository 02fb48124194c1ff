"""A bad network: a form waits on the phone, is sent once, and leaves nothing behind; the person always sees which."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from survey_app.questionnaires.register import by_id
from survey_app.responses.registration import door_of
from survey_app.responses.tokens import FormKey
from tests.browser.citizen.people import THANKS, Answers, heading, rate, scan
from tests.support.live_server import LiveServer
from tests.support.lossy_network import LossyNetwork, lossy_network
from tests.support.surveys import ScannedCounter

WAITING = "Chưa có mạng. Phiếu nằm trong máy; khi có mạng, xin mở lại trang này để gửi."
ONE_WAITS = f"1 phiếu chờ gửi. {WAITING}"
SENT = "Xin cảm ơn ông/bà! Phiếu đã được lưu; chỉ lần gửi đầu tiên được tính."
KEPT = "Các câu đã chọn lúc nãy vẫn còn."
EXPIRED = "Chưa gửi được: phiếu mở đã quá 14 ngày. Các câu đã chọn vẫn còn. Xin bấm Gửi phiếu lần nữa."
NOTHING_RATED = "Ông/bà chưa chấm câu nào. Xin chọn ít nhất một mức hài lòng rồi bấm Gửi phiếu."
LEFT_BEHIND = "Object.keys(localStorage).concat(Object.keys(sessionStorage))"
CHECKED = "Array.from(document.querySelectorAll('input:checked')).map(one => one.name + one.value)"


@pytest.fixture
def network(live_server: LiveServer) -> Iterator[LossyNetwork]:
    """A network between phone and server, good at first."""
    with lossy_network(live_server.port) as made:
        yield made


@pytest.fixture
def phone(mobile_page: Page, network: LossyNetwork, counter: ScannedCounter) -> Page:
    """A phone on that network, with the survey open and one level chosen."""
    open_survey(mobile_page, network, counter)
    rate(mobile_page, "overall", 2)
    return mobile_page


def open_survey(page: Page, network: LossyNetwork, counter: ScannedCounter, query: str = "") -> None:
    page.goto(f"{network.url}/s/{counter.code}{query}")


def send(page: Page) -> None:
    page.get_by_role("button", name="Gửi phiếu").click()


def another_tab(page: Page, network: LossyNetwork, counter: ScannedCounter) -> Page:
    tab = page.context.new_page()
    open_survey(tab, network, counter)
    return tab


def network_is_back(page: Page) -> None:
    """What the browser tells a page when the phone is connected again."""
    page.evaluate("window.dispatchEvent(new Event('online'))")


def ratings(answers: Answers) -> list[object]:
    return [row["r1"] for row in answers()]


def an_expired_token(server: LiveServer, counter: ScannedCounter) -> str:
    with server.transaction() as connection:
        content_hash = by_id(connection, counter.questionnaire_id).content_hash
    key = FormKey(counter.commune.id, counter.service_point_id, "poster", content_hash, "vi")
    return door_of(server.app).tokens.mint(key, server.app.extensions["clock"].now() - timedelta(days=15))


def with_token(page: Page, token: str) -> None:
    page.evaluate("token => { document.forms[0].elements.token.value = token }", token)


def test_sent_at_once_and_nothing_stays(phone: Page, answers: Answers) -> None:
    send(phone)
    expect(heading(phone)).to_have_text(THANKS["vi"])
    assert ratings(answers) == [2]
    assert phone.evaluate(LEFT_BEHIND) == []


def test_waits_without_network_and_is_sent_by_itself(phone: Page, network: LossyNetwork, answers: Answers) -> None:
    network.trouble = "cut"
    send(phone)
    status = phone.get_by_role("status").filter(has_text=WAITING)
    expect(status).to_be_focused()
    expect(phone.get_by_role("button", name="Gửi phiếu")).to_be_hidden()
    assert answers() == []
    network.trouble = "none"
    expect(heading(phone)).to_have_text(THANKS["vi"], timeout=20_000)
    assert ratings(answers) == [2]
    assert phone.evaluate(LEFT_BEHIND) == []


def test_a_phone_that_knows_it_is_offline_sends_when_it_is_not(phone: Page, answers: Answers) -> None:
    context: BrowserContext = phone.context
    context.set_offline(True)
    send(phone)
    expect(phone.get_by_text(WAITING)).to_be_visible()
    context.set_offline(False)
    expect(heading(phone)).to_have_text(THANKS["vi"])
    assert ratings(answers) == [2]


def test_offline_nothing_rated_is_said_without_a_server(
    mobile_page: Page, network: LossyNetwork, counter: ScannedCounter
) -> None:
    open_survey(mobile_page, network, counter)
    mobile_page.context.set_offline(True)
    send(mobile_page)
    expect(mobile_page.get_by_text(NOTHING_RATED)).to_be_visible()
    assert mobile_page.evaluate(LEFT_BEHIND) == []


def test_the_server_dies_before_it_answers_one_answer(phone: Page, network: LossyNetwork, answers: Answers) -> None:
    network.trouble = "lose answers to posts"
    send(phone)
    expect(phone.get_by_text(WAITING)).to_be_visible()
    assert ratings(answers) == [2], "it has arrived, but nobody could say so"
    network.trouble = "none"
    expect(heading(phone)).to_have_text(THANKS["vi"], timeout=20_000)
    assert network.posts_seen >= 2
    assert ratings(answers) == [2]
    assert phone.evaluate(LEFT_BEHIND) == []


def test_reopened_it_is_sent_and_shows_nothing_of_the_answer(
    phone: Page, network: LossyNetwork, counter: ScannedCounter, answers: Answers
) -> None:
    network.trouble = "cut"
    send(phone)
    expect(phone.get_by_text(WAITING)).to_be_visible()
    network.trouble = "lose posts"
    open_survey(phone, network, counter)
    expect(phone.get_by_text(ONE_WAITS)).to_be_visible()
    assert phone.evaluate(CHECKED) == [], "whoever holds the phone now sees only that a form waits"
    assert answers() == []
    network.trouble = "none"
    open_survey(phone, network, counter)
    expect(phone.get_by_text(SENT)).to_be_visible()
    assert phone.evaluate(CHECKED) == []
    assert phone.evaluate(LEFT_BEHIND) == []
    rate(phone, "overall", 5)
    send(phone)
    expect(heading(phone)).to_have_text(THANKS["vi"])
    assert sorted(str(one) for one in ratings(answers)) == ["2", "5"]


def test_any_of_our_citizen_pages_sends_what_waits(phone: Page, network: LossyNetwork, answers: Answers) -> None:
    network.trouble = "cut"
    send(phone)
    expect(phone.get_by_text(WAITING)).to_be_visible()
    network.trouble = "none"
    phone.goto(f"{network.url}/s/7KQ2M9XD")
    expect(phone.get_by_text(SENT)).to_be_visible()
    assert ratings(answers) == [2]


def test_two_tabs_send_the_same_queue_one_answer(
    phone: Page, network: LossyNetwork, counter: ScannedCounter, answers: Answers
) -> None:
    other = another_tab(phone, network, counter)
    network.trouble = "cut"
    send(phone)
    expect(phone.get_by_text(WAITING)).to_be_visible()
    network.trouble = "lose answers to posts"
    before = network.posts_seen
    for tab in (phone, other):
        network_is_back(tab)
    expect(other.get_by_text(ONE_WAITS)).to_be_visible()
    assert network.posts_seen >= before + 2
    network.trouble = "none"
    for tab in (other, phone):
        network_is_back(tab)
    expect(other.get_by_text(SENT)).to_be_visible(timeout=20_000)
    assert ratings(answers) == [2]
    assert other.evaluate(LEFT_BEHIND) == []


def test_reloading_while_it_waits_is_one_answer(
    phone: Page, network: LossyNetwork, counter: ScannedCounter, answers: Answers
) -> None:
    network.trouble = "lose answers to posts"
    send(phone)
    expect(phone.get_by_text(WAITING)).to_be_visible()
    phone.reload()
    expect(phone.get_by_text(ONE_WAITS)).to_be_visible()
    phone.reload()
    expect(phone.get_by_text(ONE_WAITS)).to_be_visible()
    network.trouble = "none"  # Only now, else a page that is about to go could be the one to say "sent".
    network_is_back(phone)
    expect(phone.get_by_text(SENT)).to_be_visible(timeout=20_000)
    assert ratings(answers) == [2]


def test_an_expired_form_is_refused_and_keeps_its_choices(
    phone: Page, live_server: LiveServer, counter: ScannedCounter, answers: Answers
) -> None:
    with_token(phone, an_expired_token(live_server, counter))
    send(phone)
    expect(phone.get_by_role("alert")).to_have_text(EXPIRED)
    expect(phone.locator('input[name="overall"][value="2"]')).to_be_checked()
    assert phone.evaluate("Object.keys(localStorage)") == []
    send(phone)
    expect(heading(phone)).to_have_text(THANKS["vi"])
    assert ratings(answers) == [2]
    assert phone.evaluate(LEFT_BEHIND) == []


def test_a_form_that_expired_while_it_waited_can_be_opened_again(
    phone: Page, live_server: LiveServer, network: LossyNetwork, counter: ScannedCounter, answers: Answers
) -> None:
    phone.get_by_role("textbox").fill("Chờ lâu")
    with_token(phone, an_expired_token(live_server, counter))
    network.trouble = "cut"
    send(phone)
    expect(phone.get_by_text(WAITING)).to_be_visible()
    network.trouble = "none"
    open_survey(phone, network, counter)
    expect(phone.get_by_text(EXPIRED)).to_be_visible()
    assert phone.evaluate(CHECKED) == []
    phone.get_by_role("button", name="Mở lại phiếu đó").click()
    expect(phone.locator('input[name="overall"][value="2"]')).to_be_checked()
    expect(phone.get_by_role("textbox")).to_have_value("Chờ lâu")
    send(phone)
    expect(heading(phone)).to_have_text(THANKS["vi"])
    assert [(row["r1"], row["comment"]) for row in answers()] == [(2, "Chờ lâu")]
    assert phone.evaluate(LEFT_BEHIND) == []


def test_a_refused_form_can_be_thrown_away(
    phone: Page, live_server: LiveServer, network: LossyNetwork, counter: ScannedCounter
) -> None:
    with_token(phone, an_expired_token(live_server, counter))
    network.trouble = "cut"
    send(phone)
    expect(phone.get_by_text(WAITING)).to_be_visible()
    network.trouble = "none"
    open_survey(phone, network, counter)
    phone.get_by_role("button", name="Xóa").click()
    expect(phone.get_by_text(EXPIRED)).to_be_hidden()
    assert phone.evaluate(LEFT_BEHIND) == []


def test_choices_survive_a_reload_and_a_change_of_language(
    phone: Page, network: LossyNetwork, counter: ScannedCounter
) -> None:
    phone.get_by_role("textbox").fill("Cảm ơn & chào")
    phone.reload()
    expect(phone.locator('input[name="overall"][value="2"]')).to_be_checked()
    expect(phone.get_by_role("textbox")).to_have_value("Cảm ơn & chào")
    expect(phone.get_by_text(KEPT)).to_be_visible()
    phone.get_by_role("link", name="English").click()
    expect(phone.get_by_text("What you chose a moment ago is still here.")).to_be_visible()
    expect(phone.get_by_role("textbox")).to_have_value("Cảm ơn & chào")
    phone.get_by_role("button", name="Clear").click()
    assert phone.evaluate(CHECKED) == []
    assert phone.evaluate(LEFT_BEHIND) == []


def test_choices_are_for_this_tab_this_counter_and_ten_minutes(
    phone: Page, network: LossyNetwork, counter: ScannedCounter
) -> None:
    other = another_tab(phone, network, counter)
    assert other.evaluate(CHECKED) == []
    phone.goto(f"{network.url}/d/{counter.code}/AAAAAAAA")
    open_survey(phone, network, counter)
    assert phone.evaluate(CHECKED) == [], "another page between them ends it"
    rate(phone, "overall", 4)
    phone.clock.install()
    phone.clock.fast_forward("10:01")
    phone.reload()
    assert phone.evaluate(CHECKED) == []
    assert phone.evaluate(LEFT_BEHIND) == []


def test_a_phone_without_room_sends_the_plain_way(phone: Page, answers: Answers) -> None:
    phone.evaluate(
        """() => { for (let size = 1 << 22; size; size = size >> 1) {
            try { for (let n = 0; n < 9; n++) localStorage.setItem('full' + size + n, 'x'.repeat(size)) } catch (e) {}
        } }"""
    )
    send(phone)
    expect(heading(phone)).to_have_text(THANKS["vi"])
    assert ratings(answers) == [2]


def test_a_browser_that_forbids_storage_sends_the_plain_way(
    mobile_page: Page, live_server: LiveServer, counter: ScannedCounter, answers: Answers
) -> None:
    mobile_page.add_init_script(
        """for (const name of ['localStorage', 'sessionStorage'])
            Object.defineProperty(window, name, {get() { throw new DOMException('no', 'SecurityError') }})"""
    )
    scan(mobile_page, live_server, counter)
    rate(mobile_page, "overall", 3)
    send(mobile_page)
    expect(heading(mobile_page)).to_have_text(THANKS["vi"])
    assert ratings(answers) == [3]
