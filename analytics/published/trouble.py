"""Shares of "made things hard" and "hinted at money or gifts" by quarter: all that anybody but the inspector is told.

Only quarters that are over, of a commune with at least 100 answers to the question, uncut: nothing is published that
could be set against them. `quarters` decided them once and stored them; here they are read.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from analytics.published.models import published_trouble
from analytics.published.rounding import percent
from analytics.published.unions import Span, Stretch, stretch_of
from analytics.statistics.intervals import wilson_interval
from analytics.statistics.periods import PeriodKind, period_of_day


@dataclass(frozen=True, slots=True)
class Reported:
    """How many reported it, in percent of those who answered, with its 95 % interval."""

    count: int
    percent: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class TroubleQuarter:
    """A quarter (calendar days) of so many communes: how many answered the question, and what they reported.

    `first_monday` and `last_sunday`: the whole weeks that it is about. `minimum_n`: the least that held.
    """

    first_day: date
    last_day: date
    first_monday: date
    last_sunday: date
    units: int
    minimum_n: int
    n: int
    trouble: Reported
    money: Reported

    @property
    def shares(self) -> tuple[tuple[str, Reported], tuple[str, Reported]]:
        """Both under the names that they have in twins and open data."""
        return (("trouble", self.trouble), ("money", self.money))


def trouble_by_quarter(
    connection: Connection, unit_ids: Collection[int], first_day: date | None = None
) -> dict[int, list[TroubleQuarter]]:
    """The published quarters of each unit (of those that end on `first_day` or later), oldest first."""
    found: dict[int, list[TroubleQuarter]] = defaultdict(list)
    for row in _rows(connection, unit_ids, first_day):
        found[row.unit_id].append(_quarter([row]))
    return dict(found)


def trouble_of_all(
    connection: Connection, unit_ids: Collection[int], first_day: date | None = None
) -> list[TroubleQuarter]:
    """The same of the units together: of those shown themselves, so that subtraction gives away no other one."""
    by_quarter: dict[date, list[Any]] = defaultdict(list)
    for row in _rows(connection, unit_ids, first_day):
        by_quarter[row.last_day].append(row)
    return [_quarter(rows) for _last_day, rows in sorted(by_quarter.items())]


def _rows(connection: Connection, unit_ids: Collection[int], first_day: date | None) -> list[Any]:
    t = published_trouble.c
    statement = select(published_trouble).where(t.unit_id.in_(sorted(unit_ids))).order_by(t.unit_id, t.last_day)
    if first_day is not None:
        statement = statement.where(t.last_day >= period_of_day(first_day, PeriodKind.QUARTER).mondays[0])
    return list(connection.execute(statement))


def _quarter(rows: Collection[Any]) -> TroubleQuarter:
    """Rows of one quarter together."""
    first = next(iter(rows))
    stretch: Stretch = stretch_of(first.last_day, Span.QUARTER)
    trouble, money = sum(row.answered_trouble for row in rows), sum(row.answered_money for row in rows)
    n = trouble + money + sum(row.answered_no for row in rows)
    return TroubleQuarter(
        stretch.first_day,
        stretch.last_day,
        first.first_day,
        first.last_day,
        len(rows),
        min(row.minimum_n for row in rows),
        n,
        _reported(trouble, n),
        _reported(money, n),
    )


def _reported(count: int, n: int) -> Reported:
    interval = wilson_interval(count, n)
    assert interval is not None, "there are a hundred"
    return Reported(count, percent(count / n), percent(interval.low), percent(interval.high))
