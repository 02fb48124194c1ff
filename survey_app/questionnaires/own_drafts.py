"""A unit's own questions as somebody writes them on a page: names, slots and codes are given here, not by people.

A question's name is made of its slot and its words: the same words are the same item wherever they are asked, and new
words make a new one, so that answers to different questions are never counted together. Pure.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from survey_app.questionnaires.definition import OwnQuestion, with_own_questions, without_own_questions
from survey_app.questionnaires.items import OWN_PREFIX, OWN_SLOTS, Option, Questionnaire, text_in_languages
from survey_app.questionnaires.problems import DefinitionError, Problem
from survey_app.questionnaires.rules import OPTIONS_AT_MOST, OWN_AT_MOST

OwnKind = Literal["rating", "choice"]
MOST_OPTIONS = OPTIONS_AT_MOST
MOST_QUESTIONS = OWN_AT_MOST


@dataclass(frozen=True, slots=True)
class Draft:
    """A question in both languages; `options` are pairs of words (Vietnamese, English), for a choice only."""

    kind: OwnKind
    text: str
    text_en: str
    options: tuple[tuple[str, str], ...] = ()


def with_drafts(base: Questionnaire, drafts: Sequence[Draft]) -> Questionnaire:
    """The base, freed of own questions, with these; without drafts the base alone. Raises `DefinitionError`."""
    plain = without_own_questions(base)
    if not drafts:
        return plain
    said = [_line(draft.text) for draft in drafts]
    if len(set(said)) < len(said):
        raise DefinitionError(plain.label, [Problem(0, "name_twice", {"name": max(said, key=said.count)})])
    taken: dict[str, int] = {}
    own = []
    for draft in drafts:
        place = taken.get(draft.kind, 0)
        taken[draft.kind] = place + 1
        slots = OWN_SLOTS[draft.kind]
        own.append(_question(draft, slots[min(place, len(slots) - 1)]))
    return with_own_questions(plain, own)


def drafts_of(questionnaire: Questionnaire) -> tuple[Draft, ...]:
    """A questionnaire's own questions, to be edited."""
    return tuple(
        Draft(
            "rating" if item.kind == "rating" else "choice",
            item.text["vi"],
            item.text["en"],
            tuple((option.text["vi"], option.text["en"]) for option in item.options),
        )
        for item in questionnaire.items
        if item.construct == "own"
    )


def _question(draft: Draft, slot: str) -> OwnQuestion:
    text, text_en = _line(draft.text), _line(draft.text_en)
    options = tuple(
        Option(code, f"o{code}", text_in_languages(_words(_line(vi), _line(en))))
        for code, (vi, en) in enumerate(draft.options, start=1)
    )
    said = "\n".join([text, *(option.text.get("vi", "") for option in options)])
    digest = hashlib.sha256(said.encode()).hexdigest()[:8]
    name = f"{OWN_PREFIX}{slot}_{digest}"
    return OwnQuestion(name, draft.kind, slot, text_in_languages(_words(text, text_en)), None, options)


def _words(vi: str, en: str) -> dict[str, str]:
    return {language: words for language, words in (("vi", vi), ("en", en)) if words}


def _line(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))
