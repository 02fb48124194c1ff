"""The description in OpenAPI 3.1 says what the live server does: schemathesis tries it, within bounds."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as trying
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi import checks

from survey_app.ledger.closing import close_days
from survey_app.ledger.steps import closing_steps
from tests.analytics.open_data.conftest import BUSY, CODES, FIRST_MONDAY
from tests.analytics.published.world import a_world, live_through
from tests.conftest import NOW
from tests.support.live_server import LiveServer

EXAMPLES = 25
"""For each address and kind of value: bounded by number, not by time, so that a slow machine tries the same."""
OPEN = (
    "/api/v1",
    "/api/v1/openapi.json",
    "/api/v1/units",
    "/api/v1/units/{code}",
    "/api/v1/units/{code}/results",
    "/api/v1/results.csv",
    "/api/v1/questionnaires",
    "/api/v1/ledger/checkpoint",
)
KEYED = ("/api/v1/tickets", "/api/v1/visits")
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]
OPEN_CHECKS = [*CHECKS, checks.positive_data_acceptance, checks.negative_data_rejection, checks.unsupported_method]
WEEKS = 16


@pytest.fixture(scope="module")
def lived_in(live_server: LiveServer) -> LiveServer:
    """A live server with published weeks and a sealed day."""
    with live_server.transaction() as connection:
        world = a_world(connection, FIRST_MONDAY, WEEKS, 0, CODES)
        live_through(connection, world, world.days)
    with live_server.app.app_context():
        day = date.fromordinal(FIRST_MONDAY.toordinal() + 7 * WEEKS)
        list(close_days([day], closing_steps(live_server.app), NOW))
    return live_server


@pytest.fixture(scope="module")
def described(lived_in: LiveServer) -> BaseSchema:
    """The description as the server gives it; codes are mostly those of communes, else all answers were 404."""
    document: dict[str, Any] = requests.get(f"{lived_in.url}/api/v1/openapi.json", timeout=10).json()
    for path in OPEN:
        for parameter in document["paths"][path]["get"]["parameters"]:
            if parameter["name"] == "code":
                parameter["schema"] = {"type": "string", "enum": [*CODES, "99999"]}
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=lived_in.url)
    return schema


def operations(schema: BaseSchema) -> Iterator[APIOperation[Any, Any, Any, Any]]:
    """Every operation of the description; one that cannot be read fails."""
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        yield found.ok()


def cases(operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, checked: list[Any]) -> list[int]:
    """Try the operation; returns the status of every answer."""
    seen: list[int] = []

    @given(case=operation.as_strategy(generation_mode=mode))
    @trying(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def each(case: Case[Any]) -> None:
        asked = case.query or {}
        if mode is GenerationMode.POSITIVE and {"from", "to"} <= asked.keys():
            assume(asked["from"] <= asked["to"])  # What no schema can say.
        response = case.call()
        seen.append(response.status_code)
        case.validate_response(response, checks=checked)

    each()
    return seen


def test_the_description_is_whole(described: BaseSchema) -> None:
    described.validate()
    assert described.raw_schema["openapi"] == "3.1.0"
    assert [one.path for one in operations(described)] == [*OPEN, *KEYED]


@pytest.mark.parametrize("path", OPEN)
def test_open_addresses_do_what_is_described(described: BaseSchema, path: str) -> None:
    (operation,) = [one for one in operations(described) if one.path == path]
    assert 200 in cases(operation, GenerationMode.POSITIVE, OPEN_CHECKS)
    refused = cases(operation, GenerationMode.NEGATIVE, OPEN_CHECKS)
    assert refused and 500 not in refused


@pytest.mark.parametrize("path", KEYED)
def test_addresses_with_a_key_do_what_is_described(described: BaseSchema, path: str) -> None:
    (operation,) = [one for one in operations(described) if one.path == path]
    for mode in GenerationMode:
        assert {200, 201}.isdisjoint(cases(operation, mode, CHECKS))


@pytest.mark.parametrize(("period", "name"), [("block", "channels"), ("quarter", "reported")])
def test_what_only_longer_periods_have_is_as_described(described: BaseSchema, period: str, name: str) -> None:
    (operation,) = [one for one in operations(described) if one.path == "/api/v1/units/{code}/results"]
    case = operation.Case(path_parameters={"code": BUSY}, query={"period": period})
    response = case.call()
    case.validate_response(response, checks=CHECKS)
    assert any(one[name] for one in response.json()["results"])
