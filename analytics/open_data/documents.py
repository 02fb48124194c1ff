"""Units, results and questionnaires as JSON: the keys are promises of version 1 (docs/open-data.md)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from analytics.dashboards.cells import ItemScore
from analytics.dashboards.public_twins import channel_documents, share_documents
from analytics.dashboards.twins import score_document
from analytics.open_data.results import Included, Items, Result, UnitResults
from analytics.published.rounding import SMALL_N
from analytics.published.trouble import TroubleQuarter
from survey_app.questionnaires.items import to_canonical_json
from survey_app.questionnaires.register import StoredQuestionnaire
from survey_app.territory.units import Unit

Document = Mapping[str, Any]


def unit_document(unit: Unit, parent: str | None) -> Document:
    """A unit; `parent` is the code of the one above it."""
    return {
        "code": unit.code,
        "name": unit.full_name,
        "name_en": unit.english_name,
        "kind": unit.kind,
        "parent": parent,
        "area": unit.area,
        "valid_from": unit.valid_from.isoformat(),
        "valid_to": _day(unit.valid_to),
    }


def unit_details(unit: Unit, parent: str | None, successors: Sequence[Unit]) -> Document:
    """A unit with those that stand in its place now, and where its results are; only communes have a page."""
    return {
        **unit_document(unit, parent),
        "successors": [one.code for one in successors],
        "results": f"/api/v1/units/{unit.code}/results",
        "page": f"/units/{unit.code}" if unit.is_commune else None,
    }


def results_head(found: UnitResults, published_through: date | None, minimum_n: int) -> Document:
    """What all results of an answer share."""
    return {
        "unit": {"code": found.unit.code, "name": found.unit.full_name, "name_en": found.unit.english_name},
        "period": found.span.value,
        "population": found.population,
        "published_through": _day(published_through),
        "minimum_n": minimum_n,
        "variance_ratio": found.variance_ratio,
    }


def result_document(result: Result) -> Document:
    """One period; a score has its n and its 95 % interval in percent."""
    return {
        "period_first_day": result.stretch.first_day.isoformat(),
        "period_last_day": result.stretch.last_day.isoformat(),
        "is_over": result.is_over,
        "first_day": result.first_day.isoformat(),
        "last_day": result.last_day.isoformat(),
        "weeks": result.weeks,
        "responses": result.responses,
        "attitude": score_document(result.attitude),
        "overall": score_document(result.overall),
        "note": note_of(result),
        "composition": asdict(result.composition) if result.composition else None,
        "items": _items(result.items),
        "with_set_aside": _included(result.with_set_aside),
        "channels": channel_documents(result.coded) if result.coded else [],
        "reported": _reported(result.reported),
    }


def note_of(result: Result) -> str:
    """What must be said beside a number about few persons: `small` under 30, for information only."""
    return "small" if min(result.attitude.n, result.overall.n) < SMALL_N else ""


def questionnaire_document(stored: StoredQuestionnaire) -> Document:
    """A version with every word of it."""
    return {
        "content_hash": stored.content_hash,
        "stored_on": stored.stored_on.isoformat(),
        "definition": json.loads(to_canonical_json(stored.questionnaire)),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _items(items: Items | None) -> Document | None:
    if items is None or not items.items:
        return None
    return {
        "first_day": items.first_day.isoformat(),
        "last_day": items.last_day.isoformat(),
        "scores": [_item(item) for item in items.items],
    }


def _item(item: ItemScore) -> Document:
    return {"item": item.item, **asdict(item.score), "levels": list(item.levels)}


def _included(included: Included | None) -> Document | None:
    if included is None:
        return None
    return {
        "first_day": included.first_day.isoformat(),
        "last_day": included.last_day.isoformat(),
        "set_aside": included.set_aside,
        "attitude": score_document(included.attitude),
        "overall": score_document(included.overall),
    }


def _reported(quarter: TroubleQuarter | None) -> Document | None:
    """`units`: of how many communes, each with at least `minimum_n` answers to the question, the shares are."""
    if quarter is None:
        return None
    return {
        "first_day": quarter.first_monday.isoformat(),
        "last_day": quarter.last_sunday.isoformat(),
        "units": quarter.units,
        "minimum_n": quarter.minimum_n,
        **share_documents(quarter),
    }
