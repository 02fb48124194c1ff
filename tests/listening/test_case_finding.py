"""Closing a day makes the inspector's cases: once, of what goes above and says something."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from survey_app.audit_log.log import every_event
from survey_app.clock import SetClock
from survey_app.database import read_connection
from survey_app.ledger.closing import heal_facts
from survey_app.ledger.redaction import redact_comment
from survey_app.ledger.steps import closing_steps
from survey_app.listening.models import CommentCaseRow
from tests.listening.conftest import MONDAY, MONEY, NO, NO_ANSWER, SUNDAY, TROUBLE
from tests.support.closed_days import ClosedBook

ENVELOPE = "Anh ở quầy 2 gợi ý phong bì"


def cases_in(book: ClosedBook) -> list[tuple[str | None, str]]:
    with book.begin() as connection:
        rows = connection.execute(select(CommentCaseRow.answered, CommentCaseRow.allegations))
        return sorted(((row.answered, row.allegations) for row in rows), key=str)


def fill(book: ClosedBook) -> None:
    book.give(MONDAY, comment=ENVELOPE)
    book.give(MONDAY, comment="Phải đi lại ba lần", choices={"c1": TROUBLE})
    book.give(MONDAY, comment="Có người hỏi quà", choices={"c1": MONEY})
    book.give(MONDAY, comment="ok", choices={"c1": TROUBLE})
    book.give(MONDAY, choices={"c1": MONEY})
    book.give(MONDAY, comment="Cảm ơn cán bộ", choices={"c1": NO})
    book.give(MONDAY, comment="Cảm ơn cán bộ nhiều", choices={"c1": NO_ANSWER})


def test_closing_receives_cases_and_a_bare_yes_makes_none(book: ClosedBook) -> None:
    fill(book)
    book.close(MONDAY)
    found = cases_in(book)
    assert [answered for answered, _ in found] == ["money", "trouble", None]
    assert found[2][1] == "money", "alleged by its words alone"


def test_what_is_received_is_recorded_as_a_number_and_nothing_else(app: Flask, book: ClosedBook) -> None:
    fill(book)
    book.close(MONDAY, MONDAY + timedelta(days=1))
    with app.app_context(), read_connection() as connection:
        events = [one for one in every_event(connection) if one.kind == "cases.received"]
    assert [(one.actor, one.unit_code, dict(one.details)) for one in events] == [
        ("(closing)", None, {"day": "2026-11-16", "count": 3})
    ]


def test_redone_at_night_nothing_is_received_twice(app: Flask, book: ClosedBook) -> None:
    fill(book)
    book.close(MONDAY, SUNDAY)
    before = cases_in(book)
    with app.app_context():
        heal_facts(SUNDAY, closing_steps(app))
    assert cases_in(book) == before


def test_a_redacted_comment_keeps_its_case(app: Flask, book: ClosedBook, clock: SetClock) -> None:
    fill(book)
    book.close(MONDAY)
    (response,) = (row.id.hex() for row in book.rows() if row.comment_text == ENVELOPE)
    with app.app_context():
        redact_comment(response, "Có tên người", "thanhtra@dongnai.gov.vn", clock)
        heal_facts(MONDAY, closing_steps(app))
    assert len(cases_in(book)) == 3


def test_the_command_finds_those_of_days_closed_before(app: Flask, book: ClosedBook, transaction: object) -> None:
    fill(book)
    steps = app.extensions["than_thien_closing_steps"]
    app.extensions["than_thien_closing_steps"] = ()  # As an earlier version closed.
    book.close(MONDAY, SUNDAY)
    app.extensions["than_thien_closing_steps"] = steps
    assert cases_in(book) == []
    runner = app.test_cli_runner()
    assert "0 vụ việc mới từ 2 ngày" in runner.invoke(args=["cases", "find", "--from", "2026-11-21"]).output
    assert "3 vụ việc mới từ 7 ngày" in runner.invoke(args=["cases", "find"]).output
    assert "0 vụ việc mới từ 7 ngày" in runner.invoke(args=["cases", "find"]).output
    assert len(cases_in(book)) == 3
