"""From certain sheets to answers: the one place where a sheet is counted, together with others, and forgotten."""

from datetime import datetime
from random import SystemRandom

from sqlalchemy import Connection, delete, select, update

from survey_app.paper.batches import Batch, lock_batch
from survey_app.paper.drafts import from_json
from survey_app.paper.models import PaperEntryRow, PaperSheetRow
from survey_app.questionnaires.answers import Answers
from survey_app.responses.door import Door, Submission
from survey_app.responses.tokens import FormKey

TOGETHER = 5
"""So many sheets of a batch go into the book in one transaction, shuffled: alone, a sheet could be told by its day."""


def count_when_enough(connection: Connection, door: Door, batch: Batch, now: datetime) -> int:
    """Count the batch's settled sheets if there are `TOGETHER` of them; returns how many were counted."""
    lock_batch(connection, batch.id)
    sheet = PaperSheetRow
    settled = select(sheet.serial).where(sheet.batch_id == batch.id, sheet.state == "settled")
    enough = len(connection.execute(settled.limit(TOGETHER)).all()) >= TOGETHER
    return count_settled(connection, door, batch, now) if enough else 0


def count_settled(connection: Connection, door: Door, batch: Batch, now: datetime) -> int:
    """Let every settled sheet of the batch in as an answer of today; returns how many, 0 when somebody was sooner.

    In the caller's transaction: the sheets' states, their answers, and the end of their drafts stand or fall together.
    The token is minted here, however old the sheet is: paper waits for whoever types it.
    """
    lock_batch(connection, batch.id)
    sheet, entry = PaperSheetRow, PaperEntryRow
    ready = (sheet.batch_id == batch.id) & (sheet.state == "settled")
    moved = update(sheet).where(ready).values(state="counted").returning(sheet.serial)
    serials = list(connection.scalars(moved))
    if not serials:
        return 0
    drafts = (entry.batch_id == batch.id) & entry.serial.in_(serials)
    texts = connection.scalars(select(entry.answers).where(drafts, entry.attempt == 0)).all()
    assert len(texts) == len(serials), "what is settled has exactly one draft"
    submissions = [_submission(door, batch, from_json(text), now) for text in texts]
    SystemRandom().shuffle(submissions)
    door.record_responses(connection, submissions)
    connection.execute(delete(entry).where(drafts))
    return len(serials)


def _submission(door: Door, batch: Batch, answers: Answers, now: datetime) -> Submission:
    form = FormKey(batch.unit_id, batch.service_point_id, "paper", batch.stored.content_hash, batch.language)
    token = door.tokens.read(door.tokens.mint(form, now), now)
    return Submission(token, batch.stored.id, answers, honeypot_filled=False, received_at=now)
