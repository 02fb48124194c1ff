"""How many days of a commune's counters carry a warning, by kind: counts alone, and no verdict on any answer."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from survey_app.responses.counter_warnings import WHOLE_UNIT, warnings_of


@dataclass(frozen=True, slots=True)
class WarnedDays:
    """So many days (weeks, for more answers than visits) of a service point; None: of the whole commune.

    `kind` is a value of the guard's `WarningKind`; `newest` the last of the days, or the Monday of the last week.
    """

    service_point_id: int | None
    kind: str
    days: int
    newest: date


def warned_days(connection: Connection, unit_id: int, first_day: date, last_day: date) -> tuple[WarnedDays, ...]:
    """The warnings of a commune in a time, both days included, the most frequent first; one statement."""
    found: dict[tuple[int, str], set[date]] = defaultdict(set)
    for warning in warnings_of(connection, first_day, last_day, [unit_id]):
        found[warning.service_point_id, warning.kind].add(warning.day)
    made = [
        WarnedDays(None if point == WHOLE_UNIT else point, str(kind), len(days), max(days))
        for (point, kind), days in found.items()
    ]
    return tuple(sorted(made, key=lambda one: (-one.days, one.service_point_id or 0, one.kind)))
