"""A real browser (Debian's Chromium, driven by Playwright) before the real server."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
OFF_BY_DEFAULT = ("target-size",)
"""axe-core leaves out its WCAG 2.2 rules unless they are asked for by name."""
PHONE: ViewportSize = {"width": 320, "height": 640}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MILLISECONDS = 10_000

Axe = Callable[[Page], None]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser a test process; each test has a context, that is a person with a phone, of its own."""
    found = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    assert found is not None, "no Chromium: `make test` installs it"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield launched
        launched.close()


def _open(browser: Browser, viewport: ViewportSize, **options: bool) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(viewport=viewport, locale="vi-VN", **options)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(f"script failed: {error}"))
    page.on("console", lambda said: wrong.append(f"console: {said.text}") if "Content Security" in said.text else None)
    yield page
    context.close()
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on a large screen."""
    yield from _open(browser, DESKTOP)


@pytest.fixture
def mobile_page(browser: Browser) -> Iterator[Page]:
    """A page on a narrow phone (320 px) with touch."""
    yield from _open(browser, PHONE, has_touch=True, is_mobile=True)


@pytest.fixture
def no_script_page(browser: Browser) -> Iterator[Page]:
    """A page on a narrow phone whose browser runs no script."""
    yield from _open(browser, PHONE, has_touch=True, is_mobile=True, java_script_enabled=False)


@pytest.fixture(scope="session")
def axe() -> Axe:
    """Checks the page as it stands with axe-core (WCAG 2.0, 2.1 and 2.2, levels A and AA); fails with what it finds."""
    source = AXE.read_text(encoding="utf-8")

    def check(page: Page) -> None:
        page.evaluate(source)
        options = {
            "runOnly": {"type": "tag", "values": WCAG},
            "rules": {rule: {"enabled": True} for rule in OFF_BY_DEFAULT},
        }
        result = page.evaluate("options => axe.run(document, options)", options)
        findings = [
            f"{found['impact']}: {found['help']} ({found['id']}) at {node['target']}: {node['html'][:160]}"
            for found in result["violations"]
            for node in found["nodes"]
        ]
        assert not findings, "\n  ".join([f"{page.url} breaks WCAG:", *findings])

    return check
