"""Forms opened with a ticket: `/t/<code>`, or typed at `/t`.

Opening tells nothing of the slip: a used, void or outdated one shows the same form as a good one. Only after sending is
it said that the form counted as an ordinary one; nothing that a person wrote is ever lost with a slip.
"""

from dataclasses import dataclass

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as WerkzeugResponse

from survey_app.citizen.compression import compress
from survey_app.citizen.desk import Desk, desk_of
from survey_app.citizen.edition import commune_in
from survey_app.citizen.page_cache import KeptPage
from survey_app.citizen.pages import reply, say_that_store_fails, spliced, thank_you
from survey_app.citizen.sending import Slip, Thanked, receive
from survey_app.database import read_connection
from survey_app.languages import DEFAULT_LANGUAGE, current_language, translate
from survey_app.questionnaires.register import NoQuestionnaire
from survey_app.responses.ticket_codes import LENGTH, as_stored, spoken
from survey_app.responses.tickets import Ticket, look_up
from survey_app.territory.contacts import contacts_in_force
from survey_app.territory.scan_code_register import UnknownCode, presentable
from survey_app.territory.service_points import ServicePoint, service_points_of

blueprint = Blueprint("tickets", __name__)
blueprint.after_request(compress)
_POINT = "<int(max=2147483647):point>"


@dataclass(frozen=True, slots=True)
class EntryPage:
    """The page to type a code on; `problem` is what was wrong with the one that came."""

    title: str
    typed: str
    problem: str
    length: int = LENGTH


@dataclass(frozen=True, slots=True)
class CounterLink:
    """A counter to pick."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Counters:
    """The counters of the premises that a slip is for."""

    place: str
    links: tuple[CounterLink, ...]


@blueprint.get("/T")
@blueprint.get("/t")
def entry() -> Response | WerkzeugResponse:
    """Where a code is typed; a typed one goes on to its own address."""
    typed = request.args.get("code", "")
    if not typed.strip():
        return _entry_page("", "", 200)
    code = as_stored(typed)
    if not _desk().door.tickets.is_genuine(code):
        return _unknown(typed)
    return redirect(url_for("tickets.survey", code=spoken(code)), 303)


@blueprint.get("/T/<code>")
@blueprint.get("/t/<code>")
@blueprint.get(f"/t/<code>/{_POINT}")
def survey(code: str, point: int | None = None) -> Response:
    """The survey of the counter that the slip is for, or first the counters to pick from."""
    desk = _desk()
    ticket = _ticket(desk, code)
    if ticket is None:
        return _unknown(code)
    counter = ticket.service_point_id
    if counter is None:
        points = _points(desk, ticket)
        if point is None and len(points) > 1:
            return _pick_counter(code, points)
        counter = next((each.id for each in points if point in (None, each.id)), None)
    found = None if counter is None else desk.page_of_counter(counter, current_language(), desk.clock.now())
    if found is None:
        return _closed()
    return spliced(found.page, desk.door.tokens.mint(found.edition.form_key, desk.clock.now()))


@blueprint.post("/T/<code>")
@blueprint.post("/t/<code>")
@blueprint.post(f"/t/<code>/{_POINT}")
def send(code: str, point: int | None = None) -> Response | WerkzeugResponse:
    """Take a form; whatever is wrong with the slip, the answer counts: then as an ordinary one."""
    desk = _desk()
    slip = Slip(code, _counter_of(desk, code, point))
    outcome = receive(desk, code, current_language(), request.form, desk.clock.now(), slip=slip)
    if isinstance(outcome, UnknownCode):
        return _unknown(code)
    ordinary = 1 if isinstance(outcome, Thanked) and outcome.coded is False else None
    return reply(outcome, lambda receipt: url_for("tickets.thanks", code=code, receipt=receipt, ordinary=ordinary))


@blueprint.get("/t/<code>/thanks/<receipt>")
def thanks(code: str, receipt: str) -> Response:
    """The thank-you page; to whose slip did not count, it says so."""
    desk = _desk()
    note = translate("tickets.ordinary") if request.args.get("ordinary") == "1" else ""
    return thank_you(receipt, _page_of(desk, code), url_for("tickets.survey", code=code), note)


@blueprint.errorhandler(NoQuestionnaire)
def _no_form(_error: NoQuestionnaire) -> Response:
    words = translate("citizen.no_form.text", phone=contacts_in_force().phone)
    return _message(translate("citizen.no_form.title"), words, 404)


blueprint.register_error_handler(SQLAlchemyError, say_that_store_fails)


def _desk() -> Desk:
    return desk_of(current_app)


def _ticket(desk: Desk, code: str) -> Ticket | None:
    with read_connection() as connection:
        return look_up(connection, desk.door.tickets, code)


def _points(desk: Desk, ticket: Ticket) -> list[ServicePoint]:
    """The counters of the slip's premises that are open today."""
    with read_connection() as connection:
        points = service_points_of(connection, ticket.unit_id, desk.clock.today())
    return [point for point in points if point.premises.id == ticket.premises_id]


def _counter_of(desk: Desk, code: str, point: int | None) -> int | None:
    """The counter to ask about again should the form's own token be no good; nobody is asked when it cannot be told."""
    try:
        ticket = _ticket(desk, code)
        if ticket is None or ticket.service_point_id is not None:
            return None if ticket is None else ticket.service_point_id
        points = [each.id for each in _points(desk, ticket)]
    except SQLAlchemyError:
        return None  # The sending itself will say that the store fails.
    return point if point in points else points[0] if len(points) == 1 else None


def _page_of(desk: Desk, code: str) -> KeptPage | None:
    """A page of the slip's unit, to say where its results are."""
    try:
        ticket = _ticket(desk, code)
        if ticket is None:
            return None
        counter = ticket.service_point_id or next((each.id for each in _points(desk, ticket)), None)
        return None if counter is None else desk.page_of_counter(counter, current_language(), desk.clock.now())
    except (SQLAlchemyError, NoQuestionnaire):
        return None


def _pick_counter(code: str, points: list[ServicePoint]) -> Response:
    vietnamese = current_language() == DEFAULT_LANGUAGE
    commune = commune_in(points[0].unit, current_language())
    links = tuple(
        CounterLink(point.name if vietnamese else point.name_en, url_for("tickets.survey", code=code, point=point.id))
        for point in points
    )
    page = Counters(translate("tickets.counter.place", commune=commune), links)
    return make_response(render_template("citizen/ticket_counters.html", page=page))


def _unknown(typed: str) -> Response:
    shown = presentable(typed)
    words = translate("tickets.entry.unknown", code=shown, phone=contacts_in_force().phone)
    return _entry_page(shown, words, 404)


def _entry_page(typed: str, problem: str, status: int) -> Response:
    title = translate("tickets.entry.unknown_title" if problem else "tickets.entry.title")
    return make_response(render_template("citizen/ticket_entry.html", page=EntryPage(title, typed, problem)), status)


def _closed() -> Response:
    words = translate("tickets.closed.text", phone=contacts_in_force().phone)
    return _message(translate("tickets.closed.title"), words, 410)


def _message(title: str, words: str, status: int) -> Response:
    return make_response(render_template("citizen/message.html", title=title, paragraphs=[words]), status)
