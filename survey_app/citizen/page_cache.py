"""Survey pages kept as bytes by each worker: rendered once an edition, trusted for some seconds, then asked about."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from survey_app.citizen.edition import POSTER, Edition
from survey_app.citizen.spliced_page import SplicedPage

PAGES_KEPT = 4096
"""About 4 KB each: enough for every counter of a large province in two languages, and a bound for a nation's server."""


@dataclass(frozen=True, slots=True)
class Address:
    """What a visitor asks for: a scan code as it is stored, a language, and the channel through which they came."""

    code: str
    language: str
    channel: str = POSTER


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page and the edition it shows, known to be right at `asked_at`."""

    edition: Edition
    page: SplicedPage
    asked_at: datetime


class PageCache:
    """The pages of one worker, the least recently visited forgotten first. Threads may share it."""

    def __init__(
        self, trusted_for: timedelta, render: Callable[[Edition], SplicedPage], limit: int = PAGES_KEPT
    ) -> None:
        self._trusted_for = trusted_for
        self._render = render
        self._limit = limit
        self._pages: OrderedDict[Address, KeptPage] = OrderedDict()
        self._lock = threading.Lock()

    def trusted(self, address: Address, now: datetime) -> KeptPage | None:
        """The page, if it was asked about less than the trusted time ago (no clock turned back makes it younger)."""
        kept = self.last_known(address)
        if kept is None or not kept.asked_at <= now < kept.asked_at + self._trusted_for:
            return None
        return kept

    def last_known(self, address: Address) -> KeptPage | None:
        """The page, however old: for when nobody can be asked."""
        with self._lock:
            kept = self._pages.get(address)
            if kept is not None:
                self._pages.move_to_end(address)
            return kept

    def keep(self, address: Address, edition: Edition, now: datetime) -> KeptPage:
        """Trust this edition from `now` on; its page is rendered only if the edition is not the one that was kept."""
        kept = self.last_known(address)
        if kept is not None and kept.edition == edition:
            kept = replace(kept, asked_at=now)
        else:
            kept = KeptPage(edition, self._render(edition), now)
        with self._lock:
            self._pages[address] = kept
            self._pages.move_to_end(address)
            while len(self._pages) > self._limit:
                self._pages.popitem(last=False)
        return kept

    def forget(self, address: Address) -> None:
        """Forget the page of an address that is no longer served."""
        with self._lock:
            self._pages.pop(address, None)
