"""Scan codes and the checklist: issued for all counters, renewed, revoked, seen; one step after the other."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection

from survey_app.territory.scan_code_register import codes_of, current_code
from survey_app.territory.units import Unit
from tests.back_office.conftest import COMMUNE, Desk
from tests.support.databases import sqlite_only
from tests.support.factories import a_service_point, dong_nai, some_premises, the_default_questionnaire

Begin = Callable[[], AbstractContextManager[Connection]]
Events = Callable[[], list[tuple[str, str | None, dict[str, Any]]]]
TODAY = date(2026, 11, 24)


@pytest.fixture
def points(transaction: Begin, commune: Unit) -> list[int]:
    """Two counters of the commune in one place."""
    with transaction() as connection:
        premises = some_premises(connection, commune)
        return [a_service_point(connection, commune, f"Quầy {n}", premises_id=premises) for n in (1, 2)]


def states(page: str) -> list[str]:
    """The states of the checklist's steps in their order."""
    return [part.split("<", 1)[0] for part in page.split('class="step-state">')[1:]]


def test_the_checklist_leads_from_nothing_to_scanned_sheets(
    leader: Desk, transaction: Begin, commune: Unit, events: Events
) -> None:
    path, nothing = f"/units/{COMMUNE}", ["Việc tiếp theo", *["Làm sau"] * 5]
    assert states(leader.read(path)) == nothing
    assert "Chưa có phiếu hỏi nào" in leader.read(path)
    with transaction() as connection:
        the_default_questionnaire(connection, dong_nai(connection))
        premises = some_premises(connection, commune)
    assert states(leader.read(path)) == ["Xong", "Việc tiếp theo", "Xong", "Làm sau", "Làm sau", "Làm sau"]
    with transaction() as connection:
        for number in (1, 2):
            a_service_point(connection, commune, f"Quầy {number}", premises_id=premises)
    assert "Cấp mã cho 2 quầy" in leader.read(path)
    assert leader.send(f"{path}/codes").status_code == 303
    assert states(leader.read(path))[3:] == ["Xong", "Việc tiếp theo", "Làm sau"]
    with transaction() as connection:
        first, second = (current_code(connection, point, TODAY) for point in (1, 2))
    assert leader.send("/counters/1/codes/seen").status_code == 303
    assert states(leader.read(path))[3:] == ["Xong", "Xong", "Việc tiếp theo"]
    assert leader.send("/counters/2/codes/seen").status_code == 303
    page = leader.read(path)
    assert states(page) == ["Xong"] * 6 and "Đã sẵn sàng" in page
    assert leader.send(f"{path}/codes").status_code == 303, "nothing is missing, nothing is issued"
    assert [(kind, told["code"]) for kind, _unit, told in events()] == [
        ("scan_code.issued", first),
        ("scan_code.issued", second),
        ("scan_code.seen", first),
        ("scan_code.seen", second),
    ]


def test_a_code_is_renewed_and_the_new_sheet_waits_for_its_scan(
    leader: Desk, transaction: Begin, points: list[int], events: Events
) -> None:
    leader.send(f"/units/{COMMUNE}/codes")
    leader.send(f"/counters/{points[0]}/codes/seen")
    assert leader.send(f"/counters/{points[0]}/codes/rotate", closes="2026-12-01").status_code == 303
    with transaction() as connection:
        new, old = codes_of(connection, points[0])
    page = leader.read(f"/counters/{points[0]}")
    assert "Ngừng từ 01/12/2026" in page and f"{new.code[:4]}-{new.code[4:]}" in page
    assert "24/11/2026, leader@dongnai.gov.vn" in page
    assert (old.revoked_on, new.revoked_on) == (date(2026, 12, 1), None)
    assert "Đã quét, đúng Quầy 1" in leader.read(f"/units/{COMMUNE}")
    told = [kind for kind, _unit, _details in events()]
    assert told[-2:] == ["scan_code.issued", "scan_code.revoked"]


def test_a_code_is_revoked_from_a_day_and_another_issued(
    leader: Desk, transaction: Begin, points: list[int], events: Events
) -> None:
    path = f"/counters/{points[0]}/codes"
    assert leader.send(path).status_code == 303
    with transaction() as connection:
        code = current_code(connection, points[0], TODAY)
    assert leader.send(f"{path}/revoke", code=code, revoked_on="2026-11-24").status_code == 303
    assert "Đã ngừng từ 24/11/2026" in leader.read(f"/counters/{points[0]}")
    assert leader.send(f"{path}/seen").status_code == 404, "there is no sheet to scan"
    assert leader.send(path).status_code == 303
    kind, unit, told = events()[1]
    assert (kind, unit, told) == ("scan_code.revoked", COMMUNE, {"code": code, "from_day": "2026-11-24"})


@sqlite_only
@pytest.mark.parametrize("day", ["2026-11-23", "2027-12-01", "", "mai"])
def test_days_that_cannot_be_are_refused(leader: Desk, transaction: Begin, points: list[int], day: str) -> None:
    leader.send(f"/units/{COMMUNE}/codes")
    with transaction() as connection:
        code = current_code(connection, points[0], TODAY)
    assert leader.send(f"/counters/{points[0]}/codes/rotate", closes=day).status_code == 422
    assert leader.send(f"/counters/{points[0]}/codes/revoke", code=code, revoked_on=day).status_code == 422
    assert leader.send(f"/counters/{points[0]}/codes/revoke", code="AAAA", revoked_on="2026-12-01").status_code == 422
    with transaction() as connection:
        assert [each.revoked_on for each in codes_of(connection, points[0])] == [None]


@sqlite_only
def test_who_may_only_look_sees_no_buttons(city_desk: Desk, leader: Desk, points: list[int], app: Flask) -> None:
    page = city_desk.read(f"/units/{COMMUNE}")
    assert "Quét thử" in page and "Cấp mã cho" not in page
    assert city_desk.status(f"/units/{COMMUNE}/counters") == 403
    assert city_desk.send(f"/units/{COMMUNE}/codes").status_code == 403
    assert "Phường Trấn Biên" in city_desk.read("/") and "Thang điểm" not in city_desk.read("/")
    home = leader.browser.get("/staff/setup/")
    assert (home.status_code, home.headers["Location"]) == (303, f"/staff/setup/units/{COMMUNE}")
