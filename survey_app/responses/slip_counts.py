"""How many slips with a code were made for each week: counts alone, no slip and no answer."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import Connection, select

from survey_app.responses.ticket_models import TicketBatchRow
from survey_app.visits.counts import monday_of


def slips_by_week(connection: Connection, unit_id: int, first_monday: date, last_monday: date) -> Mapping[date, int]:
    """A unit's slips by the week of the day they are for, void ones left out; weeks without any are missing."""
    batch = TicketBatchRow
    statement = select(batch.day, batch.first_serial, batch.last_serial, batch.voided).where(
        batch.unit_id == unit_id, batch.day.between(first_monday, last_monday + timedelta(days=6))
    )
    made: dict[date, int] = defaultdict(int)
    for row in connection.execute(statement):
        made[monday_of(row.day)] += row.last_serial - row.first_serial + 1 - row.voided
    return {monday: count for monday, count in made.items() if count}
