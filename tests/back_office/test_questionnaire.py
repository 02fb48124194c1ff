"""A unit's questionnaire: shown in two phones, previewed before anything is stored, published from tomorrow on."""

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection

from survey_app.http_security import style_hash
from survey_app.questionnaires.definition import default_questionnaire
from survey_app.questionnaires.own_drafts import drafts_of
from survey_app.questionnaires.publishing import in_force, uses_of
from survey_app.static_assets import citizen_style
from survey_app.territory.units import Unit
from tests.back_office.conftest import COMMUNE, Desk
from tests.support.databases import sqlite_only
from tests.support.factories import a_scan_code, a_service_point, dong_nai, the_default_questionnaire
from tests.support.pages import problems_of_page

Begin = Callable[[], AbstractContextManager[Connection]]
Events = Callable[[], list[tuple[str, str | None, dict[str, Any]]]]
PATH = f"/units/{COMMUNE}/questionnaire"
TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)
OWN = {
    "kind_1": "rating",
    "text_1": "Chỗ để xe",
    "text_en_1": "Parking",
    "kind_2": "choice",
    "text_2": "Ông/bà chờ bao lâu?",
    "text_en_2": "How long did you wait?",
    "options_2": "Được gọi ngay\r\n\r\nDưới 15 phút\r\nLâu hơn",
    "options_en_2": "At once\nUnder 15 minutes\nLonger",
}


@pytest.fixture
def asked(transaction: Begin, commune: Unit) -> dict[str, str]:
    """The city asks the default questionnaire; the form as a browser sends it, without own questions."""
    with transaction() as connection:
        the_default_questionnaire(connection, dong_nai(connection))
    blank = {f"kind_{number}": "none" for number in (1, 2)}
    return {"base": default_questionnaire().content_hash, "valid_from": "2026-11-25", **blank}


def documents(page: str) -> list[str]:
    """What stands in the phones."""
    return [html.unescape(found) for found in re.findall(r'srcdoc="([^"]*)"', page)]


def test_two_phones_show_the_page_of_citizens_without_sending(
    leader: Desk, asked: dict[str, str], transaction: Begin, commune: Unit
) -> None:
    with transaction() as connection:
        point = a_service_point(connection, commune, "Quầy 3")
        a_scan_code(connection, point)
    response = leader.browser.get(f"/staff/setup{PATH}")
    vietnamese, english = documents(response.get_data(as_text=True))
    assert "Góp ý về lần phục vụ này" in vietnamese and "phường Trấn Biên" in vietnamese and "Quầy 3" in vietnamese
    assert "Your view of this visit" in english and 'lang="en"' in english and "Counter 3" in english
    for document in (vietnamese, english):
        assert problems_of_page(document) == []
        assert "<script" not in document and 'name="token" value=""' in document
    policy = response.headers["Content-Security-Policy"]
    assert (
        style_hash(citizen_style()) in policy and "script-src 'self'" in policy and "frame-ancestors 'none'" in policy
    )
    assert 'sandbox=""' in response.get_data(as_text=True)


def test_a_draft_is_shown_and_stored_nowhere(
    leader: Desk, asked: dict[str, str], transaction: Begin, commune: Unit, events: Events
) -> None:
    shown = leader.send(PATH, **(asked | OWN), action="preview")
    page = shown.get_data(as_text=True)
    assert shown.status_code == 200 and "Phiếu sắp công bố" in page
    vietnamese, english = documents(page)
    assert "Chỗ để xe" in vietnamese and "Dưới 15 phút" in vietnamese and "Under 15 minutes" in english
    assert "Lâu hơn</textarea>" in page, "what was typed is kept"
    with transaction() as connection:
        assert uses_of(connection, commune.id) == []
    assert events() == []


def test_a_version_is_published_and_can_be_edited_into_the_next(
    leader: Desk, asked: dict[str, str], transaction: Begin, commune: Unit, events: Events
) -> None:
    assert leader.send(PATH, **(asked | OWN), action="publish").status_code == 303
    page = leader.read(PATH)
    assert "Đã công bố phiếu hỏi." in page and "Sắp dùng" in page and "Chỗ để xe" in page
    assert "Under 15 minutes" in page, "the newest is there to be edited"
    with transaction() as connection:
        today, tomorrow = (in_force(connection, commune.id, commune.parent_id, day) for day in (TODAY, TOMORROW))
    assert today is not None and today.questionnaire == default_questionnaire()
    assert tomorrow is not None and [one.text for one in drafts_of(tomorrow.questionnaire)] == [
        "Chỗ để xe",
        "Ông/bà chờ bao lâu?",
    ]
    kind, unit, told = events()[-1]
    assert (kind, unit, told["before"], told["from_day"]) == (
        "questionnaire.published",
        COMMUNE,
        "attitude v1",
        "2026-11-25",
    )
    assert told["hash"] == tomorrow.content_hash
    taken = leader.send(PATH, **asked, action="publish")
    assert taken.status_code == 422 and "đã có một phiếu hỏi khác" in taken.get_data(as_text=True)
    assert leader.send(PATH, **(asked | {"valid_from": "2026-12-01"}), action="publish").status_code == 303
    with transaction() as connection:
        later = in_force(connection, commune.id, commune.parent_id, date(2026, 12, 1))
    assert later is not None and later.questionnaire == default_questionnaire()


def test_a_unit_that_asks_nothing_begins_today(leader: Desk, transaction: Begin, commune: Unit) -> None:
    assert "Đơn vị chưa có phiếu hỏi nào" in leader.read(PATH)
    form = {"base": default_questionnaire().content_hash, "kind_1": "none", "kind_2": "none"}
    assert leader.send(PATH, **form, valid_from="2026-11-24", action="publish").status_code == 303
    assert "Đang dùng" in leader.read(PATH)


@sqlite_only
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"valid_from": "2026-11-24"}, "Xin chọn một ngày từ 25/11/2026"),
        ({"valid_from": "2030-01-01"}, "Xin chọn một ngày từ 25/11/2026"),
        ({"valid_from": ""}, "Xin điền ô này."),
        ({"valid_from": "hôm nay"}, "Không phải ngày có thật."),
        ({"base": "abc"}, "Xin chọn một trong các mục có sẵn."),
        ({"kind_1": "text"}, "Xin chọn một trong các mục có sẵn."),
        ({"text_1": ""}, "Câu riêng 1:"),
        ({"text_en_1": ""}, "Câu riêng 1:"),
        ({"text_1": "chữ " * 21}, "Câu riêng 1:"),
        ({"text_1": "x" * 201}, "Dài quá 200 ký tự."),
        ({"options_en_2": "At once"}, "Câu riêng 2: có 3 câu trả lời tiếng Việt nhưng 1 câu tiếng Anh."),
        ({"options_2": "Một", "options_en_2": "One"}, "Câu riêng 2:"),
        ({"kind_2": "rating", "text_2": "Chỗ để xe"}, "đã dùng"),
    ],
)
def test_what_breaks_a_rule_is_said_and_nothing_published(
    leader: Desk, asked: dict[str, str], transaction: Begin, commune: Unit, change: dict[str, str], said: str
) -> None:
    sent = leader.send(PATH, **(asked | OWN | change), action="publish")
    page = sent.get_data(as_text=True)
    assert sent.status_code == 422 and said in page and "Chưa lưu." in page
    with transaction() as connection:
        assert uses_of(connection, commune.id) == []


@sqlite_only
def test_markup_in_a_question_stays_text(leader: Desk, asked: dict[str, str], app: Flask) -> None:
    draft = {"kind_1": "rating", "text_1": "<b>Xe</b>", "text_en_1": '"><script>alert(1)</script>'}
    page = leader.send(PATH, **(asked | draft), action="preview").get_data(as_text=True)
    vietnamese, english = documents(page)
    assert "<b>Xe" not in vietnamese and "&lt;b&gt;Xe" in vietnamese
    assert "<script" not in english and "<script>alert" not in page
