"""What a report says of a year that is known: counts, unions, intervals, points, signals with what became of them."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Connection, Engine

from analytics.published.numbers import read_groups
from analytics.published.sums import Population
from analytics.published.unions import Span
from analytics.reports.yearly.evaluation import Evaluation, PointRange, UnitResult
from analytics.reports.yearly.page import YearlyPage
from analytics.reports.yearly.period import NoReport
from analytics.reports.yearly.reading import read_evaluation, years_with_a_report
from survey_app.territory.bands import KNOWN_STARS, Band, Bands, set_bands
from survey_app.territory.units import Unit
from tests.analytics.dashboards.factories import add_city, add_unit
from tests.analytics.reports.yearly.conftest import (
    BEGUN,
    BETTER,
    COMMUNES,
    FALL,
    FELL,
    FEW,
    MIXED,
    QUIET,
    SECOND_FALL,
    SILENT,
    last_sunday,
)
from tests.support.queries import QueryCounter

TODAY = date(2026, 11, 24)
WEEKS = 26
TABLE = Bands(
    date(2026, 6, 1), date(2026, 6, 1), "Phụ lục I", (Band(95, 20), Band(80, 18), Band(70, 15.5)), KNOWN_STARS
)


@pytest.fixture
def report(connection: Connection, year: Unit) -> Evaluation:
    return read_evaluation(connection, year, 2026, TODAY, 10)


def unit(report: Evaluation, number: int) -> UnitResult:
    return next(one for one in report.units if one.unit.code == str(26000 + number))


def test_it_ends_with_the_last_quarter_that_is_over(report: Evaluation) -> None:
    assert (report.mondays[0], report.covered.last_day) == (BEGUN, last_sunday())
    assert len(report.mondays) == WEEKS
    assert report.citizens.last_day == last_sunday()
    assert [quarter.stretch.last_day for quarter in report.group(Population.HEADLINE).quarters] == [
        date(2026, 6, 30),
        date(2026, 9, 30),
    ]


def test_the_city_is_the_union_of_what_its_communes_published(connection: Connection, report: Evaluation) -> None:
    ids = [one.unit.id for one in report.units]
    for group in report.groups:
        bricks = read_groups(connection, ids, [group.population], first_day=BEGUN, last_day=last_sunday())
        assert bricks and group.whole is not None and group.whole.attitude is not None
        assert group.whole.attitude.n == sum(brick.sums.scores.n for brick in bricks)
        assert group.whole.responses == sum(quarter.responses for quarter in group.quarters)
    results = [one.result.responses for one in report.units if one.result]
    assert report.citizens.responses == sum(results)


def test_forms_add_up_by_kind(report: Evaluation) -> None:
    part = report.taking_part
    assert (part.with_code, part.by_others, part.organisations, part.officials, part.set_aside) == tuple(
        WEEKS * weekly for weekly in (34, 12, 12, 0, 5)
    )
    kinds = part.with_code + part.without_code + part.by_others + part.organisations + part.set_aside
    assert part.forms == kinds == sum(one.forms for one in report.units)
    assert (part.coverage.visits, part.coverage.forms, part.coverage.percent) == (160, 40, 25.0)


def test_silence_is_told_and_not_compared(report: Evaluation) -> None:
    assert [one.unit.code for one in report.silent] == [str(26000 + SILENT)]
    assert (unit(report, SILENT).silent_weeks, unit(report, SILENT).weeks) == (WEEKS, WEEKS)
    assert (unit(report, QUIET).silent_weeks, unit(report, FELL).silent_weeks) == (3, 0)
    assert unit(report, SILENT).compared is None and unit(report, FEW).compared is None
    few = unit(report, FEW).result
    assert few is not None and few.attitude is not None and 10 <= few.attitude.n < 100
    assert (report.comparable, len(report.units)) == (COMMUNES - 2, COMMUNES)


def test_a_week_that_waits_for_more_forms_is_counted_and_not_scored(report: Evaluation) -> None:
    few = unit(report, FEW)
    assert few.result is not None
    assert few.result.responses < few.forms == 3 * WEEKS


def test_only_who_is_surely_above_the_city_is_commended(report: Evaluation) -> None:
    assert [one.unit.code for one in report.recognised] == [str(26000 + BETTER)]
    city, compared = report.citizens.attitude, unit(report, BETTER).compared
    assert city is not None and compared is not None
    assert compared.low > city.high


def test_nobody_is_commended_for_noise(report: Evaluation) -> None:
    better = unit(report, BETTER)
    city = report.citizens.attitude
    assert better.compared is not None and city is not None
    touching = replace(better, compared=replace(better.compared, low=city.high))
    assert replace(report, units=(touching,)).recognised == ()
    assert replace(report, units=(replace(better, compared=None),)).recognised == ()


def test_without_a_table_there_are_no_points(report: Evaluation) -> None:
    assert report.bands is None
    assert all(one.points is None for one in report.units)


def test_points_are_a_range_where_the_interval_spans_bands(connection: Connection, year: Unit) -> None:
    set_bands(connection, TABLE, set_by="tp@dongnai.gov.vn")
    report = read_evaluation(connection, year, 2026, TODAY, 10)
    overall = unit(report, BETTER).result
    assert overall is not None and overall.overall is not None
    assert overall.overall.low > 95
    assert unit(report, BETTER).points == PointRange(20, 20)
    fell = unit(report, FELL).result
    assert fell is not None and fell.overall is not None
    assert fell.overall.low < 80 and unit(report, FELL).points == PointRange(15.5, TABLE.points_for(fell.overall.high))
    usual = unit(report, 6)
    assert usual.points == PointRange(15.5, 18) and not usual.points.is_one
    assert unit(report, FEW).points is None, "under a hundred persons no points are given"
    lower = replace(TABLE, points=(Band(99, 20),), valid_from=date(2026, 7, 1))
    set_bands(connection, lower, set_by="tp@dongnai.gov.vn")
    assert unit(read_evaluation(connection, year, 2026, TODAY, 10), FELL).points == PointRange(None, None)


def test_a_table_of_next_year_does_not_hold(connection: Connection, year: Unit) -> None:
    set_bands(connection, replace(TABLE, valid_from=date(2027, 1, 1)), set_by="tp@dongnai.gov.vn")
    assert read_evaluation(connection, year, 2026, TODAY, 10).bands is None


def test_signals_are_told_with_what_became_of_them(report: Evaluation) -> None:
    below = {story.signal.first_day: story for story in report.signals.below if story.unit.code == str(26000 + FELL)}
    assert set(below) == {FALL, SECOND_FALL}
    assert (below[FALL].outcome, below[SECOND_FALL].outcome) == ("done", "explained")
    assert [action.content.title for action in below[FALL].actions] == ["Bảng hướng dẫn giấy tờ mới"]
    assert [note.text for note in below[SECOND_FALL].notes] == ["Mất mạng hai ngày."]
    assert report.signals.judged > 0 and report.signals.expected_false > 0
    action = below[FALL].actions[0]
    for state in ("under_way", "planned", "stopped"):
        changed = replace(action, content=replace(action.content, state=state))
        assert replace(below[FALL], actions=(changed,), notes=()).outcome == state
    assert replace(below[FALL], actions=(), notes=()).outcome == "open"


def test_published_actions_done_in_the_time_of_the_report(report: Evaluation) -> None:
    (done,) = report.done
    assert (done.unit.code, done.action.content.done_on) == (str(26000 + FELL), date(2026, 9, 24))


def test_integrity_says_what_was_set_aside_and_warned_about(report: Evaluation) -> None:
    assert dict(report.integrity.warned) == {"burst": 2, "one_device": 1}
    assert (unit(report, MIXED).warned_days, unit(report, MIXED).set_aside) == (2, 5 * WEEKS)
    both = report.integrity.with_aside
    assert both is not None
    assert both.included.n == both.counted.n + both.set_aside
    assert both.included.percent > both.counted.percent, "what was set aside is all praise"


def test_reported_quarters_are_those_of_the_report(report: Evaluation) -> None:
    (quarter,) = report.reported
    assert (quarter.n, quarter.trouble.count, quarter.money.count) == (160, 6, 4)


def test_a_commune_that_ended_is_told_until_when(connection: Connection, year: Unit) -> None:
    ended = add_unit(connection, "25999", "Cũ", "xã", year.id, valid_to=date(2026, 8, 3))
    add_unit(connection, "25998", "Rất cũ", "xã", year.id, valid_to=date(2026, 2, 1))
    report = read_evaluation(connection, year, 2026, TODAY, 10)
    known = {one.unit.code: one for one in report.units}
    assert (
        known["25999"].weeks == known["25999"].silent_weeks == len([m for m in report.mondays if m < date(2026, 8, 3)])
    )
    assert YearlyPage(report, "vi").until(known["25999"]) == "đến 03/08/2026"
    assert YearlyPage(report, "vi").until(unit(report, FELL)) is None
    assert ended.code in known and "25998" not in known, "it ended before the first quarter did"


def test_years_to_choose_from(connection: Connection, year: Unit) -> None:
    assert years_with_a_report(connection, year, TODAY) == [2026]


@pytest.mark.parametrize(("chosen", "reason"), [(2027, "future"), (2025, "empty"), (2019, "empty")])
def test_a_year_without_answers_has_no_report(connection: Connection, year: Unit, chosen: int, reason: str) -> None:
    with pytest.raises(NoReport) as refused:
        read_evaluation(connection, year, chosen, TODAY, 10)
    assert refused.value.reason == reason


def test_before_anything_was_published_there_is_none(connection: Connection) -> None:
    city = add_city(connection)
    add_unit(connection, "26068", "Trảng Bom", "xã", city.id)
    assert years_with_a_report(connection, city, TODAY) == []
    with pytest.raises(NoReport) as refused:
        read_evaluation(connection, city, 2026, TODAY, 10)
    assert refused.value.reason == "unfinished"


def test_statements_do_not_grow_with_the_communes(connection: Connection, year: Unit, engine: Engine) -> None:
    with QueryCounter(engine) as queries:
        read_evaluation(connection, year, 2026, TODAY, 10)
    assert queries.count <= 40


def test_the_comparison_is_that_of_the_year(report: Evaluation) -> None:
    assert report.comparison is not None
    assert report.comparison.span is Span.YEAR and not report.comparison.is_over
    assert {one.n for one in report.comparison.units} == {
        one.result.attitude.n for one in report.units if one.compared and one.result and one.result.attitude
    }
