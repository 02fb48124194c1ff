"""The only door in: one answer, one transaction; thanked means durable. The hot insert is SQLAlchemy Core, not ORM."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from survey_app.clock import day_part
from survey_app.questionnaires.answers import Answers
from survey_app.responses.guard import judge
from survey_app.responses.models import CHOICE_SLOTS, RATING_SLOTS, SpentRow, inbox
from survey_app.responses.receipts import ReceiptMint
from survey_app.responses.tokens import SurveyToken, TokenKeeper


@dataclass(frozen=True)
class Submission:
    """A validated form on its way in."""

    token: SurveyToken
    questionnaire_id: int
    answers: Answers
    honeypot_filled: bool
    received_at: datetime


@dataclass(frozen=True)
class Recorded:
    """What the citizen is told. `repeated`: this token was used before, only the first sending counts."""

    receipt: str
    repeated: bool


@dataclass(frozen=True)
class Door:
    """Lets answers in, under the installation's keys."""

    tokens: TokenKeeper
    receipts: ReceiptMint

    def record_response(self, connection: Connection, submission: Submission) -> Recorded:
        """Record one answer, or recognise its token as used: contents are never compared.

        The caller's transaction must commit before anybody is thanked. Raises sqlalchemy.exc.IntegrityError when a rule
        of the table is broken (then nothing is written).
        """
        receipt = self.receipts.draw()
        token_hash = self.tokens.spent_hash(submission.token)
        if not _spend(connection, token_hash, receipt, submission.token.expires_at):
            first = select(SpentRow.receipt).where(SpentRow.token_hash == token_hash)
            return Recorded(connection.execute(first).scalar_one(), repeated=True)
        connection.execute(insert(inbox), _inbox_row(submission, receipt))
        return Recorded(receipt, repeated=False)

    def receipt_of(self, connection: Connection, token: SurveyToken) -> str | None:
        """The receipt of a token's first sending; None while it is unused."""
        first = select(SpentRow.receipt).where(SpentRow.token_hash == self.tokens.spent_hash(token))
        return connection.scalar(first)

    def record_responses(self, connection: Connection, submissions: Iterable[Submission]) -> list[Recorded]:
        """Record several answers in the caller's transaction: all or none."""
        return [self.record_response(connection, submission) for submission in submissions]


def forget_expired_tokens(connection: Connection, now: datetime) -> int:
    """Forget used tokens that are refused by their age anyway; returns how many."""
    return connection.execute(delete(SpentRow).where(SpentRow.expires_on < now.date())).rowcount


def _spend(connection: Connection, token_hash: bytes, receipt: str, expires_at: datetime) -> bool:
    """Mark the token as used; False when it already was. A day is kept as the end, never a time."""
    make = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    statement = (
        make(SpentRow)
        .values(token_hash=token_hash, receipt=receipt, expires_on=expires_at.date() + timedelta(days=1))
        .on_conflict_do_nothing(index_elements=["token_hash"])
        .returning(SpentRow.token_hash)
    )
    return connection.execute(statement).first() is not None


def _inbox_row(submission: Submission, receipt: str) -> dict[str, Any]:
    token, answers = submission.token, submission.answers
    verdict = judge(answers, token.channel, token.minted_at, submission.received_at, submission.honeypot_filled)
    return {
        "id": uuid.uuid4().bytes,
        "received_on": submission.received_at.date(),
        "unit_id": token.unit_id,
        "day_part": day_part(token.minted_at),
        "service_point_id": token.service_point_id,
        "channel": token.channel,
        "respondent_group": answers.respondent_group,
        "service_domain": answers.service_domain,
        "questionnaire_id": submission.questionnaire_id,
        "language": token.language,
        **{slot: answers.ratings.get(slot) for slot in RATING_SLOTS},
        **{slot: answers.choices.get(slot) for slot in CHOICE_SLOTS},
        "flags": verdict.flags,
        "set_aside": int(verdict.set_aside),
        "comment": answers.comment,
        "receipt": receipt,
    }
