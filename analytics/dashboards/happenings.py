"""What a unit did and what befell it: actions and notes as marks of the chart, and the list that explains them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from analytics.dashboards.chart_marks import ChartEvent
from analytics.findings.before_after import Movements
from survey_app.languages import catalogue
from survey_app.listening.actions import Action, actions_of
from survey_app.listening.cards import ActionCard, NoteLine, action_cards, note_lines
from survey_app.listening.notes import Note, notes_of

MOST_ACTIONS = 12


@dataclass(frozen=True, slots=True)
class Happening:
    """An action or a note: the number that stands in the chart (None: outside the time shown), its day and words."""

    number: int | None
    day: date
    action: ActionCard | None
    note: NoteLine | None


def read_happenings(
    connection: Connection,
    unit_id: int,
    first_day: date | None,
    last_day: date | None,
    today: date,
    language: str,
    *,
    published_only: bool,
) -> tuple[Happening, ...]:
    """The newest actions of a unit, and its notes to the weeks shown; newest first, numbered by time.

    An action stands on the day it was done, else on the day it was opened. A card says whether the index moved.
    """
    actions = actions_of(connection, unit_id, published_only)[:MOST_ACTIONS]
    notes = notes_of(connection, unit_id, first_day, last_day) if first_day else []
    cards = action_cards(actions, today, language, Movements(connection))
    found: list[tuple[date, ActionCard | None, NoteLine | None]] = [
        *((_day_of(action), card, None) for action, card in zip(actions, cards, strict=True)),
        *((note.monday, None, line) for note, line in _lines(notes, language)),
    ]
    found.sort(key=lambda one: one[0])
    made, number = [], 0
    for day, action, note in found:
        shown = first_day is not None and last_day is not None and first_day <= day <= last_day
        number += shown
        made.append(Happening(number if shown else None, day, action, note))
    return tuple(reversed(made))


def chart_events(happenings: Sequence[Happening], language: str) -> tuple[ChartEvent, ...]:
    """The numbered ones as marks of the chart."""
    return tuple(
        ChartEvent(one.number, one.day, happening_words(one, language))
        for one in reversed(happenings)
        if one.number is not None
    )


def happening_words(one: Happening, language: str) -> str:
    """One line: the kind of note with its text, or the action's title and state."""
    texts = catalogue(language)
    if one.action is not None:
        return texts.text("staff_unit.happening.action", title=one.action.title, state=one.action.state_words)
    assert one.note is not None, "a happening is one of the two"
    return texts.text("staff_unit.happening.note", kind=one.note.kind_words, text=one.note.text)


def _day_of(action: Action) -> date:
    return action.content.done_on or action.opened_on


def _lines(notes: Sequence[Note], language: str) -> Sequence[tuple[Note, NoteLine]]:
    return list(zip(notes, note_lines(notes, language), strict=True))
