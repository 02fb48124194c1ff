"""The server is killed in the middle of a POST, truly (SIGKILL), and started again: the phone's queue sends, once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.citizen.people import THANKS, Answers, heading, rate
from tests.browser.citizen.test_offline import LEFT_BEHIND, WAITING, open_survey, ratings, send
from tests.support.databases import SQLiteDatabases
from tests.support.live_server import LiveServer
from tests.support.lossy_network import LossyNetwork, lossy_network
from tests.support.mortal_server import MortalServer, mortal_server
from tests.support.surveys import ScannedCounter


@pytest.fixture(scope="module")
def pair(
    sqlite_databases: SQLiteDatabases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[LiveServer, MortalServer]]:
    """The server, as a live one and as one that can be killed."""
    folder: Path = tmp_path_factory.mktemp("mortal")
    with sqlite_databases.fresh() as url, mortal_server(url, folder) as made:
        yield made


@pytest.fixture(scope="module")
def live_server(pair: tuple[LiveServer, MortalServer]) -> LiveServer:
    """What the counter is set up on."""
    return pair[0]


@pytest.fixture
def server(pair: tuple[LiveServer, MortalServer]) -> MortalServer:
    """What is killed."""
    return pair[1]


@pytest.fixture
def network(live_server: LiveServer) -> Iterator[LossyNetwork]:
    """The network between phone and server: it counts what was sent."""
    with lossy_network(live_server.port) as made:
        yield made


@pytest.fixture
def phone(mobile_page: Page, network: LossyNetwork, counter: ScannedCounter) -> Page:
    """A phone with the survey open and one level chosen."""
    open_survey(mobile_page, network, counter)
    rate(mobile_page, "overall", 2)
    return mobile_page


def wait_for_post(phone: Page, network: LossyNetwork) -> None:
    """Until the form is on its way; and a moment longer, for who reads it."""
    for _ in range(100):
        if network.posts_seen:
            break
        phone.wait_for_timeout(50)
    assert network.posts_seen == 1
    phone.wait_for_timeout(300)


def is_sent_once(phone: Page, server: MortalServer, answers: Answers) -> None:
    """The phone says that the form waits; the server comes back, and one answer is there."""
    expect(phone.get_by_text(WAITING)).to_be_visible()
    server.start()
    expect(heading(phone)).to_have_text(THANKS["vi"], timeout=40_000)
    assert ratings(answers) == [2]
    assert phone.evaluate(LEFT_BEHIND) == []


def test_killed_before_it_read_the_form(
    phone: Page, server: MortalServer, network: LossyNetwork, answers: Answers
) -> None:
    server.freeze()
    send(phone)
    wait_for_post(phone, network)
    server.kill()
    assert ratings(answers) == []
    is_sent_once(phone, server, answers)


def test_killed_while_it_waits_to_write(
    phone: Page, server: MortalServer, live_server: LiveServer, network: LossyNetwork, answers: Answers
) -> None:
    with live_server.transaction():  # Nobody else can write meanwhile.
        send(phone)
        wait_for_post(phone, network)
        server.kill()
    assert ratings(answers) == []
    is_sent_once(phone, server, answers)


def test_killed_after_it_wrote_and_before_anybody_knew(
    phone: Page, server: MortalServer, network: LossyNetwork, answers: Answers
) -> None:
    network.trouble = "lose answers to posts"
    send(phone)
    expect(phone.get_by_text(WAITING)).to_be_visible()
    server.kill()
    assert ratings(answers) == [2], "what was thanked for lies durably, though the thanks were lost"
    network.trouble = "none"
    is_sent_once(phone, server, answers)


def test_killed_again_and_again_it_is_still_one_answer(
    phone: Page, server: MortalServer, network: LossyNetwork, answers: Answers
) -> None:
    network.trouble = "lose answers to posts"
    send(phone)
    expect(phone.get_by_text(WAITING)).to_be_visible()
    for _ in range(2):
        server.kill()
        server.start()
        seen = network.posts_seen
        phone.evaluate("window.dispatchEvent(new Event('online'))")
        for _ in range(200):
            if network.posts_seen > seen:
                break
            phone.wait_for_timeout(50)
        assert network.posts_seen > seen, "it was sent once more, and once more nobody heard the answer"
    server.kill()
    network.trouble = "none"
    is_sent_once(phone, server, answers)
