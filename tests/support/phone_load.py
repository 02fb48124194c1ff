"""Counts what a real browser fetches, in requests and in bytes as they travel, without headers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request


@dataclass
class Fetched:
    """What was fetched, in order; filled when the block of `counting` ends.

    `sizes` are bytes of the answers' bodies, compressed as they came; what the browser had kept is in neither list.
    """

    paths: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Bytes of all bodies."""
        return sum(self.sizes)


@contextmanager
def counting(page: Page) -> Iterator[Fetched]:
    """Count what the page fetches inside the block, until the network is quiet."""
    fetched, finished = Fetched(), list[Request]()

    def note(request: Request) -> None:
        finished.append(request)

    page.on("requestfinished", note)
    yield fetched
    page.wait_for_load_state("networkidle")
    page.remove_listener("requestfinished", note)
    for request in finished:
        size = request.sizes()["responseBodySize"]
        if size >= 0:  # Negative: out of the browser's own memory.
            fetched.paths.append(urlsplit(request.url).path)
            fetched.sizes.append(size)
