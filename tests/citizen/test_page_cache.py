from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from survey_app.citizen.edition import Edition
from survey_app.citizen.page_cache import Address, PageCache
from survey_app.citizen.spliced_page import SplicedPage
from survey_app.questionnaires.definition import default_questionnaire
from survey_app.questionnaires.register import StoredQuestionnaire

NOON = datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
SECOND = timedelta(seconds=1)
STORED = StoredQuestionnaire(1, default_questionnaire(), date(2026, 5, 1))
EDITION = Edition(1, "26041", "phường Trấn Biên", 7, "Quầy 1", "poster", "vi", STORED.content_hash, "UBND", STORED)
HERE = Address("7KQ2M9XD", "vi")


class Printer:
    """Renders editions and remembers how often it did."""

    def __init__(self) -> None:
        self.printed: list[Edition] = []

    def __call__(self, edition: Edition) -> SplicedPage:
        self.printed.append(edition)
        return SplicedPage.around(edition.service_point, "")


@pytest.fixture
def printer() -> Printer:
    return Printer()


@pytest.fixture
def cache(printer: Printer) -> PageCache:
    return PageCache(10 * SECOND, printer, limit=3)


def test_a_page_is_trusted_for_its_seconds_and_no_longer(cache: PageCache) -> None:
    kept = cache.keep(HERE, EDITION, NOON)
    assert cache.trusted(HERE, NOON) == kept
    assert cache.trusted(HERE, NOON + 9 * SECOND) == kept
    assert cache.trusted(HERE, NOON + 10 * SECOND) is None
    assert cache.last_known(HERE) == kept


def test_a_clock_turned_back_does_not_keep_a_page_for_longer(cache: PageCache) -> None:
    cache.keep(HERE, EDITION, NOON)
    assert cache.trusted(HERE, NOON - SECOND) is None


def test_the_same_edition_is_rendered_once(cache: PageCache, printer: Printer) -> None:
    cache.keep(HERE, EDITION, NOON)
    kept = cache.keep(HERE, replace(EDITION), NOON + 60 * SECOND)
    assert len(printer.printed) == 1
    assert cache.trusted(HERE, NOON + 61 * SECOND) == kept


@pytest.mark.parametrize(
    "change", [{"service_point": "Quầy 2"}, {"commune": "xã Mới"}, {"questionnaire_hash": "0" * 64}]
)
def test_another_edition_is_rendered_anew(cache: PageCache, printer: Printer, change: dict[str, str]) -> None:
    cache.keep(HERE, EDITION, NOON)
    changed = replace(EDITION, **change)  # type: ignore[arg-type]
    cache.keep(HERE, changed, NOON + SECOND)
    assert printer.printed == [EDITION, changed]


def test_languages_and_codes_have_pages_of_their_own(cache: PageCache) -> None:
    cache.keep(HERE, EDITION, NOON)
    assert cache.trusted(Address("7KQ2M9XD", "en"), NOON) is None
    assert cache.trusted(Address("XXXXXXXX", "vi"), NOON) is None


def test_the_page_not_visited_for_longest_is_forgotten_first(cache: PageCache) -> None:
    addresses = [Address(f"CODE{number}", "vi") for number in range(4)]
    for address in addresses[:3]:
        cache.keep(address, EDITION, NOON)
    cache.trusted(addresses[0], NOON)
    cache.keep(addresses[3], EDITION, NOON)
    assert [cache.last_known(address) is not None for address in addresses] == [True, False, True, True]


def test_a_closed_address_is_forgotten(cache: PageCache) -> None:
    cache.keep(HERE, EDITION, NOON)
    cache.forget(HERE)
    cache.forget(HERE)
    assert cache.last_known(HERE) is None
