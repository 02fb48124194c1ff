"""The twins of a unit's page for staff: all that the public ones say, and what staff see besides.

JSON keys added: `signals` (each point against the usual level), `cuts` by axis (`service_point`, `domain`, `channel`,
`group`; merged labels are joined with `+`) with `own_service_points`, `by_others`, `adjusted` (with coverage),
`warned_days`, `reported`, `targets`, `actions` and `notes`. CSV and Excel: the same rows and more, in `STAFF_COLUMNS`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from analytics.dashboards.happenings import Happening
from analytics.dashboards.parts import Cut, PartScore
from analytics.dashboards.public_twins import reported_document
from analytics.dashboards.published import OrganisationBlock, UnitSeries
from analytics.dashboards.sentences import unit_name
from analytics.dashboards.staff_details import StaffDetails
from analytics.dashboards.twins import COLUMNS, Row, as_document, csv_of, result_rows, score_cells, score_document
from analytics.dashboards.workbook import Sheet, as_workbook
from analytics.findings.adjustment import AdjustedBlock, Percent
from analytics.findings.coverage import Coverage
from analytics.findings.signals import PointSignal
from analytics.findings.warned_days import WarnedDays
from survey_app.languages import catalogue

PART_COLUMNS = ("service_point", "domain", "channel", "group", "part")
STAFF_COLUMNS = (
    *COLUMNS,
    *PART_COLUMNS,
    "usual_low",
    "usual_high",
    "verdict",
    "forms",
    "visits",
    "weeks_with_visits",
    "refusal",
    "days",
    "mix",
)
"""Besides the public columns: what a row is cut by (`part`: `own_service_points`); the usual level of a point; forms of
all kinds and visits of the weeks with visits, and why a block is not adjusted; on how many days a warning stands; by
what mix of visits a block was weighted (`domain_and_code`, `domain`, `service_point`)."""
OWN = "own_service_points"


def as_staff_document(
    series: UnitSeries, details: StaffDetails, happenings: Sequence[Happening], language: str
) -> dict[str, Any]:
    """The JSON twin for staff."""
    return as_document(series, language, for_staff=True) | {
        "signals": [_signal(one) for one in details.judged],
        "cuts": {axis.value: [_cut(cut) for cut in cuts] for axis, cuts in details.cuts.items()},
        "by_others": [_by_others(block) for block in details.by_others],
        "adjusted": [_adjusted(block) for block in details.adjusted],
        "warned_days": [asdict(one) | {"newest": one.newest.isoformat()} for one in details.warned],
        "reported": [reported_document(quarter) for quarter in details.trouble],
        "targets": dict(details.targets),
        "actions": [_action(one) for one in happenings if one.action],
        "notes": [_note(one) for one in happenings if one.note],
    }


def staff_rows(series: UnitSeries, details: StaffDetails, language: str) -> Iterator[Row]:
    """The rows of CSV and Excel."""
    judged = {one.last_day.isoformat(): one for one in details.judged}
    for row in result_rows(series, language):
        signal = judged.get(str(row["last_day"])) if _is_attitude_point(row) else None
        yield {**row, **_limits(signal)} if signal else row
    unit = {"unit_code": series.unit.code, "unit_name": unit_name(series.unit, language)}
    yield from ({**unit, **row} for row in _more_rows(details))


def as_staff_csv(series: UnitSeries, details: StaffDetails, language: str) -> bytes:
    """The CSV twin for staff."""
    return csv_of(STAFF_COLUMNS, staff_rows(series, details, language))


def as_staff_workbook(series: UnitSeries, details: StaffDetails, language: str) -> bytes:
    """The Excel twin: the rows of the CSV, and how to read them."""
    texts, document = catalogue(language), as_document(series, language, for_staff=True)
    heads = texts.text("staff_unit.sheet.about"), texts.text("staff_unit.sheet.results")
    words = [*document["sentences"], *document["definitions"].values()]
    return as_workbook(
        [
            Sheet(heads[1], STAFF_COLUMNS, staff_rows(series, details, language)),
            Sheet(
                heads[0], (unit_name(series.unit, language),), [{unit_name(series.unit, language): w} for w in words]
            ),
        ]
    )


def part_key(part: PartScore) -> str:
    """What a part is called in the twins."""
    return "+".join(part.labels)


def _is_attitude_point(row: Row) -> bool:
    return row.get("period") == "point" and row.get("measure") == "attitude_index"


def _limits(signal: PointSignal) -> Row:
    return {"usual_low": signal.usual_low, "usual_high": signal.usual_high, "verdict": signal.verdict.value}


def _signal(one: PointSignal) -> dict[str, Any]:
    return {
        "first_day": one.first_day.isoformat(),
        "last_day": one.last_day.isoformat(),
        "verdict": one.verdict.value,
        "drift": one.drift.value,
        "usual_low": one.usual_low,
        "usual_high": one.usual_high,
        "visible_drop": one.visible_drop,
    }


def _action(one: Happening) -> dict[str, Any]:
    assert one.action is not None, "chosen so"
    names = ("title", "category", "said", "owner", "state", "done", "movement", "published")
    return {"day": one.day.isoformat(), **{name: getattr(one.action, name) for name in names}}


def _note(one: Happening) -> dict[str, Any]:
    assert one.note is not None, "chosen so"
    return {"day": one.day.isoformat(), "kind": one.note.kind, "text": one.note.text}


def _cut(cut: Cut) -> dict[str, Any]:
    days = {"first_day": cut.first_day.isoformat(), "last_day": cut.last_day.isoformat()}
    own = {**days, **_part(cut.own, "part", OWN)} if cut.own else None
    parts = [{**days, **_part(part, cut.axis.value, part_key(part))} for part in cut.parts]
    return {**days, "parts": parts, OWN: own}


def _part(part: PartScore, key: str, label: str) -> dict[str, Any]:
    scores = {"attitude": score_document(part.attitude), "overall": score_document(part.overall)}
    return {key: label, "responses": part.responses, **scores}


def _by_others(block: OrganisationBlock) -> dict[str, Any]:
    return {
        "population": "by_others",
        "first_day": block.first_day.isoformat(),
        "last_day": block.last_day.isoformat(),
        "responses": block.responses,
        "attitude": score_document(block.attitude),
        "overall": score_document(block.overall),
    }


def _adjusted(block: AdjustedBlock) -> dict[str, Any]:
    return {
        "first_day": block.first_day.isoformat(),
        "last_day": block.last_day.isoformat(),
        "coverage": {**asdict(block.coverage), "forms_per_hundred_visits": block.coverage.percent},
        "raw": {"n": block.n, **asdict(block.raw)},
        "adjusted": {"n": block.n, **asdict(block.adjusted)} if block.adjusted else None,
        "design_effect": block.design_effect,
        "refusal": block.refusal.value if block.refusal else None,
        "mix": block.mix.value if block.mix else None,
    }


def _more_rows(details: StaffDetails) -> Iterator[Row]:
    for cuts in details.cuts.values():
        for cut in cuts:
            yield from (row for part in cut.parts for row in _part_rows(cut, part, cut.axis.value, part_key(part)))
            if cut.own:
                yield from _part_rows(cut, cut.own, "part", OWN)
    for block in details.by_others:
        shared = _named("block", "by_others", block.first_day.isoformat(), block.last_day.isoformat())
        yield from _indices({**shared, "responses": block.responses}, block)
    for adjusted in details.adjusted:
        yield from _adjusted_rows(adjusted)
    for quarter in details.trouble:
        shared = _named("quarter", "citizens", quarter.first_day.isoformat(), quarter.last_day.isoformat())
        for name, one in (("trouble", quarter.trouble), ("money", quarter.money)):
            cells = {"n": quarter.n, "percent": one.percent, "low": one.low, "high": one.high}
            yield {**shared, "measure": f"reported:{name}", **cells}
    yield from (_warned(one) for one in details.warned)


def _named(period: str, population: str, first_day: str, last_day: str) -> dict[str, object]:
    return {"period": period, "population": population, "first_day": first_day, "last_day": last_day}


def _part_rows(cut: Cut, part: PartScore, key: str, label: str) -> Sequence[Row]:
    named = _named("block", "citizens", cut.first_day.isoformat(), cut.last_day.isoformat())
    return _indices({**named, key: label, "responses": part.responses}, part)


def _indices(shared: Mapping[str, object], source: PartScore | OrganisationBlock) -> Sequence[Row]:
    return (
        {**shared, "measure": "attitude_index", **score_cells(source.attitude)},
        {**shared, "measure": "overall_index", **score_cells(source.overall)},
    )


def _adjusted_rows(block: AdjustedBlock) -> Iterator[Row]:
    named = _named("block", "citizens", block.first_day.isoformat(), block.last_day.isoformat())
    yield {**named, "measure": "coverage", **_covered(block.coverage)}
    refusal = block.refusal.value if block.refusal else None
    cells = _percent(block.n, block.adjusted) if block.adjusted else {}
    mix = block.mix.value if block.mix else None
    yield {**named, "measure": "attitude_index_adjusted", **cells, "refusal": refusal, "mix": mix}


def _percent(n: int, index: Percent) -> Row:
    return {"n": n, **asdict(index)}


def _covered(coverage: Coverage) -> Row:
    return {"forms": coverage.forms, "visits": coverage.visits, "weeks_with_visits": coverage.weeks_known}


def _warned(one: WarnedDays) -> Row:
    point = None if one.service_point_id is None else str(one.service_point_id)
    return {"measure": f"warned_days:{one.kind}", "service_point": point, "days": one.days}
