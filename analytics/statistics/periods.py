"""Weeks, months, quarters and years: which week belongs to which period.

A week is named by its Monday and belongs where its Thursday falls, as ISO 8601 assigns weeks to years; so a period is
a whole number of weeks. The State's reporting periods run from a 15th to a 14th.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, timedelta

WEEK = timedelta(days=7)


class PeriodKind(enum.StrEnum):
    """The longer periods. Reporting ones are the State's: a month runs from the 15th of the one before to the 14th."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    REPORTING_MONTH = "reporting_month"
    REPORTING_QUARTER = "reporting_quarter"
    REPORTING_YEAR = "reporting_year"

    @property
    def months(self) -> int:
        """How many months it takes."""
        return {"month": 1, "quarter": 3, "year": 12}[self.value.removeprefix("reporting_")]

    @property
    def is_reporting(self) -> bool:
        """Whether it runs from a 15th to a 14th."""
        return self.value.startswith("reporting_")


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of calendar days, both ends included; `weeks` are those whose Thursday falls in it."""

    kind: PeriodKind
    first_day: date
    last_day: date

    @property
    def mondays(self) -> tuple[date, ...]:
        """The weeks that belong to it."""
        # A Monday m belongs here when first_day ≤ m + 3 ≤ last_day: round the first bound up, the last one down.
        return mondays_between(
            monday_of(self.first_day + timedelta(days=3)), monday_of(self.last_day - timedelta(days=3))
        )

    def next(self) -> Period:
        """Return the period of the same kind that follows."""
        return period_of_day(self.last_day + timedelta(days=1), self.kind)

    def previous(self) -> Period:
        """Return the period of the same kind before."""
        return period_of_day(self.first_day - timedelta(days=1), self.kind)


def monday_of(day: date) -> date:
    """Return the Monday of the ISO week that holds `day`."""
    return day - timedelta(days=day.weekday())


def thursday_of(monday: date) -> date:
    """Return the week's Thursday, which decides the month, quarter and year it belongs to (as in ISO 8601)."""
    require_monday(monday)
    return monday + timedelta(days=3)


def period_of_day(day: date, kind: PeriodKind) -> Period:
    """Return the period of a kind that holds a day.

    A reporting month is named by the month it ends in: 15 October to 14 November is November's.
    """
    named = day.year * 12 + day.month - 1 + (1 if kind.is_reporting and day.day >= 15 else 0)
    first = named - named % kind.months
    return Period(kind, _month_start(first, kind), _month_start(first + kind.months, kind) - timedelta(days=1))


def period_of_week(monday: date, kind: PeriodKind) -> Period:
    """Return the period of a kind to which a week belongs: the one in which its Thursday falls."""
    return period_of_day(thursday_of(monday), kind)


def mondays_between(first: date, last: date) -> tuple[date, ...]:
    """Return the Mondays from one to another, both included."""
    return tuple(first + k * WEEK for k in range((last - first).days // 7 + 1))


def require_monday(day: date) -> None:
    """Raise `ValueError` for a day that names no week."""
    if day.weekday() != 0:
        raise ValueError(f"a week is named by its Monday; {day} is none")


def _month_start(month: int, kind: PeriodKind) -> date:
    """Return the first day of a month counted from year 0; of a reporting month, the 15th of the one before."""
    if kind.is_reporting:
        return date((month - 1) // 12, (month - 1) % 12 + 1, 15)
    return date(month // 12, month % 12 + 1, 1)
