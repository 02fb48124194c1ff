"""When premises are open, by weekday and from a day on; what was said before stays for the days it was said of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, insert, select

from survey_app.territory.models import PremisesRow, ServicePointRow
from survey_app.territory.office_models import OpeningHoursRow
from survey_app.territory.problems import RefusedChange
from survey_app.territory.validity import valid_on

WEEKDAYS = tuple(range(1, 8))
"""ISO 8601: 1 is Monday."""

Span = tuple[int, int]
"""Minutes of the day: from, up to but not with."""
Week = Mapping[int, tuple[Span, ...]]
"""The spans of each weekday, at most two; none: closed."""


@dataclass(frozen=True, slots=True)
class HoursOfPremises:
    """The week of premises as it holds on a day; `valid_from`: since when its newest line holds."""

    week: Week
    valid_from: date


def hours_of(connection: Connection, premises_id: int, day: date) -> HoursOfPremises | None:
    """The hours in force on the day; None while nobody has entered any."""
    return _hours(connection, {premises_id}, day).get(premises_id)


def hours_of_service_points(connection: Connection, service_point_ids: Iterable[int], day: date) -> Mapping[int, Week]:
    """The week of each service point whose premises have hours on the day; those without keep the setting's hours."""
    wanted = select(ServicePointRow.id, ServicePointRow.premises_id).where(
        ServicePointRow.id.in_(set(service_point_ids))
    )
    premises_of = {row.id: row.premises_id for row in connection.execute(wanted)}
    hours = _hours(connection, set(premises_of.values()), day)
    return {point: hours[premises].week for point, premises in premises_of.items() if premises in hours}


def set_hours(connection: Connection, premises_id: int, week: Week, valid_from: date) -> bool:
    """Let the week hold from the day on. Returns whether anything was written: it may hold already.

    Raises `RefusedChange` when the premises are not open on the day, a span has no length, spans overlap, or a day has
    more than two.
    """
    row = PremisesRow
    if connection.scalar(select(row.id).where(row.id == premises_id, valid_on(row, valid_from))) is None:
        raise RefusedChange("premises_not_open", id=premises_id, day=valid_from)
    known = hours_of(connection, premises_id, valid_from)
    changed = []
    for weekday in WEEKDAYS:
        spans = tuple(week.get(weekday, ()))
        _check(spans)
        if known is None or known.week.get(weekday, ()) != spans:
            numbers: list[int | None] = [minute for span in spans for minute in span]
            opens, closes, reopens, recloses = numbers + [None] * (4 - len(numbers))
            changed.append(
                {
                    "premises_id": premises_id,
                    "weekday": weekday,
                    "valid_from": valid_from,
                    "opens": opens,
                    "closes": closes,
                    "reopens": reopens,
                    "recloses": recloses,
                }
            )
    if changed:
        connection.execute(insert(OpeningHoursRow), changed)
    return bool(changed)


def spelled(spans: Iterable[Span]) -> str:
    """As people write it: 07:00–11:30, 13:30–17:00."""
    return ", ".join(f"{clock_time(start)}–{clock_time(end)}" for start, end in spans)


def clock_time(minute: int) -> str:
    """07:30 for the 450th minute of the day."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _hours(connection: Connection, premises_ids: set[int], day: date) -> dict[int, HoursOfPremises]:
    row = OpeningHoursRow
    statement = (
        select(row.premises_id, row.weekday, row.valid_from, row.opens, row.closes, row.reopens, row.recloses)
        .where(row.premises_id.in_(premises_ids), row.valid_from <= day)
        .order_by(row.valid_from, row.id)
    )
    weeks: dict[int, dict[int, tuple[Span, ...]]] = {}
    since: dict[int, date] = {}
    for premises, weekday, valid_from, opens, closes, reopens, recloses in connection.execute(statement):
        spans = [(opens, closes)] if opens is not None and closes is not None else []
        spans += [(reopens, recloses)] if reopens is not None and recloses is not None else []
        weeks.setdefault(premises, {})[weekday] = tuple(spans)
        since[premises] = valid_from
    return {premises: HoursOfPremises(week, since[premises]) for premises, week in weeks.items()}


def _check(spans: tuple[Span, ...]) -> None:
    if len(spans) > 2:
        raise RefusedChange("too_many_spans")
    minutes = [minute for span in spans for minute in span]
    if minutes != sorted(set(minutes)) or any(not 0 <= minute <= 1440 for minute in minutes):
        raise RefusedChange("bad_hours")
