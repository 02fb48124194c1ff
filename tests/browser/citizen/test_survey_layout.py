"""The survey page is large, clear and readable by everybody: sizes, widths, colours, screen readers, axe."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.citizen.people import SEND, THANKS, fits, heading, rate, scan
from tests.browser.conftest import PHONE, Axe
from tests.support.live_server import LiveServer
from tests.support.surveys import ScannedCounter

STEM = "Ông/bà hài lòng ở mức nào về cán bộ đã tiếp ông/bà:"
CLEAR = {"vi": "Xóa", "en": "Clear"}
SMALLEST_TYPE = 18
SMALLEST_TARGET = 48


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


@pytest.mark.parametrize("width", [320, 736, 1280])
def test_nothing_lies_over_a_question(page: Page, live_server: LiveServer, counter: ScannedCounter, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    scan(page, live_server, counter)
    for fieldset in page.locator("fieldset").all():
        question, first = fieldset.locator("legend").bounding_box(), fieldset.locator("label").first.bounding_box()
        assert question is not None
        assert first is not None
        assert question["y"] + question["height"] <= first["y"]


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
    axe(page)  # It says that what was chosen a moment ago is still there.
    page.get_by_role("button", name=CLEAR[language]).click()
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
