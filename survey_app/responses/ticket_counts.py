"""What became of slips, week by week: made, voided, used."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from survey_app.responses.models import response
from survey_app.responses.ticket_models import TicketBatchRow
from survey_app.responses.tickets import CODED_CHANNEL
from survey_app.visits.counts import monday_of


@dataclass(frozen=True, slots=True)
class WeekOfTickets:
    """What happened to slips in a week: made (voided ones among them) by their day, used by the day of the answer."""

    issued: int = 0
    voided: int = 0
    used: int = 0


def tickets_by_week(
    connection: Connection, unit_id: int, first_monday: date, last_monday: date
) -> Mapping[tuple[date, int | None], WeekOfTickets]:
    """Slips made, voided and used, by week and service point (None: made for premises as a whole).

    Used ones are counted from closed days: a count that moved during the day would tell whose slip came in.
    """
    last = last_monday + timedelta(days=6)
    batch = TicketBatchRow
    made = select(batch.day, batch.service_point_id, batch.first_serial, batch.last_serial, batch.voided)
    issued: dict[tuple[date, int | None], int] = defaultdict(int)
    voided: dict[tuple[date, int | None], int] = defaultdict(int)
    for row in connection.execute(made.where(batch.unit_id == unit_id, batch.day.between(first_monday, last))):
        key = monday_of(row.day), row.service_point_id
        issued[key] += row.last_serial - row.first_serial + 1
        voided[key] += row.voided
    used = _used(connection, unit_id, first_monday, last)
    return {key: WeekOfTickets(issued[key], voided[key], used[key]) for key in issued.keys() | used.keys()}


def _used(connection: Connection, unit_id: int, first_day: date, last_day: date) -> dict[tuple[date, int | None], int]:
    """Answers of closed days that came with a code: counted, never read."""
    days = [first_day + timedelta(days=number) for number in range((last_day - first_day).days + 1)]
    statement = (
        select(response.c.day, response.c.service_point_id, func.count().label("answers"))
        .where(response.c.day.in_(days), response.c.unit_id == unit_id, response.c.channel == CODED_CHANNEL)
        .group_by(response.c.day, response.c.service_point_id)
    )
    used: dict[tuple[date, int | None], int] = defaultdict(int)
    for row in connection.execute(statement):
        used[monday_of(row.day), row.service_point_id] += row.answers
    return used
