"""Which quarters of a year a report is about."""

from datetime import date

import pytest

from analytics.reports.yearly.period import NoReport, covered_quarters

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("year", "published", "quarters", "first", "last"),
    [
        (2026, date(2026, 11, 22), 3, date(2025, 12, 29), date(2026, 9, 27)),
        (2026, date(2026, 9, 27), 3, date(2025, 12, 29), date(2026, 9, 27)),
        (2026, date(2026, 9, 20), 2, date(2025, 12, 29), date(2026, 6, 28)),
        (2025, date(2026, 11, 22), 4, date(2024, 12, 30), date(2025, 12, 28)),
        (2020, date(2026, 11, 22), 4, date(2019, 12, 30), date(2021, 1, 3)),
    ],
)
def test_the_quarters_that_are_over(year: int, published: date, quarters: int, first: date, last: date) -> None:
    covered = covered_quarters(year, published, TODAY)
    assert (len(covered.quarters), covered.mondays[0], covered.last_day) == (quarters, first, last)
    assert covered.is_whole == (quarters == 4)
    assert len(covered.mondays) == sum(len(quarter.mondays) for quarter in covered.quarters)


@pytest.mark.parametrize(
    ("year", "published", "reason"),
    [
        (2027, date(2026, 11, 22), "future"),
        (999_999, date(2026, 11, 22), "future"),
        (2026, date(2026, 3, 22), "unfinished"),
        (2026, None, "unfinished"),
        (0, date(2026, 11, 22), "empty"),
        (-4, date(2026, 11, 22), "empty"),
    ],
)
def test_other_years_have_no_report(year: int, published: date | None, reason: str) -> None:
    with pytest.raises(NoReport) as refused:
        covered_quarters(year, published, TODAY)
    assert (refused.value.reason, refused.value.year) == (reason, year)
