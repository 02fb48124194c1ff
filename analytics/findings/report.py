"""All findings about a city on a day, as one frozen object: what page, twin, command and report show."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from analytics.facts.models import fact_attitude
from analytics.findings.city import City, cities, forms_by_week, read_city
from analytics.findings.comparison import Comparison, TooFewUnits, compare_communes
from analytics.findings.counters import CounterFindings, counter_findings
from analytics.findings.coverage import Coverage, coverage
from analytics.findings.reliability import VersionReliability, reliability
from analytics.findings.signals import CitySignals, city_signals
from analytics.findings.silence import Silence, silent_communes
from analytics.published.unions import Span
from survey_app.territory.units import Unit

SIGNAL_WEEKS = 4
"""Signals are told for so many weeks back."""


@dataclass(frozen=True, slots=True)
class CityFindings:
    """What is found in a city by a day. `coverage` is by id of commune; `comparison` None with too few communes."""

    city: City
    forms: int
    signals: CitySignals
    counters: CounterFindings
    silent: tuple[Silence, ...]
    coverage: dict[int, Coverage]
    comparison: Comparison | None
    comparable: int
    reliability: tuple[VersionReliability, ...]

    @property
    def covered(self) -> Coverage:
        """The city's coverage: its communes added up."""
        every = self.coverage.values()
        return Coverage(
            weeks=sum(one.weeks for one in every),
            weeks_known=sum(one.weeks_known for one in every),
            forms=sum(one.forms for one in every),
            visits=sum(one.visits for one in every),
        )

    @property
    def without_visits(self) -> tuple[Unit, ...]:
        """The communes that told no number of visits at all."""
        return tuple(unit for unit in self.city.communes if not self.coverage[unit.id].weeks_known)


def findings_of(
    connection: Connection, day: date, code: str | None = None, span: Span = Span.YEAR
) -> CityFindings | None:
    """The findings of the city of that code (None: the first by code) on the day; None where there is nothing to tell.

    `span`: the period that communes are compared by, one of `comparison.COMPARED_BY`; `ValueError` for others.
    """
    chosen = [unit for unit in cities(connection, day) if code is None or unit.code == code]
    city = read_city(connection, chosen[0], day) if chosen else None
    return None if city is None else city_findings(connection, city, span)


def city_findings(connection: Connection, city: City, span: Span = Span.YEAR) -> CityFindings:
    """Everything that the methods say of the last sixteen finished weeks, and of the period for comparing."""
    forms = forms_by_week(connection, city)
    begun = connection.execute(select(func.min(fact_attitude.c.day))).scalar() or city.first_monday
    try:
        comparison = compare_communes(connection, city, span)
        comparable = len(comparison.units)
    except TooFewUnits as few:
        comparison, comparable = None, few.ready
    return CityFindings(
        city=city,
        forms=sum(sum(weeks) for weeks in forms.values()),
        signals=city_signals(connection, city, SIGNAL_WEEKS),
        counters=counter_findings(connection, city),
        silent=silent_communes(city, forms, begun),
        coverage=dict(coverage(connection, city.unit_ids, city.first_monday, city.last_monday)),
        comparison=comparison,
        comparable=comparable,
        reliability=reliability(connection, city.first_monday, city.last_day),
    )
