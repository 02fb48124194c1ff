"""The counter's screen in a real browser: large, going on by itself, honest when the network is gone."""

from collections.abc import Iterator
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from survey_app.territory.registration import counter_keys_of
from tests.browser.citizen.people import fits, heading
from tests.browser.conftest import Axe
from tests.support.live_server import LiveServer
from tests.support.lossy_network import LossyNetwork, lossy_network
from tests.support.surveys import ScannedCounter

STALE = "Màn hình đang mất mạng nên mã có thể đã cũ."


@pytest.fixture
def network(live_server: LiveServer) -> Iterator[LossyNetwork]:
    """The network of the counter's screen."""
    with lossy_network(live_server.port) as made:
        yield made


@pytest.fixture
def display(live_server: LiveServer, counter: ScannedCounter) -> str:
    """Path of the counter's display."""
    point = counter.service_point_id
    return f"/display/{point}?key={counter_keys_of(live_server.app).link_key('display', point, counter.code)}"


def code_on(page: Page) -> str:
    """What a phone before the screen reads."""
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(page.screenshot())).convert("L"))
    return found.text


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720), (1080, 1920), (360, 640)])
def test_the_code_can_be_scanned_off_any_screen(
    page: Page,
    live_server: LiveServer,
    counter: ScannedCounter,
    display: str,
    axe: Axe,
    size: tuple[int, int],
    scheme: str,
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"{live_server.url}{display}")
    assert code_on(page).startswith(f"{live_server.url.upper()}/D/{counter.code}/")
    assert fits(page)
    expect(page.locator("#left")).to_contain_text("Mã đổi sau")
    axe(page)


def test_on_a_large_screen_all_words_stand_beside_the_code(page: Page, live_server: LiveServer, display: str) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{live_server.url}{display}")
    assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight"), "nobody scrolls this screen"
    picture = page.locator(".code svg").bounding_box()
    assert picture is not None
    assert picture["width"] >= 700


def test_what_is_scanned_opens_the_survey(page: Page, mobile_page: Page, live_server: LiveServer, display: str) -> None:
    page.goto(f"{live_server.url}{display}")
    mobile_page.goto(code_on(page))
    expect(heading(mobile_page)).to_have_text("Góp ý về lần phục vụ này")


def test_without_network_an_old_code_is_hidden_and_comes_back_with_it(
    page: Page, network: LossyNetwork, display: str
) -> None:
    page.clock.install()
    page.goto(f"{network.url}{display}")
    expect(page.locator(".code")).to_be_visible()
    network.trouble = "cut"
    page.clock.run_for("01:02")
    expect(page.locator("#left")).to_have_text("Mã đổi sau 0 giây.")
    expect(page.locator(".code")).to_be_visible()
    page.clock.run_for("02:10")
    expect(page.locator("#left")).to_contain_text(STALE)
    expect(page.locator(".code")).to_be_hidden()
    network.trouble = "none"
    for _ in range(4):
        page.clock.run_for("00:05")
        page.wait_for_timeout(200)
    expect(page.locator(".code")).to_be_visible()
    expect(page.locator("#left")).to_contain_text("Mã đổi sau")


def test_without_script_the_page_asks_anew_by_itself(
    no_script_page: Page, live_server: LiveServer, display: str
) -> None:
    no_script_page.goto(f"{live_server.url}{display}")
    refresh = no_script_page.locator('meta[http-equiv="refresh"]')
    assert 1 < int(refresh.get_attribute("content") or 0) <= 61
    context: BrowserContext = no_script_page.context
    assert context.cookies() == []
