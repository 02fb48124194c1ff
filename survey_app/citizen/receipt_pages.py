"""`/r`: is my answer in the book? A check code tells its day and unit, and where the proof is; never an answer."""

import json
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from survey_app.citizen.compression import compress
from survey_app.citizen.desk import desk_of
from survey_app.citizen.edition import commune_in
from survey_app.citizen.probing import ProbingLimit
from survey_app.error_pages import error_page
from survey_app.languages import current_language, format_day, translate
from survey_app.ledger.receipt_status import ReceiptState, ReceiptStatus, note_lost, proof_of_receipt, receipt_status
from survey_app.request_logging import log_failure
from survey_app.responses.receipts import LENGTH, normalise, spoken
from survey_app.territory.contacts import contacts_in_force
from survey_app.territory.scan_code_register import presentable

blueprint = Blueprint("receipts", __name__)
blueprint.after_request(compress)

PROBING_KEY = "than_thien_receipt_probing"
LONGEST_TYPED = 80
_RETRY_SECONDS = "60"


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """What the page shows: the code as read (None before one was typed), its words, and where the proof is."""

    code: str | None = None
    words: str | None = None
    proof_address: str | None = None
    typed: str = ""
    is_problem: bool = False


@blueprint.get("/r")
def form() -> Response:
    """The form for a code; with one, what is known of it."""
    typed = request.args.get("code", "")[:LONGEST_TYPED]
    return _told(typed) if typed.strip() else _page(ReceiptPage(), 200)


@blueprint.get("/r/<receipt>")
def receipt(receipt: str) -> Response:
    """What is known of a code."""
    return _told(receipt[:LONGEST_TYPED])


@blueprint.get("/r/<receipt>/proof.json")
def proof(receipt: str) -> Response:
    """The proof that the code was counted (docs/ledger.md), to be kept and checked without us."""
    desk = desk_of(current_app)
    code = normalise(receipt[:LONGEST_TYPED])
    if not desk.door.receipts.is_genuine(code):
        return unknown_code(receipt)
    found = proof_of_receipt(desk.door.receipts, code)
    if found is None:
        return error_page(current_app, 404)
    response = Response(json.dumps(found, indent=1) + "\n", mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="phieu_{code}.json"'
    return response


@blueprint.errorhandler(SQLAlchemyError)
def _store_fails(error: SQLAlchemyError) -> Response:
    log_failure(current_app, desk_of(current_app).clock, error)
    response = error_page(current_app, 503)
    response.headers["Retry-After"] = _RETRY_SECONDS
    return response


def unknown_code(typed: str) -> Response:
    """What is said to a code that was not drawn here; when too many such come, to try again later."""
    typed = "".join(character for character in typed[:LONGEST_TYPED] if character.isprintable())
    probing: ProbingLimit = current_app.extensions[PROBING_KEY]
    seconds = probing.seconds_to_wait(desk_of(current_app).clock.now().timestamp())
    if seconds:
        page = ReceiptPage(words=translate("receipts.wait", seconds=seconds), typed=typed, is_problem=True)
        response = _page(page, 429)
        response.headers["Retry-After"] = str(seconds)
        return response
    words = translate("receipts.unknown", code=presentable(typed), length=LENGTH)
    return _page(ReceiptPage(words=words, typed=typed, is_problem=True), 404)


def _told(typed: str) -> Response:
    desk = desk_of(current_app)
    status = receipt_status(desk.door.receipts, normalise(typed))
    if status.state is ReceiptState.UNKNOWN:
        return unknown_code(typed)
    if status.state is ReceiptState.LOST:
        note_lost(status.receipt, desk.clock)  # First written down, then said.
    return _page(_known(status), 200)


def _known(status: ReceiptStatus) -> ReceiptPage:
    language = current_language()
    values = {
        "commune": commune_in(status.unit, language) if status.unit else None,
        "day": format_day(status.day) if status.day else None,
        "phone": contacts_in_force().phone,
    }
    proof_address = None
    if status.state in {ReceiptState.SEALED, ReceiptState.EXPIRED}:
        proof_address = url_for("receipts.proof", receipt=status.receipt)
    return ReceiptPage(spoken(status.receipt), translate(f"receipts.{status.state.value}", **values), proof_address)


def _page(page: ReceiptPage, status: int) -> Response:
    return make_response(render_template("citizen/receipt.html", page=page, limit=LONGEST_TYPED), status)
