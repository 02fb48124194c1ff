"""Which part of a year a report is about: the quarters that are over. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from analytics.published.unions import Stretch, is_over
from analytics.statistics.periods import Period, PeriodKind, mondays_between, period_of_day

QUARTERS = 4
_LATEST = 9000
"""No report reaches the end of the calendar that computers keep."""


class NoReport(LookupError):
    """There is no report for the year: `reason` is `future`, `unfinished` (no quarter of it is over) or `empty`."""

    def __init__(self, reason: str, year: int) -> None:
        self.reason, self.year = reason, year
        super().__init__(f"{year}: {reason}")


@dataclass(frozen=True, slots=True)
class Covered:
    """The quarters of a year that are over, oldest first; weeks belong to them by their Thursday."""

    year: int
    quarters: tuple[Period, ...]

    @property
    def is_whole(self) -> bool:
        """Whether the year is over."""
        return len(self.quarters) == QUARTERS

    @property
    def stretch(self) -> Stretch:
        """Its calendar days."""
        return Stretch(self.quarters[0].first_day, self.quarters[-1].last_day)

    @property
    def mondays(self) -> tuple[date, ...]:
        """Its weeks."""
        return mondays_between(self.quarters[0].mondays[0], self.quarters[-1].mondays[-1])

    @property
    def last_day(self) -> date:
        """The Sunday of its last week."""
        return self.mondays[-1] + timedelta(days=6)


def covered_quarters(year: int, published: date | None, today: date) -> Covered:
    """What a report of the year is about when everything up to `published` was decided.

    Raises `NoReport` for a year to come, and for one of which no quarter is over.
    """
    if year > today.year:
        raise NoReport("future", year)
    if year < 1 or year > _LATEST:
        raise NoReport("empty", year)
    quarter = period_of_day(date(year, 1, 1), PeriodKind.QUARTER)
    over = []
    for _number in range(QUARTERS):
        if published is not None and is_over(Stretch(quarter.first_day, quarter.last_day), published):
            over.append(quarter)
        quarter = quarter.next()
    if not over:
        raise NoReport("unfinished", year)
    return Covered(year, tuple(over))
