"""The machine-readable twins of a unit's page: `.json` and `.csv` of the same `UnitSeries`, to the last digit.

JSON keys: `unit`, `through`, `minimum_n`, `variance_ratio`, `sentences`, `quotation`, `newest_week`, `running_week`,
`comparison`, `points`, `blocks`, `organisations`, `periods` (by month, quarter …), `definitions`; oldest first.
A block's items are about the days from its `items_first_day` on. A score is null (never zero) where too few answered,
else `n, percent, low, high` (0–100, one decimal; the interval is 95 %), `mean` (1–5) and `mean_of_hundred` (0–100).

CSV: UTF-8 with BOM, RFC 4180; one row a measure and period, in the columns `COLUMNS`; an absent number is empty.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from analytics.dashboards.cells import ItemScore, Score
from analytics.dashboards.newest import Comparison
from analytics.dashboards.published import (
    Block,
    OrganisationBlock,
    Period,
    Point,
    UnitSeries,
    WeekCount,
    WithSetAside,
)
from analytics.dashboards.sentences import quotation, unit_name, week_sentences
from analytics.published.unions import Span
from survey_app.languages import catalogue

COLUMNS = (
    "unit_code",
    "unit_name",
    "period",
    "first_day",
    "last_day",
    "weeks",
    "population",
    "measure",
    "item_text",
    "responses",
    "n",
    "percent",
    "low",
    "high",
    "mean_1_to_5",
    "mean_0_to_100",
    "level_1",
    "level_2",
    "level_3",
    "level_4",
    "level_5",
    "with_code",
    "without_code",
    "by_others",
    "set_aside",
    "note",
    "period_first_day",
    "period_last_day",
    "is_over",
)
"""`period`: point, block, month, reporting_month, quarter, year (with what the calendar says, and whether the period is
over: `is_over` 1) or running_week; `population`: citizens or organisations; `measure`: attitude_index,
overall_index, the same with `_with_set_aside`, responses, or item:<name> (whose `first_day` may be earlier than its
block's, and whose `responses` are the block's); `note`: small (10–29 persons, for information only) or too_few (no
score)."""

DEFINITIONS = ("index_explained", "overall_explained", "interval_explained", "headline_explained")
FORMULA_STARTERS = ("=", "+", "-", "@", "\t", "\r")

Row = Mapping[str, object]


def as_document(series: UnitSeries, language: str, *, for_staff: bool) -> dict[str, Any]:
    """The JSON twin."""
    unit = series.unit
    texts = catalogue(language)
    return {
        "unit": {
            "code": unit.code,
            "name": unit_name(unit, language),
            "kind": unit.kind,
            "valid_from": unit.valid_from.isoformat(),
            "valid_to": _day(unit.valid_to),
        },
        "language": language,
        "through": _day(series.through),
        "minimum_n": series.minimum_n,
        "variance_ratio": series.variance_ratio,
        "sentences": [one.plain for one in week_sentences(series, language, for_staff=for_staff)],
        "quotation": quotation(series, language),
        "newest_week": _count(series.newest_week),
        "running_week": _count(series.running),
        "comparison": _comparison(series.comparison) if series.comparison else None,
        "points": [_point(point) for point in series.points],
        "blocks": [_block(series, block, language) for block in series.blocks],
        "organisations": [_organisation(block) for block in series.organisations],
        "periods": {span.value: [_period(period) for period in found] for span, found in series.periods.items()},
        "definitions": {key: texts.text(f"dashboards.{key}") for key in DEFINITIONS},
    }


def csv_of(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Any rows as a CSV that spreadsheets read without harm."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({column: spreadsheet_cell(value) for column, value in row.items()})
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def result_rows(series: UnitSeries, language: str) -> Iterator[Row]:
    """The rows of the CSV and of other tables, each with its unit; keys are among `COLUMNS`."""
    unit = {"unit_code": series.unit.code, "unit_name": unit_name(series.unit, language)}
    yield from ({**unit, **row} for row in _rows(series, language))


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _days(source: Point | Block | OrganisationBlock | WeekCount) -> dict[str, Any]:
    return {
        "first_day": source.first_day.isoformat(),
        "last_day": source.last_day.isoformat(),
        "responses": source.responses,
    }


def _count(week: WeekCount | None) -> dict[str, Any] | None:
    return None if week is None else _days(week)


def score_document(score: Score | None) -> dict[str, Any] | None:
    """A score in JSON."""
    return None if score is None else asdict(score)


def _comparison(comparison: Comparison) -> dict[str, Any]:
    days = ("base_first_day", "base_last_day", "rebased_on")
    return asdict(comparison) | {name: _day(getattr(comparison, name)) for name in days}


def _point(point: Point) -> dict[str, Any]:
    return {
        **_days(point),
        "weeks": point.weeks,
        "attitude": score_document(point.attitude),
        "overall": score_document(point.overall),
        "set_aside": point.set_aside,
        "note": point.note.value,
    }


def _period(period: Period) -> dict[str, Any]:
    stretch = period.stretch
    calendar = {"period_first_day": stretch.first_day.isoformat(), "period_last_day": stretch.last_day.isoformat()}
    return {**_point(period), **calendar, "is_over": period.is_over}


def _block(series: UnitSeries, block: Block, language: str) -> dict[str, Any]:
    return {
        **_days(block),
        "attitude": score_document(block.attitude),
        "overall": score_document(block.overall),
        "items": [
            {
                "item": item.item,
                "text": series.words.full(item.item, language),
                **asdict(item.score),
                "levels": list(item.levels),
            }
            for item in block.items
        ],
        "items_first_day": block.items_first_day.isoformat(),
        "items_withheld": block.items_withheld,
        "composition": asdict(block.composition),
        "with_set_aside": _with_set_aside(block.with_set_aside),
    }


def _with_set_aside(included: WithSetAside | None) -> dict[str, Any] | None:
    if included is None:
        return None
    return {
        "first_day": included.first_day.isoformat(),
        "last_day": included.last_day.isoformat(),
        "set_aside": included.set_aside,
        "attitude": score_document(included.attitude),
        "overall": score_document(included.overall),
    }


def _organisation(block: OrganisationBlock) -> dict[str, Any]:
    return {**_days(block), "attitude": score_document(block.attitude), "overall": score_document(block.overall)}


def _rows(series: UnitSeries, language: str) -> Iterator[Row]:
    for point in series.points:
        shared = {**_days(point), "weeks": point.weeks, "set_aside": point.set_aside, "note": point.note.value}
        yield from _index_rows("point", "citizens", point, shared)
    complete = {(Span.BLOCK, block.last_day) for block in series.blocks}
    for span, periods in series.periods.items():
        for period in periods:
            if (span, period.last_day) not in complete:
                yield from _index_rows(span.value, "citizens", period, _period_cells(period))
    for block in series.blocks:
        yield from _index_rows("block", "citizens", block, {**_days(block), **asdict(block.composition)})
        yield from (_item_row(series, block, item, language) for item in block.items)
        if block.with_set_aside is not None:
            yield from _included_rows(block.with_set_aside)
    for organisation in series.organisations:
        yield from _index_rows("block", "organisations", organisation, _days(organisation))
    if series.running is not None:
        yield {"period": "running_week", "population": "citizens", "measure": "responses", **_days(series.running)}


def _period_cells(period: Period) -> Row:
    return {
        **_days(period),
        "weeks": period.weeks,
        "set_aside": period.set_aside,
        "note": period.note.value,
        "period_first_day": period.stretch.first_day.isoformat(),
        "period_last_day": period.stretch.last_day.isoformat(),
        "is_over": int(period.is_over),
    }


def _index_rows(period: str, population: str, source: Point | Block | OrganisationBlock, shared: Row) -> Sequence[Row]:
    named = {"period": period, "population": population, **shared}
    return (
        {**named, "measure": "attitude_index", **score_cells(source.attitude)},
        {**named, "measure": "overall_index", **score_cells(source.overall)},
    )


def _included_rows(included: WithSetAside) -> Sequence[Row]:
    days = {"first_day": included.first_day.isoformat(), "last_day": included.last_day.isoformat()}
    named = {"period": "block", "population": "citizens", **days, "set_aside": included.set_aside}
    return (
        {**named, "measure": "attitude_index_with_set_aside", **score_cells(included.attitude)},
        {**named, "measure": "overall_index_with_set_aside", **score_cells(included.overall)},
    )


def _item_row(series: UnitSeries, block: Block, item: ItemScore, language: str) -> Row:
    return {
        "period": "block",
        "population": "citizens",
        "measure": f"item:{item.item}",
        "item_text": series.words.full(item.item, language),
        **_days(block),
        "first_day": block.items_first_day.isoformat(),
        **score_cells(item.score),
        **{f"level_{level}": count for level, count in enumerate(item.levels, start=1)},
    }


def score_cells(score: Score | None) -> Row:
    """A score in the columns of the CSV; nothing without one."""
    if score is None:
        return {}
    return {
        "n": score.n,
        "percent": score.percent,
        "low": score.low,
        "high": score.high,
        "mean_1_to_5": score.mean,
        "mean_0_to_100": score.mean_of_hundred,
    }


def spreadsheet_cell(value: object) -> object:
    """A cell as spreadsheets may read it: text that would start a formula is neutralised."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTERS):
        return f"'{value}"
    return "" if value is None else value
