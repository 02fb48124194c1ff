"""What the items of the facts are called: from the questionnaire in use, in its order, older ones for what it lacks."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from survey_app.questionnaires import register
from survey_app.questionnaires.definition import Item, Questionnaire, Scale, default_questionnaire
from survey_app.territory.units import Unit


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """The rating items of a unit, in the order of the page, and the words of the five levels."""

    items: tuple[Item, ...]
    scale: Scale
    contexts: tuple[Item, ...] = ()
    """What forms are cut by: service domain, respondent group."""

    @property
    def attitude_items(self) -> frozenset[str]:
        """The names of the items that the attitude index is about."""
        return frozenset(item.name for item in self.items if item.construct == "attitude")

    def position(self, name: str) -> int:
        """Where an item stands on the page; unknown ones last."""
        names = [item.name for item in self.items]
        return names.index(name) if name in names else len(names)

    def full(self, name: str, language: str) -> str:
        """The question as the citizen reads it; its name for an item that no questionnaire knows."""
        return next((item.text[language] for item in self.items if item.name == name), name)

    def short(self, name: str, language: str) -> str:
        """The question without what stands in brackets: short enough for a table."""
        return self.full(name, language).partition(" (")[0]

    def in_sentence(self, name: str, language: str) -> str:
        """The short question as it stands inside a sentence."""
        words = self.short(name, language)
        return words[:1].lower() + words[1:]

    def option(self, item: str, value: str, language: str) -> str:
        """The words of a choice of a context item; the value itself for one that no questionnaire knows."""
        context = next((one for one in self.contexts if one.name == item), None)
        option = context.option_of(value) if context else None
        return option.text[language] if option else value

    def level(self, score: int, language: str) -> str:
        """The words of a level, 1 … 5."""
        return self.scale.label(score, language)


def question_words(connection: Connection, unit: Unit, day: date, needed: Collection[str] = ()) -> QuestionWords:
    """The words of what a unit asks on a day, and of every needed item that other versions know."""
    current = _in_use(connection, unit, day)
    contexts = tuple(item for item in current.items if item.kind == "context")
    words = QuestionWords(current.ratings, current.scale, contexts)
    missing = set(needed) - {item.name for item in words.items}
    if not missing:
        return words
    others = (stored.questionnaire for stored in register.all_stored(connection))
    return QuestionWords((*words.items, *_found(missing, others)), words.scale, contexts)


def _in_use(connection: Connection, unit: Unit, day: date) -> Questionnaire:
    try:
        return register.questionnaire_for(connection, unit.id, unit.parent_id, day).questionnaire
    except register.NoQuestionnaire:
        return default_questionnaire()


def _found(missing: set[str], questionnaires: Iterable[Questionnaire]) -> Iterable[Item]:
    """The items in their newest version: a name means the same slot everywhere, its words may have been mended."""
    newest = {item.name: item for one in questionnaires for item in one.ratings if item.name in missing}
    return newest.values()
