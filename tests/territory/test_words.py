"""Every rule that code can raise has its words in both languages, and no words are left over."""

import re
from collections.abc import Sequence
from pathlib import Path

from survey_app.languages import catalogues, placeholders_of
from survey_app.territory import poster_sheets
from tests.support.databases import ROOT

TERRITORY = ROOT / "survey_app" / "territory"
POSTERS = [*TERRITORY.glob("poster*.py"), *(ROOT / "survey_app" / "staff").glob("poster*.py")]
SOURCES = [path for path in TERRITORY.glob("*.py") if path not in POSTERS]


def spelled(pattern: str, sources: Sequence[Path] = SOURCES) -> set[str]:
    return {found for path in sources for found in re.findall(pattern, path.read_text(encoding="utf-8"))}


def used_keys() -> set[str]:
    """Keys that the code asks for, read from its text."""
    rules = spelled(r'Problem\([\w.\[\]]+, "(\w+)"') | spelled(r'complain\(row, "(\w+)"')
    refusals = spelled(r'RefusedChange\(\s*"(\w+)"', [*SOURCES, *POSTERS]) | {
        f"{state}_{what}"
        for what in ("premises", "address", "service_point", "domain")
        for state in ("empty", "bad")
        if (state, what) != ("empty", "address")
    }
    refusals |= {f"{what}_{state}" for what in ("premises", "service_point") for state in ("has_closed", "opens_later")}
    commands = spelled(r'_(?:say|words)\(\s*"(\w+)"') | spelled(r'_say\("(\w+)" if') | spelled(r' else "(\w+)", code=')
    keys = {f"territory.rule.{each}" for each in rules} | {f"territory.refused.{each}" for each in refusals}
    keys |= {f"territory.command.{each}" for each in commands} | {"territory.line"}
    return keys | poster_keys()


def poster_keys() -> set[str]:
    """Keys of what is said on, and about, posters."""
    keys = spelled(r'(?:translate|text)\(\s*"((?:poster|territory)\.[\w.]+)"', POSTERS)
    errors = spelled(r'error_page\(current_app, \d+, "([\w.]+)"', POSTERS)
    keys |= {f"{error}.{part}" for error in errors for part in ("title", "text")}
    commands = [TERRITORY / "poster_commands.py"]
    keys |= {f"poster.command.{each}" for each in spelled(r'_words\("(\w+)"', commands)}
    sheets = [TERRITORY / "poster_sheets.py"]
    checks = spelled(r'\btext\("(\w+)"', sheets) | set(poster_sheets._COLUMNS)
    return keys | {f"poster.check.{each}" for each in checks}


def test_words_and_uses_match() -> None:
    for language, one in catalogues().items():
        stored = {key for key in one.texts if key.startswith(("territory.", "poster."))}
        assert stored == used_keys(), language


def test_translations_have_the_placeholders_of_the_original() -> None:
    vietnamese = catalogues()["vi"].texts
    for one in catalogues().values():
        for key in used_keys():
            assert placeholders_of(one.texts[key]) == placeholders_of(vietnamese[key]), key
