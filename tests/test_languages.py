"""Every language says the same things, with the same placeholders, and writes numbers and days its own way."""

import re
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient

from survey_app.languages import (
    DEFAULT_LANGUAGE,
    TRANSLATIONS,
    UnknownLanguage,
    catalogue,
    catalogues,
    format_day,
    format_days,
    format_number,
    format_percent,
    placeholders_of,
    read_catalogue,
    translate,
)
from tests.support.databases import sqlite_only

OTHERS = sorted(path.name for path in TRANSLATIONS.iterdir() if path.is_dir() and path.name != DEFAULT_LANGUAGE)
ROOM_FILES = sorted(path.name for path in (TRANSLATIONS / DEFAULT_LANGUAGE).glob("*.po"))


def test_vietnamese_comes_first_and_english_is_there() -> None:
    assert next(iter(catalogues())) == "vi"
    assert "en" in catalogues()


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_files(language: str) -> None:
    assert sorted(path.name for path in (TRANSLATIONS / language).glob("*.po")) == ROOM_FILES


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_keys(language: str) -> None:
    vietnamese, other = set(catalogue("vi").texts), set(catalogue(language).texts)
    assert sorted(vietnamese ^ other) == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_has_the_same_placeholders(language: str) -> None:
    vietnamese, other = catalogue("vi").texts, catalogue(language).texts
    differing = {
        key: (sorted(placeholders_of(text)), sorted(placeholders_of(other[key])))
        for key, text in vietnamese.items()
        if key in other and placeholders_of(text) != placeholders_of(other[key])
    }
    assert differing == {}


@pytest.mark.parametrize("language", ["vi", *OTHERS])
@pytest.mark.parametrize("name", ROOM_FILES)
def test_every_entry_is_filled_and_says_its_language(language: str, name: str) -> None:
    with (TRANSLATIONS / language / name).open("rb") as file:
        messages = read_po(file, locale=language)
    assert [message.id for message in messages if message.id and not message.string] == []
    assert [message.id for message in messages if message.id and message.fuzzy] == []
    assert str(messages.locale) == language


def test_vietnamese_texts_have_their_diacritics() -> None:
    """A text of several words without a single letter outside ASCII was typed without its marks, or not translated."""
    words = {key: re.sub(r"\{[^}]*\}", "", text) for key, text in catalogue("vi").texts.items()}
    bare = [key for key, text in words.items() if text.isascii() and len(re.findall("[A-Za-z]{2,}", text)) > 3]
    assert bare == []


def test_a_key_in_two_files_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "en"
    folder.mkdir()
    for name in ("one.po", "two.po"):
        (folder / name).write_text('msgid "title"\nmsgstr "Title"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="title stands in another file"):
        read_catalogue(folder)


def test_an_unknown_key_or_placeholder_fails_loudly() -> None:
    with pytest.raises(KeyError):
        catalogue("vi").text("no.such.key")
    with pytest.raises(KeyError):
        catalogue("vi").text("error.language.text")
    with pytest.raises(UnknownLanguage):
        catalogue("xx")


@pytest.mark.parametrize(
    ("language", "number", "percent", "day", "week", "two_months", "two_years"),
    [
        ("vi", "1.234,5", "86%", "24/11/2026", "16–22/11", "30/11–6/12", "28/12–3/1"),
        ("en", "1,234.5", "86%", "24 Nov 2026", "16–22 Nov", "30 Nov – 6 Dec", "28 Dec – 3 Jan"),
    ],
)
def test_numbers_and_days(
    language: str, number: str, percent: str, day: str, week: str, two_months: str, two_years: str
) -> None:
    assert format_number(1234.5, 1, language) == number
    assert format_percent(0.86, language=language) == percent
    assert format_day(date(2026, 11, 24), language) == day
    assert format_days(date(2026, 11, 16), date(2026, 11, 22), language) == week
    assert format_days(date(2026, 11, 30), date(2026, 12, 6), language) == two_months
    assert format_days(date(2026, 12, 28), date(2027, 1, 3), language) == two_years


@sqlite_only
def test_the_address_alone_chooses_the_language(app: Flask) -> None:
    for query, language in (("", "vi"), ("?lang=en", "en"), ("?lang=EN", "en")):
        with app.test_request_context(f"/{query}", headers={"Accept-Language": "en"}):
            app.preprocess_request()
            assert translate("error.404.title") == catalogue(language).text("error.404.title")


@sqlite_only
def test_an_unknown_language_is_answered_in_vietnamese_with_those_there_are(client: FlaskClient) -> None:
    response = client.get("/no-such-page?lang=xx")
    words = response.get_data(as_text=True)
    assert response.status_code == 404
    assert catalogue("vi").text("error.language.title") in words
    assert "Tiếng Việt, English" in words
