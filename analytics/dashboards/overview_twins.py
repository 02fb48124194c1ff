"""The twins of a city's page: JSON with everything; CSV and Excel with a row a commune, Excel with weeks and trend too.

JSON keys: `city`, `first_day`, `last_day`, `variance_ratio`, `forms`, `coverage`, `calls`, `calls_more`, `units`,
`comparison`, `trend`, `reported`. A commune that is not compared (under 100 persons) has `compared` null.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from analytics.dashboards.calls import Calls
from analytics.dashboards.overview import Overview, UnitOverview
from analytics.dashboards.public_twins import reported_document
from analytics.dashboards.published import Period, Point
from analytics.dashboards.sentences import unit_name
from analytics.dashboards.twins import csv_of, score_cells, score_document
from analytics.dashboards.workbook import Sheet, as_workbook
from analytics.findings.comparison import ComparedUnit
from analytics.findings.coverage import Coverage
from survey_app.languages import catalogue

Row = Mapping[str, object]
_SCORE = ("n", "percent", "low", "high")
_COMPARED = (
    "n",
    "percent",
    "shrunken",
    "low",
    "high",
    "funnel_low",
    "funnel_high",
    "rank_low",
    "rank_high",
    "all_rank_low",
    "all_rank_high",
    "tier",
    "among_best",
    "differs",
    "standardised",
)
UNIT_COLUMNS = (
    *("unit_code", "unit_name", "kind", "area", "state", "silent_weeks", "forms", "visits", "weeks_with_visits"),
    *("forms_per_hundred_visits", "set_aside"),
    *(f"newest_{name}" for name in ("first_day", "last_day", *_SCORE)),
    *(f"compared_{name}" for name in _COMPARED),
)
WEEK_COLUMNS = ("unit_code", "unit_name", "first_day", "last_day", *_SCORE)
TREND_COLUMNS = ("period", "first_day", "last_day", "responses", "set_aside", "measure", *_SCORE)


def as_document(overview: Overview, calls: Calls, language: str) -> dict[str, Any]:
    """The JSON twin."""
    city, comparison = overview.city, overview.comparison
    return {
        "city": {"code": city.unit.code, "name": unit_name(city.unit, language)},
        "first_day": city.first_monday.isoformat(),
        "last_day": city.last_day.isoformat(),
        "variance_ratio": city.variance_ratio,
        "forms": overview.forms,
        "coverage": _coverage(overview.covered),
        "calls": [
            {
                "unit": {"code": call.unit.code, "name": unit_name(call.unit, language)},
                "reasons": [{"kind": reason.kind, "words": reason.words} for reason in call.reasons],
            }
            for call in calls.first
        ],
        "calls_more": calls.more,
        "units": [_unit(one, language) for one in overview.units],
        "comparison": {
            "by": comparison.span.value,
            "period_first_day": comparison.stretch.first_day.isoformat(),
            "period_last_day": comparison.stretch.last_day.isoformat(),
            "is_over": comparison.is_over,
            "center": comparison.center,
            "too_few": [unit.code for unit in comparison.too_few],
        }
        if comparison
        else None,
        "trend": {
            "weeks": [_point(point) for point in overview.trend.points],
            "blocks": [_point(block) for block in overview.trend.blocks],
        },
        "reported": [{**reported_document(quarter), "units": quarter.units} for quarter in overview.reported],
    }


def as_csv(overview: Overview, language: str) -> bytes:
    """The CSV twin: a row a commune."""
    return csv_of(UNIT_COLUMNS, unit_rows(overview, language))


def overview_workbook(overview: Overview, language: str) -> bytes:
    """The Excel twin: communes; their weeks; the city's trend."""
    texts = catalogue(language)
    return as_workbook(
        [
            Sheet(texts.text("province.sheet.units"), UNIT_COLUMNS, unit_rows(overview, language)),
            Sheet(texts.text("province.sheet.weeks"), WEEK_COLUMNS, _week_rows(overview, language)),
            Sheet(texts.text("province.sheet.trend"), TREND_COLUMNS, _trend_rows(overview)),
        ]
    )


def unit_rows(overview: Overview, language: str) -> Iterator[Row]:
    """A row a commune, in the columns `UNIT_COLUMNS`."""
    for one in overview.units:
        newest = _newest(one)
        compared = {f"compared_{key}": value for key, value in (_compared(one.compared) or {}).items()}
        yield {
            **_named(one, language),
            "kind": one.unit.kind,
            "area": one.unit.area,
            "state": one.state.value,
            "silent_weeks": one.silent_weeks,
            **_coverage(one.coverage),
            "forms": one.forms,
            "set_aside": one.set_aside,
            **{f"newest_{key}": value for key, value in newest.items()},
            **{key: int(value) if isinstance(value, bool) else value for key, value in compared.items()},
        }


def _named(one: UnitOverview, language: str) -> Row:
    return {"unit_code": one.unit.code, "unit_name": unit_name(one.unit, language)}


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "visits": coverage.visits if coverage.weeks_known else None,
        "weeks_with_visits": coverage.weeks_known,
        "forms_per_hundred_visits": coverage.percent,
    }


def _newest(one: UnitOverview) -> Row:
    if one.newest is None:
        return {}
    score = {name: getattr(one.newest.score, name) for name in _SCORE}
    return {"first_day": one.newest.first_day.isoformat(), "last_day": one.newest.last_day.isoformat(), **score}


def _compared(one: ComparedUnit | None) -> dict[str, Any] | None:
    return None if one is None else {name: getattr(one, name) for name in _COMPARED}


def _unit(one: UnitOverview, language: str) -> dict[str, Any]:
    return {
        "unit": {"code": one.unit.code, "name": unit_name(one.unit, language)},
        "kind": one.unit.kind,
        "area": one.unit.area,
        "state": one.state.value,
        "silent_weeks": one.silent_weeks,
        "forms": one.forms,
        "coverage": _coverage(one.coverage),
        "set_aside": one.set_aside,
        "weeks": [
            {
                "first_day": point.first_day.isoformat(),
                "last_day": point.last_day.isoformat(),
                "attitude": score_document(point.score),
            }
            for point in one.points
        ],
        "compared": _compared(one.compared),
    }


def _point(point: Point) -> dict[str, Any]:
    calendar = {}
    if isinstance(point, Period):
        stretch = point.stretch
        calendar = {"period_first_day": stretch.first_day.isoformat(), "period_last_day": stretch.last_day.isoformat()}
    return {
        **calendar,
        "first_day": point.first_day.isoformat(),
        "last_day": point.last_day.isoformat(),
        "responses": point.responses,
        "set_aside": point.set_aside,
        "attitude": score_document(point.attitude),
        "overall": score_document(point.overall),
        "is_over": point.is_over if isinstance(point, Period) else True,
    }


def _week_rows(overview: Overview, language: str) -> Iterator[Row]:
    for one in overview.units:
        for point in one.points:
            days = {"first_day": point.first_day.isoformat(), "last_day": point.last_day.isoformat()}
            yield {**_named(one, language), **days, **asdict(point.score)}


def _trend_rows(overview: Overview) -> Iterator[Row]:
    trend: tuple[tuple[str, tuple[Point, ...]], ...] = (
        ("week", overview.trend.points),
        ("block", overview.trend.blocks),
    )
    for period, points in trend:
        for point in points:
            shared = {
                "period": period,
                "first_day": point.first_day.isoformat(),
                "last_day": point.last_day.isoformat(),
                "responses": point.responses,
                "set_aside": point.set_aside,
            }
            yield {**shared, "measure": "attitude_index", **score_cells(point.attitude)}
            yield {**shared, "measure": "overall_index", **score_cells(point.overall)}
    for quarter in overview.reported:
        days = {"first_day": quarter.first_day.isoformat(), "last_day": quarter.last_day.isoformat()}
        for measure, one in (("reported:trouble", quarter.trouble), ("reported:money", quarter.money)):
            share = {"n": quarter.n, "percent": one.percent, "low": one.low, "high": one.high}
            yield {"period": "quarter", **days, "measure": measure, **share}
