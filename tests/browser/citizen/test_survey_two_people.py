"""Two people, one phone: each has a form of their own, and neither sees what the other chose."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.citizen.people import NEW_FORM, THANKS, Answers, eventually, heading, rate, scan
from tests.browser.conftest import PHONE
from tests.support.live_server import LiveServer
from tests.support.surveys import ScannedCounter


def two_people(page: Page, server: LiveServer, counter: ScannedCounter) -> None:
    """One answers; the other takes the phone, presses Back and answers too."""
    scan(page, server, counter)
    rate(page, "overall", 5)
    page.get_by_role("button", name="Gửi phiếu").click()
    expect(heading(page)).to_have_text(THANKS["vi"])
    page.wait_for_load_state("networkidle")
    page.go_back(wait_until="commit")  # A page from memory is not loaded.
    expect(heading(page)).to_have_text("Góp ý về lần phục vụ này")
    expect(page.locator('input[name="overall"]:checked')).to_have_count(0)
    rate(page, "overall", 1)
    page.get_by_role("button", name="Gửi phiếu").click()
    expect(heading(page)).to_have_text(THANKS["vi"])


def test_two_people_one_phone_back_button_two_answers(
    mobile_page: Page, live_server: LiveServer, counter: ScannedCounter, answers: Answers
) -> None:
    two_people(mobile_page, live_server, counter)
    assert sorted(str(row["r1"]) for row in answers()) == ["1", "5"]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_two_people_one_phone_whose_browser_keeps_pages_in_memory(
    remembering_browser: Browser, live_server: LiveServer, counter: ScannedCounter, answers: Answers, script: bool
) -> None:
    context: BrowserContext = remembering_browser.new_context(viewport=PHONE, java_script_enabled=script)
    two_people(context.new_page(), live_server, counter)
    context.close()
    assert sorted(str(row["r1"]) for row in answers()) == ["1", "5"]


def test_only_a_page_that_was_sent_is_fetched_anew(
    page: Page, live_server: LiveServer, counter: ScannedCounter
) -> None:
    """The browser alone decides whether it keeps a page in memory, so here it is told that it did."""
    come_back = "window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
    scan(page, live_server, counter)
    rate(page, "overall", 4)
    page.evaluate("window.same = true")
    page.evaluate(come_back)
    page.wait_for_timeout(300)
    assert page.evaluate("window.same"), "a page left in the middle keeps its choices"
    expect(page.locator('input[name="overall"][value="4"]')).to_be_checked()
    # In one breath: the script sends the form by itself, and the page it gets for it must not come between.
    page.evaluate("document.forms[0].dispatchEvent(new Event('submit', {bubbles: true}));" + come_back)
    eventually(page, "window.same === undefined")
    expect(page.locator('input[name="overall"]:checked')).to_have_count(0)


def test_the_next_person_may_also_open_a_new_form(
    mobile_page: Page, live_server: LiveServer, counter: ScannedCounter, answers: Answers
) -> None:
    for score in (2, 4):
        if score == 2:
            scan(mobile_page, live_server, counter)
        else:
            mobile_page.get_by_role("link", name=NEW_FORM["vi"]).tap()
        rate(mobile_page, "overall", score)
        mobile_page.get_by_role("button", name="Gửi phiếu").tap()
        expect(heading(mobile_page)).to_have_text(THANKS["vi"])
    assert len(answers()) == 2


def test_a_double_tap_is_one_answer(
    mobile_page: Page, live_server: LiveServer, counter: ScannedCounter, answers: Answers
) -> None:
    scan(mobile_page, live_server, counter)
    rate(mobile_page, "overall", 3)
    mobile_page.get_by_role("button", name="Gửi phiếu").dblclick()
    expect(heading(mobile_page)).to_have_text(THANKS["vi"])
    mobile_page.reload()
    expect(heading(mobile_page)).to_have_text(THANKS["vi"])
    assert len(answers()) == 1
