"""What a call does: the rules of tickets and visits, told to a program."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from config import Settings
from survey_app.integration.bodies import TicketsBody, VisitsBody, VisitsOfAWeek, json_pointer
from survey_app.integration.keys import ApiKey
from survey_app.integration.problems import ApiProblem, FieldError
from survey_app.languages import current_language, translate
from survey_app.responses.ticket_codes import TicketKeeper, slip_address, spoken
from survey_app.responses.tickets import INTEGRATION, RefusedTickets, TicketOrder, issue_tickets, last_day_of
from survey_app.territory.service_points import service_points_of
from survey_app.territory.thresholds import threshold
from survey_app.territory.units import Unit, find_unit, subtree_ids
from survey_app.visits.models import KINDS
from survey_app.visits.reading import ReportReader, Typed
from survey_app.visits.register import Reporter, Taken, WeekReport, record_visits


def take_tickets(
    connection: Connection, keeper: TicketKeeper, key: ApiKey, body: TicketsBody, settings: Settings, now: datetime
) -> dict[str, Any]:
    """Make the slips of a call. Raises `ApiProblem`; nothing is written then."""
    unit = _unit(connection, key, body)
    order = TicketOrder(unit, _premises(connection, unit, body), body.service_point, body.day, body.count, INTEGRATION)
    bound = threshold(connection, "tickets_per_day", now.date())
    try:
        made = issue_tickets(connection, keeper, order, daily_bound=bound, actor=key.actor, at=now)
    except RefusedTickets as error:
        raise _refused(error.field, error.words(current_language())) from error
    return {
        "unit": unit.code,
        "premises": order.premises_id,
        "service_point": order.service_point_id,
        "day": body.day.isoformat(),
        "last_day": last_day_of(body.day).isoformat(),
        "tickets": [
            {"serial": one.serial, "code": spoken(one.code), "address": slip_address(settings.public_url, one.code)}
            for one in made
        ],
    }


def take_visits(connection: Connection, key: ApiKey, body: VisitsBody, now: datetime) -> Taken:
    """Record the numbers of a call. Raises `ApiProblem` with every error; nothing is written then."""
    allowed = subtree_ids(connection, key.unit_id, now.date())
    reader = ReportReader(connection, now.date(), allowed)
    reports: list[WeekReport] = []
    errors: list[FieldError] = []
    seen: set[tuple[object, object]] = set()
    for number, week in enumerate(body.counts):
        report = reader.read(_typed(week))
        if isinstance(report, list):
            words = ((json_pointer("counts", number, one.where), one.words(current_language())) for one in report)
            errors += [FieldError(pointer, said) for pointer, said in words]
        elif (report.place, report.monday) in seen:
            errors.append(FieldError(json_pointer("counts", number), translate("integration.field.twice")))
        else:
            seen.add((report.place, report.monday))
            reports.append(report)
    if errors:
        raise ApiProblem(422, "body", errors)
    return record_visits(connection, reports, Reporter("integration", key.actor, now))


def _typed(week: VisitsOfAWeek) -> Typed:
    """As the common rules read it: what was left out stays out, null takes back."""
    given = {kind: getattr(week, kind) for kind in KINDS if kind in week.model_fields_set}
    numbers = {kind: "" if number is None else str(number) for kind, number in given.items()}
    places = (week.premises, week.service_point)
    premises, service_point = ("" if place is None else str(place) for place in places)
    return Typed(week.unit, week.week, numbers, premises, service_point, week.service_domain or "")


def _unit(connection: Connection, key: ApiKey, body: TicketsBody) -> Unit:
    unit = find_unit(connection, body.unit, body.day)
    if unit is None or not unit.is_commune or unit.id not in subtree_ids(connection, key.unit_id, body.day):
        raise _refused("unit", translate("integration.field.not_yours", code=body.unit))
    return unit


def _premises(connection: Connection, unit: Unit, body: TicketsBody) -> int:
    """The premises named, else those of the service point named, else the only ones."""
    if body.premises is not None:
        return body.premises
    points = service_points_of(connection, unit.id, body.day)
    if body.service_point is not None:
        points = [point for point in points if point.id == body.service_point]
    places = sorted({point.premises.id for point in points})
    if len(places) != 1:
        known = ", ".join(map(str, places)) or "–"
        raise _refused("premises", translate("integration.field.which_premises", known=known))
    return places[0]


def _refused(field: str, words: str) -> ApiProblem:
    return ApiProblem(422, "body", [FieldError(json_pointer(field), words)])
