"""What the page of a sheet shows: its questions in the sheet's language, what this very person typed, what is wrong.

A form to enter is made of the questionnaire and of this request alone, so that nothing of another's entry can be in it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from werkzeug.datastructures import MultiDict

from survey_app.languages import catalogue, translate
from survey_app.paper.batch_pages import BatchLine
from survey_app.paper.batches import Batch
from survey_app.paper.drafts import values_of, words_of
from survey_app.paper.entries import Difference
from survey_app.questionnaires.form import HONEYPOT, SurveyForm, build_form_class
from survey_app.questionnaires.items import Item

Mode = Literal["enter", "settle", "none"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to tick."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `found` is what two people typed, on the page that settles it and nowhere else."""

    name: str
    text: str
    answers: tuple[Answer, ...]
    typed: str
    limit: int | None
    found: tuple[str, ...]
    error: str


@dataclass(frozen=True, slots=True)
class SheetPage:
    """The page of a sheet. `mode` none: nothing is to be typed, and `why` says why."""

    line: BatchLine
    serial: int
    state: str
    mode: Mode
    sheet_language: str
    why: str
    questions: tuple[Question, ...]
    problems: Mapping[str, str]
    reason: str = ""

    @property
    def may_be_void(self) -> bool:
        """Whether it can still be voided."""
        return self.state not in {"counted", "void"}


def entry_form(batch: Batch, typed: Mapping[str, Any] | None = None) -> SurveyForm:
    """The form of a sheet, with what was typed."""
    made = build_form_class(batch.stored.questionnaire, batch.language)
    return made(MultiDict(typed) if typed is not None else None)


def settled_form(batch: Batch, found: Difference, typed: Mapping[str, str]) -> SurveyForm:
    """The whole form: what both entries have alike, and what was typed for the rest."""
    questionnaire = batch.stored.questionnaire
    values = values_of(questionnaire, found.first)
    for item in found.items:
        values[item.name] = typed.get(item.name, "")
    return entry_form(batch, values | {HONEYPOT: ""})


def problems_of(form: SurveyForm) -> dict[str, str]:
    """What is wrong with a form that `validate` refused, by the name of the item where it is to be mended."""
    items = form.questionnaire.items
    problems = {item.name: " ".join(str(e) for e in form[item.name].errors) for item in items if form[item.name].errors}
    if form.form_errors:
        problems.setdefault(form.questionnaire.ratings[0].name, translate("paper.refused.nothing_rated"))
    return problems


def undecided(found: Difference, typed: Mapping[str, str]) -> dict[str, str]:
    """The differing items for which nothing was chosen, not even that they were left out."""
    return {item.name: translate("paper.refused.undecided") for item in found.items if item.name not in typed}


def questions_of(
    batch: Batch, form: SurveyForm, problems: Mapping[str, str], found: Difference | None = None
) -> tuple[Question, ...]:
    """The questions to show: all, or those that are to be settled."""
    items = batch.stored.questionnaire.items if found is None else found.items
    return tuple(_questions(batch, form, problems, found, items))


def _questions(
    batch: Batch, form: SurveyForm, problems: Mapping[str, str], found: Difference | None, items: tuple[Item, ...]
) -> Iterator[Question]:
    questionnaire, language = batch.stored.questionnaire, batch.language
    for item in items:
        field: Any = form[item.name]  # The published stubs know no choices of a field.
        offered = [] if item.kind == "comment" else field.choices
        chosen = field.data if form_was_sent(form, item) else None
        yield Question(
            item.name,
            questionnaire.full_text(item, language),
            tuple(Answer(choice.value, choice.label, choice.value == chosen) for choice in offered),
            (field.data or "") if item.kind == "comment" else "",
            item.max_length,
            () if found is None else _found(batch, found, item),
            problems.get(item.name, ""),
        )


def form_was_sent(form: SurveyForm, item: Item) -> bool:
    """Whether the field came with the request: an empty choice is ticked only when somebody ticked it."""
    return bool(form[item.name].raw_data)


def _found(batch: Batch, found: Difference, item: Item) -> tuple[str, ...]:
    questionnaire, language = batch.stored.questionnaire, batch.language
    nothing = catalogue(language).text("paper.sheet.nothing")
    both = (values_of(questionnaire, answers)[item.name] for answers in (found.first, found.second))
    return tuple(words_of(questionnaire, item, value, language) or nothing for value in both)
