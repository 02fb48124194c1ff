"""Every rule that code can raise has its words in both languages, and no words are left over."""

import re
from pathlib import Path

from survey_app.languages import catalogues, placeholders_of
from tests.support.databases import ROOT

SOURCES = [*(ROOT / "survey_app" / "territory").glob("*.py"), ROOT / "survey_app" / "staff" / "poster_views.py"]


def spelled(pattern: str) -> set[str]:
    return {found for path in SOURCES for found in re.findall(pattern, Path(path).read_text(encoding="utf-8"))}


def used_keys() -> set[str]:
    """Keys that the code asks for, read from its text."""
    rules = spelled(r'Problem\([\w.\[\]]+, "(\w+)"') | spelled(r'complain\(row, "(\w+)"')
    refusals = spelled(r'RefusedChange\(\s*"(\w+)"') | {
        f"{state}_{what}"
        for what in ("premises", "address", "service_point", "domain")
        for state in ("empty", "bad")
        if (state, what) != ("empty", "address")
    }
    refusals |= {f"{what}_{state}" for what in ("premises", "service_point") for state in ("has_closed", "opens_later")}
    commands = spelled(r'_(?:say|words)\(\s*"(\w+)"') | spelled(r'_say\("(\w+)" if') | spelled(r' else "(\w+)", code=')
    keys = {f"territory.rule.{each}" for each in rules} | {f"territory.refused.{each}" for each in refusals}
    keys |= {f"territory.command.{each}" for each in commands} | {"territory.line"}
    keys |= spelled(r'translate\("(poster\.\w+)"') | {"poster.no_code.title", "poster.no_code.text"}
    return keys


def test_words_and_uses_match() -> None:
    for language, one in catalogues().items():
        stored = {key for key in one.texts if key.startswith(("territory.", "poster."))}
        assert stored == used_keys(), language


def test_translations_have_the_placeholders_of_the_original() -> None:
    vietnamese = catalogues()["vi"].texts
    for one in catalogues().values():
        for key in used_keys():
            assert placeholders_of(one.texts[key]) == placeholders_of(vietnamese[key]), key
