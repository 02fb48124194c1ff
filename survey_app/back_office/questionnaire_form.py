"""The form of a unit's questionnaire: a base, up to two questions of its own, and the day from which it is asked."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from wtforms import TextAreaField

from survey_app.back_office.form_fields import AtMost, Day, OfficeForm, OneOf, Text, Wrong
from survey_app.languages import translate
from survey_app.questionnaires.items import LANGUAGES, Questionnaire
from survey_app.questionnaires.own_drafts import MOST_QUESTIONS, Draft, with_drafts
from survey_app.questionnaires.problems import DefinitionError
from survey_app.questionnaires.rules import MAX_QUESTION

NUMBERS = tuple(range(1, MOST_QUESTIONS + 1))
KINDS = ("none", "rating", "choice")
LONGEST_OPTIONS = 1200


class _Lines(TextAreaField):
    """One answer a line."""

    @property
    def lines(self) -> list[str]:
        """The lines that say something, in composed letters."""
        typed = unicodedata.normalize("NFC", self.data or "")
        return [words for line in typed.splitlines() if (words := " ".join(line.split()))]


class QuestionnaireForm(OfficeForm):
    """What a unit asks from a day on."""

    base = OneOf("back_office.questionnaire.base")
    kind_1 = OneOf("back_office.questionnaire.kind", default="none")
    text_1 = Text("back_office.questionnaire.text", [AtMost(MAX_QUESTION)])
    text_en_1 = Text("back_office.questionnaire.text_en", [AtMost(MAX_QUESTION)])
    options_1 = _Lines("back_office.questionnaire.options", [AtMost(LONGEST_OPTIONS)])
    options_en_1 = _Lines("back_office.questionnaire.options_en", [AtMost(LONGEST_OPTIONS)])
    kind_2 = OneOf("back_office.questionnaire.kind", default="none")
    text_2 = Text("back_office.questionnaire.text", [AtMost(MAX_QUESTION)])
    text_en_2 = Text("back_office.questionnaire.text_en", [AtMost(MAX_QUESTION)])
    options_2 = _Lines("back_office.questionnaire.options", [AtMost(LONGEST_OPTIONS)])
    options_en_2 = _Lines("back_office.questionnaire.options_en", [AtMost(LONGEST_OPTIONS)])
    valid_from = Day("back_office.field.from_day")

    def __init__(self, *args: Any, bases: Sequence[Questionnaire], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bases = {one.content_hash: one for one in bases}
        self.base.offer({one.content_hash: one.label for one in bases})
        for field in (self.kind_1, self.kind_2):
            field.offer({kind: translate(f"back_office.questionnaire.kind_{kind}") for kind in KINDS})

    def drafts(self) -> list[tuple[int, Draft]]:
        """The questions that are asked, each with its number on the page."""
        return [(number, draft) for number in NUMBERS if (draft := self._draft(number)) is not None]

    def composed(self) -> tuple[Questionnaire | None, tuple[Wrong, ...]]:
        """The questionnaire that a form which `validate` found right describes; or what is wrong, by question."""
        base = self.bases[str(self.base.data)]
        wrong = tuple(self._wrong_alone(base))
        if wrong:
            return None, wrong
        try:
            return with_drafts(base, [draft for _number, draft in self.drafts()]), ()
        except DefinitionError as error:
            return None, tuple(Wrong("text_1", words) for words in words_of(error))

    def _wrong_alone(self, base: Questionnaire) -> Iterator[Wrong]:
        for number, draft in self.drafts():
            if draft.kind == "choice" and self._line_counts(number)[0] != self._line_counts(number)[1]:
                vietnamese, english = self._line_counts(number)
                words = translate("back_office.questionnaire.unequal", vietnamese=vietnamese, english=english)
                yield Wrong(f"options_{number}", _in_question(number, words))
                continue
            try:
                with_drafts(base, [draft])
            except DefinitionError as error:
                for words in dict.fromkeys(words_of(error)):
                    yield Wrong(f"text_{number}", _in_question(number, words))

    def _draft(self, number: int) -> Draft | None:
        kind = self[f"kind_{number}"].data
        text, text_en = self[f"text_{number}"].data or "", self[f"text_en_{number}"].data or ""
        if kind == "rating":
            return Draft("rating", text, text_en)
        if kind == "choice":
            pairs = zip_longest(*(field.lines for field in self._lines_of(number)), fillvalue="")
            return Draft("choice", text, text_en, tuple(pairs))
        return None

    def _lines_of(self, number: int) -> tuple[Any, Any]:
        return self[f"options_{number}"], self[f"options_en_{number}"]

    def _line_counts(self, number: int) -> tuple[int, int]:
        vietnamese, english = self._lines_of(number)
        return len(vietnamese.lines), len(english.lines)


def typed_drafts(drafts: Sequence[Draft]) -> dict[str, str]:
    """The questions as the form's first values."""
    typed: dict[str, str] = {}
    for number, draft in zip(NUMBERS, drafts, strict=False):
        typed[f"kind_{number}"] = draft.kind
        typed[f"text_{number}"], typed[f"text_en_{number}"] = draft.text, draft.text_en
        typed[f"options_{number}"] = "\n".join(option[0] for option in draft.options)
        typed[f"options_en_{number}"] = "\n".join(option[1] for option in draft.options)
    return typed


def words_of(error: DefinitionError) -> list[str]:
    """What breaks a rule, in the language of the page; languages by name, not by code."""
    return [
        translate(f"questionnaires.rule.{problem.rule}", **{**problem.details, **_language_named(problem.details)})
        for problem in error.problems
    ]


def _language_named(details: Mapping[str, str]) -> dict[str, str]:
    language = details.get("language")
    return {"language": translate(f"back_office.questionnaire.frame_{language}")} if language in LANGUAGES else {}


def _in_question(number: int, words: str) -> str:
    return translate("back_office.questionnaire.in_question", number=number, words=words)
