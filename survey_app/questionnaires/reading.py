"""Reads the TOML of a definition: known keys and right types, one problem for each thing that is not so. Pure."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from survey_app.questionnaires.items import LANGUAGES, Text, text_in_languages
from survey_app.questionnaires.problems import DefinitionError, Problem
from survey_app.questionnaires.toml_lines import LineIndex, Path

_AT_LINE = re.compile(r"^(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)$", re.DOTALL)


class Reader:
    """Takes values out of tables and collects problems; what cannot be read comes back empty."""

    def __init__(self, text: str, source: str) -> None:
        """Parse the TOML text. Raises DefinitionError, with its only problem, where the syntax is broken."""
        self.source = source
        self.problems: list[Problem] = []
        try:
            self.document: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise DefinitionError(source, [_syntax_problem(str(error), text)]) from error
        self._lines = LineIndex(text)

    def report(self, path: Path, rule: str, /, **details: object) -> None:
        """Note that the value at the path breaks a rule."""
        facts = {name: str(value) for name, value in details.items()}
        self.problems.append(Problem(self._lines.line_of(path), rule, facts))

    def finish(self) -> None:
        """Raise DefinitionError if any rule was broken."""
        if self.problems:
            raise DefinitionError(self.source, self.problems)

    def table(
        self, value: object, path: Path, required: Sequence[str], optional: Sequence[str] = ()
    ) -> Mapping[str, Any]:
        """A table with known keys only."""
        if not isinstance(value, dict):
            self.report(path, "not_a_table", field=_spoken(path))
            return {}
        for key in value:
            if key not in required and key not in optional:
                self.report((*path, key), "unknown_key", field=key, known=", ".join((*required, *optional)))
        for key in required:
            if key not in value:
                self.report(path, "missing_key", field=key)
        return value

    def array(self, table: Mapping[str, Any], key: str, path: Path) -> list[Any]:
        """The array under a key; empty if absent."""
        value = table.get(key, [])
        if isinstance(value, list):
            return value
        self.report((*path, key), "not_an_array", field=key)
        return []

    def integer(self, table: Mapping[str, Any], key: str, path: Path) -> int:
        """The whole number under a key; 0 if absent (no definition holds a zero)."""
        value = table.get(key, 0)
        if isinstance(value, int) and not isinstance(value, bool) and (value != 0 or key not in table):
            return value
        self.report((*path, key), "not_a_number", field=key)
        return 0

    def string(self, table: Mapping[str, Any], key: str, path: Path) -> str:
        """The string under a key; empty if absent."""
        value = table.get(key, "")
        if isinstance(value, str) and (value or key not in table):
            return value
        self.report((*path, key), "not_a_text", field=key)
        return ""

    def texts(self, value: object, path: Path) -> Text:
        """One text in the languages of the table."""
        return self.texts_in(self.table(value, path, (), LANGUAGES), path)

    def texts_in(self, table: Mapping[str, Any], path: Path) -> Text:
        """The texts under the language tags, in composed form (NFC): what looks the same is hashed the same."""
        texts = {tag: self.string(table, tag, path) for tag in LANGUAGES if tag in table}
        return text_in_languages({tag: unicodedata.normalize("NFC", text) for tag, text in texts.items() if text})


def _syntax_problem(message: str, text: str) -> Problem:
    match = _AT_LINE.match(message)
    what = match["what"] if match else message
    line = int(match["line"]) if match and match["line"] else text.rstrip().count("\n") + 1
    return Problem(line, "toml_syntax", {"message": what})


def _spoken(path: Path) -> str:
    """How a person would point at the value: `items 3 options`."""
    return " ".join(str(part + 1) if isinstance(part, int) else part for part in path)
