"""The leader's page of comments: from ten answers, on Mondays, and for nobody else."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import NOW
from tests.listening.conftest import MONDAY, RATED, SUNDAY
from tests.staff.people import an_account, signed_in
from tests.support.closed_days import ClosedBook
from tests.support.counters import a_counter

PAGE = "/staff/units/26041/comments"
WEEK = timedelta(weeks=1)


def words_of(page: str) -> list[str]:
    found = re.search(r'<ul class="comment-list">(.*?)</ul>', page, re.DOTALL)
    return re.findall(r"<li>(.*?)</li>", found[1], re.DOTALL) if found else []


def test_from_ten_answers_on(book: ClosedBook, leader: FlaskClient) -> None:
    book.give(MONDAY, 8, ratings=RATED)
    book.give(MONDAY, comment="Nên thêm ghế", ratings=RATED)
    book.close(MONDAY, SUNDAY)
    page = leader.get(PAGE).get_data(as_text=True)
    assert "Chưa có tuần nào đủ 10 phiếu." in page and "Nên thêm ghế" not in page
    book.give(SUNDAY + timedelta(days=1), 1, ratings=RATED, comment="Cảm ơn cán bộ")
    book.close(SUNDAY + timedelta(days=1), SUNDAY + WEEK)
    joined = leader.get(PAGE).get_data(as_text=True)
    assert sorted(words_of(joined)) == ["Cảm ơn cán bộ", "Nên thêm ghế"]
    assert "Lời góp ý các ngày 16–29/11/2026" in joined, "the weeks are joined, as everywhere"


def test_not_before_the_week_is_over(book: ClosedBook, leader: FlaskClient) -> None:
    book.give(MONDAY, 12, ratings=RATED, comment="Nên thêm ghế")
    book.close(MONDAY, SUNDAY - timedelta(days=1))
    assert words_of(leader.get(PAGE).get_data(as_text=True)) == []
    book.close(SUNDAY)
    assert len(words_of(leader.get(PAGE).get_data(as_text=True))) == 12


def test_each_week_by_itself(book: ClosedBook, leader: FlaskClient) -> None:
    for number in range(2):
        book.give(MONDAY - number * WEEK, 10, ratings=RATED, comment=f"Tuần {number}")
    book.close(MONDAY - WEEK, SUNDAY)
    assert set(words_of(leader.get(PAGE).get_data(as_text=True))) == {"Tuần 0"}
    earlier = leader.get(PAGE, query_string={"week": (SUNDAY - WEEK).isoformat()}).get_data(as_text=True)
    assert set(words_of(earlier)) == {"Tuần 1"}
    assert "source=comments&amp;week=2026-11-09" in earlier
    for odd in ("2026-11-16", "x", "2030-01-06"):
        assert leader.get(PAGE, query_string={"week": odd}).status_code == 404


def test_no_marks_day_or_counter_stand_beside(book: ClosedBook, leader: FlaskClient) -> None:
    book.give(MONDAY, 12, ratings=RATED, comment="Nên thêm ghế")
    book.close(MONDAY, SUNDAY)
    page = leader.get(PAGE).get_data(as_text=True)
    assert all(words == "Nên thêm ghế" for words in words_of(page))
    assert not re.search(r"Quầy 1|16/11/2026|[0-9a-f]{32}|hài lòng", page.partition("<main")[2])


def test_an_empty_week_says_so(book: ClosedBook, leader: FlaskClient) -> None:
    book.give(MONDAY, 12, ratings=RATED)
    book.close(MONDAY, SUNDAY)
    assert "Không có lời góp ý nào trong những tuần này." in leader.get(PAGE).get_data(as_text=True)


def test_what_is_past_its_time_is_not_offered(app: Flask, book: ClosedBook, leader: FlaskClient) -> None:
    months_ago = MONDAY - 60 * WEEK
    book.give(months_ago, 12, ratings=RATED, comment="Năm ngoái")
    book.close(months_ago, months_ago + timedelta(days=6))
    assert (NOW.date() - months_ago).days > 365
    assert "Năm ngoái" not in leader.get(PAGE).get_data(as_text=True)


@pytest.mark.parametrize("role", ["province", "supervisor", "auditor", "inspector", "administrator"])
def test_nobody_but_a_leader(app: Flask, book: ClosedBook, role: str) -> None:
    an_account(app, role, email="khac@dongnai.gov.vn")
    assert signed_in(app, "khac@dongnai.gov.vn").get(PAGE).status_code == 403


def test_no_other_leader(app: Flask, book: ClosedBook, leader: FlaskClient) -> None:
    with book.begin() as connection:
        a_counter(connection, app, "26068")
    an_account(app, "leader", "26068", email="khac@dongnai.gov.vn")
    other = signed_in(app, "khac@dongnai.gov.vn")
    assert (other.get(PAGE).status_code, other.get("/staff/units/26068/comments").status_code) == (403, 200)
    assert leader.get("/staff/units/26068/comments").status_code == 403
    assert leader.get("/staff/units/99999/comments").status_code == 404
