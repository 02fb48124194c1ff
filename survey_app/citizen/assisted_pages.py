"""A volunteer's link: the kiosk's page, script and tokens, one person after another, answers of the channel `assisted`.

The link is a capability (`territory.assisted_links`). It is looked at when a page is opened, and never passed on: what
a form carries is an ordinary token. So no answer leads to the link, or to who made it.
"""

from flask import Blueprint, Response, abort, current_app, jsonify, make_response, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as WerkzeugResponse

from survey_app.citizen.compression import compress
from survey_app.citizen.counter_screens import TOKENS_AHEAD, KioskThanks
from survey_app.citizen.desk import Desk, desk_of
from survey_app.citizen.edition import ASSISTED
from survey_app.citizen.kiosk_frame import version_of
from survey_app.citizen.page_cache import KeptPage
from survey_app.citizen.pages import reply, say_that_store_fails, spliced
from survey_app.citizen.sending import AskedAgain, Thanked, receive
from survey_app.http_security import citizen_policy
from survey_app.languages import current_language, translate
from survey_app.questionnaires.register import NoQuestionnaire
from survey_app.responses.receipts import normalise as normalise_receipt
from survey_app.responses.receipts import spoken
from survey_app.static_assets import STATIC, citizen_style, squeezed_style
from survey_app.territory.assisted_links import SignedLink
from survey_app.territory.contacts import contacts_in_force
from survey_app.territory.registration import assisted_keys_of
from survey_app.territory.scan_codes import normalise

blueprint = Blueprint("assisted", __name__, url_prefix="/a")
blueprint.after_request(compress)


@blueprint.get("/<link>")
def form(link: str) -> Response:
    """The page: with a token for who has no script, or (`?shell=1`, for the device to keep) with none."""
    desk = desk_of(current_app)
    kept = _page(desk, link)
    if "shell" in request.args:
        return spliced(kept.page, "")
    return spliced(kept.page, desk.door.tokens.mint(kept.edition.form_key, desk.clock.now()))


@blueprint.post("/<link>")
def send(link: str) -> Response | WerkzeugResponse:
    """Take a form. One that was opened in time counts, though the link may have ended or been revoked since."""
    desk = desk_of(current_app)
    signed = _signed(link)
    outcome = receive(desk, signed.code, current_language(), request.form, desk.clock.now(), ASSISTED)
    if not isinstance(outcome, Thanked | AskedAgain):
        return _refusal("revoked", 410)
    return reply(outcome, lambda receipt: url_for("assisted.thanks", link=link, receipt=receipt))


@blueprint.get("/<link>/thanks/<receipt>")
def thanks(link: str, receipt: str) -> Response:
    """Thank a person where no script runs, and go back to an empty form after the pause."""
    desk = desk_of(current_app)
    _signed(link)
    stored = normalise_receipt(receipt)
    if not desk.door.receipts.is_genuine(stored):
        abort(404)
    page = KioskThanks(
        saved=translate("citizen.kiosk.thanks_text", phone=contacts_in_force().phone),
        receipt=translate("citizen.thanks.receipt", code=spoken(stored)),
        home=url_for("assisted.form", link=normalise(link), lang=None),
        pause=desk.settings.kiosk_pause_seconds,
    )
    return make_response(render_template("citizen/kiosk_thanks.html", page=page))


@blueprint.get("/<link>/tokens")
def tokens(link: str) -> Response:
    """A few tokens ahead, one a person, in place of those that the device holds, and the version they are for."""
    desk = desk_of(current_app)
    edition = _page(desk, link).edition
    now = desk.clock.now()
    ahead = [desk.door.tokens.mint(edition.form_key, now) for _ in range(TOKENS_AHEAD)]
    return jsonify(version=version_of(edition), tokens=ahead)


@blueprint.get("/worker.js")
def worker() -> Response:
    """The service worker of helpers' devices: it hands out the kept page when there is no network."""
    return Response((STATIC / "kiosk_worker.js").read_bytes(), mimetype="text/javascript")


@blueprint.errorhandler(NoQuestionnaire)
def _no_form(_error: NoQuestionnaire) -> Response:
    words = translate("citizen.no_form.text", phone=contacts_in_force().phone)
    page = render_template("citizen/message.html", title=translate("citizen.no_form.title"), paragraphs=[words])
    return make_response(page, 404)


blueprint.register_error_handler(SQLAlchemyError, say_that_store_fails)


@blueprint.after_request
def _allow_screen_style(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = citizen_policy(citizen_style(), squeezed_style("kiosk.css"))
    return response


def _page(desk: Desk, link: str) -> KeptPage:
    """The survey page of a link that is open; else a page that says why not, and what to do."""
    signed = _signed(link)
    now = desk.clock.now()
    if signed.has_ended(now):
        abort(_refusal("ended", 410))
    return desk.page_of_link(signed.code, current_language(), now) or abort(_refusal("revoked", 410))


def _signed(link: str) -> SignedLink:
    return assisted_keys_of(current_app).read(link) or abort(_refusal("unknown", 404))


def _refusal(why: str, status: int) -> Response:
    words = translate(f"citizen.assisted.{why}")
    if request.headers.get("Accept") == "application/json":
        return make_response(jsonify(problem=words), status)
    page = render_template("citizen/message.html", title=translate("citizen.assisted.title"), paragraphs=[words])
    return make_response(page, status)
