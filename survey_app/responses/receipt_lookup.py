"""Where a check code stands: waiting in the inbox, booked, or neither. It leads to a day and a unit, to no answer."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from survey_app.responses.models import ReceiptRow, inbox


@dataclass(frozen=True, slots=True)
class FoundReceipt:
    """Where a code was found. `booked_on` is None while its answer waits in the inbox."""

    unit_id: int
    booked_on: date | None


def find_receipt(connection: Connection, receipt: str) -> FoundReceipt | None:
    """Where the (normalised) code stands; None: nowhere. Two reads of an index, in the caller's one snapshot."""
    booked = connection.execute(select(ReceiptRow.unit_id, ReceiptRow.day).where(ReceiptRow.receipt == receipt)).first()
    if booked is not None:
        return FoundReceipt(booked.unit_id, booked.day)
    waiting = connection.execute(select(inbox.c.unit_id).where(inbox.c.receipt == receipt)).first()
    return None if waiting is None else FoundReceipt(waiting.unit_id, None)


def receipts_of(connection: Connection, day: date, unit_id: int) -> list[str]:
    """All codes booked on a day in a unit, sorted."""
    chosen = select(ReceiptRow.receipt).where(ReceiptRow.day == day, ReceiptRow.unit_id == unit_id)
    return sorted(connection.scalars(chosen))
