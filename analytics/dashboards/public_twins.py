"""The public twins of a unit's page: what `twins` says of its series, and what else the page shows.

JSON keys added: `channels` (forms with a transaction code, `with_code`, beside `without_code`, by block), `reported`
(the shares of `trouble` and `money` by quarter, from 100 answers), `actions` and `notes`. CSV: the rows of the series
and those of channels and shares, in `PUBLIC_COLUMNS`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from analytics.dashboards.coded_forms import CodedBlock, Side
from analytics.dashboards.happenings import Happening
from analytics.dashboards.public_page import PublicDetails
from analytics.dashboards.published import UnitSeries
from analytics.dashboards.sentences import unit_name
from analytics.dashboards.twins import COLUMNS, Row, as_document, csv_of, result_rows, score_cells, score_document
from analytics.published.trouble import Reported, TroubleQuarter

PUBLIC_COLUMNS = (*COLUMNS, "channel")
"""`channel`: with_code or without_code, where a row is about these forms alone. Two measures more by quarter:
`reported:trouble` and `reported:money`, the share of those who answered the question."""


def as_public_document(series: UnitSeries, details: PublicDetails, language: str) -> dict[str, Any]:
    """The JSON twin for everybody."""
    return as_document(series, language, for_staff=False) | {
        "channels": [channel for block in details.coded for channel in channel_documents(block)],
        "reported": [reported_document(quarter) for quarter in details.trouble],
        "actions": [_action(one) for one in details.actions],
        "notes": [_note(one) for one in details.notes],
    }


def as_public_csv(series: UnitSeries, details: PublicDetails, language: str) -> bytes:
    """The CSV twin for everybody."""
    return csv_of(PUBLIC_COLUMNS, _public_rows(series, details, language))


def reported_document(quarter: TroubleQuarter) -> dict[str, Any]:
    """A quarter's shares in JSON, in percent of the `n` who answered the question."""
    days = {"first_day": quarter.first_day.isoformat(), "last_day": quarter.last_day.isoformat()}
    return {**days, **share_documents(quarter)}


def share_documents(quarter: TroubleQuarter) -> dict[str, Any]:
    """The shares of `trouble` and of `money` alone."""
    return {name: {"n": quarter.n, **share_cells(one)} for name, one in quarter.shares}


def share_cells(one: Reported) -> Mapping[str, float]:
    """A share in percent with its 95 % interval."""
    return {"percent": one.percent, "low": one.low, "high": one.high}


def channel_documents(block: CodedBlock) -> list[dict[str, Any]]:
    """A block's forms with a transaction code and those without one, in JSON."""
    return [_channel(block, name, side) for name, side in block.sides]


def _public_rows(series: UnitSeries, details: PublicDetails, language: str) -> Iterator[Row]:
    yield from result_rows(series, language)
    unit = {"unit_code": series.unit.code, "unit_name": unit_name(series.unit, language), "population": "citizens"}
    for block in details.coded:
        days = {"period": "block", "first_day": block.first_day.isoformat(), "last_day": block.last_day.isoformat()}
        for name, side in block.sides:
            shared = {**unit, **days, "channel": name, "responses": side.responses}
            yield {**shared, "measure": "attitude_index", **score_cells(side.attitude)}
            yield {**shared, "measure": "overall_index", **score_cells(side.overall)}
    for quarter in details.trouble:
        days = {"period": "quarter", "first_day": quarter.first_day.isoformat()}
        days |= {"last_day": quarter.last_day.isoformat()}
        for name, one in quarter.shares:
            yield {**unit, **days, "measure": f"reported:{name}", "n": quarter.n, **share_cells(one)}


def _channel(block: CodedBlock, name: str, side: Side) -> dict[str, Any]:
    days = {"first_day": block.first_day.isoformat(), "last_day": block.last_day.isoformat()}
    scores = {"attitude": score_document(side.attitude), "overall": score_document(side.overall)}
    return {**days, "channel": name, "responses": side.responses, **scores}


def _action(one: Happening) -> dict[str, Any]:
    assert one.action is not None, "chosen so"
    names = ("title", "category", "said", "owner", "due", "state", "done", "done_on", "movement")
    return {"day": one.day.isoformat(), **{name: getattr(one.action, name) for name in names}}


def _note(one: Happening) -> dict[str, Any]:
    assert one.note is not None, "chosen so"
    return {"monday": one.note.monday.isoformat(), "kind": one.note.kind, "text": one.note.text}
