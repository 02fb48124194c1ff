"""The survey page beside its budget, and how long it takes on a throttled 2G connection in a real browser."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.benchmarks.load import BenchmarkError
from tests.support.databases import SQLiteDatabases
from tests.support.live_server import LiveServer, serving
from tests.support.phone_load import counting
from tests.support.surveys import ScannedCounter, a_scanned_counter

PAGE_BUDGET, WITH_SCRIPT_BUDGET = 4096, 6144
"""Bytes, compressed."""
SECONDS_BUDGET = 3.0
"""Until the page can be answered, and from the press until the thank-you page stands."""
LATENCY_MILLISECONDS, KILOBITS = 300, 250
"""The 2G profile of browsers' own tools: 250 kbit/s both ways, 300 ms for each request."""
ROUNDS = 3
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class PageCost:
    """Bytes of page, page and script, thank-you page; seconds on 2G, the median of some rounds."""

    page: int
    with_script: int
    sending: int
    answerable: float
    thanked: float


def measure_page(folder: Path) -> PageCost:
    """Visit the survey as a phone does. Raises BenchmarkError when there is no browser."""
    with (
        SQLiteDatabases(folder).fresh() as url,
        serving(url, folder, page_cache_seconds=10) as server,
        _phone() as make,
    ):
        with server.transaction() as connection:
            counter = a_scanned_counter(connection)
        _visit(make, server, counter)  # The first page of a worker is rendered, later ones are kept.
        visits = sorted((_visit(make, server, counter) for _ in range(ROUNDS)), key=lambda visit: visit.answerable)
    return visits[ROUNDS // 2]


def budget_table(cost: PageCost) -> str:
    """The figures beside their budgets."""
    return "\n".join(
        [
            f"## Survey page: default questionnaire, compressed; 2G is {KILOBITS} kbit/s, {LATENCY_MILLISECONDS} ms",
            "",
            "| | here | budget |",
            "|---|---|---|",
            f"| page, can be answered after it | {cost.page:,} bytes | {PAGE_BUDGET:,} |",
            f"| page and script | {cost.with_script:,} bytes | {WITH_SCRIPT_BUDGET:,} |",
            f"| sending, with the thank-you page | {cost.sending:,} bytes | {PAGE_BUDGET:,} |",
            f"| 2G: until it can be answered | {cost.answerable:.1f} s | {SECONDS_BUDGET:.0f} s |",
            f"| 2G: from the press until thanked | {cost.thanked:.1f} s | {SECONDS_BUDGET:.0f} s |",
        ]
    )


@contextmanager
def _phone() -> Iterator[Browser]:
    found = next((path for name in _CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        raise BenchmarkError("no Chromium: `make test` installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def _visit(browser: Browser, server: LiveServer, counter: ScannedCounter) -> PageCost:
    """One person with a new phone."""
    context = browser.new_context(viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    page = context.new_page()
    _throttle(page)
    started = time.perf_counter()
    with counting(page) as asking:
        page.goto(f"{server.url}/S/{counter.code}", wait_until="commit")
        page.locator('label:has(input[name="overall"][value="5"])').tap()
        answerable = time.perf_counter() - started
    with counting(page) as sending:
        started = time.perf_counter()
        page.get_by_role("button").last.tap()
        expect(page.get_by_role("heading", level=1)).to_have_text("Xin cảm ơn ông/bà!", timeout=60_000)
        thanked = time.perf_counter() - started
    context.close()
    return PageCost(asking.sizes[0], asking.total, sending.total, answerable, thanked)


def _throttle(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    bytes_a_second = KILOBITS * 1000 / 8
    conditions = {"downloadThroughput": bytes_a_second, "uploadThroughput": bytes_a_second}
    session.send("Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY_MILLISECONDS, **conditions})
