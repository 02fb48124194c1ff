"""Service points over sixteen weeks: how their answers came, and which are clearly lower than others of the city.

"Look here", never "guilty", and never a person's mark: a counter is several officials, its people and its matters.
From facts; scores stay inside, told is only which counters, with their n (from 30 persons) and how rare that is by
chance.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select

from analytics.facts.models import fact_service_point_attitude, fact_service_point_item
from analytics.findings.city import City
from analytics.published.rounding import SMALL_N
from analytics.published.sums import CHANNELS_WITH_CODE, CITIZEN_GROUPS, SELF_COMPLETED
from analytics.statistics.comparison import benjamini_hochberg, funnel_limits
from analytics.statistics.indices import SIXTIETHS, ScoreTotals
from analytics.statistics.integrity import Assessment, CounterFacts, SignalKind, assess
from survey_app.responses.counter_warnings import WHOLE_UNIT, warnings_of
from survey_app.responses.guard_warnings import WarningKind
from survey_app.territory.service_points import ServicePoint, service_point_by_id
from survey_app.visits.counts import denominator
from survey_app.visits.register import visits_by_place

RATE = 0.05
"""Of the counters listed, at most so many are expected to be ordinary ones."""
FEWEST_COUNTERS = 20
NO_SCORES = ScoreTotals(0, 0, 0)
COUNTED_SIGNS = frozenset(
    {SignalKind.WARNED_DAYS, SignalKind.SET_ASIDE, SignalKind.ANSWERS_ABOVE_VISITS, SignalKind.DEADLINE_JUMP}
)
"""Signs made of counts, whose share may be shown; the others tell about scores, and stand without a number."""
LARGEST_CHANCE = 0.01
"""Signs that more than one honest counter in a hundred shows are not told as reasons."""
RAREST = 10_000


@dataclass(frozen=True, slots=True)
class Sign:
    """Why to look: at most one ordinary counter in `one_in` shows as much. `percent` for signs made of counts."""

    kind: SignalKind
    one_in: int
    percent: float | None


@dataclass(frozen=True, slots=True)
class CounterToLookAt:
    """A service point whose answers came in a way honest answers seldom do; `one_in` takes all its signs together."""

    point: ServicePoint
    answers: int
    set_aside: int
    one_in: int
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class LowCounter:
    """A service point with n persons whose attitude index is clearly lower than what is usual for the city's."""

    point: ServicePoint
    n: int
    one_in: int


@dataclass(frozen=True, slots=True)
class Excess:
    """A commune and week with more answers than visits: a question to ask, since who only asks has no dossier."""

    unit_id: int
    monday: date
    more: int


@dataclass(frozen=True, slots=True)
class CounterFindings:
    """What is listed, of how many counters that were judged; `rate` of the listed may be ordinary ones."""

    assessed: int
    to_look_at: tuple[CounterToLookAt, ...]
    compared: int
    low: tuple[LowCounter, ...]
    excesses: tuple[Excess, ...]
    rate: float = RATE


@dataclass
class _Tally:
    answers: int = 0
    set_aside: int = 0
    days: set[date] = field(default_factory=set)
    late: int = 0
    ticket: ScoreTotals = NO_SCORES
    walk_up: ScoreTotals = NO_SCORES
    asked: int = 0
    missing: int = 0

    def count(self, row: Any, deadline: date) -> None:
        self.days.add(row.day)
        if row.set_aside:
            self.set_aside += row.responses
            return
        self.answers += row.responses
        if 0 <= (deadline - row.day).days < 7:
            self.late += row.responses
        if row.respondent_group in CITIZEN_GROUPS:
            more = (row.n, row.total, row.total_of_squares)
            if row.channel in CHANNELS_WITH_CODE:
                self.ticket = _plus(self.ticket, more)
            else:
                self.walk_up = _plus(self.walk_up, more)

    @property
    def scores(self) -> ScoreTotals:
        return _plus(self.ticket, self.walk_up)


def counter_findings(connection: Connection, city: City, deadline: date | None = None) -> CounterFindings:
    """Judge the city's service points by the sixteen weeks; `deadline`: the day an evaluation closed.

    Without one, the day by which the newest reporting quarter closed (`City.deadline`). Signs and their chances:
    `analytics.statistics.integrity`. Low ones: funnel with over-dispersion on n/φ persons over all counters with at
    least 30, then Benjamini–Hochberg over them, lower side only.
    """
    closed = city.deadline if deadline is None else deadline
    tallies = _tallies(connection, city, closed)
    warned, excesses = _warned(connection, city)
    visits = _visits(connection, city)
    points = sorted(tallies)
    facts = [_facts(tallies[point], warned.get(point, set()), visits.get(point)) for point in points]
    assessments = assess(facts, rate=RATE, variance_ratio=city.variance_ratio)
    listed = [
        _to_look_at(connection, point, tallies[point], assessment)
        for point, assessment in zip(points, assessments, strict=True)
        if assessment.listed
    ]
    compared = [point for point in points if tallies[point].scores.n >= SMALL_N]
    return CounterFindings(
        assessed=len(points),
        to_look_at=tuple(sorted(listed, key=lambda one: -one.one_in)),
        compared=len(compared),
        low=_low(connection, {point: tallies[point].scores for point in compared}, city.variance_ratio),
        excesses=excesses,
    )


def one_in(probability: float) -> int:
    """A small chance as "one in so many", to one digit; never rarer than one in 10,000, which no model carries."""
    if probability * RAREST <= 1:
        return RAREST
    return max(1, int(float(f"{1 / probability:.0e}")))


def _tallies(connection: Connection, city: City, deadline: date) -> dict[int, _Tally]:
    found: dict[int, _Tally] = defaultdict(_Tally)
    wanted = _of_counters(fact_service_point_attitude, city)
    for row in connection.execute(select(fact_service_point_attitude).where(*wanted)):
        found[row.service_point_id].count(row, deadline)
    i = fact_service_point_item.c
    given = func.sum(i.n1 + i.n2 + i.n3 + i.n4 + i.n5)
    items = select(i.service_point_id, given, func.sum(i.not_applicable)).group_by(i.service_point_id)
    wanted = (*_of_counters(fact_service_point_item, city), i.set_aside == 0)
    for point, rated, missing in connection.execute(items.where(*wanted)):
        found[point].asked = int(rated) + int(missing)
        found[point].missing = int(missing)
    return found


def _of_counters(facts: Table, city: City) -> tuple[ColumnElement[bool], ...]:
    return (
        facts.c.unit_id.in_(city.unit_ids),
        facts.c.day.between(city.first_monday, city.last_day),
        facts.c.channel.in_(SELF_COMPLETED),
    )


def _warned(connection: Connection, city: City) -> tuple[Mapping[int, set[date]], tuple[Excess, ...]]:
    """The days on which counters carry a warning, and the weeks with more answers than visits."""
    days: dict[int, set[date]] = defaultdict(set)
    excesses = []
    for warning in warnings_of(connection, city.first_monday, city.last_day, city.unit_ids):
        if warning.service_point_id != WHOLE_UNIT:
            days[warning.service_point_id].add(warning.day)
        elif warning.kind == WarningKind.ABOVE_VISITS:
            excesses.append(Excess(warning.unit_id, warning.day, warning.size))
    return days, tuple(excesses)


def _visits(connection: Connection, city: City) -> dict[int, int]:
    """Visits over the whole time of the service points for which every week is known."""
    known: dict[int, list[int]] = defaultdict(list)
    for counts in visits_by_place(connection, city.unit_ids, city.first_monday, city.last_monday):
        came = denominator(counts)
        if counts.place.service_point_id is not None and came is not None:
            known[counts.place.service_point_id].append(came)
    return {point: sum(weeks) for point, weeks in known.items() if len(weeks) == len(city.mondays)}


def _facts(tally: _Tally, warned: set[date], visits: int | None) -> CounterFacts:
    return CounterFacts(
        answers=tally.answers,
        set_aside=tally.set_aside,
        active_days=len(tally.days),
        warned_days=len(warned & tally.days),
        visits=visits,
        answers_before_deadline=tally.late,
        ticket=tally.ticket,
        walk_up=tally.walk_up,
        items_asked=tally.asked,
        items_missing=tally.missing,
    )


def _to_look_at(connection: Connection, point_id: int, tally: _Tally, assessment: Assessment) -> CounterToLookAt:
    signs = tuple(
        Sign(one.kind, one_in(one.probability), _shown(one.kind, one.observed))
        for one in assessment.signals
        if one.probability <= LARGEST_CHANCE
    )
    return CounterToLookAt(
        _point(connection, point_id), tally.answers, tally.set_aside, one_in(assessment.probability), signs
    )


def _shown(kind: SignalKind, observed: float) -> float | None:
    return round(observed * 100) if kind in COUNTED_SIGNS else None


def _low(connection: Connection, scores: Mapping[int, ScoreTotals], variance_ratio: float) -> tuple[LowCounter, ...]:
    total, n = sum(one.total for one in scores.values()), sum(one.n for one in scores.values())
    if len(scores) < FEWEST_COUNTERS or not 0 < total < SIXTIETHS * n:
        return ()
    points = list(scores)
    sizes = [scores[point].n / variance_ratio for point in points]
    satisfied = [scores[point].total / SIXTIETHS / variance_ratio for point in points]
    funnel = funnel_limits(satisfied, sizes, corrected=True)
    found = benjamini_hochberg(funnel.p_values, RATE).rejected
    low = [
        LowCounter(_point(connection, point), scores[point].n, one_in(float(funnel.p_values[place])))
        for place, point in enumerate(points)
        if found[place] and funnel.adjusted_z[place] < 0
    ]
    return tuple(sorted(low, key=lambda one: -one.one_in))


def _point(connection: Connection, point_id: int) -> ServicePoint:
    point = service_point_by_id(connection, point_id, None)
    assert point is not None, "facts are about service points that there are"
    return point


def _plus(scores: ScoreTotals, more: tuple[int, int, int]) -> ScoreTotals:
    return ScoreTotals(scores.n + more[0], scores.total + more[1], scores.total_of_squares + more[2])
