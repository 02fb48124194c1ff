"""Units renamed, merged and divided from a day on: every change appends, and what was ended on purpose stays ended."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Connection

from survey_app.territory.history import with_predecessors
from survey_app.territory.problems import RefusedChange, TerritoryFileError
from survey_app.territory.scan_code_register import ClosedCode, OpenCode, look_up
from survey_app.territory.unit_changes import (
    NewUnit,
    Succession,
    kinds_beside,
    rename_unit,
    succeed_unit,
    successions_of,
    versions_of,
)
from survey_app.territory.unit_register import close_unit, import_units
from survey_app.territory.units import find_unit, last_known_by_code, predecessors, successors
from tests.support.factories import a_commune, a_scan_code, a_service_point, dong_nai
from tests.territory.files import DONG_NAI_2026, VIETNAM_2026, parsed, shipped, succession

DAY, EVE = date(2026, 12, 1), date(2026, 11, 30)
NEW = NewUnit("26999", "Bình An", "phường")


def test_a_commune_becomes_a_ward_of_another_name(connection: Connection) -> None:
    unit = a_commune(connection, "25405")
    assert rename_unit(connection, "25405", "Bom Bo Mới", "phường", DAY)
    assert not rename_unit(connection, "25405", "Bom Bo Mới", "phường", date(2027, 1, 1))
    was, now = find_unit(connection, "25405", EVE), find_unit(connection, "25405", DAY)
    assert was is not None and now is not None
    assert (was.full_name, now.full_name) == (unit.full_name, "Phường Bom Bo Mới")
    assert (now.id, now.parent_id, now.area) == (unit.id, unit.parent_id, unit.area)
    assert versions_of(connection, unit.id)[0].valid_from == DAY


def test_the_city_may_be_renamed_within_its_level(connection: Connection) -> None:
    city = dong_nai(connection)
    assert kinds_beside(city.kind) == ("tỉnh", "thành phố")
    assert rename_unit(connection, "75", "Đồng Nai", "tỉnh", DAY)


@pytest.mark.parametrize(
    ("code", "name", "kind", "day", "rule"),
    [
        ("99999", "A", "xã", DAY, "unit_not_standing"),
        ("26041", "", "xã", DAY, "bad_unit_name"),
        ("26041", "Hai  dấu cách", "xã", DAY, "bad_unit_name"),
        ("26041", "A" * 81, "xã", DAY, "bad_unit_name"),
        ("26041", "A", "tỉnh", DAY, "bad_unit_kind"),
        ("26041", "A", "xã", date(2020, 1, 1), "unit_not_standing"),
    ],
)
def test_a_name_that_cannot_be(connection: Connection, code: str, name: str, kind: str, day: date, rule: str) -> None:
    a_commune(connection)
    with pytest.raises(RefusedChange) as refused:
        rename_unit(connection, code, name, kind, day)
    assert refused.value.rule == rule and "{" not in refused.value.words("vi") + refused.value.words("en")


def test_two_names_cannot_begin_on_one_day(connection: Connection) -> None:
    a_commune(connection)
    rename_unit(connection, "26041", "Một", "phường", DAY)
    with pytest.raises(TerritoryFileError):
        rename_unit(connection, "26041", "Hai", "phường", DAY)


def test_two_communes_become_a_new_one_and_old_sheets_lead_there(connection: Connection) -> None:
    first, second = a_commune(connection, "26041"), a_commune(connection, "26068")
    code = a_scan_code(connection, a_service_point(connection, first))
    assert succeed_unit(connection, "26041", [], [NEW], DAY) == ("26999",)
    assert succeed_unit(connection, "26068", ["26999"], [], DAY) == ("26999",)
    assert isinstance(look_up(connection, code, EVE), OpenCode)
    closed = look_up(connection, code, DAY)
    assert isinstance(closed, ClosedCode)
    assert [unit.full_name for unit in closed.go_to] == ["Phường Bình An"]
    assert [unit.code for unit in successors(connection, second.id, DAY)] == ["26999"]
    new = find_unit(connection, "26999", DAY)
    assert new is not None and (new.parent_id, new.area) == (first.parent_id, first.area)
    assert successions_of(connection, new.id) == [
        Succession("26041", "26999", DAY),
        Succession("26068", "26999", DAY),
    ]


def test_a_commune_is_divided_between_an_old_and_a_new_one(connection: Connection) -> None:
    unit = a_commune(connection, "26041")
    assert succeed_unit(connection, "26041", ["26068"], [NEW], DAY) == ("26068", "26999")
    assert [one.code for one in successors(connection, unit.id, DAY)] == ["26068", "26999"]


def test_a_commune_goes_on_when_part_of_it_becomes_another(connection: Connection) -> None:
    unit = a_commune(connection, "26041")
    code = a_scan_code(connection, a_service_point(connection, unit))
    assert succeed_unit(connection, "26041", [], [NEW], DAY, goes_on=True) == ("26999", "26041")
    stays, new = find_unit(connection, "26041", DAY), find_unit(connection, "26999", DAY)
    assert stays == unit and new is not None
    assert isinstance(look_up(connection, code, DAY), OpenCode)
    part = [Succession("26041", "26999", DAY, is_part=True)]
    assert successions_of(connection, unit.id) == successions_of(connection, new.id) == part
    assert [one.code for one in predecessors(connection, new.id)] == ["26041"]
    assert predecessors(connection, unit.id) == []
    assert with_predecessors(connection, {new.id}) == {new.id}, "its answers are its own"


def test_a_commune_that_went_on_may_end_later(connection: Connection) -> None:
    unit = a_commune(connection, "26041")
    succeed_unit(connection, "26041", [], [NEW], DAY, goes_on=True)
    later = date(2027, 7, 1)
    assert succeed_unit(connection, "26041", ["26068"], [], later) == ("26068",)
    assert find_unit(connection, "26041", DAY) == replace(unit, valid_to=later)
    assert [(one.successor, one.is_part) for one in successions_of(connection, unit.id)] == [
        ("26068", False),
        ("26999", True),
    ]


def test_another_part_on_the_same_day_ends_it_no_more(connection: Connection) -> None:
    unit = a_commune(connection, "26041")
    succeed_unit(connection, "26041", [], [NEW], DAY, goes_on=True)
    other = NewUnit("26998", "Bình Hòa", "xã")
    assert succeed_unit(connection, "26041", [], [other], DAY) == ("26998",)
    assert find_unit(connection, "26041", DAY) == unit


def test_a_file_may_say_that_a_unit_goes_on(connection: Connection) -> None:
    unit = a_commune(connection, "26041")
    told = parsed(succession("26041,26041,2026-12-01", "26041,26068,2026-12-01"))
    assert import_units(connection, told).new == 2
    assert import_units(connection, told).wrote_nothing
    assert find_unit(connection, "26041", DAY) == unit
    assert import_units(connection, shipped(DONG_NAI_2026)).kept_closed == ()


def test_what_has_ended_cannot_go_on(connection: Connection) -> None:
    a_commune(connection, "26041")
    close_unit(connection, "26041", DAY)
    with pytest.raises(TerritoryFileError) as refused:
        import_units(connection, parsed(succession("26041,26041,2026-12-01", "26041,26068,2026-12-01")))
    assert "26041" in "".join(refused.value.words("vi"))


@pytest.mark.parametrize(
    ("existing", "new", "rule"),
    [
        ([], [], "no_successor"),
        (["26041"], [], "own_successor"),
        ([], [NewUnit("269", "A", "xã")], "bad_unit_code"),
        ([], [NewUnit("26068", "A", "xã")], "unit_code_taken"),
        ([], [NewUnit("26999", "", "xã")], "bad_unit_name"),
        ([], [NewUnit("26999", "A", "tỉnh")], "bad_unit_kind"),
    ],
)
def test_a_succession_that_cannot_be(
    connection: Connection, existing: list[str], new: list[NewUnit], rule: str
) -> None:
    a_commune(connection)
    with pytest.raises(RefusedChange) as refused:
        succeed_unit(connection, "26041", existing, new, DAY)
    assert refused.value.rule == rule and "{" not in refused.value.words("vi")


def test_an_unknown_successor_is_told_in_words(connection: Connection) -> None:
    a_commune(connection)
    with pytest.raises(TerritoryFileError) as refused:
        succeed_unit(connection, "26041", ["99999"], [], DAY)
    assert "99999" in "".join(refused.value.words("vi"))


def test_a_list_that_does_not_know_of_an_end_leaves_the_unit_ended(connection: Connection) -> None:
    import_units(connection, shipped(DONG_NAI_2026))
    close_unit(connection, "26041", DAY)
    again = import_units(connection, shipped(DONG_NAI_2026))
    assert (again.wrote_nothing, again.kept_closed) == (True, ("26041",))
    nation = import_units(connection, shipped(VIETNAM_2026))
    assert nation.kept_closed == ("26041",)
    assert find_unit(connection, "26041", DAY) is None


def test_a_merged_unit_is_not_brought_back_either(connection: Connection) -> None:
    import_units(connection, shipped(DONG_NAI_2026))
    import_units(connection, parsed(succession("26041,26068,2026-12-01")))
    assert import_units(connection, shipped(DONG_NAI_2026)).kept_closed == ("26041",)
    assert find_unit(connection, "26041", DAY) is None


def test_a_file_that_speaks_of_the_days_after_brings_it_back(connection: Connection) -> None:
    import_units(connection, shipped(DONG_NAI_2026))
    close_unit(connection, "26041", DAY)
    later = date(2027, 3, 1)
    opened = import_units(connection, shipped(DONG_NAI_2026), later)
    assert (opened.changed, opened.kept_closed) == (1, ())
    assert find_unit(connection, "26041", date(2027, 2, 28)) is None
    assert find_unit(connection, "26041", later) is not None
    again = import_units(connection, shipped(DONG_NAI_2026))
    assert (again.wrote_nothing, again.kept_closed) == (True, ("26041",))
    assert find_unit(connection, "26041", date(2027, 2, 28)) is None


def test_the_last_version_is_found_by_code(connection: Connection) -> None:
    import_units(connection, shipped(DONG_NAI_2026))
    close_unit(connection, "26041", DAY)
    last = last_known_by_code(connection, "26041")
    assert last is not None and last.valid_to == DAY
    assert last_known_by_code(connection, "00000") is None
