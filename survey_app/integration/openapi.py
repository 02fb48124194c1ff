"""These addresses as a fragment of an OpenAPI 3.1 document, for whoever puts the whole together."""

from typing import Any

from survey_app.integration.bodies import TicketsBody, VisitsBody

_DEFINITIONS = "#/components/schemas/{model}"
_PROBLEMS = {
    "400": "The body is not JSON.",
    "401": "No key, or not a good one.",
    "403": "The key may not do this, or the request comes from another site's page.",
    "413": "The body is larger than 16 KB.",
    "415": "The body is not called application/json.",
    "422": "Something in the body is wrong; nothing was written. `errors` points at each mistake.",
    "429": "Too often; `Retry-After` says when to come again.",
    "503": "The database does not answer; come again.",
}


def openapi_paths() -> dict[str, Any]:
    """The path items of /api/v1/tickets and /api/v1/visits."""
    return {
        "/api/v1/tickets": {
            "post": _operation(
                "orderTickets",
                "Make single-use slips for a day and place; their codes are told once, here.",
                "TicketsBody",
                "201",
                "NewTickets",
            )
        },
        "/api/v1/visits": {
            "post": _operation(
                "reportVisits",
                "Report visits per week, all or none; the newest number counts, the same twice changes nothing.",
                "VisitsBody",
                "200",
                "TakenVisits",
            )
        },
    }


def openapi_components() -> dict[str, Any]:
    """What the path items refer to: schemas and the security scheme `apiKey`."""
    schemas: dict[str, Any] = {}
    for body in (TicketsBody, VisitsBody):
        schema = body.model_json_schema(ref_template=_DEFINITIONS)
        schemas |= schema.pop("$defs", {})
        schemas[body.__name__] = schema
    return {
        "schemas": schemas | {"NewTickets": _NEW_TICKETS, "TakenVisits": _TAKEN_VISITS, "Problem": _PROBLEM},
        "securitySchemes": {"apiKey": {"type": "http", "scheme": "bearer"}},
    }


def _operation(name: str, summary: str, body: str, status: str, answer: str) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": summary,
        "security": [{"apiKey": []}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _reference(body)}}},
        "responses": {
            status: {"description": "Done.", "content": {"application/json": {"schema": _reference(answer)}}},
            **{
                code: {"description": words, "content": {"application/problem+json": {"schema": _reference("Problem")}}}
                for code, words in _PROBLEMS.items()
            },
        },
    }


def _reference(model: str) -> dict[str, str]:
    return {"$ref": _DEFINITIONS.format(model=model)}


def _object(needed: tuple[str, ...] | None = None, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(needed or properties)}


_NEW_TICKETS = _object(
    unit={"type": "string"},
    premises={"type": "integer"},
    service_point={"type": ["integer", "null"]},
    day={"type": "string", "format": "date"},
    last_day={"type": "string", "format": "date", "description": "The last day on which the slips are good."},
    tickets={
        "type": "array",
        "items": _object(serial={"type": "integer"}, code={"type": "string"}, address={"type": "string"}),
    },
)
_TAKEN_VISITS = _object(changed={"type": "integer"}, unchanged={"type": "integer"})
_PROBLEM = _object(
    ("type", "title", "status", "detail"),
    type={"type": "string"},
    title={"type": "string"},
    status={"type": "integer"},
    detail={"type": "string"},
    errors={"type": "array", "items": _object(pointer={"type": "string"}, detail={"type": "string"})},
)
