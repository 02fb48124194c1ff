"""Premises and counters: set up, mended, closed; each change in the audit log with before and after."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection

from survey_app.territory.opening_hours import hours_of
from survey_app.territory.place_changes import places_of, premises_of
from survey_app.territory.service_points import ServicePoint
from survey_app.territory.units import Unit
from tests.back_office.conftest import COMMUNE, ELSEWHERE, Desk
from tests.support.databases import sqlite_only
from tests.support.factories import a_commune, a_service_point, some_premises

Begin = Callable[[], AbstractContextManager[Connection]]
Events = Callable[[], list[tuple[str, str | None, dict[str, Any]]]]
TODAY = date(2026, 11, 24)
PLACE = {"name": "Trung tâm  Phục vụ", "address": "Số 1", "valid_from": "2026-11-24"}


@pytest.fixture
def point(transaction: Begin, commune: Unit) -> int:
    """A counter of the commune."""
    with transaction() as connection:
        return a_service_point(connection, commune)


def counter(transaction: Begin, commune: Unit) -> ServicePoint:
    with transaction() as connection:
        return places_of(connection, commune.id, TODAY)[0]


def test_premises_are_added_and_shown(leader: Desk, transaction: Begin, commune: Unit, events: Events) -> None:
    assert "Trung tâm Phục vụ hành chính công" in leader.read(f"/units/{COMMUNE}/premises")
    sent = leader.send(f"/units/{COMMUNE}/premises", **PLACE)
    assert sent.status_code == 303
    page = leader.read(f"/units/{COMMUNE}/premises")
    assert "Đã thêm trụ sở." in page and "Trung tâm Phục vụ" in page and "từ 24/11/2026" in page
    with transaction() as connection:
        (made,) = premises_of(connection, commune.id)
    assert (made.name, made.address, made.valid_from) == ("Trung tâm Phục vụ", "Số 1", TODAY)
    after = {"name": "Trung tâm Phục vụ", "address": "Số 1"}
    told = {"id": made.id, "before": None, "after": after, "from_day": "2026-11-24"}
    assert events() == [("premises.added", COMMUNE, told)]


@sqlite_only
@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": ""}, "Xin điền ô này."),
        ({"name": "x" * 121}, "Dài quá 120 ký tự."),
        ({"valid_from": "mai"}, "Không phải ngày có thật."),
        ({"valid_from": "1999-01-01"}, "Không phải ngày có thật."),
        ({"valid_from": ""}, "Xin điền ô này."),
        ({"valid_from": "2021-01-01"}, "không có vào ngày"),
    ],
)
def test_what_cannot_be_is_said_and_kept(
    leader: Desk, transaction: Begin, commune: Unit, events: Events, form: dict[str, str], said: str
) -> None:
    sent = leader.send(f"/units/{COMMUNE}/premises", **(PLACE | {"address": "Đường Giữ Lại"} | form))
    page = sent.get_data(as_text=True)
    assert sent.status_code == 422
    assert said in page and "Đường Giữ Lại" in page
    with transaction() as connection:
        assert premises_of(connection, commune.id) == []
    assert events() == []


def test_hours_are_entered_and_changed_from_a_day(
    leader: Desk, transaction: Begin, commune: Unit, events: Events
) -> None:
    with transaction() as connection:
        number = some_premises(connection, commune)
    assert 'value="07:30"' in leader.read(f"/premises/{number}")
    week = {f"{part}_{day}": at for day in range(1, 6) for part, at in (("opens", "07:00"), ("closes", "17:00"))}
    assert leader.send(f"/premises/{number}/hours", valid_from="2026-11-24", **week).status_code == 303
    page = leader.read(f"/units/{COMMUNE}/premises")
    assert "Thứ Hai–Thứ Sáu: 07:00–17:00" in page and "Thứ Bảy–Chủ nhật: nghỉ" in page
    saturday = week | {"opens_6": "07:00", "closes_6": "11:30"}
    assert leader.send(f"/premises/{number}/hours", valid_from="2026-12-01", **saturday).status_code == 303
    with transaction() as connection:
        now, later = (hours_of(connection, number, day) for day in (TODAY, date(2026, 12, 1)))
    assert now is not None and now.week[6] == () and later is not None and later.week[6] == ((420, 690),)
    kind, unit, told = events()[-1]
    assert (kind, unit, told["from_day"]) == ("premises.hours_set", COMMUNE, "2026-12-01")
    assert (told["before"]["6"], told["after"]["6"]) == ("", "07:00–11:30")


@sqlite_only
@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"opens_1": "07:00"}, "Có giờ mở thì phải có giờ đóng."),
        ({"opens_1": "11:00", "closes_1": "07:00"}, "Giờ sau phải muộn hơn giờ trước."),
        ({"reopens_1": "13:00", "recloses_1": "17:00"}, "Xin điền hai ô đầu trước."),
        ({"opens_1": "bảy giờ", "closes_1": "11:00"}, "Không phải giờ có thật."),
        ({"valid_from": ""}, "Xin điền ô này."),
    ],
)
def test_impossible_hours_are_said(
    leader: Desk, transaction: Begin, commune: Unit, form: dict[str, str], said: str
) -> None:
    with transaction() as connection:
        number = some_premises(connection, commune)
    sent = leader.send(f"/premises/{number}/hours", **({"valid_from": "2026-11-24"} | form))
    assert sent.status_code == 422 and said in sent.get_data(as_text=True)
    with transaction() as connection:
        assert hours_of(connection, number, TODAY) is None


def test_premises_are_mended_and_closed_with_their_counters(
    leader: Desk, transaction: Begin, commune: Unit, point: int, events: Events
) -> None:
    with transaction() as connection:
        (premises,) = premises_of(connection, commune.id)
    path = f"/premises/{premises.id}"
    assert leader.send(f"{path}/words", name="Cơ sở 2", address="").status_code == 303
    assert leader.send(f"{path}/words", name="Cơ sở 2", address="").status_code == 303
    assert "hôm nay trở đi" in leader.send(f"{path}/close", day="2026-11-23").get_data(as_text=True)
    assert leader.send(f"{path}/close", day="2026-12-01").status_code == 303
    assert counter(transaction, commune).valid_to == date(2026, 12, 1)
    changed, closed = events()
    assert changed[2]["before"]["name"] == "Trụ sở chính" and changed[2]["after"]["name"] == "Cơ sở 2"
    assert closed[:2] == ("premises.closed", COMMUNE) and closed[2]["from_day"] == "2026-12-01"
    assert leader.send(f"{path}/close", day="2026-12-05").status_code == 422


def test_a_counter_is_added_with_its_english_name(
    leader: Desk, transaction: Begin, commune: Unit, events: Events
) -> None:
    assert "Chưa có trụ sở đang hoạt động" in leader.read(f"/units/{COMMUNE}/counters")
    with transaction() as connection:
        premises = some_premises(connection, commune)
    form = {"premises": premises, "body": "land_registration", "domains": ["land"], "valid_from": "2026-11-24"}
    assert leader.send(f"/units/{COMMUNE}/counters", name="Quầy 7", **form).status_code == 303
    page = leader.read(f"/units/{COMMUNE}/counters")
    assert "Counter 7" in page and "Văn phòng đăng ký đất đai" in page and "Đất đai, sổ đỏ" in page
    made = counter(transaction, commune)
    assert (made.name, made.name_en, made.body, made.domains) == ("Quầy 7", "Counter 7", "land_registration", ("land",))
    assert events()[-1][2]["after"]["domains"] == ["land"]
    refused = leader.send(f"/units/{COMMUNE}/counters", name="Bàn tiếp dân", **form)
    assert refused.status_code == 422 and "Xin ghi tên tiếng Anh" in refused.get_data(as_text=True)
    for wrong in ({"premises": premises + 99}, {"body": "sở"}, {"domains": ["vàng"]}):
        sent = leader.send(f"/units/{COMMUNE}/counters", name="Quầy 8", **(form | wrong))
        assert sent.status_code == 422 and "Chọn một" in sent.get_data(as_text=True).replace("Xin chọn", "Chọn")


def test_a_counter_is_changed_and_closed(
    leader: Desk, transaction: Begin, commune: Unit, point: int, events: Events
) -> None:
    path = f"/counters/{point}"
    assert "Quầy này chưa có mã quét." in leader.read(path)
    assert leader.send(f"{path}/words", name="Quầy Một", name_en="").status_code == 303
    assert leader.send(f"{path}/domains", domains=["land", "construction"]).status_code == 303
    assert leader.send(f"{path}/body", body="police", since="2026-12-01").status_code == 303
    assert leader.send(f"{path}/body", body="post", since="2026-12-01").status_code == 422
    assert leader.send(f"{path}/close", day="2026-11-01").status_code == 422
    assert leader.send(f"{path}/close", day="2027-01-01").status_code == 303
    now = counter(transaction, commune)
    assert (now.name, now.name_en, now.domains, now.body) == (
        "Quầy Một",
        "Counter Một",
        ("construction", "land"),
        "commune",
    )
    assert now.valid_to == date(2027, 1, 1)
    told = [(kind, details["before"], details["after"]) for kind, _unit, details in events()]
    assert told == [
        (
            "service_point.changed",
            {"name": "Quầy 1", "name_en": "Counter 1"},
            {"name": "Quầy Một", "name_en": "Counter Một"},
        ),
        ("service_point.changed", {"domains": []}, {"domains": ["construction", "land"]}),
        ("service_point.changed", {"body": "commune"}, {"body": "police"}),
        ("service_point.closed", None, None),
    ]


@sqlite_only
def test_a_leader_sets_up_their_own_unit_and_nobody_elses(leader: Desk, transaction: Begin, events: Events) -> None:
    with transaction() as connection:
        other = a_commune(connection, ELSEWHERE)
        premises = some_premises(connection, other)
        point = a_service_point(connection, other, premises_id=premises)
    for path in (f"/units/{ELSEWHERE}", f"/units/{ELSEWHERE}/premises", f"/premises/{premises}", f"/counters/{point}"):
        assert leader.status(path) == 403, path
    forbidden = {
        f"/units/{ELSEWHERE}/premises": PLACE,
        f"/units/{ELSEWHERE}/counters": {"name": "Quầy 9"},
        f"/units/{ELSEWHERE}/codes": {},
        f"/premises/{premises}/words": {"name": "A"},
        f"/premises/{premises}/hours": {"valid_from": "2026-11-24"},
        f"/premises/{premises}/close": {"day": "2026-12-01"},
        f"/counters/{point}/words": {"name": "Quầy 9"},
        f"/counters/{point}/close": {"day": "2026-12-01"},
        f"/counters/{point}/codes": {},
        f"/counters/{point}/codes/seen": {},
    }
    for path, form in forbidden.items():
        assert leader.send(path, **form).status_code == 403, path
    assert [leader.status(path) for path in ("/premises/999", "/counters/999", "/units/99999")] == [404] * 3
    assert events() == []


@sqlite_only
def test_an_administrator_sets_up_any_unit(administrator: Desk, transaction: Begin) -> None:
    assert administrator.send(f"/units/{ELSEWHERE}/premises", **PLACE).status_code == 303
    with transaction() as connection:
        assert [one.name for one in premises_of(connection, a_commune(connection, ELSEWHERE).id)] == [
            "Trung tâm Phục vụ"
        ]
