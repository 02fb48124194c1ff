"""The addresses of the citizen zone. Views parse, make one call, and render."""

import gzip
from dataclasses import dataclass

from babel.lists import format_list
from flask import Blueprint, Response, current_app, g, make_response, redirect, render_template, request, url_for
from markupsafe import Markup, escape
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as WerkzeugResponse

from survey_app.citizen.desk import Desk, desk_of
from survey_app.citizen.edition import Edition, commune_in
from survey_app.citizen.page_cache import KeptPage
from survey_app.citizen.sending import AskedAgain, Thanked, receive
from survey_app.citizen.spliced_page import SplicedPage
from survey_app.citizen.survey_page import MOUTHS, survey_page
from survey_app.error_pages import error_page
from survey_app.languages import DEFAULT_LANGUAGE, catalogue, current_language, format_day, translate
from survey_app.questionnaires.register import NoQuestionnaire
from survey_app.request_logging import log_failure
from survey_app.responses.receipts import LENGTH as RECEIPT_LENGTH
from survey_app.responses.receipts import normalise as normalise_receipt
from survey_app.responses.receipts import spoken
from survey_app.territory.scan_code_register import ClosedCode, UnknownCode, presentable

citizen = Blueprint("citizen", __name__)

_GAP = "\ue000"
"""Stands for the token while a page is rendered for keeping: a character for private use, which no text of ours has."""
_RETRY_SECONDS = "60"


@dataclass(frozen=True, slots=True)
class Thanks:
    """What stands on the thank-you page, besides its fixed words."""

    saved: Markup
    receipt: Markup
    fresh_form: str
    smile: str = MOUTHS[-1]


def _desk() -> Desk:
    return desk_of(current_app)


@citizen.get("/S/<code>")
@citizen.get("/s/<code>")
def survey(code: str) -> Response:
    """The survey of a counter, with a token of its own for every visitor."""
    desk = _desk()
    now = desk.clock.now()
    found = desk.page_at(code, current_language(), now)
    if not isinstance(found, KeptPage):
        return _no_survey(found)
    token = desk.door.tokens.mint(found.edition.form_key, now)
    if not request.accept_encodings["gzip"]:
        return _html(found.page.plain(token))
    response = _html(found.page.compressed(token))
    response.headers["Content-Encoding"] = "gzip"
    return response


@citizen.post("/S/<code>")
@citizen.post("/s/<code>")
def send(code: str) -> Response | WerkzeugResponse:
    """Take a form: 303 to the thank-you page, or the page again with what was chosen and why it was not taken."""
    desk = _desk()
    outcome = receive(desk, code, current_language(), request.form, desk.clock.now())
    if isinstance(outcome, AskedAgain):
        return _ask_again(desk, outcome)
    if not isinstance(outcome, Thanked):
        return _no_survey(outcome)
    g.language = outcome.language
    return redirect(url_for("citizen.thanks", code=code, receipt=outcome.receipt), 303)


@citizen.get("/s/<code>/thanks/<receipt>")
def thanks(code: str, receipt: str) -> Response:
    """The thank-you page: the same for a first and a repeated sending."""
    desk = _desk()
    stored = normalise_receipt(receipt)
    if not desk.door.receipts.is_genuine(stored):
        return _message("citizen.receipt_unknown", 404, code=presentable(receipt), length=RECEIPT_LENGTH)
    page = Thanks(
        saved=_with_markup("citizen.thanks.saved", address=_results_address(desk, code), phone=_call(desk)),
        receipt=_with_markup("citizen.thanks.receipt", code=Markup("<b>{}</b>").format(spoken(stored))),
        fresh_form=url_for("citizen.survey", code=code),
    )
    return make_response(render_template("citizen/thanks.html", page=page))


@citizen.get("/s/forget.svg")
def forget() -> Response:
    """An empty picture on the thank-you page of browsers that run no script: it makes them forget the form.

    Some browsers bring a page back from memory although it is not to be stored, and with it the first person's choices
    and spent token. Where script runs, `survey.js` sees to it. Chrome may take seconds over this header, so it comes
    with a picture that nobody waits for, and never where it is not needed.
    """
    response = Response('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>', mimetype="image/svg+xml")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@citizen.errorhandler(NoQuestionnaire)
def _no_form(_error: NoQuestionnaire) -> Response:
    return _message("citizen.no_form", 404, phone=_desk().settings.contact_phone)


@citizen.errorhandler(SQLAlchemyError)
def _store_fails(error: SQLAlchemyError) -> Response:
    log_failure(current_app, _desk().clock, error)
    response = error_page(current_app, 503)
    response.headers["Retry-After"] = _RETRY_SECONDS
    return response


@citizen.after_request
def _compress(response: Response) -> Response:
    """Pages that are made for one visitor go compressed too: they carry the whole style."""
    if response.mimetype != "text/html" or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(response.get_data(), mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def render_for_keeping(edition: Edition) -> SplicedPage:
    """Render an edition's blank page, to be kept by `PageCache`, in the language of the page being made."""
    page = survey_page(edition, _desk().settings)
    html = render_template("citizen/survey.html", page=page, token=_GAP)
    before, _, after = _without_indentation(html).rpartition(_GAP)
    return SplicedPage.around(before, after)


def _without_indentation(html: str) -> str:
    """The page without the white space that only its template needs. A blank form holds no text that it could harm."""
    return "\n".join(line for written in html.splitlines() if (line := written.strip()))


def _html(body: bytes) -> Response:
    response = Response(body, mimetype="text/html")
    response.vary.add("Accept-Encoding")
    return response


def _ask_again(desk: Desk, asked: AskedAgain) -> Response:
    g.language = asked.edition.language
    page = survey_page(asked.edition, desk.settings, asked.form, asked.problems)
    response = make_response(render_template("citizen/survey.html", page=page, token=asked.token), asked.status)
    if asked.status == 503:
        response.headers["Retry-After"] = _RETRY_SECONDS
    return response


def _no_survey(found: ClosedCode | UnknownCode) -> Response:
    if isinstance(found, UnknownCode):
        return _message("citizen.unknown_code", 404, code=found.typed, phone=_desk().settings.contact_phone)
    language = current_language()
    now_called = [commune_in(unit, language) for unit in found.go_to or (found.printed_unit,)]
    where = format_list(now_called, style="or", locale=language)
    words = [translate("citizen.closed_code.text", date=format_day(found.closed_on), commune=where)]
    if found.unit_changed:
        printed = found.printed_unit.full_name if language == DEFAULT_LANGUAGE else found.printed_unit.english_name
        together = format_list(now_called, style="standard", locale=language)
        words.append(translate("citizen.closed_code.successor", predecessor=printed, successor=together))
    page = render_template("citizen/message.html", title=translate("citizen.closed_code.title"), paragraphs=words)
    return make_response(page, 410)


def _message(key: str, status: int, **values: object) -> Response:
    title, words = translate(f"{key}.title"), translate(f"{key}.text", **values)
    return make_response(render_template("citizen/message.html", title=title, paragraphs=[words]), status)


def _results_address(desk: Desk, code: str) -> Markup:
    """Where the unit's results are; the front page's address when the code tells no unit, or nobody can be asked."""
    address = desk.settings.public_url
    try:
        found = desk.page_at(code, current_language(), desk.clock.now())
    except (SQLAlchemyError, NoQuestionnaire):
        found = None
    if isinstance(found, KeptPage):
        address = f"{address}/units/{found.edition.unit_code}"
    return Markup('<a href="{0}">{0}</a>').format(address)


def _call(desk: Desk) -> Markup:
    phone = desk.settings.contact_phone
    return Markup('<a href="tel:{}">{}</a>').format("".join(sign for sign in phone if sign in "+0123456789"), phone)


def _with_markup(key: str, **values: Markup) -> Markup:
    return escape(catalogue(current_language()).texts[key]).format(**values)
