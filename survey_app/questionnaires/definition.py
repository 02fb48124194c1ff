"""Definitions of questionnaires: read from TOML with every broken rule named, composed with a unit's own questions.

Pure: standard library only. What a definition is made of stands in `items`, the rules in `rules`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Any, cast

from survey_app.questionnaires.items import (
    LANGUAGES,
    Construct,
    Item,
    Kind,
    Option,
    Questionnaire,
    Scale,
    Text,
    fill_commune,
    from_canonical_json,
    item_digest,
    to_canonical_json,
)
from survey_app.questionnaires.problems import DefinitionError, Problem
from survey_app.questionnaires.reading import Reader
from survey_app.questionnaires.rules import (
    check_identity,
    check_item,
    check_overall,
    check_own,
    check_question,
    check_scale,
    check_together,
)
from survey_app.questionnaires.toml_lines import Path

__all__ = [
    "DEFAULT_DEFINITION",
    "LANGUAGES",
    "Construct",
    "DefinitionError",
    "Item",
    "Kind",
    "Option",
    "OwnQuestion",
    "Problem",
    "Questionnaire",
    "Scale",
    "Text",
    "callback_questionnaire",
    "content_hash",
    "default_questionnaire",
    "fill_commune",
    "from_canonical_json",
    "parse_definition",
    "parse_own_questions",
    "to_canonical_json",
    "with_own_questions",
    "without_own_questions",
]

DEFAULT_DEFINITION = FilePath(__file__).parent / "definitions" / "default.toml"
CALLBACK_DEFINITION = FilePath(__file__).parent / "definitions" / "callback.toml"
OWN_MARK = "+"
"""Parts the key of the base from the digest of the own questions in the key of a composed questionnaire."""


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question that one unit adds: a rating (slots r11, r12) or a choice (c3, c4), its name starting with `own_`."""

    name: str
    kind: Kind
    slot: str
    text: Text
    hint: Text | None = None
    options: tuple[Option, ...] = ()

    def as_item(self) -> Item:
        """The item it becomes on the unit's page."""
        return Item(self.name, self.kind, "own", self.slot, self.text, hint=self.hint, options=self.options)


def content_hash(questionnaire: Questionnaire) -> str:
    """SHA-256, in hex, of the canonical JSON: the name of these very words for good."""
    return questionnaire.content_hash


def default_questionnaire() -> Questionnaire:
    """The questionnaire that comes with the software."""
    return parse_definition(DEFAULT_DEFINITION.read_text(encoding="utf-8"), DEFAULT_DEFINITION.name)


def callback_questionnaire() -> Questionnaire:
    """What an independent caller asks a control sample: the questions of the counter, and one about the counting."""
    reader = Reader(CALLBACK_DEFINITION.read_text(encoding="utf-8"), CALLBACK_DEFINITION.name)
    top = reader.table(reader.document, (), ("key", "version", "items"))
    added, paths = _read_items(reader, top, "items", _read_item)
    base = default_questionnaire()
    place = 1 + max(index for index, item in enumerate(base.items) if item.kind == "choice")
    items = base.items[:place] + added + base.items[place:]
    for item, path in zip(added, paths, strict=True):
        check_item(item, path, reader.report)
    check_together(items, [("items", index) for index in range(len(items))], reader.report)
    key, version = reader.string(top, "key", ()), reader.integer(top, "version", ())
    check_identity(key, version, reader.report)
    reader.finish()
    return replace(base, key=key, version=version, items=items)


def parse_definition(text: str, source: str) -> Questionnaire:
    """Read a definition; `source` is what messages call the text. Raises DefinitionError naming all problems."""
    reader = Reader(text, source)
    top = reader.table(reader.document, (), ("key", "version", "scale", "stem", "items"))
    key, version = reader.string(top, "key", ()), reader.integer(top, "version", ())
    check_identity(key, version, reader.report)
    scale = _read_scale(reader, top)
    stem = reader.texts(top.get("stem", {}), ("stem",))
    if "stem" in top:
        check_question(stem, ("stem",), reader.report)
    items, paths = _read_items(reader, top, "items", _read_item)
    for item, path in zip(items, paths, strict=True):
        if item.construct == "own":
            reader.report((*path, "construct"), "own_not_here")
        check_item(item, path, reader.report)
    check_together(items, paths, reader.report)
    check_overall(items, reader.report)
    reader.finish()
    return Questionnaire(key, version, scale, stem, items)


def parse_own_questions(text: str, source: str) -> tuple[OwnQuestion, ...]:
    """Read the TOML (`[[questions]]`) of a unit's own questions. Raises DefinitionError with every problem and line."""
    reader = Reader(text, source)
    top = reader.table(reader.document, (), ("questions",))
    items, paths = _read_items(reader, top, "questions", _read_own)
    check_own(items, paths, reader.report)
    reader.finish()
    return tuple(OwnQuestion(item.name, item.kind, item.slot, item.text, item.hint, item.options) for item in items)


def with_own_questions(base: Questionnaire, own: Sequence[OwnQuestion]) -> Questionnaire:
    """The base with a unit's own questions after its last rating, before what it asks of trouble and context.

    The composed questionnaire keeps the version and is called `<key>+<digest of the questions>`: units that ask the
    same share it. Raises DefinitionError (problems without lines) for what breaks a rule.
    """
    problems: list[Problem] = []

    def report(_path: Path, rule: str, /, **details: object) -> None:
        problems.append(Problem(0, rule, {name: str(value) for name, value in details.items()}))

    if any(item.construct == "own" for item in base.items):
        report((), "base_has_own")
    added = tuple(question.as_item() for question in own)
    check_own(added, [("questions", index) for index in range(len(added))], report)
    if problems:
        raise DefinitionError(base.label, problems)
    place = 1 + max(index for index, item in enumerate(base.items) if item.kind == "rating")
    items = base.items[:place] + added + base.items[place:]
    return replace(base, key=f"{base.key}{OWN_MARK}{item_digest(added)}", items=items)


def without_own_questions(questionnaire: Questionnaire) -> Questionnaire:
    """The base that `with_own_questions` was given; a questionnaire without own questions is its own base."""
    key = questionnaire.key.partition(OWN_MARK)[0]
    return replace(questionnaire, key=key, items=tuple(i for i in questionnaire.items if i.construct != "own"))


def _read_scale(reader: Reader, top: Mapping[str, Any]) -> Scale:
    if "scale" not in top:
        return Scale((), {})
    path: Path = ("scale",)
    table = reader.table(top["scale"], path, ("levels", "skip"))
    levels = reader.array(table, "levels", path)
    scale = Scale(
        tuple(reader.texts(level, (*path, "levels", index)) for index, level in enumerate(levels)),
        reader.texts(table.get("skip", {}), (*path, "skip")),
    )
    check_scale(scale, reader.report)
    return scale


def _read_items(reader: Reader, top: Mapping[str, Any], key: str, read: Any) -> tuple[tuple[Item, ...], list[Path]]:
    tables = reader.array(top, key, ())
    paths: list[Path] = [(key, index) for index in range(len(tables))]
    return tuple(read(reader, table, path) for table, path in zip(tables, paths, strict=True)), paths


def _read_item(reader: Reader, value: object, path: Path) -> Item:
    required = ("name", "kind", "construct", "slot", "text")
    table = reader.table(value, path, required, ("hint", "sipas", "options", "max_length"))
    item = _read_question(reader, table, path, construct=reader.string(table, "construct", path))
    return replace(
        item,
        sipas=reader.texts(table["sipas"], (*path, "sipas")) if "sipas" in table else None,
        max_length=reader.integer(table, "max_length", path) if "max_length" in table else None,
    )


def _read_own(reader: Reader, value: object, path: Path) -> Item:
    table = reader.table(value, path, ("name", "kind", "slot", "text"), ("hint", "options"))
    return _read_question(reader, table, path, construct="own")


def _read_question(reader: Reader, table: Mapping[str, Any], path: Path, construct: str) -> Item:
    options = reader.array(table, "options", path)
    return Item(
        name=reader.string(table, "name", path),
        # What is none of the known words is reported by the rules, and nothing is returned then.
        kind=cast(Kind, reader.string(table, "kind", path)),
        construct=cast(Construct, construct),
        slot=reader.string(table, "slot", path),
        text=reader.texts(table.get("text", {}), (*path, "text")),
        hint=reader.texts(table["hint"], (*path, "hint")) if "hint" in table else None,
        options=tuple(_read_option(reader, option, (*path, "options", i)) for i, option in enumerate(options)),
    )


def _read_option(reader: Reader, value: object, path: Path) -> Option:
    table = reader.table(value, path, ("code", "value", *LANGUAGES))
    return Option(
        reader.integer(table, "code", path),
        reader.string(table, "value", path),
        reader.texts_in(table, path),
    )
