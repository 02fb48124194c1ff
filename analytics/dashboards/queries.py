"""Counts of weeks that are not published yet, by unit: how many answered, never what they said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from sqlalchemy import Connection, select

from analytics.facts.models import fact_attitude
from analytics.published.sums import CITIZEN_GROUPS, SELF_COMPLETED
from analytics.statistics.periods import WEEK, monday_of, mondays_between


@dataclass(frozen=True, slots=True)
class Counted:
    """Forms of citizens that count, and forms of all kinds that were set aside."""

    responses: int = 0
    set_aside: int = 0

    def __add__(self, other: Self) -> "Counted":
        """Both together."""
        return Counted(self.responses + other.responses, self.set_aside + other.set_aside)


def counted_weeks(
    connection: Connection, unit_id: int, first_monday: date | None, last_day: date
) -> Mapping[date, Counted]:
    """Every week of the unit from `first_monday` (None: that of its first answer) to that of `last_day`, by Monday.

    Zeros included; {} when nobody ever answered. One statement, which reads that unit's rows only.
    """
    f = fact_attitude.c
    statement = select(f.day, f.channel, f.respondent_group, f.set_aside, f.responses)
    statement = statement.where(f.unit_id == unit_id, f.day <= last_day)
    if first_monday is not None:
        statement = statement.where(f.day >= first_monday)
    found: dict[date, Counted] = {}
    for row in connection.execute(statement):
        counts = row.channel in SELF_COMPLETED and row.respondent_group in CITIZEN_GROUPS and not row.set_aside
        one = Counted(row.responses if counts else 0, row.responses if row.set_aside else 0)
        monday = monday_of(row.day)
        found[monday] = found.get(monday, Counted()) + one
    answered = [monday for monday, counted in found.items() if counted.responses]
    first = first_monday or min(answered, default=None)
    if first is None:
        return {}
    return {monday: found.get(monday, Counted()) for monday in mondays_between(first, monday_of(last_day))}


def probe(connection: Connection) -> None:
    """Read anything at all: raises SQLAlchemyError when the database is away or lacks our tables."""
    connection.execute(select(fact_attitude.c.day).limit(1)).first()


def sunday_of(monday: date) -> date:
    """The last day of a week."""
    return monday + WEEK - timedelta(days=1)
