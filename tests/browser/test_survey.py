"""The citizen's minute in a real browser: scan, answer, thanks; by touch, by keyboard, without script, two in a row."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import select

from survey_app.clock import SystemClock
from survey_app.responses.models import inbox
from survey_app.territory import scan_code_register
from tests.browser.conftest import CHROMIUM_NAMES, PHONE, QUIET, Axe
from tests.support import factories
from tests.support.live_server import LiveServer
from tests.support.surveys import ScannedCounter, a_scanned_counter

Answers = Callable[[], list[dict[str, object]]]
STEM = "Ông/bà hài lòng ở mức nào về cán bộ đã tiếp ông/bà:"
THANKS = {"vi": "Xin cảm ơn ông/bà!", "en": "Thank you!"}
SEND = {"vi": "Gửi phiếu", "en": "Send"}
NEW_FORM = {"vi": "Mở phiếu mới", "en": "Open a new form"}
SMALLEST_TYPE = 18
SMALLEST_TARGET = 48


@pytest.fixture(scope="module")
def counter(live_server: LiveServer) -> ScannedCounter:
    """A counter that can be scanned."""
    with live_server.transaction() as connection:
        return a_scanned_counter(connection, name="Quầy 2")


@pytest.fixture(scope="module")
def closed_code(live_server: LiveServer, counter: ScannedCounter) -> str:
    """A code of an old sheet of that counter."""
    yesterday = SystemClock(live_server.settings.time_zone).today() - timedelta(days=1)
    with live_server.transaction() as connection:
        code = factories.a_scan_code(connection, counter.service_point_id)
        scan_code_register.revoke(connection, code, yesterday)
    return code


@pytest.fixture
def answers(live_server: LiveServer) -> Answers:
    """The answers that arrived since the test began."""

    def read() -> dict[object, dict[str, object]]:
        with live_server.transaction() as connection:
            return {row["id"]: dict(row) for row in connection.execute(select(inbox)).mappings()}

    before = read()
    return lambda: [row for identity, row in read().items() if identity not in before]


@pytest.fixture(scope="module")
def remembering_browser(browser: Browser) -> Iterator[Browser]:
    """A browser as people have it, which brings pages back from memory; under test they are usually told not to."""
    found = next(path for name in CHROMIUM_NAMES if (path := shutil.which(name)))
    forgetful = ["--disable-back-forward-cache"]
    launched = browser.browser_type.launch(executable_path=found, args=QUIET, ignore_default_args=forgetful)
    yield launched
    launched.close()


def scan(page: Page, server: LiveServer, counter: ScannedCounter, language: str = "vi") -> None:
    """Open what the QR holds: its address is in upper case."""
    page.goto(f"{server.url}/S/{counter.code}" + ("" if language == "vi" else f"?lang={language}"))


def rate(page: Page, item: str, score: int) -> None:
    """Tap a level where a person would: on its face and words."""
    page.locator(f'label:has(input[name="{item}"][value="{score}"])').click()


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def fits(page: Page) -> bool:
    """Whether nothing sticks out to the right."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


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


def test_a_screen_reader_hears_stem_item_and_level(
    page: Page, live_server: LiveServer, counter: ScannedCounter
) -> None:
    scan(page, live_server, counter)
    question = page.get_by_role("group", name=f"{STEM} Lời nói, cách cư xử (lịch sự, tôn trọng)", exact=True)
    levels = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng", "Bỏ qua")
    for level in levels:
        expect(question.get_by_role("radio", name=level, exact=True)).to_have_count(1)
    assert page.get_by_role("textbox").count() == 1, "the trap is not there for a screen reader"
    trouble = page.get_by_role("group", name="Lần này, có cán bộ nào gây khó dễ")
    expect(trouble).to_have_accessible_description("Phường Trấn Biên không xem được câu trả lời này của từng người.")


def test_one_request_is_enough_to_answer_and_nobody_else_is_asked(
    page: Page, live_server: LiveServer, counter: ScannedCounter
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    scan(page, live_server, counter)
    paths = [urlsplit(url).path for url in asked]
    assert paths[0] == f"/S/{counter.code}"
    assert set(paths[1:]) <= {"/static/survey.js"}
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(live_server.url).netloc}
    assert page.context.cookies() == []


@pytest.mark.parametrize("width", [320, 360, 736, 1280])
def test_type_is_large_and_targets_are_easy_to_hit(
    page: Page, live_server: LiveServer, counter: ScannedCounter, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    scan(page, live_server, counter)
    assert fits(page)
    sizes = "all => all.map(one => parseFloat(getComputedStyle(one).fontSize))"
    assert min(page.locator("h1, p, legend, label, span, a, button, textarea").evaluate_all(sizes)) >= SMALLEST_TYPE
    targets = page.locator("nav a, fieldset label, button, textarea")
    boxes = [box for one in targets.all() if (box := one.bounding_box())]
    assert len(boxes) > 50
    assert min(min(box["width"], box["height"]) for box in boxes) >= SMALLEST_TARGET


def test_text_of_double_size_still_fits(page: Page, live_server: LiveServer, counter: ScannedCounter) -> None:
    for width in (320, 640, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        scan(page, live_server, counter)
        page.evaluate("document.documentElement.style.fontSize = '225%'")
        assert fits(page), width
        clipped = "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)"
        assert page.locator("label span, button, legend").evaluate_all(clipped) == [], width


def test_levels_stand_in_a_column_on_a_phone_and_in_a_row_on_a_screen(
    page: Page, live_server: LiveServer, counter: ScannedCounter
) -> None:
    scan(page, live_server, counter)
    levels = page.locator('label:has(input[name="overall"])')

    def places() -> tuple[int, int]:
        boxes = [box for one in levels.all() if (box := one.bounding_box())]
        return len({round(box["x"]) for box in boxes}), len({round(box["y"]) for box in boxes})

    assert places() == (6, 1)
    page.set_viewport_size(PHONE)
    assert places() == (1, 6)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_chosen_level_shows_by_more_than_its_colour(
    page: Page, live_server: LiveServer, counter: ScannedCounter, scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    scan(page, live_server, counter)
    edge = "one => getComputedStyle(one).boxShadow"
    box = page.locator('input[name="overall"][value="4"] + span')
    assert box.evaluate(edge) == "none"
    rate(page, "overall", 4)
    assert "inset" in box.evaluate(edge), "a second edge inside the first"
    expect(page.locator('input[name="overall"][value="4"]')).to_be_checked()
    expect(page.locator('input[name="overall"][value="4"]')).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_on_any_citizen_page(
    page: Page,
    live_server: LiveServer,
    counter: ScannedCounter,
    closed_code: str,
    axe: Axe,
    width: int,
    language: str,
    scheme: str,
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    scan(page, live_server, counter, language)
    rate(page, "courtesy", 1)
    axe(page)
    scan(page, live_server, counter, language)
    page.get_by_role("button", name=SEND[language]).click()
    expect(page.get_by_role("alert")).to_be_visible()
    axe(page)
    rate(page, "overall", 5)
    page.get_by_role("button", name=SEND[language]).click()
    expect(heading(page)).to_have_text(THANKS[language])
    axe(page)
    for path, status in (("/s/7KQ2M9XD", 404), (f"/s/{closed_code}", 410), (f"{counter.path}/thanks/AAAA", 404)):
        response = page.goto(f"{live_server.url}{path}?lang={language}")
        assert response is not None
        assert response.status == status
        assert fits(page)
        axe(page)


def test_a_field_error_passes_axe_too(page: Page, live_server: LiveServer, counter: ScannedCounter, axe: Axe) -> None:
    scan(page, live_server, counter)
    page.locator('input[name="overall"][value="4"]').evaluate("one => { one.value = '9'; one.checked = true }")
    page.get_by_role("button", name="Gửi phiếu").click()
    expect(page.get_by_role("alert")).to_contain_text("Chưa gửi được")
    axe(page)


def test_the_other_language_is_one_tap_away(page: Page, live_server: LiveServer, counter: ScannedCounter) -> None:
    scan(page, live_server, counter)
    page.get_by_role("link", name="English").click()
    expect(heading(page)).to_have_text("Your view of this visit")
    page.get_by_role("link", name="Tiếng Việt").click()
    expect(heading(page)).to_have_text("Góp ý về lần phục vụ này")


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
    page.evaluate("document.forms[0].dispatchEvent(new Event('submit', {bubbles: true}))")
    page.evaluate(come_back)
    page.wait_for_function("window.same === undefined")
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
