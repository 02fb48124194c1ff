"""Slips of an order, made and set in print in one go: their codes are known only here and on paper."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from config import Settings
from survey_app.counter_desk.slips_pdf import SlipSheet, slips_pdf
from survey_app.languages import catalogue, format_day
from survey_app.responses.ticket_codes import TicketKeeper, typing_address
from survey_app.responses.tickets import VALID_DAYS, TicketOrder, issue_tickets, last_day_of
from survey_app.territory.service_points import service_point_by_id
from survey_app.territory.thresholds import threshold


@dataclass(frozen=True, slots=True)
class TicketRun:
    """Under which key and settings slips are made, by whom and when."""

    keeper: TicketKeeper
    settings: Settings
    actor: str
    at: datetime


def make_slips(connection: Connection, order: TicketOrder, run: TicketRun) -> tuple[bytes, str]:
    """The PDF and its file name, to hand out once the caller's transaction has committed. Raises `RefusedTickets`."""
    bound = threshold(connection, "tickets_per_day", run.at.date())
    made = issue_tickets(connection, run.keeper, order, daily_bound=bound, actor=run.actor, at=run.at)
    name = f"phieu-moi_{order.unit.code}_{order.day.isoformat()}_{made[0].serial}-{made[-1].serial}.pdf"
    return slips_pdf(made, _sheet(connection, order, run.settings)), name


def _sheet(connection: Connection, order: TicketOrder, settings: Settings) -> SlipSheet:
    """Vietnamese first and in full; the sense of it in English below, for whoever reads no Vietnamese."""
    vi, en = catalogue("vi"), catalogue("en")
    place = order.unit.full_name
    if order.service_point_id is not None:
        point = service_point_by_id(connection, order.service_point_id, order.day)
        place += f" · {point.name}" if point is not None else ""
    address = typing_address(settings.public_url)
    days = {"day": format_day(order.day, "vi"), "last_day": format_day(last_day_of(order.day), "vi")}
    return SlipSheet(
        title=vi.text("tickets.slip.title"),
        place=place,
        text=vi.text("tickets.slip.text", days=VALID_DAYS),
        english=en.text("tickets.slip.whole", days=VALID_DAYS, address=address),
        serial_line=vi.text("tickets.slip.serial", serial="{serial}", **days),
        public_url=settings.public_url,
        document_title=vi.text("tickets.slip.document", unit=order.unit.full_name, day=days["day"]),
    )
