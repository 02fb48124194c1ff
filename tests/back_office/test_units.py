"""Units, targets, bands and contacts on their pages: who may change them, and what the audit log says."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection

from survey_app.territory.bands import bands
from survey_app.territory.contacts import contacts
from survey_app.territory.targets import targets_of
from survey_app.territory.units import Unit, find_unit, successors
from tests.back_office.conftest import COMMUNE, ELSEWHERE, Desk
from tests.support.databases import sqlite_only

Begin = Callable[[], AbstractContextManager[Connection]]
Events = Callable[[], list[tuple[str, str | None, dict[str, Any]]]]
TODAY, DAY = date(2026, 11, 24), date(2026, 12, 1)
NO_NEW = {"kind_1": "xã", "kind_2": "xã"}
TABLE = {
    "source": "Quyết định 54, Phụ lục I",
    "checked_on": "2026-11-20",
    "valid_from": "2026-11-24",
    "points_lower_1": "80",
    "points_value_1": "17,5",
    "points_lower_2": "90,5",
    "points_value_2": "20",
    "stars_lower_1": "95",
    "stars_value_1": "4",
}
WHO = {
    "owner_name": "UBND phường",
    "owner_name_en": "Ward",
    "phone": "0251 1022",
    "valid_from": "2026-11-24",
    "basis_2": "Nghị định 118/2025",
    "basis_en_2": "Decree 118/2025",
    "checked_2": "2026-11-01",
}


def test_a_unit_is_renamed_from_a_day(administrator: Desk, transaction: Begin, commune: Unit, events: Events) -> None:
    path = f"/units/{COMMUNE}/unit"
    assert administrator.send(f"{path}/rename", name="Trấn Biên Mới", kind="xã", since="2026-12-01").status_code == 303
    page = administrator.read(path)
    assert "Xã Trấn Biên Mới" in page and "ngừng từ 01/12/2026" in page
    with transaction() as connection:
        now, then = (find_unit(connection, COMMUNE, day) for day in (TODAY, DAY))
    assert now is not None and now.full_name == "Phường Trấn Biên"
    assert then is not None and then.full_name == "Xã Trấn Biên Mới"
    told = {"before": "phường Trấn Biên", "after": "xã Trấn Biên Mới", "from_day": "2026-12-01"}
    assert events() == [("territory.unit_changed", COMMUNE, told)]
    again = administrator.send(f"{path}/rename", name="Khác", kind="xã", since="2026-12-01")
    assert again.status_code == 422 and "không sửa được" in again.get_data(as_text=True)


def test_a_unit_goes_into_a_new_one(administrator: Desk, transaction: Begin, commune: Unit, events: Events) -> None:
    path = f"/units/{COMMUNE}/unit"
    new = NO_NEW | {"code_1": "26999", "name_1": "Bình An", "kind_1": "phường"}
    form = new | {"existing": f"{ELSEWHERE};", "valid_on": "2026-12-01"}
    assert administrator.send(f"{path}/succession", **form).status_code == 303
    page = administrator.read(path)
    assert "Từ 01/12/2026: Phường Bình An (26999) đứng vào chỗ đơn vị này." in page
    with transaction() as connection:
        assert [unit.code for unit in successors(connection, commune.id, DAY)] == [ELSEWHERE, "26999"]
    assert events() == [
        ("territory.unit_succeeded", COMMUNE, {"successors": [ELSEWHERE, "26999"], "from_day": "2026-12-01"})
    ]


def test_a_unit_of_which_part_becomes_another_goes_on(
    administrator: Desk, transaction: Begin, commune: Unit, events: Events
) -> None:
    path = f"/units/{COMMUNE}/unit"
    new = NO_NEW | {"code_1": "26999", "name_1": "Bình An", "kind_1": "phường", "goes_on": "y"}
    assert administrator.send(f"{path}/succession", **new, valid_on="2026-12-01").status_code == 303
    words = "nhận một phần của đơn vị này; đơn vị này vẫn còn."
    assert f"Từ 01/12/2026: Phường Bình An (26999) {words}" in administrator.read(path)
    with transaction() as connection:
        assert find_unit(connection, COMMUNE, DAY) == commune
    assert events() == [
        ("territory.unit_succeeded", COMMUNE, {"successors": ["26999", COMMUNE], "from_day": "2026-12-01"})
    ]


@sqlite_only
@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"valid_on": "2026-12-01"}, "ít nhất một đơn vị kế tục"),
        ({"existing": "26248", "valid_on": ""}, "Xin điền ô này."),
        ({"existing": "26248", "valid_on": "2026-11-01"}, "Xin chọn từ ngày 24/11/2026"),
        ({"existing": "99999", "valid_on": "2026-12-01"}, "99999"),
        ({"code_1": "1", "name_1": "A", "valid_on": "2026-12-01"}, "không phải năm chữ số"),
        ({"code_2": "26999", "valid_on": "2026-12-01"}, "Tên đơn vị cần"),
    ],
)
def test_a_succession_that_cannot_be_is_said(
    administrator: Desk, transaction: Begin, events: Events, form: dict[str, str], said: str
) -> None:
    sent = administrator.send(f"/units/{COMMUNE}/unit/succession", **(NO_NEW | form))
    assert sent.status_code == 422 and said in sent.get_data(as_text=True)
    assert events() == []


def test_a_unit_ends(administrator: Desk, transaction: Begin, commune: Unit, events: Events) -> None:
    ended = administrator.send(f"/units/{COMMUNE}/unit/close", day="2026-11-24")
    assert (ended.status_code, ended.headers["Location"]) == (303, "/staff/setup/")
    assert administrator.status(f"/units/{COMMUNE}/unit") == 404
    assert events() == [("territory.unit_closed", COMMUNE, {"day": "2026-11-24"})]


@sqlite_only
def test_leaders_read_their_history_and_change_nothing(leader: Desk, events: Events) -> None:
    assert "do quản trị ghi theo nghị quyết" in leader.read(f"/units/{COMMUNE}/unit")
    for path in ("unit/rename", "unit/succession", "unit/close", "targets"):
        assert leader.send(f"/units/{COMMUNE}/{path}").status_code == 403, path
    for path in ("/bands", "/contacts"):
        assert (leader.status(path), leader.send(path).status_code) == (403, 403)
    assert events() == []


def test_the_city_sets_targets_and_leaders_see_them(
    city_desk: Desk, leader: Desk, transaction: Begin, commune: Unit, events: Events
) -> None:
    assert "chưa giao" in leader.read(f"/units/{COMMUNE}/targets")
    everyone = {"measure": "attitude", "percent": "80", "valid_from": "2026-11-24"}
    assert city_desk.send("/units/75/targets", **everyone).status_code == 303
    assert city_desk.send(f"/units/{COMMUNE}/targets", **(everyone | {"percent": " 85% "})).status_code == 303
    page = leader.read(f"/units/{COMMUNE}/targets")
    assert (
        "85%" in page and "từ 24/11/2026, giao cho Phường Trấn Biên" in page and "<button" not in page.split("<main")[1]
    )
    assert city_desk.send(f"/units/{COMMUNE}/targets", **(everyone | {"percent": ""})).status_code == 303
    assert "giao cho Thành phố Đồng Nai" in leader.read(f"/units/{COMMUNE}/targets")
    with transaction() as connection:
        assert targets_of(connection, [commune.id], TODAY)[commune.id].percent == 80
    assert [(unit, told["before"], told["after"]) for _kind, unit, told in events()] == [
        ("75", None, 80),
        (COMMUNE, None, 85),
        (COMMUNE, 85, None),
    ]
    for wrong in (
        {"percent": "0"},
        {"percent": "tám mươi"},
        {"percent": "101"},
        {"valid_from": "2026-11-23"},
        {"measure": "x"},
    ):
        assert city_desk.send(f"/units/{COMMUNE}/targets", **(everyone | wrong)).status_code == 422, wrong


def test_bands_are_entered_as_the_text_says(administrator: Desk, transaction: Begin, events: Events) -> None:
    assert "Chưa có thang điểm" in administrator.read("/bands")
    assert administrator.send("/bands", **TABLE).status_code == 303
    page = administrator.read("/bands")
    assert "theo Quyết định 54, Phụ lục I; kiểm tra lần cuối 20/11/2026" in page and "17,5" in page
    with transaction() as connection:
        known = bands(connection, TODAY)
    assert known is not None and (known.points_for(85), known.points_for(90.5), known.stars_for(94)) == (17.5, 20, None)
    kind, unit, told = events()[-1]
    assert (kind, unit, told["before"]) == ("bands.set", None, None)
    assert told["after"]["points"] == {"90.5": "20", "80": "17.5"}
    for wrong, said in (
        ({"points_value_1": ""}, "cả hai số"),
        ({"points_lower_1": "tám"}, "Xin ghi số"),
        ({"points_lower_1": "80,55"}, "Xin ghi số"),
        ({"points_value_1": "21"}, "giá trị từ 0 đến 20"),
        ({"points_lower_1": "90,5"}, "bị lặp"),
        ({"source": ""}, "Xin điền ô này."),
        ({"valid_from": "2026-11-23"}, "Xin chọn từ ngày 24/11/2026"),
    ):
        sent = administrator.send("/bands", **(TABLE | wrong))
        assert sent.status_code == 422 and said in sent.get_data(as_text=True), wrong


def test_contacts_are_entered_and_shown_at_once(administrator: Desk, transaction: Begin, events: Events) -> None:
    assert "Đang theo cài đặt của máy chủ" in administrator.read("/contacts")
    assert administrator.send("/contacts", **WHO).status_code == 303
    page = administrator.read("/contacts")
    assert "Đơn vị thực hiện: UBND phường" in page and "Điện thoại: 0251 1022" in page
    assert "Nghị định 118/2025" in page and "kiểm tra ngày 01/11/2026" in page
    with transaction() as connection:
        assert contacts(connection, TODAY).phone == "0251 1022"
    _kind, _unit, told = events()[-1]
    assert (told["before"]["phone"], told["after"]["phone"]) == ("1022", "0251 1022")
    assert told["after"]["legal_bases"] == ["Nghị định 118/2025 (2026-11-01)"]
    for wrong in ({"phone": "gọi"}, {"basis_en_2": ""}, {"owner_name": ""}, {"valid_from": "2026-11-23"}):
        assert administrator.send("/contacts", **(WHO | wrong)).status_code == 422, wrong


@sqlite_only
def test_the_first_page_leads_an_administrator_everywhere(administrator: Desk) -> None:
    page = administrator.read("/?q=tran bien")
    for address in ("/staff/setup/units/26041", "/staff/setup/units/75", "/staff/setup/bands", "/staff/accounts"):
        assert address in page
    assert "Thành phố Đồng Nai" in administrator.read("/units/75")
    assert "Set up · Trấn Biên Ward" in administrator.read(f"/units/{COMMUNE}?lang=en")
