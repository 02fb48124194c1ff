"""All results of a year or a quarter as one CSV: a row for each unit, period, population and measure."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date

from sqlalchemy import Connection

from analytics.dashboards.cells import Score
from analytics.dashboards.public_twins import share_cells
from analytics.dashboards.twins import Row, score_cells, spreadsheet_cell
from analytics.open_data.documents import note_of
from analytics.open_data.results import POPULATIONS, Asked, Result, ResultsReader, UnitResults
from analytics.published.unions import Span
from survey_app.territory.units import Unit, codes_by_id, last_known, units_on

DUMP_COLUMNS = (
    "unit_code",
    "unit_name",
    "period",
    "period_first_day",
    "period_last_day",
    "is_over",
    "first_day",
    "last_day",
    "weeks",
    "population",
    "measure",
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
    "channel",
)
"""Named as in the CSV of a unit's page. `measure`: attitude_index, overall_index, the same with `_with_set_aside`, or
item:<name>, whose days may begin earlier than their period, reported:trouble and reported:money (by quarter).
`channel`: with_code or without_code, where a row is about these forms of a four-week block alone."""
_BOM = b"\xef\xbb\xbf"


def dump_pieces(connection: Connection, today: date, span: Span, first_day: date, last_day: date) -> Iterator[bytes]:
    """The CSV of every unit there ever was, piece by piece: the periods that end within the days."""
    reader = ResultsReader(connection, today)
    yield _BOM + _csv([dict(zip(DUMP_COLUMNS, DUMP_COLUMNS, strict=True))])
    for unit in _units(connection, today):
        rows: list[Row] = []
        for population in POPULATIONS:
            found = reader.results_of(unit, Asked(span, population, first_day, last_day))
            ending = (one for one in found.results if first_day <= one.stretch.last_day <= last_day)
            rows.extend(row for result in ending for row in _rows(found, result))
        if rows:
            yield _csv(rows)


def _units(connection: Connection, today: date) -> Iterator[Unit]:
    """Every commune by code, as it is or as it was last called."""
    known = {unit.id: unit for unit in units_on(connection, today)}
    for unit_id, _code in sorted(codes_by_id(connection).items(), key=lambda pair: pair[1]):
        unit = known.get(unit_id) or last_known(connection, unit_id)
        if unit is not None and unit.is_commune and unit.valid_from <= today:
            yield unit


def _rows(found: UnitResults, result: Result) -> Iterator[Row]:
    named = {
        "unit_code": found.unit.code,
        "unit_name": found.unit.full_name,
        "period": found.span.value,
        "period_first_day": result.stretch.first_day.isoformat(),
        "period_last_day": result.stretch.last_day.isoformat(),
        "is_over": int(result.is_over),
        "population": found.population,
    }
    whole = {**_days(result.first_day, result.last_day), "weeks": result.weeks, "responses": result.responses}
    counts = asdict(result.composition) if result.composition else {}
    yield from _indices({**named, **whole, **counts, "note": note_of(result)}, result.attitude, result.overall)
    for item in result.items.items if result.items else ():
        assert result.items is not None, "it has items"
        levels = {f"level_{level}": count for level, count in enumerate(item.levels, start=1)}
        days = _days(result.items.first_day, result.items.last_day)
        yield {**named, **days, "measure": f"item:{item.item}", **score_cells(item.score), **levels}
    if result.with_set_aside is not None:
        one = result.with_set_aside
        shared = {**named, **_days(one.first_day, one.last_day), "set_aside": one.set_aside}
        yield from _indices(shared, one.attitude, one.overall, "_with_set_aside")
    for channel, side in result.coded.sides if result.coded else ():
        assert result.coded is not None, "it has sides"
        block = _days(result.coded.first_day, result.coded.last_day)
        shared = {**named, **block, "channel": channel, "responses": side.responses}
        yield from _indices(shared, side.attitude, side.overall)
    if result.reported is not None:
        weeks = _days(result.reported.first_monday, result.reported.last_sunday)
        for name, share in result.reported.shares:
            yield {**named, **weeks, "measure": f"reported:{name}", "n": result.reported.n, **share_cells(share)}


def _indices(shared: Row, attitude: Score | None, overall: Score | None, more: str = "") -> Iterator[Row]:
    yield {**shared, "measure": f"attitude_index{more}", **score_cells(attitude)}
    yield {**shared, "measure": f"overall_index{more}", **score_cells(overall)}


def _days(first_day: date, last_day: date) -> Row:
    return {"first_day": first_day.isoformat(), "last_day": last_day.isoformat()}


def _csv(rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, DUMP_COLUMNS, restval="", lineterminator="\r\n")
    for row in rows:
        writer.writerow({column: spreadsheet_cell(value) for column, value in row.items()})
    return text.getvalue().encode()
