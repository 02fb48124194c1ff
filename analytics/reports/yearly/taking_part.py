"""Who took part in the weeks of a report: forms by kind, communes and weeks without one, coverage. Counts alone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from analytics.facts.models import fact_attitude
from analytics.findings.city import City
from analytics.findings.coverage import Coverage
from analytics.published.sums import CITIZEN_GROUPS, Composition, composition_of
from analytics.reports.yearly.evaluation import TakingPart
from analytics.statistics.periods import monday_of
from survey_app.territory.units import Unit

SUNDAY = timedelta(days=6)
ORGANISATION, OFFICIAL = "organisation", "official"


@dataclass
class UnitCounts:
    """Forms of a commune, how many of them were set aside, and the weeks in which one came."""

    forms: int = 0
    set_aside: int = 0
    mondays: frozenset[date] = frozenset()


def count_by_unit(connection: Connection, city: City) -> Mapping[int, UnitCounts]:
    """What came from each commune in the weeks of `city`; one statement."""
    f = fact_attitude.c
    statement = (
        select(f.unit_id, f.day, f.set_aside, func.sum(f.responses))
        .where(f.unit_id.in_(city.unit_ids), f.day.between(city.first_monday, city.last_day))
        .group_by(f.unit_id, f.day, f.set_aside)
    )
    found: dict[int, UnitCounts] = defaultdict(UnitCounts)
    weeks: dict[int, set[date]] = defaultdict(set)
    for unit_id, day, set_aside, responses in connection.execute(statement):
        counts = found[unit_id]
        counts.forms += int(responses)
        counts.set_aside += int(responses) if set_aside else 0
        if responses:
            weeks[unit_id].add(monday_of(day))
    for unit_id, mondays in weeks.items():
        found[unit_id].mondays = frozenset(mondays)
    return found


def count_by_kind(connection: Connection, city: City, covered: Mapping[int, Coverage]) -> TakingPart:
    """The city's forms by who sent them and how; one statement."""
    f = fact_attitude.c
    statement = (
        select(f.channel, f.respondent_group, f.set_aside, func.sum(f.responses))
        .where(f.unit_id.in_(city.unit_ids), f.day.between(city.first_monday, city.last_day))
        .group_by(f.channel, f.respondent_group, f.set_aside)
    )
    composition, others = Composition(), {ORGANISATION: 0, OFFICIAL: 0}
    for channel, group, set_aside, responses in connection.execute(statement):
        composition += composition_of(channel, group, set_aside, int(responses))
        if not set_aside and group not in CITIZEN_GROUPS:
            others[group] += int(responses)
    return TakingPart(
        forms=sum(others.values())
        + composition.with_code
        + composition.without_code
        + composition.by_others
        + composition.set_aside,
        with_code=composition.with_code,
        without_code=composition.without_code,
        by_others=composition.by_others,
        organisations=others[ORGANISATION],
        officials=others[OFFICIAL],
        set_aside=composition.set_aside,
        coverage=_together(list(covered.values())),
    )


def begun_on(connection: Connection, city: City) -> date:
    """The first day on which a form was counted in the city: no week before it is held against anybody."""
    f = fact_attitude.c
    first = connection.execute(select(func.min(f.day)).where(f.unit_id.in_(city.unit_ids))).scalar()
    return first or city.first_monday


def weeks_of(unit: Unit, city: City) -> list[date]:
    """The Mondays of the weeks in which the commune could have had a form."""
    start, end = unit.valid_from, unit.valid_to
    return [monday for monday in city.mondays if monday + SUNDAY >= start and (end is None or monday < end)]


def _together(every: Sequence[Coverage]) -> Coverage:
    return Coverage(
        weeks=sum(one.weeks for one in every),
        weeks_known=sum(one.weeks_known for one in every),
        forms=sum(one.forms for one in every),
        visits=sum(one.visits for one in every),
    )
