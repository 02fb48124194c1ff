"""The pages around the posters: a unit's counters with what can be printed for them, and new codes for old."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction
from survey_app.languages import DEFAULT_LANGUAGE, current_language, format_day, translate
from survey_app.staff.access import allow, current_staff, require_unit
from survey_app.staff.communes import CommuneList, list_communes, unit_code_of
from survey_app.staff.roles import Role
from survey_app.territory import scan_code_register
from survey_app.territory.poster_list import CodedPoint, coded_points
from survey_app.territory.problems import RefusedChange
from survey_app.territory.rotation_record import record_rotation
from survey_app.territory.scan_codes import grouped
from survey_app.territory.service_points import ServicePoint, service_point_by_id
from survey_app.territory.units import Unit, find_unit

blueprint = Blueprint("poster_pages", __name__, url_prefix="/staff/posters")
SETUP_PAGE = "setup_counters.one"
USUAL_GRACE = timedelta(days=7)
LONGEST_GRACE = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class HomePage:
    """Which commune's posters? For administrators, who may also print everything."""

    communes: CommuneList


@dataclass(frozen=True, slots=True)
class PosterCounter:
    """A counter of the page; without a code there is nothing to print."""

    id: int
    name: str
    premises: str
    code: str | None
    closing: tuple[str, ...]
    """Earlier codes that still lead to the survey, each with its last sentence."""
    setup: str | None
    """Where its code is renewed and revoked, if the back office stands here."""


@dataclass(frozen=True, slots=True)
class UnitPage:
    """The counters of a unit, and the form of the one that is being renewed."""

    code: str
    unit: str
    counters: tuple[PosterCounter, ...]
    may_rotate: bool
    closes: str
    problem: str | None
    problem_at: int | None

    @property
    def has_codes(self) -> bool:
        """Whether there is anything to print."""
        return any(counter.code for counter in self.counters)


@blueprint.get("/")
@allow(Role.LEADER, Role.ADMINISTRATOR)
def home() -> ResponseReturnValue:
    """A leader's own unit; all communes, to choose from, for administrators."""
    member = current_staff()
    if Role.ADMINISTRATOR not in member.roles and member.unit_id is not None:
        return redirect(url_for("poster_pages.unit", code=unit_code_of(member.unit_id)), 303)
    page = HomePage(list_communes(request.args.get("q", ""), _clock().today(), member.roles))
    return render_template("staff/posters_home.html", page=page)


@blueprint.get("/units/<code>")
@allow(Role.LEADER, Role.ADMINISTRATOR)
def unit(code: str) -> ResponseReturnValue:
    """A unit's counters with what can be printed for each."""
    return render_template("staff/posters.html", page=_unit_page(code))


@blueprint.post("/<int(max=2147483647):service_point_id>/rotate")
@allow(Role.ADMINISTRATOR)
def rotate(service_point_id: int) -> ResponseReturnValue:
    """Give a counter a new code; earlier ones close from the day in the form. Says so on the unit's page."""
    clock = _clock()
    today = clock.today()
    with read_connection() as connection:
        point = service_point_by_id(connection, service_point_id, today) or abort(404)
    typed = request.form.get("closes", "")
    closes_on = _day_of(typed, today)
    if closes_on is None:
        words = translate("staff.posters.bad_day", first=format_day(today), last=format_day(today + LONGEST_GRACE))
        return _refused(point, typed, words)
    try:
        with write_transaction() as connection:
            rotation = scan_code_register.rotate(connection, service_point_id, today, closes_on)
            record_rotation(connection, rotation, point, actor=current_staff().email, at=clock.now())
    except RefusedChange as error:
        return _refused(point, typed, error.words(current_language()))
    flash("staff.posters.rotated")
    return redirect(url_for("poster_pages.unit", code=point.unit.code), 303)


def _refused(point: ServicePoint, typed: str, words: str) -> ResponseReturnValue:
    page = _unit_page(point.unit.code, typed=typed, problem=words, problem_at=point.id)
    return render_template("staff/posters.html", page=page), 422


def _unit_page(
    code: str, *, typed: str | None = None, problem: str | None = None, problem_at: int | None = None
) -> UnitPage:
    today = _clock().today()
    with read_connection() as connection:
        found = find_unit(connection, code, today) or abort(404)
        require_unit(found.id)
        points = coded_points(connection, [found], today)
        codes = {each.point.id: scan_code_register.codes_of(connection, each.point.id) for each in points}
    return UnitPage(
        code=found.code,
        unit=_name_of(found),
        counters=tuple(_counter(each, codes[each.point.id], today) for each in points),
        may_rotate=Role.ADMINISTRATOR in current_staff().roles,
        closes=typed if typed is not None else (today + USUAL_GRACE).isoformat(),
        problem=problem,
        problem_at=problem_at,
    )


def _counter(each: CodedPoint, codes: list[scan_code_register.IssuedCode], today: date) -> PosterCounter:
    closing = tuple(
        translate("staff.posters.closing", code=grouped(one.code), day=format_day(one.revoked_on))
        for one in codes
        if one.revoked_on is not None and one.revoked_on > today
    )
    name = each.point.name if current_language() == DEFAULT_LANGUAGE else each.point.name_en
    code = grouped(each.code) if each.code else None
    setup = url_for(SETUP_PAGE, counter_id=each.point.id) if SETUP_PAGE in current_app.view_functions else None
    return PosterCounter(each.point.id, name, each.point.premises.name, code, closing, setup)


def _day_of(typed: str, today: date) -> date | None:
    """The day in the form, if it is one on which codes may close."""
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError:
        return None
    return day if today <= day <= today + LONGEST_GRACE else None


def _name_of(unit: Unit) -> str:
    return unit.full_name if current_language() == DEFAULT_LANGUAGE else unit.english_name


def _clock() -> Clock:
    clock: Clock = current_app.extensions["clock"]
    return clock
