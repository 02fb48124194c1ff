"""The page of tickets: slips to print for everyone at the desk, slips to void, and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from config import Settings
from survey_app.clock import Clock
from survey_app.counter_desk.printing import TicketRun, make_slips
from survey_app.counter_desk.ticket_weeks import TicketTable, ticket_tables
from survey_app.counter_desk.unit_choice import UnitChoice, choose_unit
from survey_app.database import read_connection, write_transaction
from survey_app.languages import DEFAULT_LANGUAGE, current_language, translate
from survey_app.responses.registration import door_of
from survey_app.responses.tickets import LARGEST_BATCH, RefusedTickets, TicketOrder, tickets_left, void_tickets
from survey_app.staff.access import allow, current_staff
from survey_app.staff.roles import Role
from survey_app.territory.service_points import ServicePoint, service_points_of
from survey_app.territory.thresholds import threshold

blueprint = Blueprint("tickets_desk", __name__, url_prefix="/staff/tickets")
LONGEST_FIELD = 200
FIELDS = ("place", "day", "count", "first_serial", "last_serial", "reason")


@dataclass(frozen=True, slots=True)
class PlaceOption:
    """Where slips can be for: `value` is premises-12 or counter-34."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """The counters of one premises, and the premises as a whole."""

    words: str
    options: tuple[PlaceOption, ...]


@dataclass(frozen=True, slots=True)
class TicketsPage:
    """What the page shows: the fields as typed, what is wrong, and the counts."""

    choice: UnitChoice
    typed: Mapping[str, str]
    problems: Mapping[str, str]
    places: tuple[PlaceGroup, ...] = ()
    left_today: int = 0
    tables: tuple[TicketTable, ...] = ()
    voided: str = ""
    largest: int = LARGEST_BATCH


@blueprint.get("")
@allow(Role.LEADER, Role.ADMINISTRATOR)
def page() -> ResponseReturnValue:
    """Forms and counts of a unit."""
    with read_connection() as connection:
        return render_template("counter_desk/tickets.html", page=_page(connection, _choice(connection, request.args)))


@blueprint.post("/print")
@allow(Role.LEADER, Role.ADMINISTRATOR)
def print_slips() -> ResponseReturnValue:
    """Make slips and send them as a PDF; their codes are nowhere else."""
    clock: Clock = current_app.extensions["clock"]
    with write_transaction() as connection:
        choice = _choice(connection, request.form)
        try:
            order = _order(connection, choice, clock.today())
            run = TicketRun(door_of(current_app).tickets, _settings(), current_staff().email, clock.now())
            pdf, name = make_slips(connection, order, run)
        except RefusedTickets as error:
            problems = {_FIELD_HERE.get(error.field, error.field): error.words(current_language())}
            shown = _page(connection, choice, problems)
            return render_template("counter_desk/tickets.html", page=shown), 422
    return _download(pdf, name)


@blueprint.post("/void")
@allow(Role.LEADER, Role.ADMINISTRATOR)
def void() -> ResponseReturnValue:
    """Void a range of serial numbers."""
    clock: Clock = current_app.extensions["clock"]
    with write_transaction() as connection:
        choice = _choice(connection, request.form)
        try:
            voided = _void(connection, choice, clock.now())
        except RefusedTickets as error:
            shown = _page(connection, choice, {error.field: error.words(current_language())})
            return render_template("counter_desk/tickets.html", page=shown), 422
    return redirect(url_for("tickets_desk.page", unit=choice.code, voided=voided), 303)


def _void(connection: Connection, choice: UnitChoice, now: datetime) -> int:
    """What the form asks for. Raises `RefusedTickets`."""
    if choice.unit is None:
        raise RefusedTickets("unit", "which_unit")
    first, last, reason = _whole("first_serial"), _whole("last_serial"), _printable(request.form.get("reason", ""))
    return void_tickets(connection, choice.unit, first, last, reason=reason, actor=current_staff().email, at=now)


_FIELD_HERE = {"premises": "place", "service_point": "place"}


def _choice(connection: Connection, given: Mapping[str, str]) -> UnitChoice:
    clock: Clock = current_app.extensions["clock"]
    return choose_unit(connection, current_staff(), given.get("unit", ""), clock.today())


def _page(connection: Connection, choice: UnitChoice, problems: Mapping[str, str] | None = None) -> TicketsPage:
    clock: Clock = current_app.extensions["clock"]
    today = clock.today()
    typed = {name: _printable(request.form.get(name, "")) for name in FIELDS}
    typed["day"] = typed["day"] or today.isoformat()
    if choice.unit is None:
        return TicketsPage(choice, typed, problems or {})
    points = service_points_of(connection, choice.unit.id, today)
    voided = request.args.get("voided", "")
    return TicketsPage(
        choice,
        typed,
        problems or {},
        tuple(_places(points)),
        tickets_left(connection, choice.unit.id, today, threshold(connection, "tickets_per_day", today)),
        ticket_tables(connection, choice.unit, points, today),
        voided if voided.isdecimal() and len(voided) < 7 else "",
    )


def _places(points: list[ServicePoint]) -> list[PlaceGroup]:
    groups = []
    for premises in {point.premises.id: point.premises for point in points}.values():
        here = [point for point in points if point.premises.id == premises.id]
        options = [PlaceOption(f"counter-{point.id}", point_name(point)) for point in here]
        if len(here) > 1:
            options.append(PlaceOption(f"premises-{premises.id}", translate("tickets.page.whole_premises")))
        groups.append(PlaceGroup(premises.name, tuple(options)))
    return groups


def point_name(point: ServicePoint) -> str:
    """The counter in the language of the page."""
    return point.name if current_language() == DEFAULT_LANGUAGE else point.name_en


def _order(connection: Connection, choice: UnitChoice, today: date) -> TicketOrder:
    """What the form asks for. Raises `RefusedTickets`."""
    if choice.unit is None:
        raise RefusedTickets("unit", "which_unit")
    kind, _, number = request.form.get("place", "").partition("-")
    wanted = int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0
    points = service_points_of(connection, choice.unit.id, today)
    found = next((point for point in points if wanted == (point.id if kind == "counter" else point.premises.id)), None)
    if found is None or kind not in {"counter", "premises"}:
        raise RefusedTickets("place", "place")
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        raise RefusedTickets("day", "bad_day") from None
    point_id = found.id if kind == "counter" else None
    return TicketOrder(choice.unit, found.premises.id, point_id, day, _whole("count"), "page")


def _whole(name: str) -> int:
    """A whole number of at most six digits from the form. Raises `RefusedTickets`."""
    typed = request.form.get(name, "").strip()
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= 6):
        raise RefusedTickets(name, "count" if name == "count" else "serial", largest=LARGEST_BATCH)
    return int(typed)


def _printable(typed: str) -> str:
    return "".join(character for character in typed[:LONGEST_FIELD] if character.isprintable()).strip()


def _download(pdf: bytes, name: str) -> Response:
    response = make_response(pdf)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
