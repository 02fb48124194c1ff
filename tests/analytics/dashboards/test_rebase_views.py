"""`/staff/findings/rebase`: what a new base would change is shown first; setting it needs a reason and is kept."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection
from werkzeug.test import TestResponse

from analytics.findings.bases import read_bases, read_history
from analytics.findings.rebasing import try_rebasing
from analytics.statistics.weekly_signals import Verdict
from survey_app.audit_log.log import every_event
from tests.analytics.dashboards.conftest import City
from tests.analytics.dashboards.factories import NEWEST_MONDAY, WEEK, publish, satisfied, write_weeks
from tests.analytics.dashboards.test_staff_views import browser_of
from tests.conftest import NOW
from tests.staff.people import token_in

Begin = Callable[[], AbstractContextManager[Connection]]
ADDRESS = "/staff/findings/rebase"
MOVED = NEWEST_MONDAY - 13 * WEEK
REASON = "Sáp nhập hai trung tâm vào một trụ sở"


@pytest.fixture
def lived(stored_city: City, transaction: Begin) -> City:
    """Trảng Bom moved fourteen weeks ago, and people have been less pleased since; Long Hưng has no form yet."""
    with transaction() as connection:
        write_weeks(connection, stored_city.trang_bom.id, [satisfied(54, 6)] * 16 + [satisfied(42, 18)] * 14)
        publish(connection)
    return stored_city


def sent(browser: FlaskClient, **typed: str) -> TestResponse:
    token = token_in(browser.get(f"{ADDRESS}?unit=26068&week={MOVED}"))
    return browser.post(ADDRESS, data={"csrf_token": token, "unit": "26068", "week": str(MOVED), **typed})


@pytest.mark.parametrize("role", ["administrator", "province"])
def test_the_change_is_shown_before_anything_is_written(app: Flask, lived: City, transaction: Begin, role: str) -> None:
    browser = browser_of(app, role)
    words = browser.get(f"{ADDRESS}?unit=26068&week={MOVED}").get_data(as_text=True)
    assert "Điểm mới nhất (16–22/11): chỉ số thái độ 70%, 60 phiếu." in words
    assert words.index("thấp hơn hẳn") < words.index("trong mức thường thấy")
    assert "(13 điểm)" in words and "(16 điểm)" in words
    assert "Mức thường thấy của nơi này chưa từng được đặt lại." in words
    with transaction() as connection:
        assert read_bases(connection, [lived.trang_bom.id]) == {}
        tried = try_rebasing(connection, lived.trang_bom, MOVED, NOW.date())
    assert tried is not None
    assert (tried.before.verdict, tried.after.verdict, tried.points) == (Verdict.BELOW, Verdict.USUAL, 13)
    assert tried.is_judged_after


@pytest.mark.parametrize("role", ["leader", "supervisor", "auditor", "inspector"])
def test_others_may_neither_see_nor_do_it(app: Flask, lived: City, role: str) -> None:
    browser = browser_of(app, role, "26068") if role == "leader" else browser_of(app, role)
    assert browser.get(ADDRESS).status_code == 403
    token = token_in(browser.get("/staff/account/"))
    answer = browser.post(ADDRESS, data={"csrf_token": token, "unit": "26068", "week": str(MOVED), "reason": REASON})
    assert answer.status_code == 403


def test_it_is_set_with_its_reason_and_stays_in_the_log(app: Flask, lived: City, transaction: Begin) -> None:
    browser = browser_of(app, "province")
    answer = sent(browser, reason=REASON)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{ADDRESS}?unit=26068&saved=1")
    words = browser.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Đã đặt lại mức thường thấy và ghi vào nhật ký." in words
    assert f"Tính từ ngày 17/08/2026: {REASON}" in " ".join(words.split())
    with transaction() as connection:
        (base,) = read_history(connection, lived.trang_bom.id)
        (event,) = [event for event in every_event(connection) if event.kind == "chart.rebased"]
    assert (base.monday, base.recorded_by) == (MOVED, "province@dongnai.gov.vn")
    assert (event.actor, event.details["reason"]) == ("province@dongnai.gov.vn", REASON)


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"reason": "thấp"}, "reason", "Lý do phải có từ 10 đến 300 ký tự"),
        ({"reason": "x" * 301}, "reason", "Lý do phải có từ 10 đến 300 ký tự"),
        ({"reason": REASON, "week": "tuần này"}, "week", "ngày thứ Hai đầu tuần"),
        ({"reason": REASON, "week": "2026-11-17"}, "week", "ngày thứ Hai đầu tuần"),
        ({"reason": REASON, "week": "2026-11-30"}, "week", "Tuần này chưa bắt đầu"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    app: Flask, lived: City, transaction: Begin, typed: dict[str, str], field: str, words: str
) -> None:
    answer = sent(browser_of(app, "administrator"), **typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in page and f'href="#{field}"' in page and f'id="{field}-error"' in page
    assert field == "week" or f">{typed['reason']}</textarea>" in page
    with transaction() as connection:
        assert read_bases(connection, [lived.trang_bom.id]) == {}


def test_a_young_base_says_that_nothing_watches_for_a_while(app: Flask, lived: City) -> None:
    browser = browser_of(app, "province")
    young = browser.get(f"{ADDRESS}?unit=26068&week={NEWEST_MONDAY - 3 * WEEK}&lang=en").get_data(as_text=True)
    assert "there are 3 published points before the newest one. Signals need 12" in young
    nothing = browser.get(f"{ADDRESS}?unit=26371&week={MOVED}&lang=en").get_data(as_text=True)
    assert "Nothing of this place is published yet" in nothing


@pytest.mark.parametrize(("query", "status"), [("", 200), ("?unit=99999", 404), ("?unit=26068&week=<script>", 200)])
def test_what_was_not_picked(app: Flask, lived: City, query: str, status: int) -> None:
    answer = browser_of(app, "province").get(ADDRESS + query)
    assert answer.status_code == status
    assert "<script>" not in answer.get_data(as_text=True).split("</head>")[-1]


def test_without_a_unit_nothing_is_set(app: Flask, lived: City) -> None:
    answer = sent(browser_of(app, "province"), unit="", reason=REASON)
    assert answer.status_code == 422


def test_the_findings_lead_there_for_those_who_may(app: Flask, lived: City) -> None:
    assert f'href="{ADDRESS}"' in browser_of(app, "province").get("/staff/findings").get_data(as_text=True)
    assert f'href="{ADDRESS}"' not in browser_of(app, "auditor").get("/staff/findings").get_data(as_text=True)
