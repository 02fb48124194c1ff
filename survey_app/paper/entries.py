"""One sheet: typed twice by two people, settled where they differ, or void. All writes of single sheets are here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Row, delete, insert, select, update

from survey_app.audit_log.log import record_event
from survey_app.paper.audit_events import SHEET_SETTLED, SHEET_VOIDED
from survey_app.paper.batches import Batch, checked_reason, lock_batch
from survey_app.paper.drafts import differing_items, from_json, to_json
from survey_app.paper.models import PaperEntryRow, PaperSheetRow
from survey_app.paper.problems import RefusedPaper
from survey_app.questionnaires.answers import Answers
from survey_app.questionnaires.items import Item


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it, for which unit (its code), and when."""

    email: str
    unit_code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SheetMark:
    """Where a sheet of the list stands; `mine` when the account asked about made its first entry."""

    serial: int
    state: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """Two entries of one sheet and the items in which they differ."""

    first: Answers
    second: Answers
    items: tuple[Item, ...]


def sheet_state(connection: Connection, batch_id: int, serial: int) -> str | None:
    """Where a sheet stands; None when the batch has none of that number."""
    sheet = PaperSheetRow
    return connection.scalar(select(sheet.state).where(sheet.batch_id == batch_id, sheet.serial == serial))


def has_entered(connection: Connection, batch_id: int, serial: int, account: str) -> bool:
    """Whether the account has typed this sheet."""
    return account in {row.account for row in _entries(connection, batch_id, serial)}


def sheet_marks(connection: Connection, batch_id: int, account: str) -> list[SheetMark]:
    """Every sheet of a batch, by serial, without anything of what was typed."""
    sheet, entry = PaperSheetRow, PaperEntryRow
    own = select(entry.serial).where(entry.batch_id == batch_id, entry.account == account)
    mine = set(connection.scalars(own))
    rows = connection.execute(
        select(sheet.serial, sheet.state).where(sheet.batch_id == batch_id).order_by(sheet.serial)
    )
    return [SheetMark(row.serial, row.state, row.serial in mine) for row in rows]


def enter(connection: Connection, batch: Batch, serial: int, answers: Answers, who: Actor) -> str:
    """Take what somebody typed off a sheet and return where the sheet stands then: entered, differing or settled.

    Nobody is told what the first entry was. Raises `RefusedPaper` when it is the same person again, or the sheet is
    further already.
    """
    lock_batch(connection, batch.id)
    state = _state(connection, batch, serial)
    if state == "printed":
        _keep(connection, batch, serial, 1, answers, who)
        return _move(connection, batch, serial, state, "entered")
    entries = _entries(connection, batch.id, serial)
    if any(row.account == who.email for row in entries):
        raise RefusedPaper("sheet", "same_person", conflict=True)
    if state != "entered":
        raise RefusedPaper("sheet", f"is_{state}", conflict=True)
    first = from_json(entries[0].answers)
    if differing_items(batch.stored.questionnaire, first, answers):
        _keep(connection, batch, serial, 2, answers, who)
        return _move(connection, batch, serial, state, "differing")
    _keep_only(connection, batch, serial, first, who)
    return _move(connection, batch, serial, state, "settled")


def difference_of(connection: Connection, batch: Batch, serial: int) -> Difference:
    """What two people typed. Raises `RefusedPaper` unless the sheet waits to be settled."""
    state = _state(connection, batch, serial)
    if state != "differing":
        raise RefusedPaper("sheet", f"is_{state}", conflict=True)
    first, second = (from_json(row.answers) for row in _entries(connection, batch.id, serial))
    return Difference(first, second, differing_items(batch.stored.questionnaire, first, second))


def settle(connection: Connection, batch: Batch, serial: int, answers: Answers, who: Actor) -> None:
    """Take what a look at the sheet has shown in place of both entries. Raises `RefusedPaper` as `difference_of`."""
    lock_batch(connection, batch.id)
    found = difference_of(connection, batch, serial)
    _keep_only(connection, batch, serial, answers, who)
    _move(connection, batch, serial, "differing", "settled")
    details = {"batch": batch.id, "serial": serial, "items": len(found.items)}
    record_event(connection, SHEET_SETTLED, actor=who.email, at=who.at, unit=who.unit_code, **details)


def void_sheet(connection: Connection, batch: Batch, serial: int, reason: str, who: Actor) -> None:
    """Let a blank or spoilt sheet never count, and forget its drafts. Raises `RefusedPaper` when it is counted."""
    reason = checked_reason(reason)
    lock_batch(connection, batch.id)
    state = _state(connection, batch, serial)
    if state in {"counted", "void"}:
        raise RefusedPaper("sheet", f"is_{state}", conflict=True)
    _forget(connection, batch, serial)
    _move(connection, batch, serial, state, "void")
    details = {"batch": batch.id, "serial": serial, "reason": reason}
    record_event(connection, SHEET_VOIDED, actor=who.email, at=who.at, unit=who.unit_code, **details)


def _state(connection: Connection, batch: Batch, serial: int) -> str:
    state = sheet_state(connection, batch.id, serial)
    if state is None:
        raise RefusedPaper("serial", "no_sheet", sheets=batch.sheets)
    return state


def _move(connection: Connection, batch: Batch, serial: int, before: str, after: str) -> str:
    sheet = PaperSheetRow
    here = (sheet.batch_id == batch.id) & (sheet.serial == serial) & (sheet.state == before)
    if connection.execute(update(sheet).where(here).values(state=after)).rowcount != 1:
        raise RefusedPaper("sheet", "changed", conflict=True)
    return after


def _entries(connection: Connection, batch_id: int, serial: int) -> Sequence[Row[str, str]]:
    entry = PaperEntryRow
    here = (entry.batch_id == batch_id) & (entry.serial == serial)
    return connection.execute(select(entry.account, entry.answers).where(here).order_by(entry.attempt)).all()


def _keep(connection: Connection, batch: Batch, serial: int, attempt: int, answers: Answers, who: Actor) -> None:
    today: date = who.at.date()
    row = {"batch_id": batch.id, "serial": serial, "attempt": attempt, "account": who.email, "entered_on": today}
    connection.execute(insert(PaperEntryRow).values(**row, answers=to_json(answers)))


def _keep_only(connection: Connection, batch: Batch, serial: int, answers: Answers, who: Actor) -> None:
    _forget(connection, batch, serial)
    _keep(connection, batch, serial, 0, answers, who)


def _forget(connection: Connection, batch: Batch, serial: int) -> None:
    entry = PaperEntryRow
    connection.execute(delete(entry).where(entry.batch_id == batch.id, entry.serial == serial))
