"""What a person does and sees on a citizen page."""

from collections.abc import Callable
from contextlib import suppress

from playwright.sync_api import Error, Locator, Page

from tests.support.live_server import LiveServer
from tests.support.surveys import ScannedCounter

Answers = Callable[[], list[dict[str, object]]]
THANKS = {"vi": "Xin cảm ơn ông/bà!", "en": "Thank you!"}
SEND = {"vi": "Gửi phiếu", "en": "Send"}
NEW_FORM = {"vi": "Mở phiếu mới", "en": "Open a new form"}


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


def eventually(page: Page, expression: str, milliseconds: int = 20_000) -> None:
    """Wait until an expression is true in the page, whose policy forbids the usual way, which evaluates text."""
    for _ in range(milliseconds // 100):
        with suppress(Error):  # The page is being left at this moment.
            if page.evaluate(expression):
                return
        page.wait_for_timeout(100)
    raise AssertionError(f"never true: {expression}")
