"""From the columns of inbox and book to the cells of the raw export."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

from survey_app.audit.columns import CODED_CHANNEL, Columns, ItemColumn, item_columns
from survey_app.questionnaires.register import StoredQuestionnaire
from survey_app.responses import reader
from survey_app.responses.guard import Flag
from survey_app.territory.names import UnitNames

Cell = str | int | None
ExportRow = tuple[Cell, ...]


class _Plan:
    """How the answers to one questionnaire fill the item columns: worked out once, not once a row."""

    def __init__(self, columns: Columns, stored: StoredQuestionnaire) -> None:
        items = item_columns(columns, stored.questionnaire)
        width = len(columns.ratings)
        self.names = (f"{stored.questionnaire.key}-{stored.questionnaire.version}", stored.content_hash)
        self._ratings = _picker(items[:width])
        self._choices = _picker(items[width:])
        self._values = [dict(item.options) if item and item.options else {} for item in items[width:]]

    def cells(self, slots: Sequence[int | None]) -> list[Cell]:
        """The item cells of one answer. A code that its questionnaire does not know is told as it is."""
        codes = self._choices(slots)
        values = [of.get(code, str(code)) if code else None for of, code in zip(self._values, codes, strict=True)]
        return [*self._ratings(slots), *values]


_SLOT_PLACES: Mapping[str, int] = {
    slot: place for place, slot in enumerate((*reader.RATING_SLOTS, *reader.CHOICE_SLOTS))
}
_NO_SLOT = len(_SLOT_PLACES)
"""Where an answer's slots, with a None behind them, hold what an item column without an item shows."""


def _picker(items: Sequence[ItemColumn | None]) -> Callable[[Sequence[int | None]], Sequence[int | None]]:
    """A function from an answer's slots (and the None behind them) to the values of these columns."""
    places = [_NO_SLOT if item is None else _SLOT_PLACES[item.slot] for item in items]
    if len(places) > 1:
        return itemgetter(*places)
    return lambda slots: [slots[place] for place in places]


class RowDecoder:
    """Makes the cells from `day` to `set_aside`. Rows come day by day, so what is true of one day is kept for it."""

    def __init__(
        self,
        columns: Columns,
        stored: Sequence[StoredQuestionnaire],
        units: UnitNames,
        service_points: Mapping[int, str],
    ) -> None:
        self._plans = {one.id: _Plan(columns, one) for one in stored}
        self._units = units
        self._service_points = service_points
        self._flags: dict[int, str | None] = {0: None}
        self._day: date | None = None
        self._written_day = ""
        self._places: dict[tuple[int, int], tuple[Cell, ...]] = {}

    def cells(self, day: date, unit_id: int, unit_code: str, answer: Sequence[Any]) -> tuple[Cell, ...]:
        """The cells of an answer, given in the columns that inbox and book share (`day_part` … `set_aside`)."""
        part, service_point_id, channel, group, domain, questionnaire_id, language, *slots, flags, set_aside = answer
        if day != self._day:
            self._day, self._written_day, self._places = day, day.isoformat(), {}
        place = self._places.get((unit_id, service_point_id)) or self._place(unit_id, unit_code, service_point_id)
        plan = self._plans[questionnaire_id]
        slots.append(None)
        return (
            self._written_day,
            part,
            *place,
            channel,
            1 if channel == CODED_CHANNEL else 0,
            group,
            domain,
            *plan.names,
            language,
            *plan.cells(slots),
            self._flags[flags] if flags in self._flags else self._flag_names(flags),
            set_aside,
        )

    def _place(self, unit_id: int, unit_code: str, service_point_id: int) -> tuple[Cell, ...]:
        assert self._day is not None, "cells sets the day first"
        name = self._units.on(unit_id, self._day)
        place = (unit_code, name, service_point_id, self._service_points[service_point_id])
        self._places[unit_id, service_point_id] = place
        return place

    def _flag_names(self, flags: int) -> str:
        names = "+".join(flag.name.lower() for flag in Flag(flags) if flag.name)
        self._flags[flags] = names
        return names
