"""The inspector's page for redaction, and the list of codes whose forms are missing."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection

from survey_app.audit_log.log import every_event
from survey_app.clock import SetClock
from survey_app.database import read_connection
from survey_app.ledger.receipt_status import note_lost
from survey_app.responses.receipts import spoken
from tests.conftest import NOW
from tests.staff.people import an_account, signed_in, token_in
from tests.support.closed_days import ClosedBook

Begin = Callable[[], AbstractContextManager[Connection]]
YESTERDAY = NOW.date() - timedelta(days=1)
PAGE = "/staff/redactions"
SAID = "Anh Nam <quầy 2> số 0900 000 000"
REASON = "Có tên và số điện thoại"


@pytest.fixture
def book(app: Flask, transaction: Begin) -> ClosedBook:
    """A closed day with two comments."""
    made = ClosedBook.at_a_counter(app, transaction)
    made.give(YESTERDAY, 1, comment=SAID)
    made.give(YESTERDAY, 1, comment="Cảm ơn")
    made.close(YESTERDAY)
    return made


@pytest.fixture
def inspector(app: Flask, book: ClosedBook) -> FlaskClient:
    """A browser in which an inspector is signed in."""
    an_account(app, "inspector", email="thanhtra@dongnai.gov.vn")
    return signed_in(app, "thanhtra@dongnai.gov.vn")


def address_of(book: ClosedBook, words: str = SAID) -> str:
    return f"{PAGE}/{next(row.id.hex() for row in book.rows() if row.comment_text == words)}"


def test_from_the_days_comments_to_a_redacted_one(inspector: FlaskClient, book: ClosedBook) -> None:
    listed = inspector.get(PAGE, query_string={"unit": "26041", "day": YESTERDAY.isoformat()}).get_data(as_text=True)
    assert "2 lời góp ý" in listed and "Anh Nam &lt;quầy 2&gt;" in listed
    assert address_of(book) in listed
    form = inspector.get(address_of(book))
    assert "Xã 26041 (26041), 23/11/2026" in form.get_data(as_text=True)
    done = inspector.post(
        address_of(book), data={"csrf_token": token_in(form), "reason": REASON}, follow_redirects=True
    )
    assert "Đã xóa lời góp ý." in done.get_data(as_text=True)
    assert [words for _, words in book.comments()] == ["Cảm ơn"]
    assert inspector.get(address_of(book, "Cảm ơn")).status_code == 200


def test_by_the_id_that_an_export_gives(inspector: FlaskClient, book: ClosedBook) -> None:
    response = address_of(book).rpartition("/")[2]
    for typed in (response, f" {response.upper()} "):
        found = inspector.get(PAGE, query_string={"response": typed})
        assert (found.status_code, found.headers["Location"]) == (303, f"{PAGE}/{response}")


def test_a_reason_is_needed_and_what_was_typed_is_kept(inspector: FlaskClient, book: ClosedBook) -> None:
    form = inspector.get(address_of(book))
    for reason in ("", "abc", "x" * 301):
        refused = inspector.post(address_of(book), data={"csrf_token": token_in(form), "reason": reason})
        assert refused.status_code == 422
        page = refused.get_data(as_text=True)
        assert "Xin ghi lý do, từ 5 đến 300 ký tự." in page
        assert f'value="{reason}' in page
    assert len(book.comments()) == 2


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"response": "x"}, "Mã phiếu có 32 ký tự"),
        ({"response": "0" * 33}, "Mã phiếu có 32 ký tự"),
        ({"unit": "99999", "day": "2026-11-23"}, "Không có đơn vị nào mang mã 99999."),
        ({"unit": "26041"}, "“” không phải là ngày."),
        ({"unit": "26041", "day": "hôm qua"}, "“hôm qua” không phải là ngày."),
    ],
)
def test_what_is_wrong_is_said(inspector: FlaskClient, query: dict[str, str], words: str) -> None:
    answer = inspector.get(PAGE, query_string=query)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)


@pytest.mark.parametrize("response", ["0" * 32, "x", "%00", "é" * 32])
def test_what_is_not_there_is_said(inspector: FlaskClient, response: str) -> None:
    answer = inspector.get(f"{PAGE}/{response}")
    assert answer.status_code == 404
    assert "không có lời góp ý trong sổ, hoặc đã xóa" in answer.get_data(as_text=True)


def test_twice_is_said_once_done(inspector: FlaskClient, book: ClosedBook) -> None:
    address, data = address_of(book), {"csrf_token": token_in(inspector.get(address_of(book))), "reason": REASON}
    assert inspector.post(address, data=data).status_code == 303
    assert inspector.post(address, data=data).status_code == 404


def test_every_look_is_recorded(app: Flask, inspector: FlaskClient, book: ClosedBook) -> None:
    inspector.get(PAGE)
    inspector.get(PAGE, query_string={"unit": "26041", "day": YESTERDAY.isoformat()})
    inspector.get(address_of(book))
    with app.app_context(), read_connection() as connection:
        looks = [event for event in every_event(connection) if event.kind == "redaction.opened"]
    assert [(look.actor, look.unit_code, look.details["count"]) for look in looks] == [
        ("thanhtra@dongnai.gov.vn", "26041", 2),
        ("thanhtra@dongnai.gov.vn", "26041", 1),
    ]


def test_no_marks_stand_beside_the_words(inspector: FlaskClient, book: ClosedBook) -> None:
    page = inspector.get(PAGE, query_string={"unit": "26041", "day": YESTERDAY.isoformat()}).get_data(as_text=True)
    assert not re.search(r"hài lòng|courtesy|overall", page)


@pytest.mark.parametrize("role", ["auditor", "administrator", "province", "leader"])
def test_only_inspectors_redact(app: Flask, book: ClosedBook, role: str) -> None:
    an_account(app, role, "26041" if role == "leader" else None, email="khac@dongnai.gov.vn")
    browser = signed_in(app, "khac@dongnai.gov.vn")
    assert browser.get(PAGE).status_code == 403
    assert browser.get(address_of(book)).status_code == 403


def test_missing_forms_alert_the_inspector(app: Flask, inspector: FlaskClient, clock: SetClock) -> None:
    assert "Chưa có mã nào như vậy." in inspector.get("/staff/lost-codes").get_data(as_text=True)
    assert "mà không thấy phiếu" not in inspector.get("/staff/").get_data(as_text=True)
    code = app.extensions["than_thien_door"].receipts.draw()
    with app.app_context():
        note_lost(code, clock)
    home = inspector.get("/staff/").get_data(as_text=True)
    assert "Có 1 mã kiểm tra phiếu do hệ thống cấp mà không thấy phiếu." in home
    listed = inspector.get("/staff/lost-codes").get_data(as_text=True)
    assert spoken(code) in listed and "24/11/2026" in listed
    for odd in ("0", "-3", "x", "99999999999999999999"):
        assert inspector.get("/staff/lost-codes", query_string={"page": odd}).status_code == 200
    an_account(app, "administrator", email="qt@dongnai.gov.vn")
    assert "không thấy phiếu" not in signed_in(app, "qt@dongnai.gov.vn").get("/staff/").get_data(as_text=True)
