"""What stands on the survey page, as the template reads it: the words of one edition, and what a person chose."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from config import Settings
from survey_app.citizen.edition import Edition
from survey_app.languages import catalogue
from survey_app.questionnaires.form import SurveyForm, build_form_class
from survey_app.questionnaires.items import Item, fill_commune

MOUTHS = ("M7 18q5-7 10 0", "M8 17q4-4 8 0", "M8 16h8", "M8 15q4 4 8 0", "M7 14q5 8 10 0")
"""The five faces, from very dissatisfied to very satisfied, differ by their mouths only (SVG paths in a 24 × 24 box).

They share one colour: a red and a green face would say which answer is welcome.
"""
SEND_BUTTON = "send"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to tap. `face` counts from 1; 0 is an answer without a face."""

    value: str
    label: str
    face: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `stem` is heard before `text` by who cannot see that it stands above the whole group."""

    name: str
    kind: Literal["scale", "options", "text"]
    stem: str
    text: str
    hint: str
    choices: tuple[Choice, ...]
    errors: tuple[str, ...]
    typed: str
    limit: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """Questions under one visible stem, or under none (an empty one)."""

    stem: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the form was not taken, linked to the element (its id) where to mend it."""

    words: str
    target: str


@dataclass(frozen=True, slots=True)
class SurveyPage:
    """The survey page. With `problems` it is the page shown again because something was not right."""

    title: str
    place: str
    notice: str
    groups: tuple[Group, ...]
    problems: tuple[Problem, ...]
    mouths: tuple[str, ...] = MOUTHS
    send_button: str = SEND_BUTTON


def survey_page(
    edition: Edition, settings: Settings, form: SurveyForm | None = None, problems: Sequence[Problem] = ()
) -> SurveyPage:
    """The page of an edition, blank, or with the choices and errors of `form` and the problems above it."""
    words = catalogue(edition.language)
    title = words.text("citizen.survey.title")
    return SurveyPage(
        title=words.text("citizen.survey.not_sent", title=title) if problems else title,
        place=words.text("citizen.survey.place", commune=edition.commune, service_point=edition.service_point),
        notice=words.text("citizen.survey.notice", owner=edition.owner, months=settings.retention_months),
        groups=tuple(_groups(edition, form or build_form_class(edition.questionnaire, edition.language)())),
        problems=tuple(problems),
    )


def problems_of_form(form: SurveyForm) -> Iterator[Problem]:
    """What keeps this form from being taken, from top to bottom, after `validate`."""
    questionnaire = form.questionnaire
    for item in questionnaire.items:
        for error in form[item.name].errors:
            yield Problem(f"{item.text[form.language]} – {error}", item.name)
    for error in form.form_errors:
        yield Problem(error, questionnaire.ratings[0].name)


def _groups(edition: Edition, form: SurveyForm) -> Iterator[Group]:
    questions = (_question(edition, item, form) for item in edition.questionnaire.items)
    for stem, group in groupby(questions, key=lambda question: question.stem):
        yield Group(stem, tuple(group))


def _question(edition: Edition, item: Item, form: SurveyForm) -> Question:
    field: Any = form[item.name]  # The published stubs know no choices of a field.
    return Question(
        name=item.name,
        kind="text" if item.kind == "comment" else "scale" if item.kind == "rating" else "options",
        stem=edition.questionnaire.stem[edition.language] if item.construct == "attitude" else "",
        text=item.text[edition.language],
        hint=fill_commune(item.hint[edition.language], edition.commune) if item.hint is not None else "",
        choices=() if item.kind == "comment" else tuple(_choices(item, field.choices, field.data)),
        errors=tuple(str(error) for error in field.errors),
        typed=field.data or "" if item.kind == "comment" else "",
        limit=item.max_length,
    )


def _choices(item: Item, offered: Iterable[Any], chosen: str | None) -> Iterator[Choice]:
    """The offered answers; the way to leave a question out, which has no value, has no face either."""
    for place, choice in enumerate(offered, start=1):
        face = place if item.kind == "rating" and choice.value else 0
        yield Choice(choice.value, choice.label, face, choice.value == chosen)
