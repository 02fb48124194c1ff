"""A scanned code leads to its counter, to where that counter went, or to an honest answer."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, Engine

from survey_app.territory.problems import RefusedChange
from survey_app.territory.scan_code_register import (
    ClosedCode,
    OpenCode,
    UnknownCode,
    codes_of,
    current_code,
    issue,
    look_up,
    revoke,
)
from survey_app.territory.scan_codes import CODE_LENGTH, draw_code, grouped, is_wellformed
from survey_app.territory.service_points import add_premises, close_premises, close_service_point
from survey_app.territory.unit_register import close_unit, import_units
from survey_app.territory.units import find_unit
from tests.support.factories import LONG_AGO, a_commune, a_scan_code, a_service_point, some_premises
from tests.support.queries import QueryCounter
from tests.territory.files import parsed, succession, vietnam

TODAY = date(2026, 11, 24)
DAY = timedelta(1)
CITY = "75,Thành phố Đồng Nai"


def closed(connection: Connection, code: str, day: date = TODAY) -> ClosedCode:
    found = look_up(connection, code, day)
    assert isinstance(found, ClosedCode)
    return found


def test_an_open_code_leads_to_its_service_point_in_one_query(connection: Connection, engine: Engine) -> None:
    point = a_service_point(connection, a_commune(connection), "Quầy 2", domains=["land", "building", "police"])
    code = a_scan_code(connection, point)
    for typed in (code, code.lower(), grouped(code), f"  {code}  "):
        with QueryCounter(engine) as queries:
            found = look_up(connection, typed, TODAY)
        assert isinstance(found, OpenCode)
        assert (found.code, found.service_point.id, found.service_point.name) == (code, point, "Quầy 2")
        assert found.service_point.unit.code == "26041"
        assert found.service_point.domains == ("building", "land", "police")
        assert queries.count == 1


def test_a_mistyped_code_asks_the_database_nothing(connection: Connection, engine: Engine) -> None:
    code = a_scan_code(connection, a_service_point(connection, a_commune(connection)))
    wrong = code[:3] + ("0" if code[3] != "0" else "1") + code[4:]
    with QueryCounter(engine) as queries:
        assert look_up(connection, wrong, TODAY) == UnknownCode(wrong)
    assert queries.count == 0


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("", ""),
        (" abc ", "abc"),
        ("x" * 17, "x" * 16 + "…"),
        ("x" * 16_000, "x" * 16 + "…"),
        ("a\0b\u202e\nc\x1b[31m", "abc[31m"),
        ("<b>hi</b>", "<b>hi</b>"),
        ("' OR 1=1 --", "' OR 1=1 --"),
        ("Quầy 2", "Quầy 2"),
        ("\ud800abc", "abc"),
    ],
)
def test_an_unknown_code_is_shown_as_typed_short_and_printable(connection: Connection, typed: str, shown: str) -> None:
    assert look_up(connection, typed, TODAY) == UnknownCode(shown)


def test_a_wellformed_code_that_nobody_issued_is_unknown(connection: Connection) -> None:
    code = draw_code()
    assert look_up(connection, code, TODAY) == UnknownCode(code)


def test_issued_codes_are_wellformed_and_open_together(connection: Connection) -> None:
    point = a_service_point(connection, a_commune(connection))
    codes = [issue(connection, point, LONG_AGO + number * DAY) for number in range(5)]
    assert all(len(code) == CODE_LENGTH and is_wellformed(code) for code in codes) and len(set(codes)) == 5
    assert all(isinstance(look_up(connection, code, TODAY), OpenCode) for code in codes)
    assert [each.code for each in codes_of(connection, point)] == codes[::-1]
    assert current_code(connection, point, TODAY) == codes[4]
    assert current_code(connection, point, LONG_AGO) == codes[0]
    revoke(connection, codes[4], TODAY)
    assert current_code(connection, point, TODAY) == codes[3]
    assert current_code(connection, point, TODAY - DAY) == codes[4]
    assert current_code(connection, point, LONG_AGO - DAY) is None


def test_a_code_is_unknown_until_it_is_issued(connection: Connection) -> None:
    code = issue(connection, a_service_point(connection, a_commune(connection)), TODAY)
    assert look_up(connection, code, TODAY - DAY) == UnknownCode(code)


def test_a_revoked_code_sends_people_to_the_same_unit(connection: Connection) -> None:
    commune = a_commune(connection)
    code = a_scan_code(connection, a_service_point(connection, commune, "Quầy 2"))
    assert revoke(connection, grouped(code).lower(), TODAY)
    assert not revoke(connection, code, TODAY)
    assert isinstance(look_up(connection, code, TODAY - DAY), OpenCode)
    found = closed(connection, code)
    assert (found.code, found.closed_on, found.service_point_name) == (code, TODAY, "Quầy 2")
    assert (found.printed_unit.code, [unit.code for unit in found.go_to]) == (commune.code, [commune.code])
    assert not found.unit_changed


def test_a_code_closes_with_its_service_point_or_premises_whichever_ends_first(connection: Connection) -> None:
    commune = a_commune(connection)
    premises = some_premises(connection, commune)
    first, second = (a_service_point(connection, commune, f"Quầy {n}", premises_id=premises) for n in (1, 2))
    codes = [a_scan_code(connection, point) for point in (first, second)]
    close_service_point(connection, first, TODAY - 3 * DAY)
    close_premises(connection, premises, TODAY)
    revoke(connection, codes[1], TODAY + DAY)
    assert [closed(connection, code, TODAY + DAY).closed_on for code in codes] == [TODAY - 3 * DAY, TODAY]
    assert [unit.code for unit in closed(connection, codes[1]).go_to] == [commune.code]


def test_after_a_merger_the_successor_is_named(connection: Connection) -> None:
    commune = a_commune(connection, "26248")
    code = a_scan_code(connection, a_service_point(connection, commune))
    import_units(connection, parsed(succession(f"26248,26326,{TODAY}", f"26248,26041,{TODAY}")))
    assert isinstance(look_up(connection, code, TODAY - DAY), OpenCode)
    found = closed(connection, code)
    assert (found.closed_on, found.printed_unit.full_name) == (TODAY, "Phường Trảng Bom")
    assert [unit.code for unit in found.go_to] == ["26041", "26326"]
    assert found.unit_changed


def test_a_unit_that_ended_without_successor_leaves_nowhere_to_go(connection: Connection) -> None:
    commune = a_commune(connection)
    code = a_scan_code(connection, a_service_point(connection, commune))
    close_unit(connection, commune.code, TODAY)
    found = closed(connection, code, TODAY + 9 * DAY)
    assert (found.closed_on, found.go_to, found.unit_changed) == (TODAY, (), False)


def test_an_old_sheet_learns_that_its_commune_is_a_ward_now(connection: Connection) -> None:
    import_units(connection, parsed(vietnam(f"26248,Trảng Bom,Xã,{CITY}")))
    commune = find_unit(connection, "26248", LONG_AGO)
    assert commune is not None
    point = a_service_point(connection, commune)
    old = a_scan_code(connection, point)
    import_units(connection, parsed(vietnam(f"26248,Trảng Bom,Phường,{CITY}")), date(2026, 9, 1))
    still_open = look_up(connection, old, TODAY)
    assert isinstance(still_open, OpenCode) and still_open.service_point.unit.full_name == "Phường Trảng Bom"
    new = issue(connection, point, date(2026, 9, 2))
    for code in (old, new):
        revoke(connection, code, TODAY)
    told = closed(connection, old)
    assert (told.printed_unit.full_name, [unit.full_name for unit in told.go_to]) == (
        "Xã Trảng Bom",
        ["Phường Trảng Bom"],
    )
    assert told.unit_changed
    assert not closed(connection, new).unit_changed, "the newer sheet says ward already"


def test_a_service_point_that_is_not_open_gets_no_code(connection: Connection) -> None:
    point = a_service_point(connection, a_commune(connection))
    close_service_point(connection, point, TODAY)
    for each, day in ((point, TODAY), (point, LONG_AGO - DAY), (point + 1, TODAY - DAY)):
        with pytest.raises(RefusedChange) as refused:
            issue(connection, each, day)
        assert refused.value.rule == "service_point_not_open"
    assert codes_of(connection, point) == []


def test_a_code_is_revoked_once_and_not_before_it_was_issued(connection: Connection) -> None:
    code = a_scan_code(connection, a_service_point(connection, a_commune(connection)))
    for typed, day, rule in (
        (code, LONG_AGO - DAY, "code_issued_later"),
        (draw_code(), TODAY, "unknown_code"),
        ("not a code", TODAY, "unknown_code"),
        ("a\0b", TODAY, "unknown_code"),
    ):
        with pytest.raises(RefusedChange) as refused:
            revoke(connection, typed, day)
        assert refused.value.rule == rule
    revoke(connection, code, TODAY)
    with pytest.raises(RefusedChange, match="revoked on 2026-11-24"):
        revoke(connection, code, TODAY + DAY)


def test_new_premises_do_not_open_an_old_code(connection: Connection) -> None:
    commune = a_commune(connection)
    premises = some_premises(connection, commune)
    code = a_scan_code(connection, a_service_point(connection, commune, premises_id=premises))
    close_premises(connection, premises, TODAY)
    add_premises(connection, commune.id, "Trụ sở mới", "", TODAY)
    assert closed(connection, code).closed_on == TODAY
