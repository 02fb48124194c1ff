"""What the weekly charts said in a year, what became of it, and what communes did about what people said."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy import Connection

from analytics.findings.city import City
from analytics.findings.signals import city_signals
from analytics.reports.yearly.evaluation import DoneAction, Signals, SignalStory
from analytics.reports.yearly.period import Covered
from analytics.statistics.weekly_signals import Verdict
from survey_app.listening.actions import Action
from survey_app.listening.notes import Note, notes_of_units

FROM_SIGNAL, DONE = "signal", "done"
Written = TypeVar("Written", Action, Note)


def read_signals(connection: Connection, city: City, actions: Sequence[Action]) -> Signals:
    """The signals of all weeks of `city`, those below with the actions and public notes that were written to them.

    An action belongs to a signal when it was opened from that very week; a note, when it is about one of its weeks.
    """
    said = city_signals(connection, city, len(city.mondays))
    opened: dict[int, list[tuple[date, Action]]] = defaultdict(list)
    noted: dict[int, list[tuple[date, Note]]] = defaultdict(list)
    for action in actions:
        if action.origin.source == FROM_SIGNAL and action.origin.monday is not None:
            opened[action.unit_id].append((action.origin.monday, action))
    for note in notes_of_units(connection, city.unit_ids, city.first_monday, city.last_day):
        noted[note.unit_id].append((note.monday, note))
    below = [
        SignalStory(
            unit=unit,
            signal=signal,
            actions=_of_days(opened[unit.id], signal.first_day, signal.last_day),
            notes=_of_days(noted[unit.id], signal.first_day, signal.last_day),
        )
        for unit, signal in said.found
        if signal.verdict is Verdict.BELOW
    ]
    below.sort(key=lambda story: (story.signal.last_day, story.unit.code))
    return Signals(said.judged, said.expected_false, len(said.found) - len(below), tuple(below))


def done_actions(city: City, covered: Covered, actions: Sequence[Action]) -> tuple[DoneAction, ...]:
    """The published actions that were done in the calendar days of the report, by day."""
    stretch = covered.stretch
    found = []
    for action in actions:
        content = action.content
        if not content.published or content.state != DONE or content.done_on is None:
            continue
        if stretch.first_day <= content.done_on <= stretch.last_day:
            found.append((content.done_on, DoneAction(city.commune(action.unit_id), action)))
    return tuple(one for _day, one in sorted(found, key=lambda pair: (pair[0], pair[1].action.id)))


def _of_days(dated: Sequence[tuple[date, Written]], first: date, last: date) -> tuple[Written, ...]:
    return tuple(one for monday, one in dated if first <= monday <= last)
