"""The book for everybody: signed heads, verifier keys and proofs as text and JSON, and one page that explains them."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Never

from flask import Blueprint, Response, abort, current_app, jsonify, make_response, render_template, request
from sqlalchemy import Connection

from config import Settings
from survey_app.database import read_connection
from survey_app.languages import translate
from survey_app.ledger import sealed_log
from survey_app.ledger.checkpoint import consistency_note
from survey_app.ledger.day_record import SealedDay
from survey_app.ledger.manifest import SealedLog, day_proof, unit_proof
from survey_app.ledger.verifier.one_file import one_file

blueprint = Blueprint("ledger", __name__, url_prefix="/ledger")

HEADS_A_PAGE = 1_000
FOR_GOOD = "public, max-age=86400"
"""What can never change once it is there."""


@dataclass(frozen=True, slots=True)
class BookPage:
    """What the page shows. `note` None: no day is sealed yet."""

    note: str | None
    origin: str
    size: int
    last_day: date | None
    fingerprint: str
    address: str


@blueprint.get("")
def book() -> Response:
    """What the book is, its newest head, how to keep it and to check it."""
    settings: Settings = current_app.extensions["settings"]
    with read_connection() as connection:
        note = sealed_log.newest_checkpoint(connection)
        last_day = sealed_log.last_sealed_day(connection)
    if note is None:
        page = BookPage(None, "", 0, None, "", settings.public_url)
    else:
        head = sealed_log.head_of(note)
        page = BookPage(note, head.origin, head.size, last_day, sealed_log.fingerprint(head), settings.public_url)
    return _unless_unchanged(make_response(render_template("ledger/book.html", page=page)))


@blueprint.get("/checkpoint")
def checkpoint() -> Response:
    """The newest signed head (C2SP tlog-checkpoint)."""
    with read_connection() as connection:
        note = sealed_log.newest_checkpoint(connection)
    return _text(note or _refuse(404, "ledger.page.no_day"))


@blueprint.get("/checkpoints")
def checkpoints() -> Response:
    """Every head, newest first, a line each: size, last day, root in base64; `?before=SIZE` goes on."""
    before = _number("before")
    with read_connection() as connection:
        heads = sealed_log.heads_before(connection, before, HEADS_A_PAGE)
    if not heads and before is None:
        _refuse(404, "ledger.page.no_day")
    lines = [f"{one.size} {one.day} {base64.b64encode(sealed_log.head_of(one.note).root).decode()}\n" for one in heads]
    response = _text("".join(lines))
    if heads and heads[-1].size > 1:
        response.headers["Link"] = f'</ledger/checkpoints?before={heads[-1].size}>; rel="next"'
    return response


@blueprint.get("/checkpoints/<size>")
def checkpoint_at(size: str) -> Response:
    """The signed head that the log had at a size."""
    wanted = _parsed(size, "size")
    with read_connection() as connection:
        note = sealed_log.checkpoint_at(connection, wanted)
        if note is None:
            _refuse_size(connection, wanted)
    return _text(str(note), FOR_GOOD)


@blueprint.get("/key")
def key() -> Response:
    """The verifier keys, newest first, one a line."""
    with read_connection() as connection:
        keys = sealed_log.verifier_keys(connection)
    return _text("".join(f"{one}\n" for one in keys) or _refuse(404, "ledger.page.no_day"))


@blueprint.get("/verifier.pyz")
def verifier() -> Response:
    """The stand-alone verifier as one file: the same bytes for the same sources."""
    response = make_response(one_file())
    response.content_type = "application/zip"
    response.headers["Content-Disposition"] = 'attachment; filename="verifier.pyz"'
    return _unless_unchanged(response)


@blueprint.get("/proof/consistency")
def consistency() -> Response:
    """The proof that the head at `to` (or the newest) extends the one at `from` (C2SP tlog-witness)."""
    first, second = _number("from"), _number("to")
    if first is None:
        _refuse(422, "ledger.page.number", name="from")
    with _log() as (connection, log):
        size = log.tree.size if second is None else second
        if not 0 <= first <= size or not 1 <= size <= log.tree.size:
            _refuse_size(connection, max(first, size))
        note = sealed_log.checkpoint_at(connection, size)
    body = consistency_note(first, log.tree.consistency_proof(first, size), str(note))
    return _text(body, None if second is None else FOR_GOOD)


@blueprint.get("/proof/day/<day>")
def proof_of_day(day: str) -> Response:
    """A day's record and its place in the log."""
    with _log() as (connection, log):
        return _unless_unchanged(jsonify(day_proof(_sealed(connection, day), log)))


@blueprint.get("/proof/unit/<day>/<code>")
def proof_of_unit(day: str, code: str) -> Response:
    """What was sealed of a unit on a day: how many answers, their root, and where that stands."""
    with _log() as (connection, log):
        sealed = _sealed(connection, day)
        if code not in sealed.places:
            _refuse(404, "ledger.page.no_unit", code=code, day=day)
        return _unless_unchanged(jsonify(unit_proof(code, sealed, log)))


@contextmanager
def _log() -> Iterator[tuple[Connection, SealedLog]]:
    with read_connection() as connection:
        yield connection, sealed_log.sealed_log(connection) or _refuse(404, "ledger.page.no_day")


def _sealed(connection: Connection, text: str) -> SealedDay:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        _refuse(422, "ledger.page.not_a_day", text=text)
    return sealed_log.sealed_day(connection, day) or _refuse(404, "ledger.page.day_not_sealed", day=text)


def _number(name: str) -> int | None:
    return _parsed(request.args[name], name) if name in request.args else None


def _parsed(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        _refuse(422, "ledger.page.number", name=name)
    return int(text)


def _refuse_size(connection: Connection, wanted: int) -> Never:
    """Say how long the log is: a head of more days was never signed."""
    note = sealed_log.newest_checkpoint(connection)
    if note is None:
        _refuse(404, "ledger.page.no_day")
    _refuse(404, "ledger.page.no_size", wanted=wanted, size=sealed_log.head_of(note).size)


def _refuse(status: int, key: str, **values: object) -> Never:
    response = make_response(translate(key, **values) + "\n", status)
    response.content_type = "text/plain; charset=utf-8"
    abort(response)


def _text(body: str, caching: str | None = None) -> Response:
    response = make_response(body)
    response.content_type = "text/plain; charset=utf-8"
    if caching is not None:
        response.headers["Cache-Control"] = caching
    return _unless_unchanged(response)


def _unless_unchanged(response: Response) -> Response:
    """Name the content, and answer 304 to whoever has it already."""
    response.add_etag()
    response.make_conditional(request)
    return response
