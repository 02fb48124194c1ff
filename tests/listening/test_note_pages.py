"""The page of notes to weeks."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.listening.conftest import MONDAY
from tests.staff.people import an_account, signed_in, token_in
from tests.support.closed_days import ClosedBook

PAGE = "/staff/units/26041/notes"
WORDS = "Mất mạng từ sáng thứ Ba đến trưa thứ Tư."
TYPED = {"week": MONDAY.isoformat(), "kind": "outage", "text": WORDS}


def send(browser: FlaskClient, **typed: str) -> tuple[int, str]:
    data = {"csrf_token": token_in(browser.get(PAGE))} | TYPED | typed
    answer = browser.post(PAGE, data=data, follow_redirects=True)
    return answer.status_code, answer.get_data(as_text=True)


def test_written_changed_and_taken_back(leader: FlaskClient) -> None:
    assert "Chưa có ghi chú nào." in leader.get(PAGE).get_data(as_text=True)
    status, page = send(leader)
    assert status == 200 and "Đã ghi. Ai cũng đọc được." in page
    assert "16–22/11/2026" in page and WORDS in page and "(ghi ngày 24/11/2026)" in page
    filled = leader.get(PAGE, query_string={"week": TYPED["week"], "kind": "outage"}).get_data(as_text=True)
    assert f">{WORDS}</textarea>" in filled
    _, page = send(leader, text="Mất mạng cả tuần.")
    assert "Mất mạng cả tuần." in page and WORDS not in page
    status, page = send(leader, text="")
    assert status == 200 and "Đã rút ghi chú." in page and "Chưa có ghi chú nào." in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"week": "2026-11-17"}, "Xin chọn một tuần trong danh sách."),
        ({"week": "2026-11-30"}, "Xin chọn một tuần trong danh sách."),
        ({"week": "x"}, "Xin chọn một tuần trong danh sách."),
        ({"kind": ""}, "Xin chọn loại ghi chú."),
        ({"text": "abc"}, "Ghi chú: từ 5 đến 200 ký tự"),
        ({"text": "x" * 201}, "Ghi chú: từ 5 đến 200 ký tự"),
        ({"text": ""}, "Tuần này chưa có ghi chú loại đó để rút."),
        ({"text": "Chị Nguyễn Thị Hoa nghỉ thai sản"}, "tên người: “Nguyễn Thị Hoa”"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(leader: FlaskClient, typed: dict[str, str], words: str) -> None:
    status, page = send(leader, **typed)
    assert status == 422 and words in page
    assert (TYPED | typed)["text"] in page
    assert "Chưa có ghi chú nào." in page


def test_confirmed_words_may_stand(leader: FlaskClient) -> None:
    status, page = send(leader, text="Chị Nguyễn Thị Hoa nghỉ thai sản", confirmed="1")
    assert status == 200 and "Chị Nguyễn Thị Hoa nghỉ thai sản" in page


@pytest.mark.parametrize("role", ["province", "supervisor", "auditor", "inspector"])
def test_others_read_and_do_not_write(app: Flask, leader: FlaskClient, role: str) -> None:
    send(leader)
    an_account(app, role, email="khac@dongnai.gov.vn")
    browser = signed_in(app, "khac@dongnai.gov.vn")
    page = browser.get(PAGE).get_data(as_text=True)
    assert WORDS in page and "<textarea" not in page
    assert browser.post(PAGE, data=TYPED).status_code == 403


def test_in_english(leader: FlaskClient, book: ClosedBook) -> None:
    send(leader)
    page = leader.get(PAGE, query_string={"lang": "en"}).get_data(as_text=True)
    assert "Power, network or system outage" in page and "16–22 Nov 2026" in page
