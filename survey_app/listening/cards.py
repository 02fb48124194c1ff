"""Actions and notes as pages, sheets and digests show them: words made, nothing left to decide in a template."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from survey_app.languages import catalogue, format_day, format_days, format_number
from survey_app.listening.actions import Action
from survey_app.listening.figures import Movement, Moving, Side
from survey_app.listening.notes import Note


@dataclass(frozen=True, slots=True)
class ActionCard:
    """An action in words. `movement` says whether the index moved; None while it is not done."""

    id: int
    title: str
    category: str
    said: str
    owner: str
    due: str
    state: str
    state_words: str
    done: str | None
    done_on: str | None
    opened: str
    movement: str | None
    is_late: bool
    published: bool


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note in words: the week, what kind, what it says, and when it was written."""

    monday: date
    kind: str
    week: str
    kind_words: str
    text: str
    written: str


def action_cards(actions: Iterable[Action], today: date, language: str, moving: Moving) -> tuple[ActionCard, ...]:
    """The actions in words, in their order."""
    return tuple(_card(action, today, language, moving) for action in actions)


def note_lines(notes: Iterable[Note], language: str) -> tuple[NoteLine, ...]:
    """The notes in words, in their order."""
    text = catalogue(language).text
    return tuple(
        NoteLine(
            monday=note.monday,
            kind=note.kind,
            week=week_words(note.monday, language),
            kind_words=text(f"listening.note_kind.{note.kind}"),
            text=note.text,
            written=format_day(note.written_on, language),
        )
        for note in notes
    )


def week_words(monday: date, language: str) -> str:
    """A week by its days, with the year in which it ends: 16–22/11/2026."""
    return days_with_year(monday, monday + timedelta(days=6), language)


def days_with_year(first: date, last: date, language: str) -> str:
    """A span of days with the year in which it ends."""
    days = format_days(first, last, language)
    return catalogue(language).text("listening.days", days=days, year=last.year)


def movement_words(movement: Movement, language: str) -> str:
    """Whether the index moved more than chance explains, in a sentence with all its numbers."""
    text = catalogue(language).text
    before, after, difference = movement.before, movement.after, movement.difference
    if before is None or after is None or difference is None or movement.low is None or movement.high is None:
        return text("listening.movement.unknown")
    return text(
        f"listening.movement.{movement.verdict}",
        before=_side_words(before, language),
        after=_side_words(after, language),
        difference=_signed(difference, language),
        low=_signed(movement.low, language),
        high=_signed(movement.high, language),
    )


def _side_words(side: Side, language: str) -> str:
    return catalogue(language).text(
        "listening.movement.side",
        percent=format_number(side.percent, 0, language),
        low=format_number(side.low, 0, language),
        high=format_number(side.high, 0, language),
        n=format_number(side.n, 0, language),
        days=days_with_year(side.first_day, side.last_day, language),
    )


def _signed(points: float, language: str) -> str:
    """+3,2 or −1,4; a difference of nothing has no sign."""
    sign = "" if points == 0 else "+" if points > 0 else "−"
    return sign + format_number(abs(points), 1, language)


def _card(action: Action, today: date, language: str, moving: Moving) -> ActionCard:
    text, content = catalogue(language).text, action.content
    moved = None
    if content.state == "done" and content.done_on is not None:
        moved = movement_words(moving(action.unit_id, content.done_on), language)
    return ActionCard(
        id=action.id,
        title=content.title,
        category=text(f"listening.category.{content.category}"),
        said=content.said,
        owner=content.owner,
        due=format_day(content.due_on, language),
        state=content.state,
        state_words=text(f"listening.action_state.{content.state}"),
        done=content.done,
        done_on=format_day(content.done_on, language) if content.done_on else None,
        opened=format_day(action.opened_on, language),
        movement=moved,
        is_late=action.is_late(today),
        published=content.published,
    )
