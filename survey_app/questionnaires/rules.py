"""The rules a questionnaire must keep, whoever wrote it. Pure.

Each broken rule is reported by a key; the words are `questionnaires.rule.<key>` in `translations/*/questionnaires.po`.
"""

import re
from collections.abc import Sequence
from typing import Protocol

from survey_app.questionnaires.items import (
    ATTITUDE_SLOTS,
    LANGUAGES,
    OVERALL_SLOT,
    OWN_PREFIX,
    OWN_SLOTS,
    SCALE_SCORES,
    SLOTS_OF_CONSTRUCT,
    SLOTS_OF_KIND,
    Item,
    Scale,
    Text,
)
from survey_app.questionnaires.toml_lines import Path

MAX_QUESTION = 200
MAX_HINT = 300
MAX_LABEL = 100
MAX_NOTE = 200
"""Characters of a question or stem, a hint, an answer's label, a note on SIPAS."""
MAX_SYLLABLES = 20
"""Of a Vietnamese question, without what stands in brackets."""
MAX_NAME = 40
MAX_VALUE = 24
MAX_VERSION = 9999
MAX_COMMENT = 500
OPTIONS_AT_LEAST, OPTIONS_AT_MOST = 2, 10
MAX_CODE = 99
OWN_AT_MOST = 2
RESPONDENT_GROUPS = ("citizen", "organisation", "official")
"""The groups that the book knows; an index is never made over two of them."""

_FORM_NAMES = (
    *("data", "errors", "form_errors", "meta", "populate_obj", "post_process", "process", "validate"),
    *("questionnaire", "language", "website", "token", "lang"),
)
"""What the form itself answers to, and the fields it carries beside the items."""
_EXPORT_NAMES = (
    *("response_id", "day", "day_part", "unit_code", "unit_name", "service_point_id", "service_point", "channel"),
    *("verified", "questionnaire_hash", "flags", "set_aside", "comment_salt", "comment_digest"),
    *("leaf_salt", "leaf_hash", "sealed"),
)
"""The columns of the raw export beside those of the items."""
RESERVED_NAMES = frozenset(_FORM_NAMES + _EXPORT_NAMES)
_SLOT_NAMES = SLOTS_OF_KIND["context"] + SLOTS_OF_KIND["comment"]
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


class Report(Protocol):
    """Takes note that the value at a path breaks a rule."""

    def __call__(self, path: Path, rule: str, /, **details: object) -> None:
        """Note it; `details` fill the placeholders of the rule's explanation."""
        ...


def check_identity(key: str, version: int, report: Report) -> None:
    """The key and version of a definition."""
    _check_name(key, ("key",), MAX_NAME, report)
    if version and not 1 <= version <= MAX_VERSION:
        report(("version",), "not_in_range", field="version", low=1, high=MAX_VERSION)


def check_scale(scale: Scale, report: Report) -> None:
    """The words of the five scores and of leaving one out: different from each other."""
    path: Path = ("scale", "levels")
    if len(scale.levels) != len(SCALE_SCORES):
        report(path, "scale_levels", count=len(scale.levels), wanted=len(SCALE_SCORES))
    labels = [*scale.levels, scale.skip]
    for index, level in enumerate(scale.levels):
        check_text(level, (*path, index), MAX_LABEL, report)
    check_text(scale.skip, ("scale", "skip"), MAX_LABEL, report)
    for index, label in enumerate(labels):
        if label and label in labels[:index]:
            report((*path, index) if index < len(scale.levels) else ("scale", "skip"), "label_twice")


def check_text(text: Text, path: Path, limit: int, report: Report, *, commune: bool = False) -> None:
    """One line of words in every language; `{commune}` only where `commune` allows it."""
    for language in LANGUAGES:
        words = text.get(language)
        here = (*path, language)
        if words is None:
            report(path, "missing_language", language=language)
            continue
        if words != " ".join(words.split()) or not words.isprintable() or not words:
            report(here, "not_one_line")
        if len(words) > limit:
            report(here, "too_long", length=len(words), limit=limit)
        rest = words.replace("{commune}", "") if commune else words
        if "{" in rest or "}" in rest:
            report(here, "placeholder" if commune else "placeholder_here")


def check_question(text: Text, path: Path, report: Report) -> None:
    """A question or stem: short enough to be understood when heard once."""
    check_text(text, path, MAX_QUESTION, report, commune=True)
    syllables = len(re.findall(r"\w+", re.sub(r"\(.*?\)", "", text.get("vi", ""))))
    if syllables > MAX_SYLLABLES:
        report((*path, "vi"), "too_many_syllables", count=syllables, limit=MAX_SYLLABLES)


def check_item(item: Item, path: Path, report: Report) -> None:
    """One item by itself."""
    _check_name(item.name, (*path, "name"), MAX_NAME, report)
    _check_reserved(item, path, report)
    _check_slot(item, path, report)
    check_question(item.text, (*path, "text"), report)
    if item.hint is not None:
        check_text(item.hint, (*path, "hint"), MAX_HINT, report, commune=True)
    if item.sipas is not None:
        check_text(item.sipas, (*path, "sipas"), MAX_NOTE, report)
    _check_options(item, path, report)
    if item.kind == "comment":
        if item.max_length is None or not 1 <= item.max_length <= MAX_COMMENT:
            report((*path, "max_length"), "not_in_range", field="max_length", low=1, high=MAX_COMMENT)
    elif item.max_length is not None:
        report((*path, "max_length"), "only_comment_has_length", kind=item.kind)


def check_together(items: Sequence[Item], paths: Sequence[Path], report: Report) -> None:
    """The items of one page: no name or slot twice, at most one comment, at most six attitude items."""
    comments = attitudes = 0
    for index, (item, path) in enumerate(zip(items, paths, strict=True)):
        before = items[:index]
        if item.name and any(other.name == item.name for other in before):
            report((*path, "name"), "name_twice", name=item.name)
        comments += item.kind == "comment"
        attitudes += item.construct == "attitude"
        if item.kind == "comment" and comments > 1:
            report((*path, "kind"), "one_comment")
        elif other := next((other for other in before if item.slot and other.slot == item.slot), None):
            report((*path, "slot"), "slot_twice", slot=item.slot, name=other.name)
        if item.construct == "attitude" and attitudes > len(ATTITUDE_SLOTS):
            report((*path, "construct"), "too_many_attitude_items", limit=len(ATTITUDE_SLOTS))


def check_overall(items: Sequence[Item], report: Report) -> None:
    """Every questionnaire asks the overall rating, in its slot: it alone makes answers comparable everywhere."""
    if not any(item.construct == "overall" and item.slot == OVERALL_SLOT for item in items):
        report(("items",), "overall_missing", slot=OVERALL_SLOT)


def check_own(own: Sequence[Item], paths: Sequence[Path], report: Report) -> None:
    """A unit's own questions: at most two, ratings or choices, never text, in the slots kept for them."""
    if not 1 <= len(own) <= OWN_AT_MOST:
        report((), "own_count", count=len(own), limit=OWN_AT_MOST)
    for item, path in zip(own, paths, strict=True):
        if item.name and not item.name.startswith(OWN_PREFIX):
            report((*path, "name"), "own_name", name=item.name, prefix=OWN_PREFIX)
        if item.kind and item.kind not in OWN_SLOTS:
            report((*path, "kind"), "own_kind", kind=item.kind, allowed=", ".join(OWN_SLOTS))
        check_item(item, path, report)
    check_together(own, paths, report)


def _check_name(name: str, path: Path, limit: int, report: Report) -> None:
    if name and (not _IDENTIFIER.fullmatch(name) or len(name) > limit):
        report(path, "not_a_name", name=name, limit=limit)


def _check_reserved(item: Item, path: Path, report: Report) -> None:
    named_like_slot = item.kind in ("context", "comment")
    if named_like_slot and item.name and item.slot in _SLOT_NAMES and item.name != item.slot:
        report((*path, "name"), "name_is_slot", name=item.name, slot=item.slot)
    is_own_name = item.name.startswith(OWN_PREFIX) and item.construct != "own"
    if item.name in RESERVED_NAMES or is_own_name or (item.name in _SLOT_NAMES and not named_like_slot):
        report((*path, "name"), "reserved_name", name=item.name)


def _check_slot(item: Item, path: Path, report: Report) -> None:
    of_kind = SLOTS_OF_KIND.get(item.kind)
    of_construct = SLOTS_OF_CONSTRUCT.get(item.construct)
    if item.kind and of_kind is None:
        report((*path, "kind"), "not_one_of", value=item.kind, allowed=", ".join(SLOTS_OF_KIND))
    if item.construct and of_construct is None:
        allowed = ", ".join(name for name in SLOTS_OF_CONSTRUCT if name != "own")
        report((*path, "construct"), "not_one_of", value=item.construct, allowed=allowed)
    if of_kind is None or not item.slot:
        return
    if item.slot not in of_kind:
        report((*path, "slot"), "slot_of_kind", slot=item.slot, kind=item.kind, allowed=", ".join(of_kind))
    elif of_construct is not None and item.slot not in of_construct:
        allowed = ", ".join(slot for slot in of_construct if slot in of_kind) or "–"
        report((*path, "slot"), "slot_of_construct", slot=item.slot, construct=item.construct, allowed=allowed)


def _check_options(item: Item, path: Path, report: Report) -> None:
    here: Path = (*path, "options")
    if item.kind not in ("choice", "context"):
        if item.options:
            report(here, "options_not_here", kind=item.kind)
        return
    if not OPTIONS_AT_LEAST <= len(item.options) <= OPTIONS_AT_MOST:
        report(here, "options_count", count=len(item.options), low=OPTIONS_AT_LEAST, high=OPTIONS_AT_MOST)
    for index, option in enumerate(item.options):
        before = item.options[:index]
        line: Path = (*here, index)
        if option.code and not 1 <= option.code <= MAX_CODE:
            report((*line, "code"), "not_in_range", field="code", low=1, high=MAX_CODE)
        if option.code and option.code in [other.code for other in before]:
            report((*line, "code"), "code_twice", code=option.code)
        _check_name(option.value, (*line, "value"), MAX_VALUE, report)
        if option.value and option.value in [other.value for other in before]:
            report((*line, "value"), "value_twice", value=option.value)
        if item.slot == "respondent_group" and option.value and option.value not in RESPONDENT_GROUPS:
            report((*line, "value"), "not_one_of", value=option.value, allowed=", ".join(RESPONDENT_GROUPS))
        check_text(option.text, line, MAX_LABEL, report)
        if option.text and option.text in [other.text for other in before]:
            report(line, "label_twice")
