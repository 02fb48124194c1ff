"""Links that open the display and the kiosk of a counter, for whoever leads its unit and for administrators."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config import Settings
from survey_app.clock import Clock
from survey_app.database import read_connection
from survey_app.languages import DEFAULT_LANGUAGE, current_language
from survey_app.staff.access import allow, current_staff, require_unit
from survey_app.staff.communes import list_communes, unit_code_of
from survey_app.staff.roles import Role
from survey_app.territory.counter_links import CounterKeys, screen_address
from survey_app.territory.registration import counter_keys_of
from survey_app.territory.scan_code_register import current_code
from survey_app.territory.service_points import ServicePoint, service_points_of
from survey_app.territory.units import Unit, find_unit

blueprint = Blueprint("counter_links", __name__, url_prefix="/staff/counter-links")


@dataclass(frozen=True, slots=True)
class CounterLinks:
    """One counter's links; none when it has no scan code that they could be made with."""

    name: str
    premises: str
    display: str | None
    kiosk: str | None


@dataclass(frozen=True, slots=True)
class CounterLinksPage:
    """The counters of one unit that are open today."""

    unit: str
    counters: tuple[CounterLinks, ...]


@blueprint.get("/")
@allow(Role.LEADER, Role.ADMINISTRATOR)
def home() -> ResponseReturnValue:
    """A leader's own unit; all communes, to choose from, for administrators."""
    member = current_staff()
    if Role.ADMINISTRATOR not in member.roles and member.unit_id is not None:
        return redirect(url_for("counter_links.unit", code=unit_code_of(member.unit_id)), 303)
    page = list_communes(request.args.get("q", ""), _today(), member.roles)
    return render_template("staff/counter_links_home.html", page=page)


@blueprint.get("/<code>")
@allow(Role.LEADER, Role.ADMINISTRATOR)
def unit(code: str) -> ResponseReturnValue:
    """The links of a unit's counters."""
    today = _today()
    with read_connection() as connection:
        found = find_unit(connection, code, today) or abort(404)
        require_unit(found.id)
        points = service_points_of(connection, found.id, today)
        codes = {point.id: current_code(connection, point.id, today) for point in points}
    page = CounterLinksPage(_name_of(found), tuple(_links(point, codes[point.id]) for point in points))
    return render_template("staff/counter_links.html", page=page)


def _links(point: ServicePoint, code: str | None) -> CounterLinks:
    settings: Settings = current_app.extensions["settings"]
    keys: CounterKeys = counter_keys_of(current_app)
    name = point.name if current_language() == DEFAULT_LANGUAGE else point.name_en
    if code is None:
        return CounterLinks(name, point.premises.name, None, None)
    display = screen_address(settings.public_url, "display", point.id, keys.link_key("display", point.id, code))
    kiosk = screen_address(settings.public_url, "kiosk", point.id, keys.link_key("kiosk", point.id, code))
    return CounterLinks(name, point.premises.name, display, kiosk)


def _name_of(unit: Unit) -> str:
    return unit.full_name if current_language() == DEFAULT_LANGUAGE else unit.english_name


def _today() -> date:
    clock: Clock = current_app.extensions["clock"]
    return clock.today()
