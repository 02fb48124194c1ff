"""Is my answer in the book? What a check code tells its holder: a day and a unit, never an answer or a row."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from survey_app.audit_log.log import record_event
from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction
from survey_app.ledger.manifest import receipt_proof
from survey_app.ledger.order_models import LostReceiptRow
from survey_app.ledger.orders import removing
from survey_app.ledger.removal_events import RECEIPT_LOST
from survey_app.ledger.sealed_log import last_sealed_day, sealed_day, sealed_log
from survey_app.responses.receipt_lookup import find_receipt, receipts_of
from survey_app.responses.receipts import ReceiptMint
from survey_app.territory.units import Unit, last_known

ANYBODY = "-"
"""The actor of an event that a citizen's look brought about."""


class ReceiptState(Enum):
    """Where a code stands."""

    UNKNOWN = "unknown"
    """Not drawn here: mistyped, or made up."""
    WAITING = "waiting"
    """Its answer waits for its day to close."""
    SEALED = "sealed"
    """Its answer is in the book, and the day is sealed."""
    EXPIRED = "expired"
    """Its answer was in the book until its time was over."""
    LOST = "lost"
    """Drawn here, and its answer is nowhere."""


@dataclass(frozen=True, slots=True)
class ReceiptStatus:
    """What is told of a code (`receipt`, normalised). `unit` and `day` are None where there is none to tell."""

    state: ReceiptState
    receipt: str
    unit: Unit | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class LostReceipt:
    """A genuine code whose answer is nowhere, and the day on which somebody looked it up first."""

    receipt: str
    noticed_on: date


def receipt_status(mint: ReceiptMint, receipt: str) -> ReceiptStatus:
    """What is to be told of a (normalised) code, from one snapshot. A code that is not genuine costs no query."""
    if not mint.is_genuine(receipt):
        return ReceiptStatus(ReceiptState.UNKNOWN, receipt)
    with read_connection() as connection:
        return _status(connection, receipt)


def note_lost(receipt: str, clock: Clock) -> None:
    """Write down that the code's answer is nowhere, once, with an event in the audit log; again changes nothing.

    The event carries a hash of the code, and the day: an hour would tell when somebody sat at their phone.
    """
    day = clock.today()
    with read_connection() as connection:
        if connection.scalar(select(LostReceiptRow.receipt).where(LostReceiptRow.receipt == receipt)) is not None:
            return
    midnight = datetime.combine(day, time(), clock.now().tzinfo)
    digest = hashlib.sha256(receipt.encode("ascii")).hexdigest()
    try:
        with write_transaction() as connection:
            connection.execute(insert(LostReceiptRow), {"receipt": receipt, "noticed_on": day})
            record_event(connection, RECEIPT_LOST, actor=ANYBODY, at=midnight, code_sha256=digest)
    except IntegrityError:
        return  # Somebody else looked at the same moment, and it is written down.


def lost_receipts(connection: Connection, limit: int, offset: int = 0) -> list[LostReceipt]:
    """Codes whose answers are missing, those noticed last first."""
    table = LostReceiptRow
    chosen = select(table.receipt, table.noticed_on).order_by(table.noticed_on.desc(), table.receipt)
    return [LostReceipt(*row) for row in connection.execute(chosen.limit(limit).offset(offset))]


def count_lost_receipts(connection: Connection) -> int:
    """How many codes are known whose answers are missing."""
    return connection.execute(select(func.count()).select_from(LostReceiptRow)).scalar_one()


def proof_of_receipt(mint: ReceiptMint, receipt: str) -> dict[str, Any] | None:
    """The proof, to be checked without us, that the code was counted in a unit on a day; None while there is none."""
    if not mint.is_genuine(receipt):
        return None
    with read_connection() as connection:
        found = find_receipt(connection, receipt)
        if found is None or found.booked_on is None:
            return None
        day, log = sealed_day(connection, found.booked_on), sealed_log(connection)
        unit = last_known(connection, found.unit_id)
        if day is None or log is None or unit is None:
            return None
        codes = receipts_of(connection, found.booked_on, found.unit_id)
        return receipt_proof(receipt, unit.code, codes, day, log)


def _status(connection: Connection, receipt: str) -> ReceiptStatus:
    found = find_receipt(connection, receipt)
    if found is None:
        return ReceiptStatus(ReceiptState.LOST, receipt)
    unit, day = last_known(connection, found.unit_id), found.booked_on
    sealed = last_sealed_day(connection)
    if day is None or sealed is None or sealed < day:
        return ReceiptStatus(ReceiptState.WAITING, receipt, unit)
    removed = removing(connection, day, found.unit_id) is not None
    return ReceiptStatus(ReceiptState.EXPIRED if removed else ReceiptState.SEALED, receipt, unit, day)
