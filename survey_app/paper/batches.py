"""Batches of sheets: made, found, counted up by state, and dropped. All writes of a batch as a whole are here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from survey_app.audit_log.log import record_event
from survey_app.languages import catalogues
from survey_app.paper.audit_events import BATCH_DROPPED, BATCH_MADE
from survey_app.paper.models import STATES, PaperBatchRow, PaperEntryRow, PaperSheetRow
from survey_app.paper.problems import RefusedPaper
from survey_app.questionnaires.register import NoQuestionnaire, StoredQuestionnaire, by_id, questionnaire_for
from survey_app.territory.service_points import service_points_of
from survey_app.territory.units import Unit

LARGEST_BATCH = 200
"""Two pages each: more at once would keep the page that prints them waiting."""
LONGEST_REASON = 200
OLD_AFTER = timedelta(days=60)
"""Drafts are somebody's answers lying about: from this age on the pages ask for them to be finished or dropped."""


@dataclass(frozen=True, slots=True)
class BatchOrder:
    """What is to be printed; `source` is page or command."""

    unit: Unit
    service_point_id: int
    sheets: int
    language: str
    source: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Sheets printed together for one counter; `id` is the number printed on them."""

    id: int
    unit_id: int
    service_point_id: int
    stored: StoredQuestionnaire
    language: str
    sheets: int
    made_on: date


@dataclass(frozen=True, slots=True)
class Tally:
    """How many sheets stand where, and how many drafts are older than `OLD_AFTER`."""

    states: Mapping[str, int]
    old_drafts: int

    @property
    def entered_twice(self) -> int:
        """Sheets that two people typed: every one that came further than its first entry, void ones left out."""
        return self.states["differing"] + self.states["settled"] + self.states["counted"]


def make_batch(connection: Connection, order: BatchOrder, *, actor: str, at: datetime) -> Batch:
    """Make the rows of a batch with the questionnaire that the unit asks today. Raises `RefusedPaper`."""
    if not 1 <= order.sheets <= LARGEST_BATCH:
        raise RefusedPaper("sheets", "sheets", largest=LARGEST_BATCH)
    if order.language not in catalogues():
        raise RefusedPaper("language", "language", known=", ".join(catalogues()))
    points = service_points_of(connection, order.unit.id, at.date())
    if order.service_point_id not in {point.id for point in points}:
        raise RefusedPaper("service_point", "service_point")
    try:
        stored = questionnaire_for(connection, order.unit.id, order.unit.parent_id, at.date())
    except NoQuestionnaire:
        raise RefusedPaper("unit", "no_questionnaire") from None
    values = {
        "unit_id": order.unit.id,
        "service_point_id": order.service_point_id,
        "questionnaire_id": stored.id,
        "questionnaire_hash": stored.content_hash,
        "language": order.language,
        "sheets": order.sheets,
        "made_on": at.date(),
    }
    made = connection.execute(insert(PaperBatchRow).values(values).returning(PaperBatchRow.id)).scalar_one()
    sheets = [{"batch_id": made, "serial": serial, "state": "printed"} for serial in range(1, order.sheets + 1)]
    connection.execute(insert(PaperSheetRow), sheets)
    record_event(
        connection,
        BATCH_MADE,
        actor=actor,
        at=at,
        unit=order.unit.code,
        batch=made,
        service_point=order.service_point_id,
        questionnaire=stored.questionnaire.label,
        language=order.language,
        sheets=order.sheets,
        source=order.source,
    )
    return Batch(made, order.unit.id, order.service_point_id, stored, order.language, order.sheets, at.date())


def batch_by_id(connection: Connection, batch_id: int) -> Batch | None:
    """The batch with that number; None when there is none."""
    row = connection.execute(select(PaperBatchRow.__table__).where(PaperBatchRow.id == batch_id)).one_or_none()
    return _batch(connection, row) if row is not None else None


def batches_of(connection: Connection, unit_id: int) -> list[Batch]:
    """The batches of a unit, newest first."""
    statement = select(PaperBatchRow.__table__).where(PaperBatchRow.unit_id == unit_id)
    rows = connection.execute(statement.order_by(PaperBatchRow.id.desc())).all()
    return [_batch(connection, row) for row in rows]


def tallies_of(connection: Connection, batch_ids: list[int], today: date) -> dict[int, Tally]:
    """How the sheets of batches stand, in two queries."""
    sheet, entry = PaperSheetRow, PaperEntryRow
    states = {batch_id: dict.fromkeys(STATES, 0) for batch_id in batch_ids}
    counted = select(sheet.batch_id, sheet.state, func.count().label("number")).where(sheet.batch_id.in_(batch_ids))
    for row in connection.execute(counted.group_by(sheet.batch_id, sheet.state)):
        states[row.batch_id][row.state] = row.number
    old = select(entry.batch_id, func.count(entry.serial.distinct()).label("number"))
    old = old.where(entry.batch_id.in_(batch_ids), entry.entered_on < today - OLD_AFTER).group_by(entry.batch_id)
    drafts = {row.batch_id: row.number for row in connection.execute(old)}
    return {batch_id: Tally(states[batch_id], drafts.get(batch_id, 0)) for batch_id in batch_ids}


def drop_batch(connection: Connection, batch: Batch, unit_code: str, reason: str, *, actor: str, at: datetime) -> int:
    """Void every sheet that is not counted and forget all drafts; returns how many sheets that were.

    Raises `RefusedPaper` when no reason is given, or nothing is left to drop.
    """
    reason = checked_reason(reason)
    lock_batch(connection, batch.id)
    sheet = PaperSheetRow
    left = (sheet.batch_id == batch.id) & sheet.state.not_in(("counted", "void"))
    voided = connection.execute(update(sheet).where(left).values(state="void")).rowcount
    if not voided:
        raise RefusedPaper("reason", "nothing_to_drop", conflict=True)
    connection.execute(delete(PaperEntryRow).where(PaperEntryRow.batch_id == batch.id))
    record_event(
        connection,
        BATCH_DROPPED,
        actor=actor,
        at=at,
        unit=unit_code,
        batch=batch.id,
        newly_voided=voided,
        reason=reason,
    )
    return voided


def checked_reason(reason: str) -> str:
    """A reason as the audit log keeps it. Raises `RefusedPaper`."""
    plain = " ".join(reason.split())
    if not plain or len(plain) > LONGEST_REASON or not plain.isprintable():
        raise RefusedPaper("reason", "reason", longest=LONGEST_REASON)
    return plain


def lock_batch(connection: Connection, batch_id: int) -> None:
    """Let one writer at a time at the sheets of a batch, until the transaction ends (on SQLite it is alone anyway)."""
    connection.execute(select(PaperBatchRow.id).where(PaperBatchRow.id == batch_id).with_for_update())


def _batch(connection: Connection, row: Row[tuple[object, ...]]) -> Batch:
    stored = by_id(connection, row.questionnaire_id)
    return Batch(row.id, row.unit_id, row.service_point_id, stored, row.language, row.sheets, row.made_on)
