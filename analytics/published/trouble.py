"""Shares of "made things hard" and "hinted at money or gifts" by quarter: all that anybody but the inspector is told.

Only quarters that are over, of a commune with at least 100 answers to the question, uncut: nothing is published that
could be set against them. They are read from the facts of closed days, which stay as they are; docs/disclosure.md says
why that is enough, and what a stored number would do better.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, select

from analytics.facts.models import fact_choice
from analytics.published.numbers import last_published_day
from analytics.published.rounding import percent
from analytics.published.sums import CITIZEN_GROUPS, SELF_COMPLETED
from analytics.published.unions import Span, Stretch, is_over, stretch_of
from analytics.statistics.intervals import wilson_interval
from analytics.statistics.periods import WEEK, PeriodKind, monday_of, period_of_day
from survey_app.questionnaires.definition import default_questionnaire

TROUBLE_ITEM = "trouble"
SMALLEST_QUARTER = 100
"""Fewer answers than this, and nothing is said of the quarter."""
ANSWERS = ("no", "trouble", "money")
"""Whoever would rather not say, or left the question out, is not counted."""


@dataclass(frozen=True, slots=True)
class Reported:
    """How many reported it, in percent of those who answered, with its 95 % interval."""

    count: int
    percent: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class TroubleQuarter:
    """A quarter (calendar days) of so many communes: how many answered the question, and what they reported."""

    first_day: date
    last_day: date
    units: int
    n: int
    trouble: Reported
    money: Reported


Counts = dict[str, int]


def trouble_by_quarter(
    connection: Connection, unit_ids: Collection[int], first_day: date | None = None
) -> dict[int, list[TroubleQuarter]]:
    """The quarters that may be shown of each unit (of those that end on `first_day` or later), oldest first."""
    return {
        unit_id: [_quarter(stretch, [counts]) for stretch, counts in sorted(quarters.items())]
        for unit_id, quarters in _shown(connection, unit_ids, first_day).items()
    }


def trouble_of_all(
    connection: Connection, unit_ids: Collection[int], first_day: date | None = None
) -> list[TroubleQuarter]:
    """The same of the units together: of those shown themselves, so that subtraction gives away no other one."""
    by_stretch: dict[Stretch, list[Counts]] = defaultdict(list)
    for quarters in _shown(connection, unit_ids, first_day).values():
        for stretch, counts in quarters.items():
            by_stretch[stretch].append(counts)
    return [_quarter(stretch, counts) for stretch, counts in sorted(by_stretch.items())]


def _shown(
    connection: Connection, unit_ids: Collection[int], first_day: date | None
) -> dict[int, dict[Stretch, Counts]]:
    through = last_published_day(connection)
    if through is None:
        return {}
    first = None if first_day is None else period_of_day(first_day, PeriodKind.QUARTER).first_day - WEEK
    found: dict[int, dict[Stretch, Counts]] = {}
    values = _values()
    for unit_id, day, code, number in connection.execute(_statement(unit_ids, first, through, values)):
        quarters = found.setdefault(unit_id, {})
        counts = quarters.setdefault(stretch_of(_sunday(day), Span.QUARTER), dict.fromkeys(ANSWERS, 0))
        counts[values[code]] += number
    return {
        unit_id: shown
        for unit_id, quarters in sorted(found.items())
        if (shown := dict(_enough(quarters.items(), first_day, through)))
    }


def _enough(
    quarters: Iterable[tuple[Stretch, Counts]], first_day: date | None, through: date
) -> Iterable[tuple[Stretch, Counts]]:
    for stretch, counts in quarters:
        is_asked_for = first_day is None or stretch.last_day >= first_day
        if is_asked_for and is_over(stretch, through) and sum(counts.values()) >= SMALLEST_QUARTER:
            yield stretch, counts


def _statement(
    unit_ids: Collection[int], first: date | None, last: date, values: Mapping[int, str]
) -> Select[*tuple[Any, ...]]:
    f = fact_choice.c
    statement = (
        select(f.unit_id, f.day, f.option, func.sum(f.n))
        .where(f.unit_id.in_(sorted(unit_ids)), f.day <= last, f.item == TROUBLE_ITEM, f.option.in_(sorted(values)))
        .where(f.set_aside == 0, f.channel.in_(SELF_COMPLETED), f.respondent_group.in_(CITIZEN_GROUPS))
        .group_by(f.unit_id, f.day, f.option)
    )
    return statement if first is None else statement.where(f.day >= first)


def _values() -> dict[int, str]:
    """The answers that count, by the code under which they are kept (the same in every questionnaire)."""
    options = default_questionnaire().item(TROUBLE_ITEM).options
    return {option.code: option.value for option in options if option.value in ANSWERS}


def _quarter(stretch: Stretch, counted: Collection[Counts]) -> TroubleQuarter:
    n = sum(sum(counts.values()) for counts in counted)
    shares = (_reported(sum(counts[answer] for counts in counted), n) for answer in ("trouble", "money"))
    return TroubleQuarter(stretch.first_day, stretch.last_day, len(counted), n, *shares)


def _reported(count: int, n: int) -> Reported:
    interval = wilson_interval(count, n)
    assert interval is not None, "there are a hundred"
    return Reported(count, percent(count / n), percent(interval.low), percent(interval.high))


def _sunday(day: date) -> date:
    return monday_of(day) + WEEK - timedelta(days=1)
