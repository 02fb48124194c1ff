"""The inspector's cases: comments that go above the commune, from received to closed. Every step stays.

A case is received until somebody is assigned; it is found verified or unfounded, or forwarded to whom it concerns;
then it is closed. Somebody else may be assigned at any time before, which takes a finding back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    and_,
    func,
    insert,
    literal_column,
    or_,
    select,
)
from sqlalchemy.exc import IntegrityError

from survey_app.audit_log.log import record_event
from survey_app.listening.audit_events import CASE_OPENED, CASE_STEP
from survey_app.listening.models import CaseStepRow, CommentCaseRow
from survey_app.responses.comment_reader import comment_of
from survey_app.territory.thresholds import thresholds
from survey_app.territory.units import codes_by_id

RECEIVED, ASSIGNED, CLOSED = "received", "assigned", "closed"
FINDINGS = ("verified", "unfounded", "forwarded")
NEXT_STATES: Mapping[str, tuple[str, ...]] = {
    RECEIVED: (ASSIGNED,),
    ASSIGNED: (*FINDINGS, ASSIGNED),
    **dict.fromkeys(FINDINGS, (CLOSED, ASSIGNED)),
    CLOSED: (),
}
"""Which states may follow each."""


class StepRefused(Exception):
    """The case is no longer as it was when the step was chosen, or such a step may not follow."""


@dataclass(frozen=True, slots=True)
class DueTimes:
    """In how many days from the day of the comment a case is assigned, and closed."""

    assign_days: int
    close_days: int


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it stands, after `number` steps; without the words of its comment."""

    id: int
    day: date
    unit_id: int
    response_id: str
    answered: str | None
    allegations: tuple[str, ...]
    state: str
    assignee: str | None
    number: int

    @property
    def next_states(self) -> tuple[str, ...]:
        """What may follow."""
        return NEXT_STATES[self.state]

    def due_on(self, due: DueTimes) -> date | None:
        """By when the next step is due; None once it is closed."""
        if self.state == CLOSED:
            return None
        return self.day + timedelta(days=due.assign_days if self.state == RECEIVED else due.close_days)


@dataclass(frozen=True, slots=True)
class Step:
    """What was done: the state since, to whom it was given, why, by whom, when (ISO 8601)."""

    number: int
    state: str
    assignee: str | None
    reason: str
    taken_by: str
    taken_at: str


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases: `state` of `models.CASE_STATES`, or "open" (not closed) or "all"; of one unit, one inspector's."""

    state: str = "open"
    unit_id: int | None = None
    assignee: str | None = None


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """How many cases wait for somebody, are open in all, and are past their time."""

    received: int
    open: int
    late: int


_C = CommentCaseRow.__table__.c
_S = CaseStepRow.__table__.c
_STATE: ColumnElement[str] = func.coalesce(_S.state, literal_column(f"'{RECEIVED}'"))
"""Written out: as a parameter it would be another expression in GROUP BY than in SELECT (PostgreSQL)."""


def due_times(connection: Connection, today: date) -> DueTimes:
    """What the city set, or else the settings, for all open cases."""
    found = thresholds(connection, today)
    return DueTimes(found["case_assign_days"].value, found["case_close_days"].value)


def count_cases(connection: Connection, due: DueTimes, today: date) -> CaseCounts:
    """The numbers of the queue."""
    statement = _select(_STATE.label("state"), _C.day, func.count().label("cases")).group_by(_STATE, _C.day)
    rows = [row for row in connection.execute(statement) if row.state != CLOSED]
    days = {RECEIVED: due.assign_days}
    late = [row.cases for row in rows if row.day + timedelta(days=days.get(row.state, due.close_days)) < today]
    received = sum(row.cases for row in rows if row.state == RECEIVED)
    return CaseCounts(received, sum(row.cases for row in rows), sum(late))


def list_cases(connection: Connection, chosen: CaseFilter, limit: int, offset: int) -> tuple[list[Case], int]:
    """A page of the queue and how many there are in all: the oldest first while open, else the newest."""
    conditions = _conditions(chosen)
    total: int = connection.execute(_select(func.count()).where(*conditions)).scalar_one()
    newest_first = chosen.state in {CLOSED, "all"}
    order = (_C.day.desc(), _C.id.desc()) if newest_first else (_C.day, _C.id)
    statement = _cases().where(*conditions).order_by(*order).limit(limit).offset(offset)
    return [_case(row) for row in connection.execute(statement)], total


def case_of(connection: Connection, case_id: int) -> Case | None:
    """One case; None if there is none."""
    row = connection.execute(_cases().where(_C.id == case_id)).first()
    return None if row is None else _case(row)


def steps_of(connection: Connection, case_id: int) -> list[Step]:
    """The steps of a case, oldest first."""
    s = _S
    statement = select(s.number, s.state, s.assignee, s.reason, s.taken_by, s.taken_at).where(s.case_id == case_id)
    return [Step(*row) for row in connection.execute(statement.order_by(s.number))]


def read_words(connection: Connection, case: Case, *, actor: str, at: datetime) -> str | None:
    """The comment of the case as it was written, in the caller's transaction: being read, it is recorded.

    None when it was redacted, or its time in the book is over.
    """
    found = comment_of(connection, bytes.fromhex(case.response_id))
    if found is not None:
        record_event(
            connection,
            CASE_OPENED,
            actor=actor,
            at=at,
            unit=codes_by_id(connection)[case.unit_id],
            case=case.id,
            day=case.day.isoformat(),
            response=case.response_id,
        )
    return None if found is None else found.text


def take_step(
    connection: Connection,
    case: Case,
    state: str,
    assignee: str | None,
    reason: str,
    *,
    seen: int,
    actor: str,
    at: datetime,
) -> None:
    """Append the step that follows number `seen` of the case, in the caller's transaction, with its event.

    `assignee` goes with "assigned". Raises `StepRefused` when the state may not follow, or somebody else was first.
    """
    if seen != case.number or state not in case.next_states or (state == ASSIGNED) != (assignee is not None):
        raise StepRefused(state)
    row = {
        "case_id": case.id,
        "number": case.number + 1,
        "state": state,
        "assignee": assignee,
        "reason": reason,
        "taken_by": actor[:255],
        "taken_at": at.isoformat(timespec="seconds"),
    }
    try:
        connection.execute(insert(CaseStepRow), row)
    except IntegrityError as error:
        raise StepRefused(state) from error
    record_event(
        connection,
        CASE_STEP,
        actor=actor,
        at=at,
        unit=codes_by_id(connection)[case.unit_id],
        case=case.id,
        number=case.number + 1,
        state=state,
        assignee=assignee,
        reason=reason,
    )


def _conditions(chosen: CaseFilter) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chosen.state == "open":
        conditions.append(or_(_S.state.is_(None), _S.state != CLOSED))
    elif chosen.state != "all":
        conditions.append(_STATE.in_([chosen.state]))
    if chosen.unit_id is not None:
        conditions.append(_C.unit_id == chosen.unit_id)
    if chosen.assignee is not None:
        conditions.append(_assignee() == chosen.assignee)
    return conditions


def _cases() -> Select[*tuple[Any, ...]]:
    number = func.coalesce(_S.number, 0).label("number")
    return _select(*_C, _STATE.label("state"), _assignee().label("assignee"), number)


def _assignee() -> ScalarSelect[Any]:
    """Who was assigned last."""
    steps = CaseStepRow.__table__.alias("assignments")
    given = select(steps.c.assignee).where(steps.c.case_id == _C.id, steps.c.assignee.is_not(None))
    return given.order_by(steps.c.number.desc()).limit(1).scalar_subquery()


def _select(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Cases with their last step, if any."""
    other = CaseStepRow.__table__.alias("other")
    last = select(func.max(other.c.number)).where(other.c.case_id == _C.id).scalar_subquery()
    steps = CaseStepRow.__table__
    joined = CommentCaseRow.__table__.outerjoin(steps, and_(_S.case_id == _C.id, _S.number == last))
    return select(*columns).select_from(joined)


def _case(row: Any) -> Case:
    return Case(
        id=row.id,
        day=row.day,
        unit_id=row.unit_id,
        response_id=row.response_id.hex(),
        answered=row.answered,
        allegations=tuple(filter(None, row.allegations.split(","))),
        state=row.state,
        assignee=row.assignee,
        number=row.number,
    )
