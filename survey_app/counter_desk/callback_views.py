"""The pages of an independent caller: a commune, a counter of it, then the questions, read out and filled in."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from config import Settings
from survey_app.citizen.survey_page import SurveyPage, survey_page
from survey_app.clock import Clock
from survey_app.counter_desk.callback import Asked, blank, edition_at, take
from survey_app.counter_desk.unit_choice import name_of
from survey_app.database import read_connection
from survey_app.languages import DEFAULT_LANGUAGE, current_language, translate
from survey_app.questionnaires.definition import callback_questionnaire
from survey_app.questionnaires.register import NoQuestionnaire
from survey_app.responses.receipts import normalise, spoken
from survey_app.responses.registration import door_of
from survey_app.staff.access import allow, current_staff
from survey_app.staff.communes import list_communes
from survey_app.staff.roles import Role
from survey_app.territory.service_points import ServicePoint, service_points_of
from survey_app.territory.units import Unit, find_unit

blueprint = Blueprint("callback_desk", __name__, url_prefix="/staff/callback")
_POINT = "/<code>/<int(max=2147483647):service_point_id>"


@dataclass(frozen=True, slots=True)
class CounterLink:
    """A counter to ask about, with what it does, for people who remember that better than a number."""

    address: str
    name: str
    premises: str
    domains: str


@dataclass(frozen=True, slots=True)
class CallbackPage:
    """The questions as they are read out, and the token that the form is sent under."""

    unit_code: str
    place: str
    survey: SurveyPage
    token: str


@blueprint.before_request
def _keep_out_of_log() -> None:
    """The time of a request here is the time of a call: it stands in no log."""
    g.takes_answers = True


@blueprint.get("")
@allow(Role.CALLER)
def page() -> ResponseReturnValue:
    """The communes, to search."""
    found = list_communes(request.args.get("q", ""), _clock().today(), current_staff().roles)
    return render_template("counter_desk/callback_communes.html", page=found)


@blueprint.get("/<code>")
@allow(Role.CALLER)
def unit(code: str) -> ResponseReturnValue:
    """The counters of a commune."""
    today = _clock().today()
    with read_connection() as connection:
        found = _commune(connection, code, today)
        points = service_points_of(connection, found.id, today)
    links = [_link(found, point) for point in points]
    return render_template("counter_desk/callback_unit.html", unit=name_of(found), counters=links)


@blueprint.get(_POINT)
@allow(Role.CALLER)
def form(code: str, service_point_id: int) -> ResponseReturnValue:
    """An empty form about a counter."""
    now = _clock().now()
    with read_connection() as connection:
        edition = edition_at(connection, _point(connection, code, service_point_id, now.date()), current_language())
    return _shown(blank(current_app, edition, now))


@blueprint.post(_POINT)
@allow(Role.CALLER)
def send(code: str, service_point_id: int) -> ResponseReturnValue:
    """Take the form; or the page again with everything that was chosen."""
    now = _clock().now()
    with read_connection() as connection:
        edition = edition_at(connection, _point(connection, code, service_point_id, now.date()), current_language())
    taken = take(current_app, edition, request.form, now)
    if isinstance(taken, Asked):
        return _shown(taken), taken.status
    return redirect(url_for("callback_desk.saved", code=code, receipt=taken), 303)


@blueprint.get("/<code>/saved/<receipt>")
@allow(Role.CALLER)
def saved(code: str, receipt: str) -> ResponseReturnValue:
    """Say that the answer is saved, with its check code for whoever was asked, and where the next call begins."""
    stored = normalise(receipt)
    if not door_of(current_app).receipts.is_genuine(stored):
        abort(404)
    with read_connection() as connection:
        found = _commune(connection, code, _clock().today())
    return render_template(
        "counter_desk/callback_saved.html", unit=name_of(found), unit_code=found.code, receipt=spoken(stored)
    )


@blueprint.errorhandler(NoQuestionnaire)
def _not_stored(_error: NoQuestionnaire) -> ResponseReturnValue:
    return render_template("counter_desk/callback_missing.html"), 404


def _shown(asked: Asked) -> str:
    settings: Settings = current_app.extensions["settings"]
    edition = asked.edition
    place = translate("callback.page.place", unit=edition.commune, service_point=edition.service_point)
    survey = survey_page(edition, settings, asked.form, asked.problems)
    shown = CallbackPage(edition.unit_code, place, survey, asked.token)
    return render_template("counter_desk/callback.html", page=shown)


def _commune(connection: Connection, code: str, day: date) -> Unit:
    found = find_unit(connection, code, day)
    return found if found is not None and found.is_commune else abort(404)


def _point(connection: Connection, code: str, service_point_id: int, day: date) -> ServicePoint:
    points = service_points_of(connection, _commune(connection, code, day).id, day)
    return next((point for point in points if point.id == service_point_id), None) or abort(404)


def _link(unit: Unit, point: ServicePoint) -> CounterLink:
    return CounterLink(
        url_for("callback_desk.form", code=unit.code, service_point_id=point.id),
        point.name if current_language() == DEFAULT_LANGUAGE else point.name_en,
        point.premises.name,
        ", ".join(_domain_words(point)),
    )


def _domain_words(point: ServicePoint) -> list[str]:
    """What the counter does, in the words of the question about it."""
    item = callback_questionnaire().item("service_domain")
    options = {option.value: option.text[current_language()] for option in item.options}
    return [options.get(domain, domain) for domain in point.domains]


def _clock() -> Clock:
    clock: Clock = current_app.extensions["clock"]
    return clock
