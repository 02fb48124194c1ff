"""Screens at a counter: the display, whose QR changes every minute, and the kiosk, one tablet for many people.

Both open by a signed link (`territory.counter_links`). A kiosk's script holds a few tokens minted ahead, one a person,
and a copy of the page without any; so it goes on without network, and after a restart.
"""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, current_app, jsonify, make_response, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as WerkzeugResponse

from survey_app.citizen.compression import compress
from survey_app.citizen.desk import Desk, desk_of
from survey_app.citizen.edition import DISPLAY, KIOSK
from survey_app.citizen.kiosk_frame import version_of
from survey_app.citizen.page_cache import KeptPage
from survey_app.citizen.pages import no_survey, reply, say_that_store_fails, spliced
from survey_app.citizen.sending import receive
from survey_app.citizen.survey_page import MOUTHS
from survey_app.http_security import citizen_policy
from survey_app.languages import current_language, translate
from survey_app.questionnaires.register import NoQuestionnaire
from survey_app.responses.receipts import normalise as normalise_receipt
from survey_app.responses.receipts import spoken
from survey_app.static_assets import STATIC, citizen_style, squeezed_style
from survey_app.territory.contacts import contacts_in_force
from survey_app.territory.counter_links import Screen, display_scan_address, seconds_left
from survey_app.territory.posters import qr_svg
from survey_app.territory.registration import counter_keys_of

blueprint = Blueprint("counter", __name__)
blueprint.after_request(compress)

TOKENS_AHEAD = 30
"""How many people a kiosk can serve without network, in each language."""
SCREEN_STYLES = ("kiosk.css", "display.css")
_POINT = "<int(max=2147483647):service_point_id>"


@dataclass(frozen=True, slots=True)
class DisplayPage:
    """What stands on the display. `left` and `again` are seconds: until the code changes, until the page asks anew."""

    qr: Markup
    place: str
    host: str
    left: int

    @property
    def again(self) -> int:
        """A second late rather than early."""
        return self.left + 1


@dataclass(frozen=True, slots=True)
class KioskThanks:
    """What a kiosk without script says before it goes back by itself."""

    saved: str
    receipt: str
    home: str
    pause: int
    smile: str = MOUTHS[-1]


@blueprint.get(f"/display/{_POINT}")
def display(service_point_id: int) -> Response:
    """The page for the counter's screen: the QR of this minute."""
    desk = desk_of(current_app)
    now = desk.clock.now()
    code = _code_of_link("display", service_point_id)
    found = desk.page_at(code, current_language(), now, DISPLAY)
    if not isinstance(found, KeptPage):
        return no_survey(found)
    settings = desk.settings
    address = display_scan_address(settings.public_url, code, counter_keys_of(current_app).moment_code(code, now))
    picture = qr_svg(address, (), translate("poster.question")).decode()
    page = DisplayPage(
        qr=Markup(picture),  # noqa: S704  # our own picture
        place=translate(
            "citizen.display.place", commune=found.edition.commune, service_point=found.edition.service_point
        ),
        host=settings.public_url.partition("://")[2],
        left=seconds_left(now),
    )
    return make_response(render_template("citizen/display.html", page=page))


@blueprint.get(f"/kiosk/{_POINT}")
def kiosk(service_point_id: int) -> Response:
    """The kiosk's page: with a token for who has no script, or (`?shell=1`, for the tablet to keep) with none."""
    desk = desk_of(current_app)
    found = _kiosk_page(desk, service_point_id)
    if not isinstance(found, KeptPage):
        return found
    if "shell" in request.args:
        return spliced(found.page, "")
    return spliced(found.page, desk.door.tokens.mint(found.edition.form_key, desk.clock.now()))


@blueprint.post(f"/kiosk/{_POINT}")
def kiosk_send(service_point_id: int) -> Response | WerkzeugResponse:
    """Take a form from the kiosk."""
    desk = desk_of(current_app)
    code = _code_of_link("kiosk", service_point_id)
    outcome = receive(desk, code, current_language(), request.form, desk.clock.now(), KIOSK)
    key = request.args["key"]
    return reply(
        outcome,
        lambda receipt: url_for("counter.kiosk_thanks", service_point_id=service_point_id, receipt=receipt, key=key),
    )


@blueprint.get(f"/kiosk/{_POINT}/thanks/<receipt>")
def kiosk_thanks(service_point_id: int, receipt: str) -> Response:
    """Thank a person at a kiosk without script, and go back to an empty form after the pause."""
    desk = desk_of(current_app)
    _code_of_link("kiosk", service_point_id)
    stored = normalise_receipt(receipt)
    if not desk.door.receipts.is_genuine(stored):
        abort(404)
    page = KioskThanks(
        saved=translate("citizen.kiosk.thanks_text", phone=contacts_in_force().phone),
        receipt=translate("citizen.thanks.receipt", code=spoken(stored)),
        home=url_for("counter.kiosk", service_point_id=service_point_id, key=request.args["key"], lang=None),
        pause=desk.settings.kiosk_pause_seconds,
    )
    return make_response(render_template("citizen/kiosk_thanks.html", page=page))


@blueprint.get(f"/kiosk/{_POINT}/tokens")
def kiosk_tokens(service_point_id: int) -> Response:
    """A few tokens ahead, in place of those that the tablet holds, and the version of the page that they are for."""
    desk = desk_of(current_app)
    found = _kiosk_page(desk, service_point_id)
    if not isinstance(found, KeptPage):
        return found
    now = desk.clock.now()
    tokens = [desk.door.tokens.mint(found.edition.form_key, now) for _ in range(TOKENS_AHEAD)]
    return jsonify(version=version_of(found.edition), tokens=tokens)


@blueprint.get("/kiosk/worker.js")
def worker() -> Response:
    """The service worker of kiosks: it hands out the kept page when there is no network. It sees no other page."""
    return Response((STATIC / "kiosk_worker.js").read_bytes(), mimetype="text/javascript")


@blueprint.errorhandler(NoQuestionnaire)
def _no_form(_error: NoQuestionnaire) -> Response:
    words = translate("citizen.no_form.text", phone=contacts_in_force().phone)
    page = render_template("citizen/message.html", title=translate("citizen.no_form.title"), paragraphs=[words])
    return make_response(page, 404)


blueprint.register_error_handler(SQLAlchemyError, say_that_store_fails)


@blueprint.after_request
def _allow_screen_styles(response: Response) -> Response:
    styles = (citizen_style(), *(squeezed_style(name) for name in SCREEN_STYLES))
    response.headers["Content-Security-Policy"] = citizen_policy(*styles)
    return response


def _kiosk_page(desk: Desk, service_point_id: int) -> KeptPage | Response:
    code = _code_of_link("kiosk", service_point_id)
    found = desk.page_at(code, current_language(), desk.clock.now(), KIOSK)
    return found if isinstance(found, KeptPage) else no_survey(found)


def _code_of_link(screen: Screen, service_point_id: int) -> str:
    """The scan code in the link's key; a page that says where links are, for a key that was not made here."""
    code = counter_keys_of(current_app).code_in(screen, service_point_id, request.args.get("key", "")[:40])
    if code is None:
        title, words = translate("citizen.screen_link.title"), translate("citizen.screen_link.text")
        page = render_template("citizen/message.html", title=title, paragraphs=[words])
        abort(make_response(page, 403))
    return code
