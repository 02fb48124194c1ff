"""A case from received to closed: which step may follow, who was first, what is late, and what is kept."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import DBAPIError

from survey_app.audit_log.log import every_event
from survey_app.listening.cases import (
    NEXT_STATES,
    CaseCounts,
    CaseFilter,
    DueTimes,
    StepRefused,
    case_of,
    count_cases,
    list_cases,
    steps_of,
    take_step,
)
from survey_app.listening.models import CASE_STATES, CommentCaseRow
from tests.conftest import NOW
from tests.listening.conftest import INSPECTOR, MONDAY
from tests.support.closed_days import ClosedBook

DUE = DueTimes(3, 30)
REASON = "Giao xác minh tại chỗ"


@pytest.fixture
def connection(book: ClosedBook, connection: Connection) -> Connection:
    """A transaction after the commune was made."""
    return connection


def a_case(connection: Connection, book: ClosedBook, day: date = MONDAY, number: int = 0) -> int:
    values = {
        "day": day,
        "unit_id": book.counter.unit_id,
        "response_id": number.to_bytes(16, "big"),
        "answered": "money",
        "allegations": "money,threat",
    }
    return int(connection.execute(insert(CommentCaseRow).values(values).returning(CommentCaseRow.id)).scalar_one())


def go(connection: Connection, case_id: int, *states: str, by: str = INSPECTOR) -> None:
    for state in states:
        case = case_of(connection, case_id)
        assert case is not None
        assignee = INSPECTOR if state == "assigned" else None
        take_step(connection, case, state, assignee, REASON, seen=case.number, actor=by, at=NOW)


@pytest.mark.parametrize("finding", ["verified", "unfounded", "forwarded"])
def test_the_whole_way(connection: Connection, book: ClosedBook, finding: str) -> None:
    case_id = a_case(connection, book)
    go(connection, case_id, "assigned", finding, "closed")
    case = case_of(connection, case_id)
    assert case is not None
    assert (case.state, case.assignee, case.number, case.next_states) == ("closed", INSPECTOR, 3, ())
    assert case.allegations == ("money", "threat")
    assert [(one.number, one.state, one.assignee) for one in steps_of(connection, case_id)] == [
        (1, "assigned", INSPECTOR),
        (2, finding, None),
        (3, "closed", None),
    ]


def test_a_finding_is_taken_back_by_assigning_again(connection: Connection, book: ClosedBook) -> None:
    case_id = a_case(connection, book)
    go(connection, case_id, "assigned", "assigned", "unfounded", "assigned", "verified", "closed")
    assert len(steps_of(connection, case_id)) == 6


@pytest.mark.parametrize("state", CASE_STATES)
def test_only_what_may_follow_follows(connection: Connection, book: ClosedBook, state: str) -> None:
    ways = {"received": (), "assigned": ("assigned",), "closed": ("assigned", "verified", "closed")}
    case_id = a_case(connection, book)
    go(connection, case_id, *ways.get(state, ("assigned", state)))
    for refused in set(CASE_STATES) - set(NEXT_STATES[state]):
        with pytest.raises(StepRefused):
            go(connection, case_id, refused)
    assert len(steps_of(connection, case_id)) == len(ways.get(state, ("assigned", state)))


def test_assigning_needs_somebody_and_nothing_else_does(connection: Connection, book: ClosedBook) -> None:
    case = case_of(connection, a_case(connection, book))
    assert case is not None
    with pytest.raises(StepRefused):
        take_step(connection, case, "assigned", None, REASON, seen=0, actor=INSPECTOR, at=NOW)


def test_whoever_looked_at_an_older_state_is_refused(connection: Connection, book: ClosedBook) -> None:
    case_id = a_case(connection, book)
    go(connection, case_id, "assigned")
    case = case_of(connection, case_id)
    assert case is not None
    with pytest.raises(StepRefused):
        take_step(connection, case, "verified", None, REASON, seen=0, actor=INSPECTOR, at=NOW)


def test_two_at_once_make_one_step(book: ClosedBook) -> None:
    with book.begin() as connection:
        case = case_of(connection, a_case(connection, book))
        assert case is not None
    with book.begin() as connection:
        take_step(connection, case, "assigned", INSPECTOR, REASON, seen=0, actor=INSPECTOR, at=NOW)
    with pytest.raises(StepRefused), book.begin() as connection:
        take_step(connection, case, "assigned", INSPECTOR, "Khác", seen=0, actor=INSPECTOR, at=NOW)
    with book.begin() as connection:
        assert [one.reason for one in steps_of(connection, case.id)] == [REASON]


def test_every_step_is_recorded_with_its_reason(connection: Connection, book: ClosedBook) -> None:
    case_id = a_case(connection, book)
    go(connection, case_id, "assigned", "forwarded")
    events = [one for one in every_event(connection) if one.kind == "cases.step"]
    assert [(one.actor, one.unit_code, one.details["state"], one.details["reason"]) for one in events] == [
        (INSPECTOR, "26041", "assigned", REASON),
        (INSPECTOR, "26041", "forwarded", REASON),
    ]


def test_due_times(connection: Connection, book: ClosedBook) -> None:
    case_id = a_case(connection, book)
    dues = []
    for states in ((), ("assigned",), ("verified",), ("closed",)):
        go(connection, case_id, *states)
        case = case_of(connection, case_id)
        assert case is not None
        dues.append(case.due_on(DUE))
    month = MONDAY + timedelta(days=30)
    assert dues == [MONDAY + timedelta(days=3), month, month, None]


def test_the_queues_numbers(connection: Connection, book: ClosedBook) -> None:
    today = MONDAY + timedelta(days=3)
    assert count_cases(connection, DUE, today) == CaseCounts(0, 0, 0)
    a_case(connection, book, MONDAY, 1)
    a_case(connection, book, MONDAY - timedelta(days=1), 2)  # Late since today.
    go(connection, a_case(connection, book, MONDAY - timedelta(days=27), 3), "assigned")
    go(connection, a_case(connection, book, MONDAY - timedelta(days=28), 4), "assigned", "verified")  # Late too.
    go(connection, a_case(connection, book, MONDAY - timedelta(days=90), 5), "assigned", "verified", "closed")
    assert count_cases(connection, DUE, today) == CaseCounts(received=2, open=4, late=2)


def test_lists_by_state_unit_and_whose(connection: Connection, book: ClosedBook) -> None:
    first = a_case(connection, book, MONDAY, 1)
    second = a_case(connection, book, MONDAY - timedelta(days=1), 2)
    closed = a_case(connection, book, MONDAY - timedelta(days=2), 3)
    go(connection, second, "assigned", "verified")
    go(connection, closed, "assigned", "unfounded", "closed")

    def listed(chosen: CaseFilter, limit: int = 50, offset: int = 0) -> list[int]:
        return [case.id for case in list_cases(connection, chosen, limit, offset)[0]]

    unit = book.counter.unit_id
    assert listed(CaseFilter()) == [second, first]  # The oldest first.
    assert listed(CaseFilter("all")) == [first, second, closed]
    assert listed(CaseFilter("received")) == [first]
    assert listed(CaseFilter("verified")) == [second]
    assert listed(CaseFilter("closed")) == [closed]
    assert listed(CaseFilter("all", unit)) == listed(CaseFilter("all"))
    assert listed(CaseFilter("all", unit + 1)) == []
    assert listed(CaseFilter("open", None, INSPECTOR)) == [second]
    assert listed(CaseFilter("open", None, "khac@dongnai.gov.vn")) == []
    assert listed(CaseFilter("all"), 1, 1) == [second]
    assert list_cases(connection, CaseFilter("all"), 1, 1)[1] == 3


def test_no_step_leads_back_to_received() -> None:
    assert all("received" not in following for following in NEXT_STATES.values())
    assert set(NEXT_STATES) == set(CASE_STATES)
    assert all(later in NEXT_STATES[one] for one, later in pairwise(("received", "assigned", "verified", "closed")))


@pytest.mark.parametrize("table", ["comment_case", "comment_case_step"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = 7", "DELETE FROM {}"])
def test_nothing_is_changed_or_deleted(book: ClosedBook, table: str, statement: str) -> None:
    column = "id" if table == "comment_case" else "case_id"
    with book.begin() as connection:
        go(connection, a_case(connection, book), "assigned")
    with pytest.raises(DBAPIError, match=f"{table} is append-only"), book.begin() as connection:
        connection.execute(text(statement.format(table, column)))
