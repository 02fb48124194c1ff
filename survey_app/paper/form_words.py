"""The words of a printed form: the questionnaire's own, word for word, and what paper needs besides."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from config import Settings
from survey_app.languages import DEFAULT_LANGUAGE, catalogue, format_day
from survey_app.paper.batches import Batch
from survey_app.questionnaires.items import SCALE_SCORES, Item, Questionnaire, fill_commune
from survey_app.territory.contacts import Contacts
from survey_app.territory.service_points import ServicePoint


@dataclass(frozen=True, slots=True)
class PrintedQuestion:
    """One question of a block. `answers` is empty for a rating (its levels stand above) and for lines to write on."""

    text: str
    hint: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrintedBlock:
    """Questions that stand together: `kind` is rating, choice or comment; `stem` is empty where there is none."""

    kind: str
    stem: str
    questions: tuple[PrintedQuestion, ...]


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """Everything on the sheets of a batch; `number` holds `{serial}`, `{page}` and `{pages}` to be filled."""

    title: str
    place: str
    notice: str
    how: str
    levels: tuple[str, ...]
    blocks: tuple[PrintedBlock, ...]
    box: str
    turn: str
    number: str
    document: str
    language: str


def printed_form(batch: Batch, point: ServicePoint, settings: Settings, asking: Contacts) -> PrintedForm:
    """The form of a batch in the batch's language, for the counter as it is called; `asking` tells who asks."""
    words, questionnaire, language = catalogue(batch.language), batch.stored.questionnaire, batch.language
    vietnamese = language == DEFAULT_LANGUAGE
    unit, counter = point.unit, point.name if vietnamese else point.name_en
    commune = unit.in_sentence if vietnamese else unit.english_name
    day = format_day(batch.made_on, language)
    return PrintedForm(
        title=words.text("citizen.survey.title"),
        place=words.text("paper.form.place", commune=commune, service_point=counter),
        notice=words.text("citizen.survey.notice", owner=asking.owner(language), months=settings.retention_months),
        how=words.text("paper.form.how"),
        levels=tuple(questionnaire.scale.label(score, language) for score in SCALE_SCORES),
        blocks=tuple(_blocks(questionnaire, language, commune)),
        box=words.text("paper.form.box"),
        turn=words.text("paper.form.turn"),
        number=words.text(
            "paper.form.number", batch=batch.id, day=day, serial="{serial}", page="{page}", pages="{pages}"
        ),
        document=words.text("paper.form.document", unit=commune, batch=batch.id),
        language=language,
    )


def _blocks(questionnaire: Questionnaire, language: str, commune: str) -> Iterator[PrintedBlock]:
    for (kind, stem), items in groupby(questionnaire.items, key=lambda item: _group(questionnaire, item, language)):
        yield PrintedBlock(kind, stem, tuple(_question(item, language, commune) for item in items))


def _group(questionnaire: Questionnaire, item: Item, language: str) -> tuple[str, str]:
    kind = item.kind if item.kind in {"rating", "comment"} else "choice"
    return kind, questionnaire.stem[language] if item.construct == "attitude" else ""


def _question(item: Item, language: str, commune: str) -> PrintedQuestion:
    # On a screen the commune does not see that answer; whoever types the sheet does, so paper must not say otherwise.
    told = item.hint if item.construct != "harassment" else None
    hint = fill_commune(told[language], commune) if told is not None else ""
    return PrintedQuestion(item.text[language], hint, tuple(option.text[language] for option in item.options))
