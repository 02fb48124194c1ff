"""The page of volunteers' links: volunteers make and open their own, they and the unit's leader see and revoke them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from config import Settings
from survey_app.audit_log.log import record_event
from survey_app.clock import Clock
from survey_app.counter_desk.audit_events import ASSISTED_LINK_MADE, ASSISTED_LINK_REVOKED
from survey_app.counter_desk.unit_choice import UnitChoice, choose_unit
from survey_app.database import read_connection, write_transaction
from survey_app.languages import DEFAULT_LANGUAGE, current_language, format_day, translate
from survey_app.staff.access import allow, current_staff
from survey_app.staff.roles import Role
from survey_app.territory.assisted_links import (
    LONGEST_DAYS,
    OpenLink,
    RefusedLink,
    assisted_address,
    make_link,
    open_links,
    revoke_link,
)
from survey_app.territory.registration import assisted_keys_of
from survey_app.territory.service_points import ServicePoint, service_points_of

blueprint = Blueprint("assisted_desk", __name__, url_prefix="/staff/assisted")
_DONE = ("made", "revoked")


@dataclass(frozen=True, slots=True)
class PointOption:
    """A counter to pick."""

    id: int
    words: str


@dataclass(frozen=True, slots=True)
class PeriodOption:
    """How long a link is to be good: `days`, today among them."""

    days: int
    words: str


@dataclass(frozen=True, slots=True)
class LinkLine:
    """An open link. `address` is shown to the volunteer who made it, and to nobody else."""

    code: str
    place: str
    ends: str
    made_by: str
    address: str | None


@dataclass(frozen=True, slots=True)
class AssistedPage:
    """What the page shows; only a volunteer makes links."""

    choice: UnitChoice
    makes: bool
    points: tuple[PointOption, ...] = ()
    periods: tuple[PeriodOption, ...] = ()
    links: tuple[LinkLine, ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    done: str = ""


@blueprint.get("")
@allow(Role.VOLUNTEER, Role.LEADER)
def page() -> ResponseReturnValue:
    """The open links of the unit: to a volunteer their own, to the leader all of them."""
    now = _clock().now()
    with read_connection() as connection:
        choice = choose_unit(connection, current_staff(), request.args.get("unit", ""), now.date())
        shown = _page(connection, choice, now)
    return render_template("counter_desk/assisted.html", page=shown)


@blueprint.post("")
@allow(Role.VOLUNTEER)
def make() -> ResponseReturnValue:
    """Make a link of the volunteer's own for a counter of their unit."""
    now = _clock().now()
    with write_transaction() as connection:
        choice = choose_unit(connection, current_staff(), request.form.get("unit", ""), now.date())
        try:
            _make(connection, choice, now)
        except RefusedLink as error:
            shown = _page(connection, choice, now, {error.field: error.words(current_language())})
            return render_template("counter_desk/assisted.html", page=shown), 422
    return redirect(url_for("assisted_desk.page", unit=choice.code, done="made"), 303)


@blueprint.post("/revoke")
@allow(Role.VOLUNTEER, Role.LEADER)
def revoke() -> ResponseReturnValue:
    """Revoke a link: a volunteer their own, the leader any of the unit's. One that is not open any more stays so."""
    member, now = current_staff(), _clock().now()
    code = request.form.get("code", "")[:20]
    with write_transaction() as connection:
        choice = choose_unit(connection, member, request.form.get("unit", ""), now.date())
        found = next((link for link in _links(connection, choice, now) if link.code == code), None)
        if found is not None and revoke_link(connection, found.code, now.date()):
            record_event(
                connection,
                ASSISTED_LINK_REVOKED,
                actor=member.email,
                at=now,
                unit=choice.code,
                account=found.made_by,
            )
    return redirect(url_for("assisted_desk.page", unit=choice.code, done="revoked"), 303)


def _make(connection: Connection, choice: UnitChoice, now: datetime) -> None:
    """What the form asks for. Raises `RefusedLink`."""
    if choice.unit is None:
        abort(404)
    points = service_points_of(connection, choice.unit.id, now.date())
    point = next((each for each in points if str(each.id) == request.form.get("service_point", "")), None)
    if point is None:
        raise RefusedLink("service_point", "service_point")
    typed = request.form.get("days", "")
    days = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else 0
    email = current_staff().email
    make_link(connection, point, email, days, now)
    record_event(connection, ASSISTED_LINK_MADE, actor=email, at=now, unit=choice.code, days=days)


def _page(
    connection: Connection, choice: UnitChoice, now: datetime, problems: Mapping[str, str] | None = None
) -> AssistedPage:
    makes = Role.VOLUNTEER in current_staff().roles
    if choice.unit is None:
        return AssistedPage(choice, makes)
    points = service_points_of(connection, choice.unit.id, now.date())
    done = request.args.get("done", "")
    return AssistedPage(
        choice,
        makes,
        tuple(PointOption(point.id, _place(point)) for point in points),
        tuple(_periods(now.date())),
        tuple(_line(link, now) for link in _links(connection, choice, now)),
        {name: request.form.get(name, "")[:20] for name in ("service_point", "days")},
        problems or {},
        done if done in _DONE else "",
    )


def _links(connection: Connection, choice: UnitChoice, now: datetime) -> list[OpenLink]:
    """The links that the reader may see and revoke."""
    if choice.unit is None:
        return []
    member = current_staff()
    found = open_links(connection, {choice.unit.id}, now)
    return [link for link in found if Role.LEADER in member.roles or link.made_by == member.email]


def _line(link: OpenLink, now: datetime) -> LinkLine:
    settings: Settings = current_app.extensions["settings"]
    last_day = datetime.fromtimestamp(link.ends_at * 60, now.tzinfo).date() - timedelta(days=1)
    address = None
    if link.made_by == current_staff().email:
        signed = assisted_keys_of(current_app).link(link.code, link.ends_at)
        address = assisted_address(settings.public_url, signed)
    ends = translate("assisted.page.ends", day=format_day(last_day))
    return LinkLine(link.code, _place(link.service_point), ends, link.made_by, address)


def _periods(today: date) -> list[PeriodOption]:
    periods = [PeriodOption(1, translate("assisted.page.today"))]
    for days in range(2, LONGEST_DAYS + 1):
        day = format_day(today + timedelta(days=days - 1))
        periods.append(PeriodOption(days, translate("assisted.page.ends", day=day)))
    return periods


def _place(point: ServicePoint) -> str:
    name = point.name if current_language() == DEFAULT_LANGUAGE else point.name_en
    return f"{name} · {point.premises.name}"


def _clock() -> Clock:
    clock: Clock = current_app.extensions["clock"]
    return clock
