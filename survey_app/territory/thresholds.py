"""The few limits that are the city's to set: due times of cases, when silence asks for a call, slips without visits.

Set from a day on, never changed afterwards; a later one takes its place. Until then the installation's setting holds.
What statistics or privacy ask for (smallest n, limits of charts, rates of warnings) is no city's to set, and not here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal, cast, get_args

from flask import current_app
from sqlalchemy import Connection, insert, select

from config import Settings
from survey_app.territory.office_models import ThresholdRow
from survey_app.territory.problems import RefusedChange

ThresholdName = Literal["case_assign_days", "case_close_days", "silence_call_weeks", "tickets_per_day"]
THRESHOLDS: tuple[ThresholdName, ...] = get_args(ThresholdName)
"""Each is the name of the setting that holds until the city sets another value."""
ALLOWED: Mapping[ThresholdName, range] = MappingProxyType(
    {
        "case_assign_days": range(1, 61),
        "case_close_days": range(1, 366),
        "silence_call_weeks": range(1, 9),
        "tickets_per_day": range(1, 5001),
    }
)
"""What each may be: the bounds of the settings."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """What holds on a day; `valid_from` None: by the installation's setting."""

    value: int
    valid_from: date | None


@dataclass(frozen=True, slots=True)
class SetThreshold:
    """One line of the history: `value` None lets the setting hold again."""

    name: ThresholdName
    value: int | None
    valid_from: date
    set_by: str


def thresholds(connection: Connection, day: date) -> Mapping[ThresholdName, Threshold]:
    """All of them as they hold on the day; inside an application, whose settings are the defaults. One query."""
    row = ThresholdRow
    statement = select(row.name, row.value, row.valid_from).where(row.valid_from <= day)
    newest = {name: (value, since) for name, value, since in connection.execute(statement.order_by(*_IN_TIME))}
    settings: Settings = current_app.extensions["settings"]
    found: dict[ThresholdName, Threshold] = {}
    for name in THRESHOLDS:
        value, since = newest.get(name, (None, None))
        default = Threshold(getattr(settings, name), None)
        found[name] = default if value is None else Threshold(value, since)
    return found


def threshold(connection: Connection, name: ThresholdName, day: date) -> int:
    """One of them as it holds on the day. One query."""
    return thresholds(connection, day)[name].value


def set_threshold(
    connection: Connection, name: ThresholdName, value: int | None, valid_from: date, *, set_by: str
) -> int:
    """Let this hold from the day on; None lets the setting hold again. Returns what held on that day before.

    Raises `RefusedChange` for a value out of bounds, and for a case that would be closed before it is assigned.
    """
    before = thresholds(connection, valid_from)
    bounds = ALLOWED[name]
    if value is not None and value not in bounds:
        raise RefusedChange("bad_threshold", value=value, least=bounds[0], most=bounds[-1])
    settings: Settings = current_app.extensions["settings"]
    after = {each: before[each].value for each in THRESHOLDS} | {name: value or getattr(settings, name)}
    if name in {"case_assign_days", "case_close_days"} and after["case_assign_days"] > after["case_close_days"]:
        raise RefusedChange("assigned_after_closed", assign=after["case_assign_days"], close=after["case_close_days"])
    values = {"name": name, "value": value, "valid_from": valid_from, "set_by": set_by}
    connection.execute(insert(ThresholdRow).values(values))
    return before[name].value


def history_of_thresholds(connection: Connection) -> list[SetThreshold]:
    """Everything that was ever set, newest first."""
    row = ThresholdRow
    newest_first = select(row.name, row.value, row.valid_from, row.set_by).order_by(
        row.valid_from.desc(), row.id.desc()
    )
    return [
        SetThreshold(cast(ThresholdName, name), value, since, by)
        for name, value, since, by in connection.execute(newest_first)
    ]


_IN_TIME = (ThresholdRow.valid_from, ThresholdRow.id)
