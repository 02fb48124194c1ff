"""Importing units on both databases: all or nothing, twice the same, stored versions never rewritten."""

from datetime import date

import pytest
from sqlalchemy import Connection, func, select

from survey_app.territory.models import UnitRow, UnitSuccessionRow, UnitVersionRow
from survey_app.territory.problems import RefusedChange, TerritoryFileError
from survey_app.territory.unit_register import ImportResult, close_unit, import_units
from survey_app.territory.units import children, communes, find_unit, last_known, predecessors, successors
from tests.territory.files import (
    DONG_NAI_2023,
    DONG_NAI_2026,
    VIETNAM_2026,
    dong_nai_2026,
    parsed,
    shipped,
    succession,
    vietnam,
)

TODAY = date(2026, 11, 24)
Rows = list[tuple[object, ...]]


def everything(connection: Connection) -> Rows:
    """Every row about units, to see that nothing changed."""
    version, row = UnitVersionRow, UnitSuccessionRow
    names = (version.unit_id, version.parent_id, version.name, version.kind, version.area)
    versions = connection.execute(select(*names, version.valid_from, version.valid_to).order_by(version.id))
    units = connection.execute(select(UnitRow.id, UnitRow.code).order_by(UnitRow.id))
    chain = connection.execute(select(row.predecessor_id, row.successor_id, row.valid_on).order_by(row.predecessor_id))
    return [tuple(each) for result in (versions, units, chain) for each in result]


def rules_of(connection: Connection, text: str, valid_from: date | None = None) -> list[tuple[int, str]]:
    """Why an import is refused; nothing may have been written."""
    before = everything(connection)
    with pytest.raises(TerritoryFileError) as refused:
        import_units(connection, parsed(text), valid_from)
    assert everything(connection) == before
    assert all("{" not in words for language in ("vi", "en") for words in refused.value.words(language))
    return [(problem.line, problem.rule) for problem in refused.value.problems]


def test_dong_nai_today_is_a_city_with_95_communes(connection: Connection) -> None:
    assert import_units(connection, shipped(DONG_NAI_2026)) == ImportResult(96, 0, 0)
    city = find_unit(connection, "75", TODAY)
    assert city is not None and city.full_name == "Thành phố Đồng Nai" and city.parent_id is None
    below = children(connection, city.id, TODAY)
    assert (len(below), sum(unit.kind == "phường" for unit in below)) == (95, 33)
    assert {unit.area for unit in below} == {"Đồng Nai", "Bình Phước"}
    day_before = date(2026, 4, 29)
    was = children(connection, city.id, day_before)
    assert (len(was), sum(unit.kind == "phường" for unit in was)) == (95, 23)
    province = find_unit(connection, "75", day_before)
    assert province is not None and (province.in_sentence, province.id) == ("tỉnh Đồng Nai", city.id)


def test_the_same_file_twice_changes_nothing_and_says_so(connection: Connection) -> None:
    for name, units in ((DONG_NAI_2026, 96), (DONG_NAI_2023, 171), (VIETNAM_2026, 3355)):
        import_units(connection, shipped(name))
        before = everything(connection)
        again = import_units(connection, shipped(name))
        assert again == ImportResult(0, 0, units) and again.wrote_nothing
        assert everything(connection) == before


@pytest.mark.parametrize(
    "names", [(DONG_NAI_2023, DONG_NAI_2026, VIETNAM_2026), (VIETNAM_2026, DONG_NAI_2026, DONG_NAI_2023)]
)
def test_the_three_files_agree_in_any_order(connection: Connection, names: tuple[str, ...]) -> None:
    for name in names:
        import_units(connection, shipped(name))
    assert len(communes(connection, date(2024, 1, 12))) == 170
    assert len(communes(connection, date(2025, 6, 30))) == 170
    assert len(communes(connection, date(2025, 7, 1))) == 95
    assert len(communes(connection, TODAY)) == 3321
    continued = [find_unit(connection, "26041", day) for day in (date(2024, 1, 12), TODAY)]
    assert len({unit.id for unit in continued if unit is not None}) == 1, "a code that is in both names one unit"
    ward = find_unit(connection, "25270", TODAY)
    assert ward is not None and ward.area == "Bình Phước"


def test_a_unit_that_was_not_continued_has_ended(connection: Connection) -> None:
    import_units(connection, shipped(DONG_NAI_2026))
    assert import_units(connection, shipped(DONG_NAI_2023)) == ImportResult(115, 56, 0)
    assert find_unit(connection, "25996", date(2025, 6, 30)) is not None
    assert find_unit(connection, "25996", date(2025, 7, 1)) is None


def test_a_change_of_kind_appends_a_version(connection: Connection) -> None:
    import_units(
        connection,
        parsed(vietnam("26248,Trảng Bom,Xã,75,Thành phố Đồng Nai", "26326,Dầu Giây,Xã,75,Thành phố Đồng Nai")),
    )
    result = import_units(
        connection,
        parsed(vietnam("26248,Trảng Bom,Phường,75,Thành phố Đồng Nai", "26326,Dầu Giây,Xã,75,Thành phố Đồng Nai")),
        date(2027, 1, 1),
    )
    assert result == ImportResult(0, 1, 2)
    for day, kind in ((date(2026, 12, 31), "xã"), (date(2027, 1, 1), "phường")):
        unit = find_unit(connection, "26248", day)
        assert unit is not None and unit.kind == kind


def test_an_import_that_contradicts_what_is_stored_is_refused_with_words(connection: Connection) -> None:
    import_units(connection, shipped(DONG_NAI_2026))
    import_units(connection, parsed(vietnam("00004,Ba Đình,Phường,01,Thành phố Hà Nội")))
    before = everything(connection)
    with pytest.raises(TerritoryFileError) as refused:
        import_units(connection, shipped(VIETNAM_2026), date(2025, 7, 1))
    assert everything(connection) == before
    words = refused.value.words("vi")
    assert len(words) == 11, "the province of then and the ten wards that were communes"
    assert any(
        "đơn vị 25270: tệp ghi phường Lộc Ninh (75), 2025-07-01 – …; đã lưu xã Lộc Ninh (75, Bình Phước), "
        "2025-07-01 – 2026-04-30." in each
        for each in words
    )


def test_one_contradicting_line_keeps_all_others_out(connection: Connection) -> None:
    import_units(connection, parsed(dong_nai_2026("26248,Trảng Bom,Phường,Xã")))
    text = dong_nai_2026("26041,Trảng Dài,Phường,Phường", "26248,Trảng Bom,Phường,Phường", "26326,Dầu Giây,Phường,Xã")
    assert rules_of(connection, text) == [(3, "contradiction")]
    assert find_unit(connection, "26041", TODAY) is None


def test_a_file_of_succession_takes_no_period(connection: Connection) -> None:
    assert rules_of(connection, succession("25993,25996,2025-07-01"), TODAY) == [(0, "dates_not_used")]


def test_closing_a_unit_ends_it_once(connection: Connection) -> None:
    import_units(connection, shipped(DONG_NAI_2026))
    assert close_unit(connection, "26041", TODAY)
    assert not close_unit(connection, "26041", TODAY)
    assert find_unit(connection, "26041", TODAY) is None
    ended = find_unit(connection, "26041", date(2026, 11, 23))
    assert ended is not None and ended.valid_to == TODAY and last_known(connection, ended.id) == ended


@pytest.mark.parametrize(
    ("code", "day", "rule"),
    [
        ("99999", TODAY, "unknown_unit"),
        ("26041", date(2025, 7, 1), "unit_began_later"),
        ("25270", date(2026, 4, 30), "unit_began_later"),
        ("75", TODAY, "unit_has_children"),
        ("26248", date(2026, 10, 1), "unit_has_ended"),
    ],
)
def test_what_cannot_be_closed_says_why(connection: Connection, code: str, day: date, rule: str) -> None:
    import_units(connection, shipped(DONG_NAI_2026))
    close_unit(connection, "26248", date(2026, 9, 1))
    before = everything(connection)
    with pytest.raises(RefusedChange) as refused:
        close_unit(connection, code, day)
    assert refused.value.rule == rule and code in refused.value.words("vi") and code in str(refused.value)
    assert everything(connection) == before


def both_structures(connection: Connection) -> dict[str, int]:
    """Units of 2023 and 2026, their ids by code."""
    import_units(connection, shipped(DONG_NAI_2023))
    import_units(connection, shipped(DONG_NAI_2026))
    return {row.code: row.id for row in connection.execute(select(UnitRow.code, UnitRow.id))}


def test_succession_joins_a_merged_commune_to_its_successor(connection: Connection) -> None:
    ids = both_structures(connection)
    file = parsed(succession("25996,26068,2025-07-01", "25999,26068,2025-07-01"))
    assert import_units(connection, file) == ImportResult(2, 0, 0)
    assert import_units(connection, file) == ImportResult(0, 0, 2)
    assert [unit.code for unit in successors(connection, ids["25996"], TODAY)] == ["26068"]
    assert [unit.code for unit in predecessors(connection, ids["26068"])] == ["25996", "25999"]


def test_succession_ends_a_unit_that_goes_on(connection: Connection) -> None:
    ids = both_structures(connection)
    import_units(connection, parsed(succession("26041,26068,2026-12-01", "26041,26374,2026-12-01")))
    assert find_unit(connection, "26041", date(2026, 11, 30)) is not None
    assert find_unit(connection, "26041", date(2026, 12, 1)) is None
    assert [unit.code for unit in successors(connection, ids["26041"], date(2026, 12, 1))] == ["26068", "26374"]
    assert successors(connection, ids["26041"], date(2026, 11, 30)) == []


def test_succession_that_cannot_be_is_refused_with_all_reasons(connection: Connection) -> None:
    both_structures(connection)
    text = succession(
        "25996,26068,2025-07-02",  # it ended the day before
        "25999,99999,2025-07-01",
        "99998,99999,2025-07-01",
        "26041,25996,2026-12-01",  # the successor ended long ago
        "75,26068,2026-12-01",  # its communes would go on without it
        "26248,26068,2026-04-30",  # its present version begins that day
        "26326,26374,2026-12-01",
        "26374,26068,2026-12-01",  # the successor of 26326 would end on the very day
    )
    assert rules_of(connection, text) == [
        (2, "not_its_end"),
        (3, "unknown_unit"),
        (4, "unknown_unit"),
        (4, "unknown_unit"),
        (5, "successor_not_valid"),
        (6, "orphan"),
        (7, "not_its_end"),
        (8, "successor_not_valid"),
    ]


def test_the_nation_is_imported_with_few_statements(connection: Connection) -> None:
    import_units(connection, shipped(VIETNAM_2026))
    assert connection.scalar(select(func.count()).select_from(UnitVersionRow)) == 3355
    zone = find_unit(connection, "31078", TODAY)
    assert zone is not None and (zone.full_name, zone.english_name) == ("Đặc khu Phú Quốc", "Phú Quốc Special Zone")
