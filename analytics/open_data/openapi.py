"""The description of `/api/v1` in OpenAPI 3.1: open data, and the addresses for systems with a key (`integration`)."""

from typing import Any

from analytics.open_data.asking import FIRST_YEAR, LARGEST_LIMIT, LARGEST_OFFSET, LAST_YEAR, LONGEST_SEARCH, USUAL_LIMIT
from analytics.open_data.results import POPULATIONS, SPANS
from survey_app.integration.openapi import openapi_components, openapi_paths
from survey_app.languages import catalogues

VERSION = "1.1.0"
"""Of the description: the first number is that of the addresses, the second grows with what is added."""
_JSON, _TEXT, _CSV, _PROBLEM_JSON = "application/json", "text/plain", "text/csv", "application/problem+json"
_REFUSALS = {
    "404": "There is nothing at this address, or no such language.",
    "422": "A value in the query is wrong; `detail` says which one and what is possible.",
    "429": "Too much at once; `Retry-After` says when to come again.",
    "503": "The database does not answer; come again.",
}


def description(licence: str, licence_url: str, title: str) -> dict[str, Any]:
    """The whole document."""
    components = openapi_components()
    components["schemas"] = components["schemas"] | _SCHEMAS
    components["headers"] = _HEADERS
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": VERSION, "license": {"name": licence, "url": licence_url}},
        "servers": [{"url": "/"}],
        "paths": _open_paths() | openapi_paths(),
        "components": components,
    }


def _open_paths() -> dict[str, Any]:
    paged = [_query("limit", _whole(1, LARGEST_LIMIT, USUAL_LIMIT)), _query("offset", _whole(0, LARGEST_OFFSET, 0))]
    code = {"name": "code", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9]{2,10}$"}}
    period = _query("period", _one_of([span.value for span in SPANS]))
    day = {"type": "string", "format": "date"}
    search = _query("q", {"type": "string", "maxLength": LONGEST_SEARCH})
    between = [_query("from", day), _query("to", day)]
    populations = _query("population", _one_of(list(POPULATIONS)))
    year, quarter = _query("year", _whole(FIRST_YEAR, LAST_YEAR)), _query("quarter", _whole(1, 4))
    return {
        "/api/v1": _get("start", "What there is, the licence, how far results go.", "Start"),
        "/api/v1/openapi.json": _get("description", "This document.", None),
        "/api/v1/units": _get("units", "Communes of today, by code.", "Units", [search, *paged]),
        "/api/v1/units/{code}": _get(
            "unit", "A commune, as it is or was last, or a city or province.", "UnitDetails", [code]
        ),
        "/api/v1/units/{code}/results": _get(
            "results",
            "The results of a commune, or of a city's communes together, by period, oldest first.",
            "Results",
            [code, period, populations, *between, *paged],
        ),
        "/api/v1/results.csv": _get(
            "dump", "The periods of all communes that end in a year or quarter.", _CSV, [year, quarter, period]
        ),
        "/api/v1/questionnaires": _get("questionnaires", "Every question ever asked.", "Questionnaires", paged),
        "/api/v1/ledger/checkpoint": _get(
            "checkpoint", "The newest signed head of the book (C2SP tlog-checkpoint); 404 before the first.", _TEXT
        ),
    }


def _get(name: str, summary: str, answer: str | None, parameters: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    media = answer if answer in {_TEXT, _CSV} else _JSON
    schema = {"type": "string"} if answer in {_TEXT, _CSV} else _reference(answer) if answer else {"type": "object"}
    headers = {"ETag": {"$ref": "#/components/headers/ETag"}}
    refusals = {
        status: {"description": words, "content": {_PROBLEM_JSON: {"schema": _reference("Problem")}}}
        for status, words in _REFUSALS.items()
    }
    good = {"description": "Done.", "headers": headers, "content": {media: {"schema": schema}}}
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": [*(parameters or []), _query("lang", _one_of(sorted(catalogues(), reverse=True)))],
            "responses": {"200": good, "304": {"description": "Unchanged since the ETag that was sent."}, **refusals},
        }
    }


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _whole(least: int, most: int, usual: int | None = None) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer", "minimum": least, "maximum": most}
    return schema if usual is None else schema | {"default": usual}


def _one_of(choices: list[str]) -> dict[str, Any]:
    return {"type": "string", "enum": choices, "default": choices[0]}


def _reference(model: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model}"}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _listed(name: str, model: str, **more: Any) -> dict[str, Any]:
    counts = {"total": _COUNT, "limit": _COUNT, "offset": _COUNT, "next": _or_null({"type": "string"})}
    return _object(licence=_reference("Licence"), **more, **counts, **{name: _array(_reference(model))})


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def _array(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


_HEADERS = {"ETag": {"description": "Names the content; send it as If-None-Match.", "schema": {"type": "string"}}}
_STRING, _COUNT, _SHARE = {"type": "string"}, {"type": "integer", "minimum": 0}, {"type": "number", "minimum": 0}
_DAY = {"type": "string", "format": "date"}
_PERCENT = _SHARE | {"maximum": 100}
_SCORE_PROPERTIES = {
    "n": {"type": "integer", "minimum": 10, "description": "How many persons (of an item: ratings)."},
    "percent": _PERCENT,
    "low": _PERCENT | {"description": "Of the 95 % interval."},
    "high": _PERCENT,
    "mean": _or_null({"type": "number", "minimum": 1, "maximum": 5}),
    "mean_of_hundred": _or_null(_PERCENT),
}
_SHARE_PROPERTIES = {
    "n": {"type": "integer", "minimum": 100, "description": "How many answered the question."},
    "percent": _PERCENT,
    "low": _PERCENT | {"description": "Of the 95 % interval."},
    "high": _PERCENT,
}
_SPAN_PROPERTIES = {"first_day": _DAY, "last_day": _DAY}
_NAMES = {"code": _STRING, "name": _STRING, "name_en": _STRING}
_UNIT_PROPERTIES = {
    **_NAMES,
    "kind": _STRING,
    "parent": _or_null(_STRING),
    "area": _or_null(_STRING),
    "valid_from": _DAY,
    "valid_to": _or_null(_DAY),
}
_SCORE = _or_null(_reference("Score"))
_SCHEMAS: dict[str, Any] = {
    "Licence": _object(name=_STRING, url=_STRING, source=_STRING),
    "Start": _object(
        title=_STRING,
        licence=_reference("Licence"),
        published_through=_or_null(_DAY),
        links={"type": "object", "additionalProperties": _STRING},
    ),
    "Unit": _object(**_UNIT_PROPERTIES),
    "UnitDetails": _object(
        **_UNIT_PROPERTIES,
        successors=_array(_STRING),
        results=_STRING,
        page=_or_null(_STRING),
        licence=_reference("Licence"),
    ),
    "Units": _listed("units", "Unit"),
    "Score": _object(**_SCORE_PROPERTIES),
    "ItemScore": _object(item=_STRING, **_SCORE_PROPERTIES, levels=_array(_COUNT) | {"minItems": 5, "maxItems": 5}),
    "Composition": _object(with_code=_COUNT, without_code=_COUNT, by_others=_COUNT, set_aside=_COUNT),
    "Items": _object(**_SPAN_PROPERTIES, scores=_array(_reference("ItemScore"))),
    "WithSetAside": _object(**_SPAN_PROPERTIES, set_aside=_COUNT, attitude=_SCORE, overall=_SCORE),
    "Channel": _object(
        **_SPAN_PROPERTIES,
        channel={"type": "string", "enum": ["with_code", "without_code"]},
        responses=_COUNT,
        attitude=_reference("Score"),
        overall=_reference("Score"),
    ),
    "Share": _object(**_SHARE_PROPERTIES),
    "Reported": _object(
        **_SPAN_PROPERTIES,
        units={"type": "integer", "minimum": 1, "description": "Of how many communes: those with enough answers."},
        minimum_n={"type": "integer", "minimum": 100, "description": "Answers that each of them has at least."},
        trouble=_reference("Share"),
        money=_reference("Share"),
    )
    | {
        "description": "Of a quarter that is over, citizens: the share of those who answered the question that said "
        "something was made hard (trouble), or that money or gifts were hinted at (money). Published once."
    },
    "Result": _object(
        period_first_day=_DAY,
        period_last_day=_DAY,
        is_over={"type": "boolean", "description": "Else more weeks will come in."},
        **_SPAN_PROPERTIES,
        weeks=_COUNT,
        responses=_COUNT,
        attitude=_reference("Score"),
        overall=_reference("Score"),
        note={"type": "string", "enum": ["", "small"], "description": "small: under 30 persons, for information."},
        composition=_or_null(_reference("Composition")),
        items=_or_null(_reference("Items")),
        with_set_aside=_or_null(_reference("WithSetAside")),
        channels=_array(_reference("Channel"))
        | {
            "description": "Of a commune's four-week block, citizens: forms with a transaction code beside the others. "
            "Empty where one side is too few."
        },
        reported=_or_null(_reference("Reported")),
    ),
    "Results": _listed(
        "results",
        "Result",
        unit=_object(**_NAMES),
        period=_STRING,
        population=_STRING,
        published_through=_or_null(_DAY),
        minimum_n=_COUNT,
        variance_ratio={"type": "number"},
    ),
    "Questionnaire": _object(content_hash=_STRING, stored_on=_DAY, definition={"type": "object"}),
    "Questionnaires": _listed("questionnaires", "Questionnaire"),
}
