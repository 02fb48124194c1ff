"""Writing and reading the numbers of visits. All writes of the table are here."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from survey_app.audit_log.log import record_event
from survey_app.territory.models import ServicePointRow
from survey_app.territory.units import codes_by_id
from survey_app.visits.audit_events import VISITS_RECORDED
from survey_app.visits.counts import Numbers, Place, WeekCounts, add_up, fill
from survey_app.visits.models import VisitCountRow

UNITS_NAMED_IN_AN_EVENT = 100
IDS_A_QUERY = 500


@dataclass(frozen=True, slots=True)
class WeekReport:
    """What somebody says of a week and place. A kind that is left out keeps what was known; None takes it back."""

    place: Place
    monday: date
    numbers: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who says so: `source` is integration, csv or page; `actor` as the audit log names people and programs."""

    source: str
    actor: str
    at: datetime
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """How many numbers were new or different, and how many were known already."""

    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class RecordedNumber:
    """A number that counts at present, and where it is from."""

    kind: str
    number: int
    source: str
    recorded_by: str
    recorded_at: str


_Key = tuple[date, Place, str]


def record_visits(connection: Connection, reports: Iterable[WeekReport], reporter: Reporter) -> Taken:
    """Append what differs from what is known, with one event in the audit log; twice the same changes nothing."""
    wanted: dict[_Key, int | None] = {}
    for report in reports:
        for kind, number in report.numbers.items():
            wanted[report.monday, report.place, kind] = number
    known = _known(connection, wanted)
    different = {key: number for key, number in wanted.items() if known.get(key) != number}
    if different:
        connection.execute(insert(VisitCountRow), [_row(key, number, reporter) for key, number in different.items()])
        _note(connection, different, reporter)
    return Taken(len(different), len(wanted) - len(different))


def visits_of(
    connection: Connection, unit_ids: Collection[int] | None, first_monday: date, last_monday: date
) -> list[WeekCounts]:
    """The numbers of each unit and week of which anything is known, by week and unit; None: all units.

    A number told for the unit as a whole goes before the sum over its premises, and that before the sum over the
    service points of each, and all of these before the sum over service domains: parts that nobody reported are missing
    from such a sum.
    """
    by_unit: dict[tuple[date, int], list[WeekCounts]] = defaultdict(list)
    for counts in visits_by_place(connection, unit_ids, first_monday, last_monday):
        by_unit[counts.monday, counts.unit_id].append(counts)
    homes = _premises_of_points(connection, [part.place for parts in by_unit.values() for part in parts])
    return [
        WeekCounts(Place(unit_id), monday, _of_unit(parts, homes))
        for (monday, unit_id), parts in sorted(by_unit.items())
    ]


def visits_by_place(
    connection: Connection, unit_ids: Collection[int] | None, first_monday: date, last_monday: date
) -> list[WeekCounts]:
    """The same as it was reported: for units, premises, service points and service domains apart."""
    found: dict[tuple[date, Place], dict[str, int]] = defaultdict(dict)
    for key, row in _newest(connection, unit_ids, first_monday, last_monday).items():
        if row.number is not None:
            monday, place, kind = key
            found[monday, place][kind] = row.number
    return [WeekCounts(place, monday, Numbers(**numbers)) for (monday, place), numbers in found.items()]


def recorded_numbers(
    connection: Connection, place: Place, first_monday: date, last_monday: date
) -> dict[date, dict[str, RecordedNumber]]:
    """What counts at present for this place and no other, by week and kind, each with who said it and when."""
    found: dict[date, dict[str, RecordedNumber]] = defaultdict(dict)
    for (monday, told_of, kind), row in _newest(connection, {place.unit_id}, first_monday, last_monday).items():
        if told_of == place and row.number is not None:
            told = RecordedNumber(kind, row.number, row.source, row.recorded_by, row.recorded_at)
            found[monday][kind] = told
    return dict(found)


def _newest(
    connection: Connection, unit_ids: Collection[int] | None, first_monday: date, last_monday: date
) -> dict[_Key, Any]:
    """The newest row of each week, place and kind."""
    within = _select().where(VisitCountRow.monday.between(first_monday, last_monday))
    if unit_ids is None:
        rows = list(connection.execute(within))
    else:
        ids = sorted(unit_ids)
        rows = [
            row
            for start in range(0, len(ids), IDS_A_QUERY)
            for row in connection.execute(within.where(VisitCountRow.unit_id.in_(ids[start : start + IDS_A_QUERY])))
        ]
    return {(row.monday, _place(row), row.kind): row for row in rows}


def _place(row: Any) -> Place:
    return Place(row.unit_id, row.premises_id, row.service_point_id, row.service_domain)


def _select() -> Select[*tuple[Any, ...]]:
    return select(*VisitCountRow.__table__.c).order_by(VisitCountRow.id)


def _known(connection: Connection, wanted: Collection[_Key]) -> dict[_Key, int | None]:
    """What counts at present for the weeks and units of these keys."""
    if not wanted:
        return {}
    mondays = [monday for monday, _, _ in wanted]
    units = {place.unit_id for _, place, _ in wanted}
    newest = _newest(connection, units, min(mondays), max(mondays))
    return {key: row.number for key, row in newest.items()}


def _row(key: _Key, number: int | None, reporter: Reporter) -> dict[str, Any]:
    monday, place, kind = key
    return {
        "monday": monday,
        "unit_id": place.unit_id,
        "premises_id": place.premises_id,
        "service_point_id": place.service_point_id,
        "service_domain": place.service_domain,
        "kind": kind,
        "number": number,
        "source": reporter.source,
        "recorded_by": reporter.actor[:255],
        "recorded_at": reporter.at.isoformat(timespec="seconds"),
    }


def _note(connection: Connection, different: Collection[_Key], reporter: Reporter) -> None:
    codes = codes_by_id(connection)
    units = sorted({codes[place.unit_id] for _, place, _ in different})
    mondays = sorted({monday for monday, _, _ in different})
    record_event(
        connection,
        VISITS_RECORDED,
        actor=reporter.actor,
        at=reporter.at,
        unit=units[0] if len(units) == 1 else None,
        source=reporter.source,
        file=reporter.file,
        first_monday=mondays[0].isoformat(),
        last_monday=mondays[-1].isoformat(),
        unit_codes=units if len(units) <= UNITS_NAMED_IN_AN_EVENT else None,
        units=len(units),
        numbers=len(different),
    )


def _premises_of_points(connection: Connection, places: Iterable[Place]) -> dict[int, int]:
    """In which premises the service points among the places stand: no query when there are none."""
    ids = sorted({place.service_point_id for place in places if place.service_point_id is not None})
    homes: dict[int, int] = {}
    for start in range(0, len(ids), IDS_A_QUERY):
        some = ServicePointRow.id.in_(ids[start : start + IDS_A_QUERY])
        statement = select(ServicePointRow.id, ServicePointRow.premises_id).where(some)
        homes |= {row.id: row.premises_id for row in connection.execute(statement)}
    return homes


def _of_unit(parts: Iterable[WeekCounts], homes: Mapping[int, int]) -> Numbers:
    whole = Numbers()
    premises: dict[int, Numbers] = {}
    points: dict[int, list[Numbers]] = defaultdict(list)
    domains: list[Numbers] = []
    for part in parts:
        if part.place.service_point_id is not None:
            points[homes[part.place.service_point_id]].append(part.numbers)
        elif part.place.premises_id is not None:
            premises[part.place.premises_id] = part.numbers
        elif part.place.service_domain is not None:
            domains.append(part.numbers)
        else:
            whole = part.numbers
    places = sorted(premises.keys() | points.keys())
    summed = [fill(premises.get(place, Numbers()), add_up(points.get(place, []))) for place in places]
    return fill(fill(whole, add_up(summed)), add_up(domains))
