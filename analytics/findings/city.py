"""A city on a day: its communes, the finished weeks that findings are about, and the φ of its intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from analytics.facts.models import fact_attitude
from analytics.published.numbers import last_published_day, score_totals
from analytics.statistics.indices import pooled_variance_ratio
from analytics.statistics.periods import WEEK, PeriodKind, monday_of, mondays_between, period_of_day
from survey_app.territory.thresholds import threshold
from survey_app.territory.units import Unit, children, units_on

SPAN_WEEKS = 16
"""Findings about counters and silence look back so far: the time that a unit's page shows."""
SUNDAY = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class City:
    """A city or province with its communes; `first_monday` and `last_monday` are of the last sixteen finished weeks.

    `weeks_until_call`: after so many weeks without a form a commune is called, not only reminded.
    """

    unit: Unit
    communes: tuple[Unit, ...]
    first_monday: date
    last_monday: date
    variance_ratio: float
    weeks_until_call: int

    @property
    def last_day(self) -> date:
        """The Sunday of the last finished week."""
        return self.last_monday + SUNDAY

    @property
    def unit_ids(self) -> tuple[int, ...]:
        """Ids of the communes."""
        return tuple(unit.id for unit in self.communes)

    @property
    def mondays(self) -> tuple[date, ...]:
        """The weeks looked at, oldest first."""
        return mondays_between(self.first_monday, self.last_monday)

    @property
    def deadline(self) -> date:
        """The newest day by which a reporting quarter of the State closed (14 March, June, September, December).

        Evaluations close with these, the year's with December's; sixteen weeks always hold one.
        """
        return period_of_day(self.last_day + timedelta(days=1), PeriodKind.REPORTING_QUARTER).previous().last_day

    def commune(self, unit_id: int) -> Unit:
        """One of the communes. Raises `KeyError` for another unit."""
        for unit in self.communes:
            if unit.id == unit_id:
                return unit
        raise KeyError(unit_id)


def cities(connection: Connection, day: date) -> list[Unit]:
    """The units that have communes below them on the day, by code: one city, or the provinces of a nation."""
    units = units_on(connection, day)
    parents = {unit.parent_id for unit in units if unit.is_commune}
    return [unit for unit in units if unit.id in parents]


def read_city(connection: Connection, unit: Unit, day: date) -> City | None:
    """The city as findings see it on the day; None before the first week was published, or without communes."""
    communes = tuple(one for one in children(connection, unit.id, day) if one.is_commune)
    published = last_published_day(connection)
    if published is None or not communes:
        return None
    last_monday = monday_of(min(published, day))
    first_monday = last_monday - (SPAN_WEEKS - 1) * WEEK
    ids = [one.id for one in communes]
    totals = score_totals(connection, ids, first_monday, last_monday + SUNDAY)
    variance_ratio = round(pooled_variance_ratio(totals), 3)
    weeks_until_call = threshold(connection, "silence_call_weeks", day)
    return City(unit, communes, first_monday, last_monday, variance_ratio, weeks_until_call)


def forms_by_week(connection: Connection, city: City) -> Mapping[int, Sequence[int]]:
    """How many forms of any kind came, for each commune the weeks of `city.mondays`; zeros included."""
    f = fact_attitude.c
    statement = (
        select(f.unit_id, f.day, func.sum(f.responses).label("forms"))
        .where(f.unit_id.in_(city.unit_ids), f.day.between(city.first_monday, city.last_day))
        .group_by(f.unit_id, f.day)
    )
    found = {unit_id: [0] * SPAN_WEEKS for unit_id in city.unit_ids}
    for row in connection.execute(statement):
        found[row.unit_id][(row.day - city.first_monday).days // 7] += int(row.forms)
    return found
