"""The inspector's pages: the queue, a case with its comment, its steps; nobody else, and every look recorded."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.audit_log.log import every_event
from survey_app.clock import SetClock
from survey_app.database import read_connection
from survey_app.ledger.redaction import redact_comment
from tests.listening.conftest import INSPECTOR, MONDAY, MONEY, SUNDAY, TROUBLE
from tests.staff.people import an_account, signed_in, token_in
from tests.support.closed_days import ClosedBook

PAGE = "/staff/cases"
SAID = "Anh Nam <quầy 2> gợi ý phong bì"
REASON = "Giao xác minh tại chỗ"


@pytest.fixture(autouse=True)
def cases(book: ClosedBook) -> None:
    """Case 1 and 2 of a closed week, in no known order of ids but on different days."""
    book.give(MONDAY, comment=SAID)
    book.give(MONDAY + timedelta(days=1), comment="Phải đi lại ba lần", choices={"c1": TROUBLE})
    book.give(MONDAY, comment="Cảm ơn cán bộ")
    book.close(MONDAY, SUNDAY)


def post(browser: FlaskClient, case: int, **typed: object) -> tuple[int, str]:
    address = f"{PAGE}/{case}"
    data = {"csrf_token": token_in(browser.get(address)), "number": 0, "reason": REASON} | typed
    answer = browser.post(address, data=data, follow_redirects=True)
    return answer.status_code, answer.get_data(as_text=True)


def events(app: Flask, kind: str) -> list[dict[str, object]]:
    with app.app_context(), read_connection() as connection:
        return [dict(one.details) for one in every_event(connection) if one.kind == kind]


def test_the_queue_says_where_why_and_by_when_and_no_words(inspector: FlaskClient) -> None:
    page = inspector.get(PAGE).get_data(as_text=True)
    assert "Đang mở: 2. Chưa phân công: 2. Quá hạn: 2." in page
    assert "Xã 26041 (26041)" in page and "16/11/2026" in page and "19/11/2026" in page
    assert "lời có nhắc tiền, quà" in page and "chọn “bị gây khó dễ”" in page
    assert "phong bì" not in page and "ba lần" not in page


def test_the_first_page_tells_what_waits(app: Flask, inspector: FlaskClient) -> None:
    assert "Vụ việc từ lời góp ý: 2 chưa phân công, 2 quá hạn." in inspector.get("/staff/").get_data(as_text=True)
    an_account(app, "administrator", email="qt@dongnai.gov.vn")
    assert "chưa phân công" not in signed_in(app, "qt@dongnai.gov.vn").get("/staff/").get_data(as_text=True)


def test_a_case_with_its_words_as_written_and_the_look_recorded(app: Flask, inspector: FlaskClient) -> None:
    page = inspector.get(f"{PAGE}/1").get_data(as_text=True)
    assert "Anh Nam &lt;quầy 2&gt; gợi ý phong bì" in page
    (look,) = events(app, "cases.opened")
    assert (look["case"], look["day"]) == (1, "2026-11-16")
    assert f"/staff/redactions/{look['response']}" in page


def test_from_received_to_closed(app: Flask, inspector: FlaskClient) -> None:
    page = ""
    for number, state in enumerate(("assigned", "verified", "closed")):
        status, page = post(inspector, 1, state=state, assignee=INSPECTOR, number=number)
        assert status == 200 and "Đã ghi." in page
    assert "Vụ việc đã kết thúc." in page and 'name="state"' not in page
    assert [one["state"] for one in events(app, "cases.step")] == ["assigned", "verified", "closed"]
    assert "Đang mở: 1." in inspector.get(PAGE).get_data(as_text=True)
    assert "Vụ việc 1</a>" in inspector.get(PAGE, query_string={"state": "closed"}).get_data(as_text=True)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"state": ""}, "Xin chọn bước tiếp theo."),
        ({"state": "received"}, "Xin chọn bước tiếp theo."),
        ({"state": "assigned", "assignee": ""}, "Xin chọn một thanh tra trong danh sách."),
        ({"state": "assigned", "assignee": "khac@dongnai.gov.vn"}, "Xin chọn một thanh tra trong danh sách."),
        ({"state": "assigned", "assignee": INSPECTOR, "reason": "abc"}, "Xin ghi lý do, từ 5 đến 500 ký tự."),
        ({"state": "assigned", "assignee": INSPECTOR, "reason": "x" * 501}, "Xin ghi lý do, từ 5 đến 500 ký tự."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    app: Flask, inspector: FlaskClient, typed: dict[str, str], words: str
) -> None:
    status, page = post(inspector, 1, **typed)
    assert status == 422 and words in page
    assert str(typed.get("reason", REASON)) in page
    assert events(app, "cases.step") == []


def test_a_reason_with_personal_data_is_asked_about(app: Flask, inspector: FlaskClient) -> None:
    typed = {"state": "assigned", "assignee": INSPECTOR, "reason": "Gọi ông Nguyễn Văn Ba 0903 123 456"}
    status, page = post(inspector, 1, **typed)
    assert status == 422 and "số điện thoại: “0903 123 456”" in page and typed["reason"] in page
    status, page = post(inspector, 1, **typed, confirmed=1)
    assert status == 200 and len(events(app, "cases.step")) == 1


@pytest.mark.parametrize(("state", "number"), [("verified", 0), ("closed", 0), ("assigned", 1), ("assigned", "x")])
def test_a_step_that_cannot_follow_is_refused(app: Flask, inspector: FlaskClient, state: str, number: object) -> None:
    status, page = post(inspector, 1, state=state, assignee=INSPECTOR, number=number)
    assert status == 409 and "Xin xem lại các bước đã làm." in page
    assert events(app, "cases.step") == []


def test_a_redacted_comment_leaves_the_case(app: Flask, inspector: FlaskClient, clock: SetClock) -> None:
    inspector.get(f"{PAGE}/1")
    (look,) = events(app, "cases.opened")
    with app.app_context():
        redact_comment(str(look["response"]), "Có tên người", INSPECTOR, clock)
    page = inspector.get(f"{PAGE}/1").get_data(as_text=True)
    assert "Lời góp ý không còn trong sổ" in page and "phong bì" not in page
    assert len(events(app, "cases.opened")) == 1, "there was nothing to read"
    assert post(inspector, 1, state="assigned", assignee=INSPECTOR)[0] == 200


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, 2),
        ({"state": "all"}, 2),
        ({"state": "received", "unit": "26041"}, 2),
        ({"state": "closed"}, 0),
        ({"mine": "1"}, 0),
        ({"state": "odd", "page": "x"}, 2),
        ({"page": "0"}, 2),
        ({"page": "99999999999999999999"}, 0),
    ],
    ids=str,
)
def test_filters(inspector: FlaskClient, query: dict[str, str], shown: int) -> None:
    answer = inspector.get(PAGE, query_string=query)
    assert answer.status_code == 200
    assert answer.get_data(as_text=True).count('<th scope="row"') == shown


def test_a_unit_that_is_none_is_said(inspector: FlaskClient) -> None:
    answer = inspector.get(PAGE, query_string={"unit": "99999"})
    assert answer.status_code == 422 and "Không có đơn vị nào mang mã 99999." in answer.get_data(as_text=True)


def test_pages_of_fifty(book: ClosedBook, inspector: FlaskClient) -> None:
    book.give(SUNDAY + timedelta(days=1), 49, comment="Có người hỏi quà", choices={"c1": MONEY})
    book.close(SUNDAY + timedelta(days=1))
    first = inspector.get(PAGE).get_data(as_text=True)
    assert "51 vụ việc." in first and first.count('<th scope="row"') == 50
    assert "page=2" in first
    second = inspector.get(PAGE, query_string={"page": "2"}).get_data(as_text=True)
    assert second.count('<th scope="row"') == 1 and "page=3" not in second


@pytest.mark.parametrize("role", ["auditor", "administrator", "province", "supervisor", "leader"])
def test_nobody_else(app: Flask, role: str) -> None:
    an_account(app, role, "26041" if role == "leader" else None, email="khac@dongnai.gov.vn")
    browser = signed_in(app, "khac@dongnai.gov.vn")
    assert browser.get(PAGE).status_code == 403
    assert browser.get(f"{PAGE}/1").status_code == 403


def test_a_case_that_is_none(inspector: FlaskClient) -> None:
    for odd in ("0", "99", "x", "99999999999999999999"):
        assert inspector.get(f"{PAGE}/{odd}").status_code == 404
