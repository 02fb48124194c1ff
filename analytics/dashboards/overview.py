"""A city or province on one page, as plain data: every commune's weeks and state, the city's own trend, the comparison.

Only published numbers; communes are compared by quarter or year alone, from 100 persons.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection, func, select

from analytics.dashboards.cells import Score, attitude_score, share_score
from analytics.dashboards.periods import periods_of
from analytics.dashboards.published import Period, Point
from analytics.facts.models import fact_attitude
from analytics.findings.city import SPAN_WEEKS, City, cities, forms_by_week, read_city
from analytics.findings.comparison import ComparedUnit, Comparison, TooFewUnits, compare_communes
from analytics.findings.counters import CounterFindings, counter_findings
from analytics.findings.coverage import Coverage, coverage
from analytics.findings.signals import CitySignals, city_signals
from analytics.findings.silence import Silence, silent_communes
from analytics.published.numbers import Group, read_groups
from analytics.published.trouble import TroubleQuarter, trouble_of_all
from analytics.published.unions import Span, cells_by
from analytics.statistics.periods import WEEK
from analytics.statistics.weekly_signals import Verdict
from survey_app.territory.units import Unit

SIGNAL_WEEKS = 4
TREND_WEEKS = 26
REPORTED_QUARTERS = 8
REPORTED_REACH = 110 * WEEK
NO_FORMS = (0,) * SPAN_WEEKS


class State(StrEnum):
    """What a commune's newest week is like, the first that holds."""

    BELOW = "below"
    ABOVE = "above"
    SILENT = "silent"
    """No form in the newest finished week, or longer."""
    USUAL = "usual"
    NOT_JUDGED = "not_judged"
    """Too few forms, or too short a history, to say anything."""


@dataclass(frozen=True, slots=True)
class WeekScore:
    """A published point of a commune."""

    first_day: date
    last_day: date
    score: Score


@dataclass(frozen=True, slots=True)
class UnitOverview:
    """A commune: its points of the sixteen weeks, oldest first; forms of all kinds, coverage and answers set aside of
    that time; its row of the comparison (None under 100 persons). `silent_weeks`: up to the newest finished one.
    """

    unit: Unit
    points: tuple[WeekScore, ...]
    state: State
    silent_weeks: int
    forms: int
    coverage: Coverage
    set_aside: int
    compared: ComparedUnit | None

    @property
    def newest(self) -> WeekScore | None:
        """The newest published point, whenever it was."""
        return self.points[-1] if self.points else None


@dataclass(frozen=True, slots=True)
class Trend:
    """The city's own weeks and four-week blocks: all published answers of its communes together."""

    points: tuple[Point, ...]
    blocks: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that the page of a city says. `comparison` None: only `comparable` communes have the 100 persons.
    `reported`: quarters that are over, of the communes with 100 answers together, oldest first.
    """

    city: City
    units: tuple[UnitOverview, ...]
    signals: CitySignals
    counters: CounterFindings
    silent: tuple[Silence, ...]
    comparison: Comparison | None
    comparable: int
    trend: Trend
    reported: tuple[TroubleQuarter, ...]

    @property
    def covered(self) -> Coverage:
        """The city's coverage: its communes added up."""
        every = [one.coverage for one in self.units]
        return Coverage(
            weeks=sum(one.weeks for one in every),
            weeks_known=sum(one.weeks_known for one in every),
            forms=sum(one.forms for one in every),
            visits=sum(one.visits for one in every),
        )

    @property
    def forms(self) -> int:
        """Forms of all kinds in the sixteen weeks."""
        return sum(one.forms for one in self.units)


def cities_of(connection: Connection, day: date) -> list[Unit]:
    """The cities or provinces there are: one, or those of a nation."""
    return cities(connection, day)


def read_overview(connection: Connection, unit: Unit, day: date, span: Span) -> Overview | None:
    """The city on a day, compared by `span`; None before its first week was published."""
    city = read_city(connection, unit, day)
    if city is None:
        return None
    groups = _groups(connection, city)
    forms = forms_by_week(connection, city)
    begun = connection.execute(select(func.min(fact_attitude.c.day))).scalar() or city.first_monday
    signals = city_signals(connection, city, SIGNAL_WEEKS)
    silent = silent_communes(city, forms, begun)
    try:
        comparison = compare_communes(connection, city, span)
        comparable = len(comparison.units)
    except TooFewUnits as few:
        comparison, comparable = None, few.ready
    return Overview(
        city=city,
        units=_units(connection, city, groups, forms, signals, silent, comparison),
        signals=signals,
        counters=counter_findings(connection, city),
        silent=silent,
        comparison=comparison,
        comparable=comparable,
        trend=_trend(city, [group for own in groups.values() for group in own]),
        reported=tuple(trouble_of_all(connection, city.unit_ids, day - REPORTED_REACH)[-REPORTED_QUARTERS:]),
    )


def _groups(connection: Connection, city: City) -> Mapping[int, list[Group]]:
    found: dict[int, list[Group]] = defaultdict(list)
    first_day = city.last_day - TREND_WEEKS * WEEK
    for group in read_groups(connection, city.unit_ids, first_day=first_day, last_day=city.last_day):
        found[group.unit_id].append(group)
    return found


def _units(
    connection: Connection,
    city: City,
    groups: Mapping[int, Sequence[Group]],
    forms: Mapping[int, Sequence[int]],
    signals: CitySignals,
    silent: Sequence[Silence],
    comparison: Comparison | None,
) -> tuple[UnitOverview, ...]:
    covered = coverage(connection, city.unit_ids, city.first_monday, city.last_monday)
    compared = {one.unit.id: one for one in comparison.units} if comparison else {}
    quiet = {one.unit.id: one.weeks for one in silent}
    found = {unit.id: one.verdict for unit, one in signals.found if one.last_day == city.last_day}
    made = []
    for unit in city.communes:
        shown = [group for group in groups.get(unit.id, ()) if group.last_day >= city.first_monday]
        points = tuple(_point(group, city.variance_ratio) for group in shown)
        made.append(
            UnitOverview(
                unit=unit,
                points=points,
                state=_state(city, points, found.get(unit.id), quiet.get(unit.id, 0)),
                silent_weeks=quiet.get(unit.id, 0),
                forms=sum(forms.get(unit.id, NO_FORMS)),
                coverage=covered[unit.id],
                set_aside=sum(group.composition.set_aside for group in shown),
                compared=compared.get(unit.id),
            )
        )
    return tuple(made)


def _point(group: Group, variance_ratio: float) -> WeekScore:
    score = attitude_score(group.sums.scores, group.sums.ratings, variance_ratio, group.minimum_n)
    assert score is not None, "a published cell has the minimum"
    return WeekScore(group.first_day, group.last_day, score)


def _state(city: City, points: Sequence[WeekScore], verdict: Verdict | None, silent_weeks: int) -> State:
    if verdict is not None:
        return State(verdict.value)
    if silent_weeks:
        return State.SILENT
    newest = points[-1] if points else None
    enough = newest is not None and newest.last_day == city.last_day and not newest.score.is_small
    return State.USUAL if enough else State.NOT_JUDGED


def _trend(city: City, groups: Sequence[Group]) -> Trend:
    ratio = city.variance_ratio
    weeks = [cell for cell in cells_by(groups, Span.WEEK) if cell.last_day >= city.first_monday]
    points = tuple(
        Point(
            first_day=cell.stretch.first_day,
            last_day=cell.stretch.last_day,
            weeks=1,
            responses=cell.sums.responses,
            attitude=attitude_score(cell.sums.scores, cell.sums.ratings, ratio, cell.minimum_n),
            overall=share_score(cell.sums.overall, cell.minimum_n),
            set_aside=cell.composition.set_aside,
        )
        for cell in weeks
    )
    read_from = city.last_day - TREND_WEEKS * WEEK
    return Trend(points, periods_of(groups, read_from, city.last_day, ratio)[Span.BLOCK])
