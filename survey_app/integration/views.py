"""Addresses for the province's other systems: POST /api/v1/tickets and /api/v1/visits, opened by a key; no cookie."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, current_app, jsonify, request
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction
from survey_app.integration import keys
from survey_app.integration.bodies import TicketsBody, VisitsBody, read_body
from survey_app.integration.keys import ApiKey
from survey_app.integration.problems import ApiProblem
from survey_app.integration.rate import STRANGERS, RateBound
from survey_app.integration.taking import take_tickets, take_visits
from survey_app.request_logging import log_failure
from survey_app.responses.registration import door_of

blueprint = Blueprint("integration", __name__, url_prefix="/api/v1")
RATE_KEY = "than_thien_api_rate"
_SCHEME = "bearer "
_RETRY_SECONDS = "60"


@dataclass(frozen=True, slots=True)
class _Call:
    settings: Settings
    now: datetime
    rate: RateBound


@blueprint.post("/tickets")
def tickets() -> Response:
    """Make slips for a day and place; their codes are told once, in the answer."""
    call = _call()
    key = _key(call, "tickets")
    body = read_body(TicketsBody, request.get_data(), request.mimetype)
    with write_transaction() as connection:
        made = take_tickets(connection, door_of(current_app).tickets, key, body, call.settings, call.now)
    return _answer(made, 201)


@blueprint.post("/visits")
def visits() -> Response:
    """Take numbers of visits, all or none; the same twice changes nothing."""
    call = _call()
    key = _key(call, "visits")
    body = read_body(VisitsBody, request.get_data(), request.mimetype)
    with write_transaction() as connection:
        taken = take_visits(connection, key, body, call.now)
    return _answer({"changed": taken.changed, "unchanged": taken.unchanged}, 200)


@blueprint.errorhandler(ApiProblem)
def _problem(problem: ApiProblem) -> Response:
    return _kept_by_nobody(problem.response())


@blueprint.errorhandler(SQLAlchemyError)
def _store_fails(error: SQLAlchemyError) -> Response:
    clock: Clock = current_app.extensions["clock"]
    log_failure(current_app, clock, error)
    return _kept_by_nobody(ApiProblem(503, "store", headers={"Retry-After": _RETRY_SECONDS}).response())


def _call() -> _Call:
    clock: Clock = current_app.extensions["clock"]
    return _Call(current_app.extensions["settings"], clock.now(), current_app.extensions[RATE_KEY])


def _key(call: _Call, scope: str) -> ApiKey:
    """The key in the Authorization header (RFC 6750). Raises `ApiProblem`: 401, 403, 429."""
    given = request.headers.get("Authorization", "")
    with read_connection() as connection:
        key = _known(connection, given)
    wait = call.rate.seconds_to_wait(key.id if key else STRANGERS, call.now)
    if wait:
        raise ApiProblem(429, "rate", headers={"Retry-After": str(wait)}, seconds=wait)
    if key is None:
        scheme = 'Bearer realm="than-thien"' + (', error="invalid_token"' if given else "")
        raise ApiProblem(401, "no_key", headers={"WWW-Authenticate": scheme})
    if scope not in key.scopes:
        scheme = f'Bearer realm="than-thien", error="insufficient_scope", scope="{scope}"'
        raise ApiProblem(403, "scope", headers={"WWW-Authenticate": scheme}, scope=scope)
    return key


def _known(connection: Connection, given: str) -> ApiKey | None:
    if not given.lower().startswith(_SCHEME):
        return None
    return keys.key_of(connection, given[len(_SCHEME) :].strip())


def _answer(content: object, status: int) -> Response:
    response = jsonify(content)
    response.status_code = status
    return _kept_by_nobody(response)


def _kept_by_nobody(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
