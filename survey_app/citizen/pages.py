"""The addresses of the citizen zone. Views parse, make one call, and render."""

from collections.abc import Callable
from dataclasses import dataclass

from babel.lists import format_list
from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from markupsafe import Markup, escape
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as WerkzeugResponse

from survey_app.citizen.compression import compress
from survey_app.citizen.desk import Desk, desk_of
from survey_app.citizen.edition import DISPLAY, POSTER, Edition, commune_in
from survey_app.citizen.kiosk_frame import frame_here
from survey_app.citizen.page_cache import KeptPage
from survey_app.citizen.receipt_pages import unknown_code
from survey_app.citizen.script import PageKind, script_of
from survey_app.citizen.sending import AskedAgain, Outcome, Thanked, receive
from survey_app.citizen.spliced_page import SplicedPage
from survey_app.citizen.survey_page import MOUTHS, SurveyPage, survey_page
from survey_app.error_pages import error_page
from survey_app.languages import DEFAULT_LANGUAGE, catalogue, current_language, format_day, translate
from survey_app.questionnaires.register import NoQuestionnaire
from survey_app.request_logging import log_failure
from survey_app.responses.receipts import normalise as normalise_receipt
from survey_app.responses.receipts import spoken
from survey_app.territory.contacts import contacts_in_force
from survey_app.territory.registration import counter_keys_of
from survey_app.territory.scan_code_register import ClosedCode, UnknownCode

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
    note: str = ""
    smile: str = MOUTHS[-1]


def _desk() -> Desk:
    return desk_of(current_app)


@citizen.get("/S/<code>")
@citizen.get("/s/<code>")
def survey(code: str) -> Response:
    """The survey of a counter, with a token of its own for every visitor."""
    return blank_form(code, POSTER)


@citizen.get("/D/<code>/<moment>")
@citizen.get("/d/<code>/<moment>")
def survey_from_display(code: str, moment: str) -> Response:
    """The survey by the code on a display; a code that has changed since then says where the new one is."""
    desk = _desk()
    if counter_keys_of(current_app).is_fresh(code, moment, desk.clock.now()):
        return blank_form(code, DISPLAY)
    found = desk.page_at(code, current_language(), desk.clock.now())
    if not isinstance(found, KeptPage):
        return no_survey(found)
    button = Markup('<a class="button" href="{}">{}</a>')
    words = [
        translate("citizen.display_old.text"),
        button.format(url_for("citizen.survey", code=code), translate("citizen.display_old.open")),
    ]
    page = render_template("citizen/message.html", title=translate("citizen.display_old.title"), paragraphs=words)
    return make_response(page, 410)


@citizen.post("/S/<code>")
@citizen.post("/s/<code>")
@citizen.post("/D/<code>/<_moment>")
@citizen.post("/d/<code>/<_moment>")
def send(code: str, _moment: str = "") -> Response | WerkzeugResponse:
    """Take a form: 303 to the thank-you page, or the page again with what was chosen and why it was not taken.

    However old a display's code is by then: the token alone says that it was fresh when the form was opened.
    """
    desk = _desk()
    outcome = receive(desk, code, current_language(), request.form, desk.clock.now())
    return reply(outcome, lambda receipt: url_for("citizen.thanks", code=code, receipt=receipt))


@citizen.get("/s/<code>/thanks/<receipt>")
def thanks(code: str, receipt: str) -> Response:
    """The thank-you page: the same for a first and a repeated sending."""
    desk = _desk()
    try:
        found = desk.page_at(code, current_language(), desk.clock.now())
    except (SQLAlchemyError, NoQuestionnaire):
        found = None
    return thank_you(receipt, found, url_for("citizen.survey", code=code))


@citizen.get("/s/<any(survey,kiosk,display):kind>-<language>-<fingerprint>.js")
def script(kind: PageKind, language: str, fingerprint: str) -> Response:
    """The script of a kind of page; kept for good under its own fingerprint, and never under another's."""
    made = script_of(kind, language)
    response = Response(mimetype="text/javascript")
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"]:
        response.set_data(made.compressed)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response.set_data(made.plain)
    if fingerprint == made.fingerprint:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@citizen.get("/favicon.ico")
def favicon() -> Response:
    """Nothing, to be kept for good: browsers ask for it unasked, and an error page would cost more than the survey."""
    response = Response(status=204, mimetype="image/x-icon")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


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
    return _message("citizen.no_form", 404, phone=contacts_in_force().phone)


@citizen.errorhandler(SQLAlchemyError)
def say_that_store_fails(error: SQLAlchemyError) -> Response:
    """When nobody can be asked: words, and to come again."""
    log_failure(current_app, _desk().clock, error)
    response = error_page(current_app, 503)
    response.headers["Retry-After"] = _RETRY_SECONDS
    return response


citizen.after_request(compress)


def blank_form(code: str, channel: str) -> Response:
    """The survey of the counter that has the code, with a token of its own for the channel; or words on why not."""
    desk = _desk()
    now = desk.clock.now()
    found = desk.page_at(code, current_language(), now, channel)
    if not isinstance(found, KeptPage):
        return no_survey(found)
    return spliced(found.page, desk.door.tokens.mint(found.edition.form_key, now))


def spliced(page: SplicedPage, token: str) -> Response:
    """A kept page with a token in its gap, as the visitor's browser can read it."""
    if not request.accept_encodings["gzip"]:
        return _html(page.plain(token))
    response = _html(page.compressed(token))
    response.headers["Content-Encoding"] = "gzip"
    return response


def thank_you(receipt: str, at: object, fresh_form: str, note: str = "") -> Response:
    """The thank-you page of a receipt, with where the results are of the counter whose page `at` is, if it is one."""
    desk = _desk()
    stored = normalise_receipt(receipt)
    if not desk.door.receipts.is_genuine(stored):
        return unknown_code(receipt)
    page = Thanks(
        saved=_with_markup("citizen.thanks.saved", address=_results_address(desk, at), phone=_call()),
        receipt=_with_markup("citizen.thanks.receipt", code=_check_code(stored)),
        fresh_form=fresh_form,
        note=note,
    )
    return make_response(render_template("citizen/thanks.html", page=page))


def reply(outcome: Outcome, thanks_address: Callable[[str], str]) -> Response | WerkzeugResponse:
    """What a browser is told of a form that was sent; `thanks_address` makes the address of a receipt's page.

    Our script asks for JSON: where the thank-you page is and the check code, or in words why the form was not taken.
    """
    by_script = request.headers.get("Accept") == "application/json"
    if isinstance(outcome, Thanked):
        g.language = outcome.language
        address = thanks_address(outcome.receipt)
        return jsonify(thanks=address, receipt=spoken(outcome.receipt)) if by_script else redirect(address, 303)
    if not isinstance(outcome, AskedAgain):
        page, problem = no_survey(outcome), translate("error.410.text")
    elif by_script:
        page, problem = make_response("", outcome.status), outcome.problems[0].words
    else:
        page, problem = _ask_again(_desk(), outcome), ""
    if by_script:
        page = make_response(jsonify(problem=problem), page.status_code)
    if page.status_code == 503:
        page.headers["Retry-After"] = _RETRY_SECONDS
    return page


def render_for_keeping(edition: Edition) -> SplicedPage:
    """Render an edition's blank page, to be kept by `PageCache`, in the language of the page being made."""
    page = survey_page(edition, _desk().settings)
    html = _rendered(edition, page, _GAP)
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
    return make_response(_rendered(asked.edition, page, asked.token), asked.status)


def _rendered(edition: Edition, page: SurveyPage, token: str) -> str:
    frame = frame_here(edition)
    if frame is not None:
        return render_template("citizen/kiosk.html", page=page, token=token, frame=frame)
    return render_template("citizen/survey.html", page=page, token=token)


def no_survey(found: ClosedCode | UnknownCode) -> Response:
    """Why a code leads to no survey, and where to go."""
    if isinstance(found, UnknownCode):
        return _message("citizen.unknown_code", 404, code=found.typed, phone=contacts_in_force().phone)
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


def _results_address(desk: Desk, at: object) -> Markup:
    """Where the unit's results are; the front page's address when no page tells the unit, or nobody can be asked."""
    address = desk.settings.public_url
    if isinstance(at, KeptPage):
        address = f"{address}/units/{at.edition.unit_code}"
    return Markup('<a href="{0}">{0}</a>').format(address)


def _check_code(receipt: str) -> Markup:
    """The code as printed; it leads to where it stands."""
    address = url_for("receipts.receipt", receipt=receipt)
    return Markup('<a href="{}"><b>{}</b></a>').format(address, spoken(receipt))


def _call() -> Markup:
    phone = contacts_in_force().phone
    return Markup('<a href="tel:{}">{}</a>').format("".join(sign for sign in phone if sign in "+0123456789"), phone)


def _with_markup(key: str, **values: Markup) -> Markup:
    return escape(catalogue(current_language()).texts[key]).format(**values)
