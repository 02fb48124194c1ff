"""The only door in: one answer, one transaction; thanked means durable. The hot insert is SQLAlchemy Core, not ORM."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from survey_app.clock import day_part
from survey_app.questionnaires.answers import Answers
from survey_app.responses.guard import DEFAULT_RULES, GuardRules, judge
from survey_app.responses.models import CHOICE_SLOTS, RATING_SLOTS, SpentRow, inbox
from survey_app.responses.receipts import ReceiptMint
from survey_app.responses.ticket_codes import TicketKeeper, as_stored
from survey_app.responses.tickets import CODED_CHANNEL, KEPT_DAYS, look_up
from survey_app.responses.tokens import SurveyToken, TokenKeeper

HASHES_A_QUERY = 500


@dataclass(frozen=True)
class Submission:
    """A validated form on its way in. `ticket` is the code, however typed, of the slip it came with."""

    token: SurveyToken
    questionnaire_id: int
    answers: Answers
    honeypot_filled: bool
    received_at: datetime
    ticket: str | None = None
    repeated: bool = False
    """What the guard said about the device, before the transaction."""


@dataclass(frozen=True)
class Recorded:
    """What the citizen is told. `repeated`: this token was used before, only the first sending counts.

    `coded`: whether the slip counted, or the answer became an ordinary one; None when it came with no slip.
    """

    receipt: str
    repeated: bool
    coded: bool | None = None
    flags: int = 0
    """What the guard found on an answer that is new: for counting, never for the citizen."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """One of several submissions, with the receipt drawn for it."""

    submission: Submission
    receipt: str
    token_hash: bytes

    @property
    def spent_row(self) -> dict[str, Any]:
        """What remembers the token."""
        return _spent_row(self.token_hash, self.receipt, self.submission.token.expires_at)


@dataclass(frozen=True)
class Door:
    """Lets answers in, under the installation's keys."""

    tokens: TokenKeeper
    receipts: ReceiptMint
    tickets: TicketKeeper
    rules: GuardRules = DEFAULT_RULES

    def record_response(self, connection: Connection, submission: Submission) -> Recorded:
        """Record one answer, or recognise its token as used: contents are never compared.

        The caller's transaction must commit before anybody is thanked. Raises sqlalchemy.exc.IntegrityError when a rule
        of the table is broken (then nothing is written).
        """
        receipt = self.receipts.draw()
        token_hash = self.tokens.spent_hash(submission.token)
        if not _spend(connection, token_hash, receipt, submission.token.expires_at):
            first = select(SpentRow.receipt).where(SpentRow.token_hash == token_hash)
            coded = self.was_coded(connection, submission.token, submission.ticket)
            return Recorded(connection.execute(first).scalar_one(), repeated=True, coded=coded)
        coded = None if submission.ticket is None else self._spend_ticket(connection, submission)
        if coded:
            submission = replace(submission, token=replace(submission.token, channel=CODED_CHANNEL))
        row = _inbox_row(submission, receipt, self.rules)
        connection.execute(insert(inbox), row)
        return Recorded(receipt, repeated=False, coded=coded, flags=row["flags"])

    def was_coded(self, connection: Connection, token: SurveyToken, ticket: str | None) -> bool | None:
        """Whether the first sending of this token used this slip; None without a slip."""
        if ticket is None:
            return None
        code = as_stored(ticket)
        mark = select(SpentRow.receipt).where(SpentRow.token_hash == self.tickets.spent_hash(code))
        return connection.scalar(mark) == self.tickets.mark(code, token.nonce.bytes)

    def _spend_ticket(self, connection: Connection, submission: Submission) -> bool:
        """Use up the slip for this form; False when it is not good for it, or was used before.

        Remembered until its last form has expired: never when, and beside a mark instead of the receipt.
        """
        assert submission.ticket is not None
        ticket = look_up(connection, self.tickets, submission.ticket)
        if ticket is None or not ticket.is_good_for(submission.token):
            return False
        mark = self.tickets.mark(ticket.code, submission.token.nonce.bytes)
        forgotten = datetime.combine(ticket.day, time.min) + timedelta(days=KEPT_DAYS)
        return _spend(connection, self.tickets.spent_hash(ticket.code), mark, forgotten)

    def receipt_of(self, connection: Connection, token: SurveyToken) -> str | None:
        """The receipt of a token's first sending; None while it is unused."""
        first = select(SpentRow.receipt).where(SpentRow.token_hash == self.tokens.spent_hash(token))
        return connection.scalar(first)

    def record_responses(self, connection: Connection, submissions: Iterable[Submission]) -> list[Recorded]:
        """Record several answers in the caller's transaction, all or none, in a few statements however many they are.

        Each is told what `record_response` would tell it, in the order given; a token that comes twice counts once.
        """
        sent = [_Sent(one, self.receipts.draw(), self.tokens.spent_hash(one.token)) for one in submissions]
        if not sent:
            return []
        connection.execute(_spending(connection), [one.spent_row for one in sent])
        # A receipt is drawn for one sending: whose receipt stands in `spent` was first.
        first = _receipts_by_token(connection, [one.token_hash for one in sent])
        recorded = [Recorded(first[one.token_hash], first[one.token_hash] != one.receipt) for one in sent]
        new = [one for one, told in zip(sent, recorded, strict=True) if not told.repeated]
        if new:
            connection.execute(insert(inbox), [_inbox_row(one.submission, one.receipt, self.rules) for one in new])
        return recorded


def forget_expired_tokens(connection: Connection, now: datetime) -> int:
    """Forget used tokens that are refused by their age anyway; returns how many.

    PostgreSQL keeps rows as they came, each under the number of its transaction: those that stay are written anew, in
    the order of their hashes and in one transaction, so that they do not tell whose receipt came before whose.
    """
    forgotten = connection.execute(delete(SpentRow).where(SpentRow.expires_on < now.date())).rowcount
    if connection.dialect.name == "postgresql":
        rows = delete(SpentRow).returning(SpentRow.__table__).cte("rows")
        columns = [column.name for column in SpentRow.__table__.columns]
        connection.execute(insert(SpentRow).from_select(columns, select(rows).order_by(rows.c.token_hash)))
    return forgotten


def _spend(connection: Connection, token_hash: bytes, receipt: str, expires_at: datetime) -> bool:
    """Mark the token as used; False when it already was."""
    statement = _spending(connection).returning(SpentRow.token_hash)
    return connection.execute(statement, _spent_row(token_hash, receipt, expires_at)).first() is not None


def _spending(connection: Connection) -> Any:
    """The INSERT that marks tokens as used and passes over those that already were."""
    make = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    return make(SpentRow).on_conflict_do_nothing(index_elements=["token_hash"])


def _spent_row(token_hash: bytes, receipt: str, expires_at: datetime) -> dict[str, Any]:
    """A day is kept as the end, never a time."""
    return {"token_hash": token_hash, "receipt": receipt, "expires_on": expires_at.date() + timedelta(days=1)}


def _receipts_by_token(connection: Connection, token_hashes: list[bytes]) -> dict[bytes, str]:
    found: dict[bytes, str] = {}
    for start in range(0, len(token_hashes), HASHES_A_QUERY):
        some = SpentRow.token_hash.in_(token_hashes[start : start + HASHES_A_QUERY])
        found |= {row.token_hash: row.receipt for row in connection.execute(select(SpentRow.__table__).where(some))}
    return found


def _inbox_row(submission: Submission, receipt: str, rules: GuardRules) -> dict[str, Any]:
    token, answers = submission.token, submission.answers
    verdict = judge(
        answers,
        token.channel,
        token.minted_at,
        submission.received_at,
        submission.honeypot_filled,
        repeated=submission.repeated,
        rules=rules,
    )
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
