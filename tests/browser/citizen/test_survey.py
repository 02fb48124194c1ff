"""The citizen's minute in a real browser: scan, answer, thanks; by touch, by keyboard, without script."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.citizen.people import THANKS, Answers, fits, heading, rate, scan
from tests.support.live_server import LiveServer
from tests.support.surveys import ScannedCounter


def test_scan_answer_thanks_on_a_narrow_phone(
    mobile_page: Page, live_server: LiveServer, counter: ScannedCounter, answers: Answers
) -> None:
    scan(mobile_page, live_server, counter)
    assert fits(mobile_page)
    for score, item in enumerate(("courtesy", "answers", "guidance", "fairness", "dedication"), start=1):
        mobile_page.locator(f'label:has(input[name="{item}"][value="{score}"])').tap()
    mobile_page.locator('label:has(input[name="overall"][value="4"])').tap()
    mobile_page.locator('label:has(input[name="trouble"][value="no"])').tap()
    mobile_page.get_by_role("button", name="Gửi phiếu").tap()
    expect(heading(mobile_page)).to_have_text(THANKS["vi"])
    assert fits(mobile_page)
    (row,) = answers()
    assert [row[slot] for slot in ("r1", "r2", "r3", "r4", "r5", "r6", "c1")] == [4, 1, 2, 3, 4, 5, 1]


def test_by_keyboard_only(page: Page, live_server: LiveServer, counter: ScannedCounter, answers: Answers) -> None:
    scan(page, live_server, counter, "en")
    press = page.keyboard.press
    press("Tab")
    expect(page.get_by_role("link", name="Tiếng Việt")).to_be_focused()
    press("Tab")
    for _ in range(4):
        press("ArrowDown")  # The first arrow chooses the second level.
    expect(page.locator('input[name="overall"][value="5"]')).to_be_checked()
    for item in ("courtesy", "answers", "guidance", "fairness", "dedication"):
        press("Tab")
        press("Space")
        expect(page.locator(f'input[name="{item}"][value="1"]')).to_be_checked()
    for _ in ("trouble", "service_domain", "respondent_group"):
        press("Tab")
    press("Tab")
    page.keyboard.type("Slow but kind")
    press("Tab")
    expect(page.get_by_role("button", name="Send")).to_be_focused()
    press("Enter")
    expect(heading(page)).to_have_text(THANKS["en"])
    press("Tab")
    (row,) = answers()
    assert [row[slot] for slot in ("r1", "r2", "r6", "comment", "language")] == [5, 1, 1, "Slow but kind", "en"]


def test_without_script(
    no_script_page: Page, live_server: LiveServer, counter: ScannedCounter, answers: Answers
) -> None:
    scan(no_script_page, live_server, counter)
    no_script_page.get_by_role("button", name="Gửi phiếu").click()
    expect(no_script_page.get_by_role("alert")).to_contain_text("Ông/bà chưa chấm câu nào.")
    rate(no_script_page, "overall", 2)
    no_script_page.get_by_role("button", name="Gửi phiếu").click()
    expect(heading(no_script_page)).to_have_text(THANKS["vi"])
    no_script_page.get_by_role("link", name="Mở phiếu mới").click()
    expect(heading(no_script_page)).to_have_text("Góp ý về lần phục vụ này")
    assert [row["r1"] for row in answers()] == [2]


def test_a_refused_form_leads_to_what_is_missing_and_keeps_the_rest(
    mobile_page: Page, live_server: LiveServer, counter: ScannedCounter, answers: Answers
) -> None:
    scan(mobile_page, live_server, counter)
    mobile_page.locator('label:has(input[name="trouble"][value="money"])').click()
    mobile_page.get_by_role("textbox").fill("Xin ghế cho người già.")
    mobile_page.get_by_role("button", name="Gửi phiếu").click()
    alert = mobile_page.get_by_role("alert")
    expect(alert).to_be_focused()
    expect(alert).to_be_in_viewport()
    assert mobile_page.title() == "Góp ý về lần phục vụ này: chưa gửi được"
    assert fits(mobile_page)
    alert.get_by_role("link").click()
    expect(mobile_page.locator('input[name="overall"][value="1"]')).to_be_in_viewport()
    expect(mobile_page.locator('input[name="trouble"][value="money"]')).to_be_checked()
    expect(mobile_page.get_by_role("textbox")).to_have_value("Xin ghế cho người già.")
    assert answers() == []
    rate(mobile_page, "overall", 3)
    mobile_page.get_by_role("button", name="Gửi phiếu").click()
    expect(heading(mobile_page)).to_have_text(THANKS["vi"])
    assert [(row["r1"], row["c1"], row["comment"]) for row in answers()] == [(3, 3, "Xin ghế cho người già.")]


def test_one_request_is_enough_to_answer_and_nobody_else_is_asked(
    page: Page, live_server: LiveServer, counter: ScannedCounter
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    scan(page, live_server, counter)
    paths = [urlsplit(url).path for url in asked]
    assert paths[0] == f"/S/{counter.code}"
    assert all(re.fullmatch(r"/s/survey-vi-[0-9a-f]{8}\.js", path) for path in paths[1:])
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(live_server.url).netloc}
    assert page.context.cookies() == []


def test_the_other_language_is_one_tap_away(page: Page, live_server: LiveServer, counter: ScannedCounter) -> None:
    scan(page, live_server, counter)
    page.get_by_role("link", name="English").click()
    expect(heading(page)).to_have_text("Your view of this visit")
    page.get_by_role("link", name="Tiếng Việt").click()
    expect(heading(page)).to_have_text("Góp ý về lần phục vụ này")
