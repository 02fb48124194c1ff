"""The pages of actions: who writes, who reads, what is asked about, and whether the index moved."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.database import read_connection
from survey_app.listening.actions import Action, Origin, actions_of
from survey_app.territory.units import Unit
from tests.listening.conftest import LEADER, MONDAY
from tests.staff.people import an_account, signed_in, token_in
from tests.support.closed_days import ClosedBook

PAGE = "/staff/units/26041/actions"
TYPED = {
    "title": "Thêm ghế ngồi chờ",
    "category": "premises",
    "said": "Buổi sáng đông, người lớn tuổi phải đứng.",
    "owner": "Văn phòng",
    "due_on": "2026-12-01",
    "state": "planned",
    "done": "",
    "done_on": "",
    "published": "1",
}
DONE = TYPED | {"state": "done", "done": "Đã kê 20 ghế.", "done_on": "2026-11-23"}


def send(browser: FlaskClient, address: str = f"{PAGE}/new", **typed: object) -> tuple[int, str]:
    data = {"csrf_token": token_in(browser.get(address))} | TYPED | typed
    answer = browser.post(address.partition("?")[0], data=data, follow_redirects=True)
    return answer.status_code, answer.get_data(as_text=True)


def stored(app: Flask, commune: Unit) -> list[Action]:
    with app.app_context(), read_connection() as connection:
        return actions_of(connection, commune.id, published_only=False)


def test_a_leader_opens_one_and_says_what_was_done(app: Flask, leader: FlaskClient, commune: Unit) -> None:
    empty = leader.get(PAGE).get_data(as_text=True)
    assert "Chưa có việc nào." in empty
    status, page = send(leader)
    assert status == 200 and "Đã mở việc mới." in page and "Thêm ghế ngồi chờ" in page and "Sẽ làm" in page
    (action,) = stored(app, commune)
    status, page = send(leader, f"{PAGE}/{action.id}", **DONE, number=1)
    assert "Đã kê 20 ghế." in page and "Đã làm xong" in page and "23/11/2026" in page
    assert "Chưa đủ số liệu để so trước và sau" in page
    versions = leader.get(f"{PAGE}/{action.id}").get_data(as_text=True)
    assert "Các lần ghi" in versions and versions.count(LEADER) >= 3


@pytest.mark.parametrize(
    ("query", "origin", "words"),
    [
        ("source=signal&week=2026-11-16", Origin("signal", None, MONDAY), "Tín hiệu trên biểu đồ tuần (16–22/11/2026)"),
        ("source=item&item=guidance", Origin("item", "guidance"), "Một điều trong phiếu: Hướng dẫn giấy tờ"),
        ("source=comments&week=2026-11-17", Origin("comments"), "Lời góp ý"),
        ("source=item&item=x", Origin("other"), "Việc khác"),
        ("source=%00&week=x", Origin("other"), "Việc khác"),
        ("", Origin("other"), "Việc khác"),
    ],
)
def test_opened_from_what_the_address_says(
    app: Flask, leader: FlaskClient, commune: Unit, query: str, origin: Origin, words: str
) -> None:
    address = f"{PAGE}/new?{query}"
    assert f"Mở từ: {words}" in leader.get(address).get_data(as_text=True)
    hidden = {"source": origin.source, "item": origin.item or "", "week": origin.monday or ""}
    send(leader, address, **hidden)
    assert [one.origin for one in stored(app, commune)] == [origin]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"title": "abc"}, "Tên việc: xin ghi từ 5 đến 120 ký tự."),
        ({"title": "x" * 121}, "Tên việc: xin ghi từ 5 đến 120 ký tự."),
        ({"said": ""}, "Bà con nói gì: xin ghi từ 5 đến 500 ký tự."),
        ({"owner": " "}, "Ai lo: xin ghi từ 2 đến 80 ký tự."),
        ({"category": "x"}, "Xin chọn bà con nói về điều gì."),
        ({"state": ""}, "Xin chọn tình trạng của việc."),
        ({"due_on": "mai"}, "Hạn làm xong: xin chọn một ngày trong vòng hai năm."),
        ({"due_on": "2036-01-01"}, "Hạn làm xong: xin chọn một ngày trong vòng hai năm."),
        ({"state": "done", "done_on": "2026-11-23"}, "Đã làm gì: xin ghi từ 5 đến 500 ký tự."),
        ({"state": "done", "done": "Đã kê ghế."}, "Làm xong ngày: xin chọn"),
        ({"done_on": "2026-11-25"}, "không sau hôm nay (24/11/2026)."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    app: Flask, leader: FlaskClient, commune: Unit, typed: dict[str, str], words: str
) -> None:
    status, page = send(leader, **typed)
    assert status == 422 and words in page
    kept = TYPED | typed
    assert all(kept[name].strip() in page for name in ("title", "said", "owner"))
    assert stored(app, commune) == []


def test_words_that_may_identify_somebody_are_asked_about(app: Flask, leader: FlaskClient, commune: Unit) -> None:
    said = "Bà Nguyễn Thị Hoa, 0903 123 456, nói phải chờ lâu."
    status, page = send(leader, said=said)
    assert status == 422 and "số điện thoại: “0903 123 456”" in page and "tên người" in page and said in page
    assert stored(app, commune) == []
    assert send(leader, said=said, confirmed="1")[0] == 200
    assert len(stored(app, commune)) == 1


def test_somebody_else_was_first(app: Flask, leader: FlaskClient, commune: Unit) -> None:
    send(leader)
    (action,) = stored(app, commune)
    address = f"{PAGE}/{action.id}"
    assert send(leader, address, title="Thêm mười ghế", number=1)[0] == 200
    status, page = send(leader, address, title="Thêm hai mươi ghế", number=1)
    assert status == 409 and "Người khác vừa ghi việc này." in page and "Thêm hai mươi ghế" in page
    assert [one.content.title for one in stored(app, commune)] == ["Thêm mười ghế"]


def test_late_and_not_published_are_marked(leader: FlaskClient) -> None:
    _, page = send(leader, due_on="2026-11-01", published="")
    assert "Quá hạn" in page and "Chưa công bố" in page


def test_markup_stays_text(leader: FlaskClient) -> None:
    _, page = send(leader, title="<b>Ghế</b> & quạt")
    assert "&lt;b&gt;Ghế&lt;/b&gt; &amp; quạt" in page and "<b>Ghế" not in page


@pytest.mark.parametrize("role", ["province", "supervisor", "auditor", "inspector"])
def test_others_read_and_do_not_write(app: Flask, leader: FlaskClient, commune: Unit, role: str) -> None:
    send(leader)
    (action,) = stored(app, commune)
    an_account(app, role, email="khac@dongnai.gov.vn")
    browser = signed_in(app, "khac@dongnai.gov.vn")
    assert "Thêm ghế ngồi chờ" in browser.get(PAGE).get_data(as_text=True)
    assert "Mở việc mới" not in browser.get(PAGE).get_data(as_text=True)
    assert 'name="title"' not in browser.get(f"{PAGE}/{action.id}").get_data(as_text=True)
    assert browser.get(f"{PAGE}/new").status_code == 403
    assert browser.post(f"{PAGE}/{action.id}", data=TYPED).status_code == 403
    chosen = browser.get("/staff/listening").get_data(as_text=True)
    assert f'href="{PAGE}"' in chosen


def test_an_administrator_writes_too(app: Flask, book: ClosedBook, commune: Unit) -> None:
    an_account(app, "administrator", email="qt@dongnai.gov.vn")
    assert send(signed_in(app, "qt@dongnai.gov.vn"))[0] == 200
    assert len(stored(app, commune)) == 1


def test_a_leader_starts_at_their_own(leader: FlaskClient) -> None:
    answer = leader.get("/staff/listening")
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)


def test_what_is_not_there(app: Flask, leader: FlaskClient, commune: Unit) -> None:
    for odd in ("0", "99", "99999999999999999999"):
        assert leader.get(f"{PAGE}/{odd}").status_code == 404
    assert leader.get("/staff/units/99999/actions").status_code == 404
    assert leader.get(f"/staff/units/{'9' * 40}/actions").status_code == 404
