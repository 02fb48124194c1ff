"""`/api/v1` for everybody: read-only, without a key or cookie, cacheable, open to scripts of other sites (CORS)."""

import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from analytics.dashboards.answers import json_document
from analytics.dashboards.unit_page import find_shown_unit
from analytics.open_data.asking import (
    LARGEST_LIMIT,
    RETRY_SECONDS,
    Refused,
    asked_days,
    asked_page,
    asked_results,
    asked_search,
    asked_span,
)
from analytics.open_data.documents import (
    questionnaire_document,
    result_document,
    results_head,
    unit_details,
    unit_document,
)
from analytics.open_data.dump import dump_pieces
from analytics.open_data.openapi import VERSION, description
from analytics.open_data.results import ResultsReader
from analytics.published.numbers import last_published_day, last_published_quarter
from config import Settings
from survey_app.audit.download import as_download
from survey_app.clock import Clock
from survey_app.database import read_connection
from survey_app.error_pages import error_page
from survey_app.languages import current_language, translate
from survey_app.ledger.sealed_log import newest_checkpoint
from survey_app.questionnaires import register
from survey_app.request_logging import log_failure
from survey_app.territory.contacts import contacts_in_force
from survey_app.territory.search import matching
from survey_app.territory.units import Unit, codes_by_id, communes, find_unit, successors

blueprint = Blueprint("open_data", __name__, template_folder="templates")
MAKING = threading.Lock()
PAGE, API = "/api", "/api/v1"
ENDPOINTS = ("units", "dump", "questionnaires", "checkpoint", "openapi")
_OPEN_TO_SCRIPTS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After",
    "Access-Control-Max-Age": "86400",
}


@dataclass(frozen=True, slots=True)
class Address:
    """An address of the page's list; its words stand under `open_data.addresses.<key>`."""

    key: str
    path: str

    @property
    def is_whole(self) -> bool:
        """Whether it can be opened as it stands."""
        return "{" not in self.path


ADDRESSES = (
    Address("units", f"{API}/units"),
    Address("unit", f"{API}/units/{{code}}"),
    Address("results", f"{API}/units/{{code}}/results?period=quarter"),
    Address("dump", f"{API}/results.csv"),
    Address("questionnaires", f"{API}/questionnaires"),
    Address("checkpoint", f"{API}/ledger/checkpoint"),
    Address("openapi", f"{API}/openapi.json"),
)


@dataclass(frozen=True, slots=True)
class Licence:
    """Under which terms the data may be used again, and whom to name."""

    name: str
    url: str
    source: str


@blueprint.get(PAGE)
def page() -> Response:
    """What there is and how to get it, for people."""
    settings = _settings()
    shown = render_template(
        "open_data/api.html",
        licence=licence(),
        addresses=ADDRESSES,
        largest_limit=LARGEST_LIMIT,
        minimum_n=settings.minimum_n,
        example=f"curl '{settings.public_url}{API}/results.csv?year={_today().year}&period=quarter'",
    )
    return _unless_unchanged(make_response(shown))


@blueprint.get(API)
def start() -> Response:
    """The ways on, for programs."""
    with read_connection() as connection:
        through = last_published_day(connection)
    links = {name: url_for(f"open_data.{name}") for name in ENDPOINTS}
    return _answer({"title": _title(), "published_through": through.isoformat() if through else None, "links": links})


@blueprint.get(f"{API}/openapi.json")
def openapi() -> Response:
    """The description of all of `/api/v1`."""
    settings = _settings()
    return _unless_unchanged(
        json_document(description(settings.open_data_licence, settings.open_data_licence_url, _title()))
    )


@blueprint.get(f"{API}/units")
def units() -> Response:
    """Communes of today, by code; `q` searches."""
    part, typed = asked_page(request), asked_search(request)
    with read_connection() as connection:
        found = communes(connection, _today())
        codes = codes_by_id(connection)
    found = matching(found, typed) if typed else found
    listed = [unit_document(unit, codes.get(unit.parent_id or 0)) for unit in part.of(found)]
    return _answer({**part.document(len(found)), "units": listed})


@blueprint.get(f"{API}/units/<code>")
def unit(code: str) -> Response:
    """One commune."""
    with read_connection() as connection:
        shown = _unit(connection, code)
        ended = shown.valid_to is not None and shown.valid_to <= _today()
        now = successors(connection, shown.id, _today()) if ended else []
        codes = codes_by_id(connection)
    return _answer(unit_details(shown, codes.get(shown.parent_id or 0), now))


@blueprint.get(f"{API}/units/<code>/results")
def results(code: str) -> Response:
    """A commune's results by period, oldest first."""
    asked, part = asked_results(request), asked_page(request)
    with read_connection() as connection:
        reader = ResultsReader(connection, _today())
        found = reader.results_of(_unit(connection, code), asked)
    head = results_head(found, reader.published_through, _settings().minimum_n)
    listed = [result_document(one) for one in part.of(found.results)]
    return _answer({**head, **part.document(len(found.results)), "results": listed})


@blueprint.get(f"{API}/results.csv")
def dump() -> Response:
    """The periods of all communes that end in a year or quarter."""
    span = asked_span(request)
    with read_connection() as connection:
        through = last_published_day(connection)
        first_day, last_day = asked_days(request, through or _today())
        name = f"than-thien-{first_day}-{last_day}-{span.value}"
        # What was published stays; names of units change by the day.
        version = f"{name}-{VERSION}-{through}-{last_published_quarter(connection)}-{_today()}"
        if request.if_none_match.contains_weak(version):
            return Response(status=304, headers={"ETag": f'W/"{version}"'})
        with _one_at_a_time():
            pieces = dump_pieces(connection, _today(), span, first_day, last_day)
            response = as_download(pieces, Path(tempfile.gettempdir()), f"{name}.csv", "text/csv")
    response.set_etag(version, weak=True)
    return response


@blueprint.get(f"{API}/questionnaires")
def questionnaires() -> Response:
    """Every version of every questionnaire, with all its words."""
    part = asked_page(request)
    with read_connection() as connection:
        ids = sorted(register.hashes_by_id(connection))
        listed = [questionnaire_document(register.by_id(connection, one)) for one in part.of(ids)]
    return _answer({**part.document(len(ids)), "questionnaires": listed})


@blueprint.get(f"{API}/ledger/checkpoint")
def checkpoint() -> Response:
    """The newest signed head of the book (C2SP tlog-checkpoint), as at /ledger/checkpoint."""
    with read_connection() as connection:
        note = newest_checkpoint(connection)
    if note is None:
        raise Refused(404, "no_day")
    response = make_response(note)
    response.content_type = "text/plain; charset=utf-8"
    return _unless_unchanged(response)


@blueprint.errorhandler(Refused)
def _refused(refused: Refused) -> Response:
    return refused.response(current_app)


@blueprint.errorhandler(SQLAlchemyError)
def _store_fails(error: SQLAlchemyError) -> Response:
    clock: Clock = current_app.extensions["clock"]
    log_failure(current_app, clock, error)
    response = error_page(current_app, 503)
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


@blueprint.after_request
def _open_to_scripts(response: Response) -> Response:
    if request.path != PAGE:
        response.headers.update(_OPEN_TO_SCRIPTS)
    if request.method == "OPTIONS":
        response.status_code = 204
        response.headers.pop("Content-Type", None)
    return response


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Dumps cost more than all else here: a process makes one at a time. Raises `Refused`."""
    if not MAKING.acquire(blocking=False):
        raise Refused(429, "busy")
    try:
        yield
    finally:
        MAKING.release()


def licence() -> Licence:
    """The licence of the installation, with its owner as the source."""
    settings = _settings()
    owner = contacts_in_force().owner(current_language())
    return Licence(settings.open_data_licence, settings.open_data_licence_url, owner)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _today() -> date:
    clock: Clock = current_app.extensions["clock"]
    return clock.today()


def _title() -> str:
    return translate("open_data.title")


def _unit(connection: Connection, code: str) -> Unit:
    shown = find_shown_unit(connection, code, _today()) or find_unit(connection, code, _today())
    if shown is None:
        raise Refused(404, "unit", code="".join(one for one in code if one.isprintable())[:20])
    return shown


def _answer(document: Mapping[str, Any]) -> Response:
    """A document with its licence and, for a list that goes on, where (RFC 8288)."""
    held = licence()
    named = {"licence": {"name": held.name, "url": held.url, "source": held.source}, **document}
    if "total" not in named:
        return _unless_unchanged(json_document(named))
    following = named["offset"] + named["limit"]
    more = following < named["total"]
    address = _address(offset=following) if more else None
    response = json_document({**named, "next": address})
    if address is not None:
        response.headers["Link"] = f'<{address}>; rel="next"'
    return _unless_unchanged(response)


def _address(**changed: object) -> str:
    """The address of this request with other values."""
    return f"{request.path}?{urlencode({**request.args, **changed})}"


def _unless_unchanged(response: Response) -> Response:
    """Name the content, and answer 304 to whoever has it already."""
    response.add_etag()
    response.make_conditional(request)
    return response
