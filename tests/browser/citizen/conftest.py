"""A counter of the live server, an old code of it, and the answers that arrive while a test runs."""

import shutil
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from survey_app.clock import SystemClock
from survey_app.responses.models import inbox
from survey_app.territory import scan_code_register
from tests.browser.citizen.people import Answers
from tests.browser.conftest import CHROMIUM_NAMES, QUIET
from tests.support import factories
from tests.support.live_server import LiveServer
from tests.support.surveys import ScannedCounter, a_scanned_counter


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
