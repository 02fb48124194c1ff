"""Facts of one unit, summed to ISO weeks. The dashboards' only statements; they read fact tables and nothing else.

The keys of the fact tables lead with the day, so a unit's rows are sought day by day (`day IN …`), never scanned for.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from sqlalchemy import ColumnElement, Connection, Table, and_, func, select

from analytics.facts.models import NOT_STATED, fact_attitude, fact_item
from analytics.statistics.indices import ScoreTotals
from analytics.statistics.periods import monday_of, mondays_between

OVERALL_ITEM = "overall"
"""The item that every questionnaire has under this name (interfaces: "Items and constructs")."""
HEADLINE_GROUPS = ("citizen", NOT_STATED)
ORGANISATION_GROUPS = ("organisation",)
CHANNELS_WITH_CODE = ("ticket",)
CHANNELS_WITHOUT_CODE = ("poster", "display", "kiosk")
SELF_COMPLETED = CHANNELS_WITH_CODE + CHANNELS_WITHOUT_CODE

Levels = tuple[int, int, int, int, int]
"""How many gave each level, 1 … 5."""
NO_LEVELS: Levels = (0, 0, 0, 0, 0)
NO_SCORES = ScoreTotals(0, 0, 0)
ItemLevels = Mapping[str, Levels]


@dataclass(frozen=True, slots=True)
class Population:
    """Counted answers of one population: responses, the sums of persons' attitude scores, the levels of `overall`."""

    responses: int = 0
    scores: ScoreTotals = NO_SCORES
    overall: Levels = NO_LEVELS

    def __add__(self, other: Self) -> "Population":
        """Both together."""
        scores = ScoreTotals(*(a + b for a, b in zip(self.scores, other.scores, strict=True)))
        return Population(self.responses + other.responses, scores, add_levels(self.overall, other.overall))

    @property
    def persons(self) -> int:
        """How many persons stand behind each of its two indices, at least."""
        return min(self.scores.n, sum(self.overall))


@dataclass(frozen=True, slots=True)
class Composition:
    """How the counted answers of citizens came in, and how many answers of all kinds were set aside."""

    with_code: int = 0
    without_code: int = 0
    by_others: int = 0
    """Assisted, paper, call-back: not in the headline."""
    set_aside: int = 0

    def __add__(self, other: Self) -> "Composition":
        """Both together."""
        return Composition(
            self.with_code + other.with_code,
            self.without_code + other.without_code,
            self.by_others + other.by_others,
            self.set_aside + other.set_aside,
        )


@dataclass(frozen=True, slots=True)
class Week:
    """What the facts say about one week (or part of it, or several): sums only, nothing published yet."""

    monday: date
    headline: Population = Population()
    organisations: Population = Population()
    composition: Composition = Composition()


def add_levels(first: Levels, second: Levels) -> Levels:
    """The level counts of both together."""
    a, b = first, second
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4])


def weeks_of_unit(connection: Connection, unit_id: int, last_day: date) -> list[Week]:
    """Every week of the unit from the first one with an answer to that of `last_day`, zeros included; [] without any.

    The start is fixed by the first fact, so that joining thin weeks always cuts the same groups. Days after `last_day`
    are left out. Three statements.
    """
    first_day = connection.execute(select(func.min(fact_attitude.c.day))).scalar()
    if first_day is None or first_day > last_day:
        return []
    days = _days(first_day, last_day)
    found: dict[date, Week] = {}
    for week in _attitude_weeks(connection, unit_id, days):
        found[week.monday] = _add_weeks(found.get(week.monday), week)
    for week in _overall_weeks(connection, unit_id, days):
        found[week.monday] = _add_weeks(found.get(week.monday), week)
    if not found:
        return []
    return [found.get(monday, Week(monday)) for monday in mondays_between(min(found), monday_of(last_day))]


def item_levels(
    connection: Connection, unit_id: int, groups: Sequence[str], first_day: date, last_day: date
) -> dict[date, ItemLevels]:
    """The levels of every rating item per week (by its Monday), counted and self-completed, of respondent groups."""
    statement = (
        select(fact_item.c.day, fact_item.c.item, *_level_sums())
        .where(_of_unit(fact_item, unit_id, _days(first_day, last_day)), *_counted(fact_item, groups))
        .group_by(fact_item.c.day, fact_item.c.item)
    )
    weeks: dict[date, dict[str, Levels]] = defaultdict(dict)
    for day, item, *levels in connection.execute(statement):
        of_week = weeks[monday_of(day)]
        of_week[item] = add_levels(of_week.get(item, NO_LEVELS), _levels(levels))
    return dict(weeks)


def score_totals_by_unit(
    connection: Connection, unit_ids: Iterable[int], first_day: date, last_day: date
) -> list[ScoreTotals]:
    """The headline attitude sums of several units over the days, one entry a unit that has any."""
    columns = fact_attitude.c
    statement = (
        select(func.sum(columns.n), func.sum(columns.total), func.sum(columns.total_of_squares))
        .where(columns.day.between(first_day, last_day), columns.unit_id.in_(list(unit_ids)))
        .where(*_counted(fact_attitude, HEADLINE_GROUPS))
        .group_by(columns.unit_id)
    )
    return [ScoreTotals(*(int(total) for total in row)) for row in connection.execute(statement)]


def probe(connection: Connection) -> None:
    """Read anything at all: raises SQLAlchemyError when the database is away or lacks our tables."""
    connection.execute(select(fact_attitude.c.day).limit(1)).first()


def _attitude_weeks(connection: Connection, unit_id: int, days: Sequence[date]) -> Iterator[Week]:
    columns = fact_attitude.c
    statement = select(
        columns.day,
        columns.channel,
        columns.respondent_group,
        columns.set_aside,
        columns.responses,
        columns.n,
        columns.total,
        columns.total_of_squares,
    ).where(_of_unit(fact_attitude, unit_id, days))
    for day, channel, group, set_aside, responses, *sums in connection.execute(statement):
        monday = monday_of(day)
        if set_aside:
            yield Week(monday, composition=Composition(set_aside=responses))
        elif group in HEADLINE_GROUPS:
            own = Population(responses, ScoreTotals(*sums)) if channel in SELF_COMPLETED else Population()
            yield Week(monday, headline=own, composition=_composition(channel, responses))
        elif group in ORGANISATION_GROUPS and channel in SELF_COMPLETED:
            yield Week(monday, organisations=Population(responses, ScoreTotals(*sums)))


def _overall_weeks(connection: Connection, unit_id: int, days: Sequence[date]) -> Iterator[Week]:
    columns = fact_item.c
    statement = (
        select(columns.day, columns.respondent_group, *_level_sums())
        .where(_of_unit(fact_item, unit_id, days), columns.item == OVERALL_ITEM)
        .where(*_counted(fact_item, HEADLINE_GROUPS + ORGANISATION_GROUPS))
        .group_by(columns.day, columns.respondent_group)
    )
    for day, group, *levels in connection.execute(statement):
        rated = Population(overall=_levels(levels))
        if group in HEADLINE_GROUPS:
            yield Week(monday_of(day), headline=rated)
        else:
            yield Week(monday_of(day), organisations=rated)


def _composition(channel: str, responses: int) -> Composition:
    if channel in CHANNELS_WITH_CODE:
        return Composition(with_code=responses)
    if channel in CHANNELS_WITHOUT_CODE:
        return Composition(without_code=responses)
    return Composition(by_others=responses)


def _add_weeks(known: Week | None, week: Week) -> Week:
    if known is None:
        return week
    return Week(
        known.monday,
        known.headline + week.headline,
        known.organisations + week.organisations,
        known.composition + week.composition,
    )


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _of_unit(fact: Table, unit_id: int, days: Sequence[date]) -> ColumnElement[bool]:
    return and_(fact.c.day.in_(days), fact.c.unit_id == unit_id)


def _counted(fact: Table, groups: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    return fact.c.set_aside == 0, fact.c.channel.in_(SELF_COMPLETED), fact.c.respondent_group.in_(groups)


def _level_sums() -> list[ColumnElement[int]]:
    return [func.sum(fact_item.c[f"n{level}"]) for level in range(1, 6)]


def _levels(sums: Sequence[int]) -> Levels:
    n1, n2, n3, n4, n5 = (int(count) for count in sums)
    return (n1, n2, n3, n4, n5)
