"""The list of contents of a long page, read from its own headings: it cannot name a section that is not there."""

import re
from dataclasses import dataclass
from html import unescape

_HEADING = re.compile(r'<h2 [^>]*?\bid="([^"]+)"[^>]*>(.*?)</h2>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Section:
    """A section: the id to link to, and its heading as plain text."""

    id: str
    title: str


def sections_of(body: str) -> tuple[Section, ...]:
    """The sections of a rendered body (each `h2` with an id), in their order."""
    return tuple(Section(id_, _plain(title)) for id_, title in _HEADING.findall(body))


def _plain(title: str) -> str:
    return " ".join(unescape(_TAG.sub("", title)).split())
