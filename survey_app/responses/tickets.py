"""Tickets: single-use slips for those who were at a counter; made, looked up, voided and counted here.

A good slip gives an answer the channel `ticket`, once; it says that whoever answered held a slip, and nothing about
who. Slips never outnumber visitors: a unit's slips of a week stay within the visits known of it, else within a daily
bound; those that another system orders, one a dossier, also within the dossiers known. Voided slips still count, since
nobody can tell whether one was used before it was voided.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, select, text, update

from survey_app.audit_log.log import record_event
from survey_app.languages import catalogue
from survey_app.responses.ticket_codes import TicketKeeper, as_stored
from survey_app.responses.ticket_events import TICKETS_ISSUED, TICKETS_VOIDED
from survey_app.responses.ticket_models import TicketBatchRow, TicketRow
from survey_app.responses.tokens import LIFETIME, SurveyToken
from survey_app.territory.models import PremisesRow, ServicePointRow
from survey_app.territory.units import Unit
from survey_app.territory.validity import valid_on
from survey_app.visits.counts import denominator, monday_of
from survey_app.visits.register import visits_of

VALID_DAYS = 14
"""A slip is good from its day on for two weeks, the day included: people answer at home, or on the next market day."""
AHEAD_DAYS = 14
"""Slips can be printed for up to two weeks ahead."""
LARGEST_BATCH = 500
SHORTEST_REASON, LONGEST_REASON = 5, 200
KEPT_DAYS = VALID_DAYS + LIFETIME.days + 1
"""A form opened on a slip's last day may wait on a phone for as long as its token lives."""
INTEGRATION = "integration"
"""The source of slips that another system orders."""
UPGRADED_CHANNEL = "poster"
CODED_CHANNEL = "ticket"


class RefusedTickets(ValueError):
    """No slips were made or voided; `rule` is the key of the reason, `tickets.refused.<rule>`, `field` what to mend."""

    def __init__(self, field: str, rule: str, **details: object) -> None:
        self.field, self.rule = field, rule
        self.details = {name: str(value) for name, value in details.items()}
        super().__init__(rule, self.details)

    def words(self, language: str) -> str:
        """What is in the way and what to do, in the language."""
        return catalogue(language).text(f"tickets.refused.{self.rule}", **self.details)


@dataclass(frozen=True, slots=True)
class TicketOrder:
    """Slips wanted for a unit's premises, perhaps for one service point there, for a day; `source` as in the table."""

    unit: Unit
    premises_id: int
    service_point_id: int | None
    day: date
    count: int
    source: str


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A slip to print or hand on: its code is known here and now, and never again."""

    serial: int
    code: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a genuine code was printed for. Whether it was used is not looked up, let alone told."""

    code: str
    unit_id: int
    premises_id: int
    service_point_id: int | None
    day: date
    voided: bool

    @property
    def last_day(self) -> date:
        """The last day on which a form opened with it counts."""
        return last_day_of(self.day)

    def is_good_for(self, token: SurveyToken) -> bool:
        """Whether it counts for this form: same unit and counter, within its days, judged as of opening the form."""
        return (
            not self.voided
            and token.channel == UPGRADED_CHANNEL
            and token.unit_id == self.unit_id
            and self.service_point_id in (None, token.service_point_id)
            and self.day <= token.minted_at.date() <= self.last_day
        )


def last_day_of(day: date) -> date:
    """The last day of a slip printed for a day."""
    return day + timedelta(days=VALID_DAYS - 1)


def issue_tickets(
    connection: Connection, keeper: TicketKeeper, order: TicketOrder, *, daily_bound: int, actor: str, at: datetime
) -> list[NewTicket]:
    """Make slips in the caller's transaction, and say so in the audit log. Raises `RefusedTickets`."""
    today = at.date()
    _check(connection, order, today)
    _stand_in_line(connection, order.unit.id)
    _check_bound(connection, order, daily_bound)
    _forget_old(connection, order.unit.id, today)
    first = 1 + (connection.scalar(_of_unit(func.max(TicketBatchRow.last_serial), order.unit.id)) or 0)
    tickets = [NewTicket(first + number, code) for number, code in enumerate(_draw(keeper, order.count))]
    batch = {
        "unit_id": order.unit.id,
        "premises_id": order.premises_id,
        "service_point_id": order.service_point_id,
        "day": order.day,
        "first_serial": first,
        "last_serial": first + order.count - 1,
        "voided": 0,
        "source": order.source,
    }
    batch_id = connection.execute(insert(TicketBatchRow).values(batch).returning(TicketBatchRow.id)).scalar_one()
    rows: list[dict[str, Any]] = [
        {"code_hash": keeper.stored_hash(one.code), "batch_id": batch_id, "serial": one.serial, "voided": 0}
        for one in tickets
    ]
    # In the order of the hashes: rows must not lie in the order in which slips lie on the desk.
    connection.execute(insert(TicketRow), sorted(rows, key=lambda row: bytes(row["code_hash"])))
    _note_issue(connection, order, tickets, actor, at)
    return tickets


def look_up(connection: Connection, keeper: TicketKeeper, typed: str) -> Ticket | None:
    """What a code, however typed, was printed for; None when it was never made here, or is long past. One query."""
    code = as_stored(typed)
    if not keeper.is_genuine(code):
        return None
    batch = TicketBatchRow
    statement = (
        select(batch.unit_id, batch.premises_id, batch.service_point_id, batch.day, TicketRow.voided)
        .join(TicketRow, TicketRow.batch_id == batch.id)
        .where(TicketRow.code_hash == keeper.stored_hash(code))
    )
    row = connection.execute(statement).first()
    return None if row is None else Ticket(code, *row[:4], voided=bool(row.voided))


def void_tickets(
    connection: Connection, unit: Unit, first_serial: int, last_serial: int, *, reason: str, actor: str, at: datetime
) -> int:
    """Void a unit's slips from one serial number to another; returns how many were not voided before.

    A slip that was used stays used: nobody can tell. Raises `RefusedTickets` when the unit has no such slips, or no
    reason is given.
    """
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise RefusedTickets("reason", "reason", shortest=SHORTEST_REASON, longest=LONGEST_REASON)
    batch = TicketBatchRow
    overlapping = (batch.unit_id == unit.id) & (batch.last_serial >= first_serial) & (batch.first_serial <= last_serial)
    batches = list(connection.scalars(select(batch.id).where(overlapping)))
    if first_serial > last_serial or not batches:
        raise RefusedTickets("first_serial", "no_such_serials", first=first_serial, last=last_serial)
    voided = 0
    for batch_id in batches:
        within = (TicketRow.batch_id == batch_id) & TicketRow.serial.between(first_serial, last_serial)
        done = connection.execute(update(TicketRow).where(within, TicketRow.voided == 0).values(voided=1)).rowcount
        connection.execute(update(batch).where(batch.id == batch_id).values(voided=batch.voided + done))
        voided += done
    details = {"first_serial": first_serial, "last_serial": last_serial, "newly_voided": voided}
    record_event(connection, TICKETS_VOIDED, actor=actor, at=at, unit=unit.code, reason=reason.strip(), **details)
    return voided


def tickets_left(connection: Connection, unit_id: int, day: date, daily_bound: int) -> int:
    """How many more slips may be made for the unit and day.

    Where visits of the day's week are known, that many less those made for the week; else the daily bound less those
    made for the day.
    """
    monday = monday_of(day)
    known = visits_of(connection, {unit_id}, monday, monday)
    visitors = denominator(known[0]) if known else None
    if visitors is None:
        return max(0, daily_bound - _issued(connection, unit_id, day, day))
    return max(0, visitors - _issued(connection, unit_id, monday, monday + timedelta(days=6)))


def _check(connection: Connection, order: TicketOrder, today: date) -> None:
    if not 1 <= order.count <= LARGEST_BATCH:
        raise RefusedTickets("count", "count", largest=LARGEST_BATCH)
    if not today <= order.day <= today + timedelta(days=AHEAD_DAYS):
        raise RefusedTickets("day", "day", first=today, last=today + timedelta(days=AHEAD_DAYS))
    premises, point = PremisesRow, ServicePointRow
    open_premises = (premises.id == order.premises_id) & (premises.unit_id == order.unit.id)
    if connection.scalar(select(premises.id).where(open_premises, valid_on(premises, order.day))) is None:
        raise RefusedTickets("premises", "premises", id=order.premises_id, unit=order.unit.code)
    here = (point.premises_id == order.premises_id) & valid_on(point, order.day)
    points = set(connection.scalars(select(point.id).where(here)))
    if not points:
        raise RefusedTickets("premises", "no_counter", id=order.premises_id)
    if order.service_point_id is not None and order.service_point_id not in points:
        raise RefusedTickets("service_point", "service_point", id=order.service_point_id, unit=order.unit.code)


def _check_bound(connection: Connection, order: TicketOrder, daily_bound: int) -> None:
    left = tickets_left(connection, order.unit.id, order.day, daily_bound)
    if order.count > left:
        raise RefusedTickets("count", "too_many", count=order.count, left=left)
    if order.source == INTEGRATION:
        left = _dossiers_left(connection, order.unit.id, order.day, left)
        if order.count > left:
            raise RefusedTickets("count", "too_many_dossiers", count=order.count, left=left)


def _dossiers_left(connection: Connection, unit_id: int, day: date, otherwise: int) -> int:
    """The week's dossiers, where they are known, less the slips that another system ordered for them."""
    monday = monday_of(day)
    known = visits_of(connection, {unit_id}, monday, monday)
    dossiers = denominator(replace(known[0].numbers, counter_visits=None)) if known else None
    if dossiers is None:
        return otherwise
    return max(0, dossiers - _issued(connection, unit_id, monday, monday + timedelta(days=6), INTEGRATION))


def _stand_in_line(connection: Connection, unit_id: int) -> None:
    """One at a time for a unit, so that serial numbers follow each other (SQLite's write lock already does that)."""
    if connection.dialect.name == "postgresql":  # A row's lock would need the right to change units.
        connection.execute(text("SELECT pg_advisory_xact_lock(7433062, :unit)"), {"unit": unit_id})


def _forget_old(connection: Connection, unit_id: int, today: date) -> None:
    """Forget the codes of the unit's slips that nobody can send any more; their counts stay with the batch."""
    old = select(TicketBatchRow.id).where(
        TicketBatchRow.unit_id == unit_id, TicketBatchRow.day < today - timedelta(days=KEPT_DAYS)
    )
    connection.execute(delete(TicketRow).where(TicketRow.batch_id.in_(old)))


def _note_issue(connection: Connection, order: TicketOrder, tickets: list[NewTicket], actor: str, at: datetime) -> None:
    record_event(
        connection,
        TICKETS_ISSUED,
        actor=actor,
        at=at,
        unit=order.unit.code,
        source=order.source,
        day=order.day.isoformat(),
        premises=order.premises_id,
        service_point=order.service_point_id,
        first_serial=tickets[0].serial,
        last_serial=tickets[-1].serial,
        count=len(tickets),
    )


def _draw(keeper: TicketKeeper, count: int) -> list[str]:
    codes: dict[str, None] = {}
    while len(codes) < count:
        codes[keeper.draw()] = None
    return list(codes)


def _issued(connection: Connection, unit_id: int, first: date, last: date, source: str | None = None) -> int:
    batch = TicketBatchRow
    made = _of_unit(func.sum(batch.last_serial - batch.first_serial + 1), unit_id)
    if source is not None:
        made = made.where(batch.source == source)
    return int(connection.scalar(made.where(batch.day.between(first, last))) or 0)


def _of_unit(what: ColumnElement[Any], unit_id: int) -> Select[tuple[Any]]:
    return select(what).where(TicketBatchRow.unit_id == unit_id)
