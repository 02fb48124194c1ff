"""Periods are unions of whole published points: nothing is lost, nothing is shown in part, all have their names."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Connection

from analytics.dashboards.periods import PICKED, period_words, periods_of, short_period_words
from analytics.dashboards.published import UnitSeries
from analytics.dashboards.series import unit_series
from analytics.published.numbers import read_groups
from analytics.published.unions import Span, Stretch
from tests.analytics.dashboards.conftest import City
from tests.analytics.dashboards.factories import THROUGH, publish, satisfied, write_weeks
from tests.support.databases import sqlite_only


@pytest.fixture
def series(connection: Connection, city: City) -> UnitSeries:
    """Twenty-six weeks: eight of ten, with thin ones that join."""
    weeks = [satisfied(16, 4) if week % 5 else satisfied(4) for week in range(26)]
    write_weeks(connection, city.trang_bom.id, weeks)
    publish(connection)
    return unit_series(connection, city.trang_bom, THROUGH, 10)


@sqlite_only
def test_every_span_but_the_week_is_there(series: UnitSeries) -> None:
    assert set(series.periods) == set(PICKED) - {Span.WEEK}
    assert all(series.periods.values())


@sqlite_only
@pytest.mark.parametrize("span", [span for span in PICKED if span is not Span.WEEK])
def test_every_form_is_in_one_period(connection: Connection, series: UnitSeries, span: Span) -> None:
    groups = read_groups(connection, [series.unit.id])
    periods = series.periods[span]
    assert sum(period.responses for period in periods) == sum(group.sums.responses for group in groups)
    assert [period.first_day for period in periods] == sorted(period.first_day for period in periods)
    for period in periods:
        inside = [group for group in groups if period.first_day <= group.first_day <= period.last_day]
        assert period.attitude is not None and period.attitude.n == sum(group.sums.scores.n for group in inside)
        assert period.weeks == sum(len(group.mondays) for group in inside)


@sqlite_only
def test_a_period_is_over_when_its_last_week_is(series: UnitSeries) -> None:
    october, november = series.periods[Span.MONTH][-2:]
    assert (october.stretch, october.is_over) == (Stretch(date(2026, 10, 1), date(2026, 10, 31)), True)
    assert (november.stretch.last_day, november.is_over) == (date(2026, 11, 30), False)
    reporting = {period.stretch: period.is_over for period in series.periods[Span.REPORTING_MONTH]}
    assert reporting[Stretch(date(2026, 10, 15), date(2026, 11, 14))]


@sqlite_only
def test_a_period_that_began_before_what_was_read_is_left_out(connection: Connection, series: UnitSeries) -> None:
    read_from = date(2026, 8, 12)
    groups = read_groups(connection, [series.unit.id], first_day=read_from)
    periods = periods_of(groups, read_from, THROUGH, 1.0)
    assert periods[Span.MONTH][0].stretch.first_day == date(2026, 9, 1)
    assert [period.stretch.first_day for period in periods[Span.QUARTER]] == [date(2026, 10, 1)]
    assert periods[Span.YEAR] == ()


@pytest.mark.parametrize(
    ("span", "first", "last", "vietnamese", "english"),
    [
        (Span.BLOCK, date(2026, 10, 5), date(2026, 11, 1), "5/10–1/11/2026", "5 Oct – 1 Nov 2026"),
        (Span.MONTH, date(2026, 10, 1), date(2026, 10, 31), "Tháng 10/2026", "October 2026"),
        (Span.REPORTING_MONTH, date(2026, 10, 15), date(2026, 11, 14), "Kỳ 15/10–14/11/2026", "15 Oct – 14 Nov 2026"),
        (Span.QUARTER, date(2026, 10, 1), date(2026, 12, 31), "Quý IV/2026", "Q4 2026"),
        (Span.YEAR, date(2026, 1, 1), date(2026, 12, 31), "Năm 2026", "2026"),
    ],
)
def test_names(span: Span, first: date, last: date, vietnamese: str, english: str) -> None:
    stretch = Stretch(first, last)
    assert (period_words(span, stretch, "vi"), period_words(span, stretch, "en")) == (vietnamese, english)


@pytest.mark.parametrize(
    ("span", "first", "last", "vietnamese", "english"),
    [
        (Span.BLOCK, date(2026, 10, 5), date(2026, 11, 1), "5/10–1/11", "5 Oct – 1 Nov"),
        (Span.MONTH, date(2026, 10, 1), date(2026, 10, 31), "10/2026", "Oct 2026"),
        (Span.REPORTING_MONTH, date(2026, 10, 15), date(2026, 11, 14), "15/10–14/11", "15 Oct – 14 Nov"),
        (Span.QUARTER, date(2026, 10, 1), date(2026, 12, 31), "Quý IV/2026", "Q4 2026"),
        (Span.YEAR, date(2026, 1, 1), date(2026, 12, 31), "Năm 2026", "2026"),
    ],
)
def test_short_names(span: Span, first: date, last: date, vietnamese: str, english: str) -> None:
    stretch = Stretch(first, last)
    assert (short_period_words(span, stretch, "vi"), short_period_words(span, stretch, "en")) == (vietnamese, english)


@sqlite_only
def test_a_unit_that_ended_gets_no_more_weeks(connection: Connection, city: City, series: UnitSeries) -> None:
    ended = replace(series.unit, valid_to=date(2026, 11, 9))
    periods = unit_series(connection, ended, THROUGH, 10).periods
    assert all(period.is_over for found in periods.values() for period in found)
