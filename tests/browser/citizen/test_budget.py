"""What a visit costs a phone: requests and bytes, counted in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.citizen.people import NEW_FORM, SEND, THANKS, heading, rate, scan
from tests.citizen.test_budget import BUDGET_BYTES, WITH_SCRIPT_BYTES
from tests.support.live_server import LiveServer
from tests.support.phone_load import counting
from tests.support.surveys import ScannedCounter

SLOW_2G = {"offline": False, "latency": 600, "downloadThroughput": 31_250, "uploadThroughput": 31_250}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_survey_is_one_page_and_a_script_that_comes_after_it(
    mobile_page: Page, live_server: LiveServer, counter: ScannedCounter, language: str
) -> None:
    with counting(mobile_page) as fetched:
        scan(mobile_page, live_server, counter, language)
        expect(heading(mobile_page)).to_be_visible()
    assert len(fetched.paths) == 2
    assert fetched.paths[1].startswith(f"/s/survey-{language}-")
    assert 0 < fetched.sizes[0] <= BUDGET_BYTES
    assert fetched.sizes[0] < fetched.total <= WITH_SCRIPT_BYTES
    assert mobile_page.context.cookies() == []


def test_sending_and_a_second_form_cost_little_more(
    mobile_page: Page, live_server: LiveServer, counter: ScannedCounter
) -> None:
    scan(mobile_page, live_server, counter)
    mobile_page.wait_for_load_state("networkidle")
    rate(mobile_page, "overall", 4)
    with counting(mobile_page) as sending:
        mobile_page.get_by_role("button", name=SEND["vi"]).click()
        expect(heading(mobile_page)).to_have_text(THANKS["vi"])
    assert len(sending.paths) == 2, "the answer to the form, and the thank-you page; the script was kept"
    assert sending.total <= BUDGET_BYTES
    with counting(mobile_page) as again:
        mobile_page.get_by_role("link", name=NEW_FORM["vi"]).click()
        expect(heading(mobile_page)).not_to_have_text(THANKS["vi"])
    assert len(again.paths) == 1
    assert again.total <= BUDGET_BYTES


def test_without_script_it_is_one_request_to_answer_and_two_to_be_thanked(
    no_script_page: Page, live_server: LiveServer, counter: ScannedCounter
) -> None:
    with counting(no_script_page) as asking:
        scan(no_script_page, live_server, counter)
    assert asking.paths == [f"/S/{counter.code}"]
    rate(no_script_page, "overall", 4)
    with counting(no_script_page) as sending:
        no_script_page.get_by_role("button", name=SEND["vi"]).click()
        expect(heading(no_script_page)).to_have_text(THANKS["vi"])
    assert sending.total <= BUDGET_BYTES


def test_a_throttled_phone_needs_the_same_requests(
    mobile_page: Page, live_server: LiveServer, counter: ScannedCounter
) -> None:
    session = mobile_page.context.new_cdp_session(mobile_page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_2G)
    with counting(mobile_page) as fetched:
        scan(mobile_page, live_server, counter)
        rate(mobile_page, "overall", 5)
        mobile_page.get_by_role("button", name=SEND["vi"]).click()
        expect(heading(mobile_page)).to_have_text(THANKS["vi"], timeout=30_000)
    assert len(fetched.paths) == 4
    assert fetched.total <= WITH_SCRIPT_BYTES + BUDGET_BYTES
