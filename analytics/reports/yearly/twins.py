"""The twins of a yearly report: JSON with everything; CSV with a row a commune; Excel with both and the signals.

JSON keys: `city`, `year`, `is_whole`, `first_day`, `last_day`, `printed_on`, `minimum_n`, `variance_ratio`, `about`,
`groups` (by population: `whole`, `quarters`), `taking_part`, `silent`, `units`, `comparison`, `points_table`,
`recognised` (codes, no order of merit), `reported`, `signals`, `done`, `integrity`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from analytics.dashboards.public_twins import reported_document
from analytics.dashboards.published import Period
from analytics.dashboards.twins import csv_of, score_document
from analytics.dashboards.workbook import Sheet, as_workbook
from analytics.findings.coverage import Coverage
from analytics.reports.yearly.evaluation import Evaluation, Integrity, SignalStory, UnitResult
from analytics.reports.yearly.words import ReportWords
from survey_app.territory.bands import Bands

Row = Mapping[str, object]
_SCORE = ("n", "percent", "low", "high", "mean", "mean_of_hundred")
_COMPARED = ("shrunken", "low", "high", "rank_low", "rank_high", "all_rank_low", "all_rank_high", "tier")
UNIT_COLUMNS = (
    *("unit_code", "unit_name", "kind", "area"),
    *(f"attitude_{name}" for name in _SCORE),
    *(f"overall_{name}" for name in _SCORE),
    *("points_low", "points_high"),
    *(f"compared_{name}" for name in _COMPARED),
    *("recognised", "forms", "visits", "weeks_with_visits", "forms_per_hundred_visits"),
    *("weeks", "silent_weeks", "set_aside", "warned_days"),
)
"""Points are empty without a table, under 100 persons, and below the lowest band."""
SUMMARY_COLUMNS = (
    "population",
    "period",
    "first_day",
    "last_day",
    "measure",
    "responses",
    "n",
    "percent",
    "low",
    "high",
)
ACTION_COLUMNS = ("kind", "unit_code", "unit_name", "first_day", "last_day", "n", "percent", "outcome", "words")


def as_document(report: Evaluation, language: str) -> dict[str, Any]:
    """The JSON twin."""
    words = ReportWords(report, language)
    comparison = report.comparison
    return {
        "city": {"code": report.city.code, "name": words.name(report.city)},
        "year": report.covered.year,
        "is_whole": report.covered.is_whole,
        "first_day": report.mondays[0].isoformat(),
        "last_day": report.covered.last_day.isoformat(),
        "printed_on": report.printed_on.isoformat(),
        "minimum_n": report.minimum_n,
        "variance_ratio": report.variance_ratio,
        "about": [*words.about, words.time],
        "groups": {
            group.population.value: {
                "whole": _period(group.whole) if group.whole else None,
                "quarters": [_period(quarter) for quarter in group.quarters],
            }
            for group in report.groups
        },
        "taking_part": asdict(report.taking_part) | {"coverage": _coverage(report.taking_part.coverage)},
        "silent": [one.unit.code for one in report.silent],
        "units": [_unit(one, words) for one in report.units],
        "comparison": {
            "compared": report.comparable,
            "center": comparison.center if comparison else None,
            "tiers": {tier.value: count for tier, count in comparison.counts.items()} if comparison else None,
        },
        "points_table": _bands(report.bands) if report.bands else None,
        "recognised": [one.unit.code for one in report.recognised],
        "reported": [{**reported_document(quarter), "units": quarter.units} for quarter in report.reported],
        "signals": {
            "judged": report.signals.judged,
            "expected_false": report.signals.expected_false,
            "above": report.signals.above,
            "below": [_story(story, words) for story in report.signals.below],
        },
        "done": [
            {
                "unit": one.unit.code,
                "done_on": one.action.content.done_on.isoformat() if one.action.content.done_on else None,
                "title": one.action.content.title,
                "said": one.action.content.said,
                "done": one.action.content.done,
            }
            for one in report.done
        ],
        "integrity": _integrity(report.integrity),
    }


def as_csv(report: Evaluation, language: str) -> bytes:
    """The CSV twin: a row a commune."""
    return csv_of(UNIT_COLUMNS, unit_rows(report, language))


def as_excel(report: Evaluation, language: str) -> bytes:
    """The Excel twin: the city's groups and quarters; communes; signals with what became of them, and actions."""
    words = ReportWords(report, language)
    return as_workbook(
        [
            Sheet(words.text("yearly.sheet.summary"), SUMMARY_COLUMNS, _summary_rows(report)),
            Sheet(words.text("yearly.sheet.units"), UNIT_COLUMNS, unit_rows(report, language)),
            Sheet(words.text("yearly.sheet.actions"), ACTION_COLUMNS, _action_rows(report, words)),
        ]
    )


def unit_rows(report: Evaluation, language: str) -> Iterator[Row]:
    """A row a commune, in the columns `UNIT_COLUMNS`."""
    words = ReportWords(report, language)
    commended = {one.unit.id for one in report.recognised}
    for one in words.by_name:
        scores = {"attitude": one.result.attitude, "overall": one.result.overall} if one.result else {}
        named = {f"{name}_{key}": getattr(score, key) for name, score in scores.items() if score for key in _SCORE}
        compared = {f"compared_{name}": getattr(one.compared, name) for name in _COMPARED} if one.compared else {}
        yield {
            "unit_code": one.unit.code,
            "unit_name": words.name(one.unit),
            "kind": one.unit.kind,
            "area": one.unit.area,
            **named,
            "points_low": one.points.low if one.points else None,
            "points_high": one.points.high if one.points else None,
            **compared,
            "recognised": int(one.unit.id in commended),
            "forms": one.forms,
            **_coverage(one.coverage),
            "weeks": one.weeks,
            "silent_weeks": one.silent_weeks,
            "set_aside": one.set_aside,
            "warned_days": one.warned_days,
        }


def _period(period: Period) -> dict[str, Any]:
    return {
        "period_first_day": period.stretch.first_day.isoformat(),
        "period_last_day": period.stretch.last_day.isoformat(),
        "first_day": period.first_day.isoformat(),
        "last_day": period.last_day.isoformat(),
        "responses": period.responses,
        "attitude": score_document(period.attitude),
        "overall": score_document(period.overall),
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "visits": coverage.visits if coverage.weeks_known else None,
        "weeks_with_visits": coverage.weeks_known,
        "forms_per_hundred_visits": coverage.percent,
    }


def _unit(one: UnitResult, words: ReportWords) -> dict[str, Any]:
    return {
        "unit": {"code": one.unit.code, "name": words.name(one.unit)},
        "kind": one.unit.kind,
        "area": one.unit.area,
        "result": _period(one.result) if one.result else None,
        "compared": {name: getattr(one.compared, name) for name in _COMPARED} if one.compared else None,
        "points": {"low": one.points.low, "high": one.points.high} if one.points else None,
        "forms": one.forms,
        "coverage": _coverage(one.coverage),
        "weeks": one.weeks,
        "silent_weeks": one.silent_weeks,
        "set_aside": one.set_aside,
        "warned_days": one.warned_days,
    }


def _bands(bands: Bands) -> dict[str, Any]:
    return {
        "valid_from": bands.valid_from.isoformat(),
        "source": bands.source,
        "points": [asdict(band) for band in bands.points],
    }


def _story(story: SignalStory, words: ReportWords) -> dict[str, Any]:
    return {
        "unit": story.unit.code,
        "first_day": story.signal.first_day.isoformat(),
        "last_day": story.signal.last_day.isoformat(),
        "n": story.signal.n,
        "percent": story.signal.percent,
        "usual_low": story.signal.usual_low,
        "usual_high": story.signal.usual_high,
        "outcome": story.outcome,
        "words": list(words.outcome(story)[1]),
    }


def _integrity(integrity: Integrity) -> dict[str, Any]:
    both = integrity.with_aside
    return {
        "warned": dict(integrity.warned),
        "with_set_aside": {
            "set_aside": both.set_aside,
            "attitude": score_document(both.counted),
            "attitude_with_set_aside": score_document(both.included),
        }
        if both
        else None,
        "sealed_days": integrity.sealed_days,
        "head": integrity.head,
    }


def _summary_rows(report: Evaluation) -> Iterator[Row]:
    for group in report.groups:
        periods = [("year", group.whole)] if group.whole else []
        for name, period in [*periods, *(("quarter", quarter) for quarter in group.quarters)]:
            days = {"first_day": period.first_day.isoformat(), "last_day": period.last_day.isoformat()}
            shared = {"population": group.population.value, "period": name, **days, "responses": period.responses}
            for measure, score in (("attitude_index", period.attitude), ("overall_index", period.overall)):
                cells = {key: getattr(score, key) for key in _SCORE[:4]} if score else {}
                yield {**shared, "measure": measure, **cells}
    for reported in report.reported:
        days = {"first_day": reported.first_day.isoformat(), "last_day": reported.last_day.isoformat()}
        for measure, one in (("reported:trouble", reported.trouble), ("reported:money", reported.money)):
            share = {"n": reported.n, "percent": one.percent, "low": one.low, "high": one.high}
            yield {"population": "headline", "period": "quarter", **days, "measure": measure, **share}


def _action_rows(report: Evaluation, words: ReportWords) -> Iterator[Row]:
    for story in report.signals.below:
        signal = story.signal
        yield {
            "kind": "signal",
            "unit_code": story.unit.code,
            "unit_name": words.name(story.unit),
            "first_day": signal.first_day.isoformat(),
            "last_day": signal.last_day.isoformat(),
            "n": signal.n,
            "percent": signal.percent,
            "outcome": story.outcome,
            "words": "; ".join(words.outcome(story)[1]),
        }
    for one in report.done:
        done_on = one.action.content.done_on
        day = done_on.isoformat() if done_on else None
        named = {"kind": "action", "unit_code": one.unit.code, "unit_name": words.name(one.unit)}
        yield {**named, "first_day": day, "last_day": day, "outcome": "done", "words": one.action.content.title}
