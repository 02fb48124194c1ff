"""Where setting up begins: which unit, and the checklist of one."""

from dataclasses import dataclass

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.back_office.acting import is_administrator, name_of, today, unit_of_page
from survey_app.back_office.checklist import Readiness, readiness_of
from survey_app.back_office.threshold_views import SETTERS
from survey_app.database import read_connection
from survey_app.staff.access import allow, current_staff
from survey_app.staff.communes import CommuneList, list_communes, unit_code_of
from survey_app.staff.roles import Role
from survey_app.territory.units import PROVINCE_KINDS, Unit, children, units_on

blueprint = Blueprint("setup", __name__, url_prefix="/staff/setup")
ACCOUNTS_PAGE = "accounts.page"


@dataclass(frozen=True, slots=True)
class Part:
    """A unit to go on to."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """All communes to choose from; what concerns the whole installation is for administrators."""

    communes: CommuneList
    top: tuple[Part, ...]
    is_administrator: bool
    sets_thresholds: bool
    accounts: str | None


@dataclass(frozen=True, slots=True)
class UnitPage:
    """The checklist of a unit, and the pages where everything else is set up."""

    code: str
    unit: str
    is_commune: bool
    may_edit: bool
    readiness: Readiness
    parts: tuple[Part, ...]


@blueprint.get("/")
@allow(Role.LEADER, Role.PROVINCE, Role.ADMINISTRATOR)
def home() -> ResponseReturnValue:
    """A leader's own unit; all communes, to choose from, for those who look after the city."""
    member = current_staff()
    if member.roles <= {Role.LEADER} and member.unit_id is not None:
        return redirect(url_for("setup.unit", code=unit_code_of(member.unit_id)), 303)
    communes = list_communes(request.args.get("q", ""), today(), member.roles)
    accounts = url_for(ACCOUNTS_PAGE) if ACCOUNTS_PAGE in current_app.view_functions else None
    with read_connection() as connection:
        top = tuple(_part(one) for one in units_on(connection, today()) if one.kind in PROVINCE_KINDS)
    page = HomePage(communes, top, is_administrator(), bool(member.roles & set(SETTERS)), accounts)
    return render_template("back_office/home.html", page=page)


@blueprint.get("/units/<code>")
@allow(Role.LEADER, Role.PROVINCE, Role.ADMINISTRATOR)
def unit(code: str) -> ResponseReturnValue:
    """What the unit still needs, step by step."""
    with read_connection() as connection:
        found = unit_of_page(connection, code)
        readiness = readiness_of(connection, found, today())
        below = children(connection, found.id, today()) if found.is_commune else []
    may_edit = bool(current_staff().roles & {Role.LEADER, Role.ADMINISTRATOR})
    page = UnitPage(found.code, name_of(found), found.is_commune, may_edit, readiness, tuple(map(_part, below)))
    return render_template("back_office/unit_setup.html", page=page)


def _part(unit: Unit) -> Part:
    return Part(unit.code, name_of(unit))
