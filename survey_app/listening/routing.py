"""Which comments go to the inspector alone, above the commune: by the answer beside them, or by what they allege.

Whatever goes above is never shown to the commune, whether a case is made of it or not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import Connection, select

from survey_app.comment_screening import screen
from survey_app.listening.models import ANSWERS_ABOVE
from survey_app.questionnaires.definition import default_questionnaire
from survey_app.questionnaires.models import QuestionnaireItemRow
from survey_app.responses.comment_reader import AnsweredComment, comments_with_choices

TROUBLE_ITEM = "trouble"
"""The item that every default questionnaire has under this name (interfaces)."""
SPECIFIC_WORDS = 3
"""Fewer words beside a yes say nothing that could be looked into: it is counted, and makes no case."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Route:
    """Why a comment goes above: the answer beside it, and what its words allege; neither: it does not."""

    answered: str | None
    allegations: tuple[str, ...]
    words: int

    @property
    def goes_above(self) -> bool:
        """Whether the commune must not see it."""
        return self.answered is not None or bool(self.allegations)

    @property
    def makes_case(self) -> bool:
        """Whether there is something to look into."""
        return bool(self.allegations) or (self.answered is not None and self.words >= SPECIFIC_WORDS)


def route(text: str, answered: str | None) -> Route:
    """Read one comment; `answered`: the value of `models.ANSWERS_ABOVE` that was chosen, None for any other."""
    return Route(answered, tuple(sorted(screen(text).kinds)), len(_WORD.findall(text)))


def routed_comments(
    connection: Connection, first: date, last: date, unit_id: int | None = None
) -> Iterator[tuple[AnsweredComment, Route]]:
    """The comments of the days (both included) with their routes, by the random id of their responses."""
    slots = _trouble_slots(connection)
    for comment in comments_with_choices(connection, first, last, unit_id):
        slot = slots.get(comment.questionnaire_id)
        code = comment.choices.get(slot) if slot else None
        yield comment, route(comment.text, None if code is None else _answers_above().get(code))


def _trouble_slots(connection: Connection) -> dict[int, str]:
    """Where each questionnaire keeps the item `trouble`; not every one has it."""
    item = QuestionnaireItemRow
    rows = connection.execute(select(item.questionnaire_id, item.slot).where(item.name == TROUBLE_ITEM))
    return {row.questionnaire_id: row.slot for row in rows}


@cache
def _answers_above() -> dict[int, str]:
    """The answers that send a comment above, by the code under which every questionnaire keeps them."""
    options = default_questionnaire().item(TROUBLE_ITEM).options
    return {option.code: option.value for option in options if option.value in ANSWERS_ABOVE}
