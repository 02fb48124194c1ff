"""The city's thresholds: set from a day on, with before and after in the audit log, read by the pages concerned."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from html import unescape
from typing import Any

from flask import Flask
from sqlalchemy import Connection

from survey_app.database import read_connection
from survey_app.territory.thresholds import threshold
from survey_app.territory.units import Unit
from tests.back_office.conftest import Desk
from tests.staff.people import an_account, signed_in, token_in
from tests.support.factories import a_service_point

Begin = Callable[[], AbstractContextManager[Connection]]
Events = Callable[[], list[tuple[str, str | None, dict[str, Any]]]]
PAGE = "/thresholds"


def visible_words(page: str) -> str:
    """The words of a page, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_the_city_sets_a_threshold_and_the_log_says_what_it_was(city_desk: Desk, events: Events) -> None:
    page = visible_words(city_desk.read(PAGE))
    assert "30 ngày – theo cài đặt của hệ thống" in page
    assert "Chưa đặt ngưỡng nào" in page
    sent = city_desk.send(PAGE, name="case_close_days", value="21", valid_from="2026-11-24")
    assert sent.status_code == 303
    page = visible_words(city_desk.read(PAGE))
    assert "21 ngày – từ 24/11/2026" in page
    assert "province@dongnai.gov.vn" in page
    sent = city_desk.send(PAGE, name="case_close_days", value="", valid_from="2026-12-01")
    assert sent.status_code == 303
    told = [details for kind, _, details in events() if kind == "threshold.set"]
    assert told == [
        {"threshold": "case_close_days", "before": 30, "after": 21, "from_day": "2026-11-24"},
        {"threshold": "case_close_days", "before": 21, "after": 30, "from_day": "2026-12-01"},
    ]


def test_what_cannot_be_is_refused_and_stays_typed(administrator: Desk, events: Events) -> None:
    for name, value, day, words in (
        ("tickets_per_day", "5.001", "2026-11-24", "không nằm trong khoảng 1–5000"),
        ("tickets_per_day", "0", "2026-11-24", "không nằm trong khoảng"),
        ("case_assign_days", "ba", "2026-11-24", "Xin ghi một số nguyên."),
        ("case_assign_days", "45", "2026-11-24", "không được dài hơn hạn kết thúc (30 ngày)"),
        ("case_assign_days", "5", "2026-11-23", "24/11/2026"),
        ("case_assign_days", "5", "", "Từ ngày"),
        ("minimum_n", "5", "2026-11-24", "Ngưỡng"),
    ):
        sent = administrator.send(PAGE, name=name, value=value, valid_from=day)
        assert sent.status_code == 422, (name, value)
        page = sent.get_data(as_text=True)
        assert words in visible_words(page), (name, value)
        assert 'role="alert"' in page
    assert [kind for kind, _, _ in events() if kind == "threshold.set"] == []


def test_a_leader_neither_sees_nor_sets_them(leader: Desk) -> None:
    assert leader.status(PAGE) == 403
    assert leader.send(PAGE, name="case_close_days", value="21", valid_from="2026-11-24").status_code == 403


def test_those_who_set_them_find_them(city_desk: Desk, administrator: Desk) -> None:
    for desk in (city_desk, administrator):
        assert "/staff/setup/thresholds" in desk.read("/")


def test_the_inspectors_queue_goes_by_what_is_in_force(app: Flask, commune: Unit, city_desk: Desk) -> None:
    an_account(app, "inspector")
    inspector = signed_in(app, "inspector@dongnai.gov.vn")
    before = visible_words(inspector.get("/staff/cases").get_data(as_text=True))
    assert "30" in before
    assert "21" not in before
    city_desk.send(PAGE, name="case_close_days", value="21", valid_from="2026-11-24")
    after = visible_words(inspector.get("/staff/cases").get_data(as_text=True))
    assert "21" in after


def test_slips_of_a_day_are_bounded_by_what_is_in_force(
    leader: Desk, city_desk: Desk, commune: Unit, transaction: Begin
) -> None:
    with transaction() as connection:
        point = a_service_point(connection, commune)

    def desk() -> str:
        return visible_words(leader.browser.get("/staff/tickets").get_data(as_text=True))

    assert "nhiều nhất 200 phiếu" in desk()
    city_desk.send(PAGE, name="tickets_per_day", value="2", valid_from="2026-11-24")
    assert "nhiều nhất 2 phiếu" in desk()
    order = {"unit": commune.code, "place": f"counter-{point}", "day": "2026-11-24", "count": "3"}
    token = token_in(leader.browser.get("/staff/tickets"))
    assert leader.browser.post("/staff/tickets/print", data={"csrf_token": token, **order}).status_code == 422
    made = leader.browser.post("/staff/tickets/print", data={"csrf_token": token, **order, "count": "2"})
    assert made.mimetype == "application/pdf"


def test_silence_asks_for_a_call_from_the_week_that_is_in_force(app: Flask, commune: Unit, city_desk: Desk) -> None:
    city_desk.send(PAGE, name="silence_call_weeks", value="4", valid_from="2026-12-01")
    with app.app_context(), read_connection() as connection:
        found = [threshold(connection, "silence_call_weeks", date(2026, month, 1)) for month in (11, 12)]
    assert found == [2, 4]
