"""Languages are catalogues: one folder a language in `translations/`, one .po file a room, keyed by dotted names.

The language is chosen by the address (`?lang=en`); there is no cookie, and the Accept-Language header is not consulted:
many old phones are left in English, and Vietnamese comes first here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from babel.core import Locale
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from flask import Flask, Request, g, request

TRANSLATIONS = Path(__file__).parent / "translations"
DEFAULT_LANGUAGE = "vi"


class UnknownLanguage(LookupError):
    """The address asks for a language that has no catalogue."""


@dataclass(frozen=True)
class Catalogue:
    """All texts of one language."""

    language: str
    texts: Mapping[str, str]

    def text(self, key: str, **values: object) -> str:
        """The text under `key` with its `{placeholders}` filled. Raises KeyError for an unknown key or placeholder."""
        text = self.texts[key]
        return text.format(**values) if "{" in text else text

    @property
    def name(self) -> str:
        """What the language calls itself."""
        return Locale.parse(self.language).get_display_name(self.language) or self.language


def placeholders_of(text: str) -> frozenset[str]:
    """The names in braces: a translation must have exactly those of the original."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def read_catalogue(folder: Path) -> Catalogue:
    """Read every .po file of one language. Raises ValueError when a key stands in two files."""
    texts: dict[str, str] = {}
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=folder.name):
                key = str(message.id)
                if not key or not message.string:
                    continue
                if key in texts:
                    raise ValueError(f"{path.name}: {key} stands in another file too")
                texts[key] = str(message.string)
    return Catalogue(folder.name, texts)


@cache
def catalogues() -> Mapping[str, Catalogue]:
    """All languages, Vietnamese first. Adding a language is adding a folder."""
    folders = sorted(path for path in TRANSLATIONS.iterdir() if path.is_dir())
    folders.sort(key=lambda path: path.name != DEFAULT_LANGUAGE)
    return {path.name: read_catalogue(path) for path in folders}


def catalogue(language: str) -> Catalogue:
    """The catalogue of a language. Raises `UnknownLanguage`."""
    try:
        return catalogues()[language]
    except KeyError as error:
        raise UnknownLanguage(language) from error


def language_of(req: Request) -> str:
    """The language an address asks for. Raises `UnknownLanguage`."""
    return catalogue(req.args.get("lang", DEFAULT_LANGUAGE).lower()).language


def current_language() -> str:
    """The language of the page being made; Vietnamese where none was chosen or understood."""
    return str(g.get("language", DEFAULT_LANGUAGE))


def translate(key: str, **values: object) -> str:
    """The text under `key` in the language of the page being made."""
    return catalogue(current_language()).text(key, **values)


def format_number(value: float, digits: int = 0, language: str | None = None) -> str:
    """A number as the language writes it: 83,4 in Vietnamese, 83.4 in English."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(value, pattern, locale=language or current_language()))


def format_percent(share: float, digits: int = 0, language: str | None = None) -> str:
    """A share of 0…1 as a percentage without a space: 86% (wording: percentages without a space)."""
    return format_number(share * 100, digits, language) + "%"


def format_day(day: date, language: str | None = None) -> str:
    """24/11/2026 in Vietnamese, 24 Nov 2026 in English."""
    return f"{day:%d/%m/%Y}" if (language or current_language()) == "vi" else f"{day.day} {day:%b %Y}"


def format_days(first: date, last: date, language: str | None = None) -> str:
    """A span of days without its year: 16–22/11, 30/11–6/12; 16–22 Nov, 30 Nov – 6 Dec."""
    if (language or current_language()) == "vi":
        start = f"{first.day}" if first.month == last.month else f"{first.day}/{first.month}"
        return f"{start}–{last.day}/{last.month}"
    if first.month == last.month:
        return f"{first.day}–{last.day} {last:%b}"
    return f"{first.day} {first:%b} – {last.day} {last:%b}"


def use_languages(app: Flask) -> None:
    """Choose the language of each request by its address, keep it in the links made, and give templates `t(key)`."""

    @app.before_request
    def _choose() -> None:
        g.language = DEFAULT_LANGUAGE
        g.language = language_of(request)

    @app.url_defaults
    def _keep(endpoint: str, values: dict[str, Any]) -> None:
        language = current_language()
        if language != DEFAULT_LANGUAGE and not endpoint.endswith("static"):
            values.setdefault("lang", language)

    app.jinja_env.globals.update(
        t=translate,
        current_language=current_language,
        catalogues=catalogues,
        format_number=format_number,
        format_percent=format_percent,
        format_day=format_day,
        format_days=format_days,
    )
