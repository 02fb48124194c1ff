"""What a unit was on a day, how it is called, what lies below it, and who came after it."""

from datetime import date

import pytest
from sqlalchemy import Connection, insert

from survey_app.territory.models import UnitRow, UnitSuccessionRow, UnitVersionRow
from survey_app.territory.units import (
    Unit,
    children,
    codes_by_id,
    communes,
    find_unit,
    last_known,
    predecessors,
    subtree_ids,
    successors,
    unit_by_id,
    units_on,
)

DAYS = {number: date(2020 + number, 7, 1) for number in range(10)}
"""The first of July of 2020 + number."""


def add(
    connection: Connection, code: str, kind: str, first: int, last: int | None = None, parent: int | None = None
) -> int:
    """A unit of that kind from July of a year to July of another; the same code again adds a version."""
    known = {code: unit_id for unit_id, code in codes_by_id(connection).items()}
    unit_id = known.get(code)
    if unit_id is None:
        unit_id = connection.execute(insert(UnitRow).values(code=code).returning(UnitRow.id)).scalar_one()
    period = {"valid_from": DAYS[first], "valid_to": DAYS[last] if last is not None else None}
    version = {"unit_id": unit_id, "parent_id": parent, "name": f"N{code}", "kind": kind} | period
    connection.execute(insert(UnitVersionRow).values(version))
    return unit_id


def succeed(connection: Connection, before: int, after: int, number: int) -> None:
    row = {"predecessor_id": before, "successor_id": after, "valid_on": DAYS[number]}
    connection.execute(insert(UnitSuccessionRow).values(row))


def codes(units: list[Unit]) -> list[str]:
    return [unit.code for unit in units]


@pytest.mark.parametrize(
    ("kind", "name", "full_name", "in_sentence", "english_name"),
    [
        ("xã", "Bình Tân", "Xã Bình Tân", "xã Bình Tân", "Bình Tân Commune"),
        ("phường", "Trảng Dài", "Phường Trảng Dài", "phường Trảng Dài", "Trảng Dài Ward"),
        ("phường", "4", "Phường 4", "phường 4", "Ward 4"),
        ("thị trấn", "Gia Ray", "Thị trấn Gia Ray", "thị trấn Gia Ray", "Gia Ray Township"),
        ("đặc khu", "Phú Quốc", "Đặc khu Phú Quốc", "đặc khu Phú Quốc", "Phú Quốc Special Zone"),
        ("tỉnh", "An Giang", "Tỉnh An Giang", "tỉnh An Giang", "An Giang Province"),
        ("thành phố", "Đồng Nai", "Thành phố Đồng Nai", "thành phố Đồng Nai", "Đồng Nai City"),
    ],
)
def test_names(kind: str, name: str, full_name: str, in_sentence: str, english_name: str) -> None:
    unit = Unit(1, "1", name, kind, None, None, DAYS[0], None)
    assert (unit.full_name, unit.in_sentence, unit.english_name) == (full_name, in_sentence, english_name)
    assert unit.is_commune == (kind not in {"tỉnh", "thành phố"})


def test_a_unit_is_what_it_was_on_the_day(connection: Connection) -> None:
    add(connection, "101", "thị trấn", 1, 3)
    unit_id = add(connection, "101", "xã", 3, 5)
    kinds = []
    for number in range(7):
        unit = find_unit(connection, "101", DAYS[number])
        assert unit == unit_by_id(connection, unit_id, DAYS[number])
        kinds.append(unit.kind if unit else None)
    assert kinds == [None, "thị trấn", "thị trấn", "xã", "xã", None, None]
    day_before = find_unit(connection, "101", date(2023, 6, 30))
    assert day_before is not None and day_before.kind == "thị trấn", "valid_to is the first day that it is no more"
    last = last_known(connection, unit_id)
    assert last is not None and (last.kind, last.valid_to) == ("xã", DAYS[5])


def test_what_never_was_is_none(connection: Connection) -> None:
    assert find_unit(connection, "101", DAYS[1]) is None
    assert unit_by_id(connection, 1, DAYS[1]) is None
    assert last_known(connection, 1) is None
    assert children(connection, 1, DAYS[1]) == communes(connection, DAYS[1]) == predecessors(connection, 1) == []
    assert subtree_ids(connection, 1, DAYS[1]) == frozenset()


def test_the_tree_is_the_one_of_the_day(connection: Connection) -> None:
    province = add(connection, "75", "tỉnh", 1, 5)
    add(connection, "75", "thành phố", 5)
    other = add(connection, "70", "tỉnh", 1, 3)
    stays = add(connection, "102", "xã", 1, parent=province)
    moves = add(connection, "101", "phường", 1, 3, parent=other)
    add(connection, "101", "phường", 3, parent=province)
    ends = add(connection, "100", "thị trấn", 1, 3, parent=other)
    below = add(connection, "10001", "xã", 1, 3, parent=ends)
    assert codes(children(connection, province, DAYS[2])) == ["102"]
    assert codes(children(connection, province, DAYS[4])) == ["101", "102"]
    assert codes(communes(connection, DAYS[2])) == ["100", "10001", "101", "102"]
    assert codes(communes(connection, DAYS[4])) == ["101", "102"]
    assert codes(units_on(connection, DAYS[5])) == ["101", "102", "75"]
    assert subtree_ids(connection, other, DAYS[2]) == {other, moves, ends, below}
    assert subtree_ids(connection, province, DAYS[6]) == {province, stays, moves}
    assert subtree_ids(connection, stays, DAYS[2]) == {stays}
    assert subtree_ids(connection, other, DAYS[6]) == {other}, "an account of an ended unit still sees that unit"


def test_successors_are_found_through_mergers_and_splits(connection: Connection) -> None:
    a, b = add(connection, "101", "xã", 1, 3), add(connection, "102", "xã", 1, 3)
    merged = add(connection, "103", "xã", 3, 5)
    left, right = add(connection, "104", "xã", 5), add(connection, "105", "phường", 5, 7)
    for before, after, number in (
        (a, merged, 3),
        (b, merged, 3),
        (merged, right, 5),
        (merged, left, 5),
        (right, left, 7),
    ):
        succeed(connection, before, after, number)
    assert codes(successors(connection, a, DAYS[2])) == []
    assert codes(successors(connection, a, DAYS[3])) == ["103"]
    assert codes(successors(connection, a, DAYS[5])) == ["104", "105"]
    assert codes(successors(connection, a, DAYS[7])) == codes(successors(connection, right, DAYS[7])) == ["104"]
    assert codes(successors(connection, left, DAYS[7])) == []
    assert codes(predecessors(connection, merged)) == ["101", "102"]
    assert codes(predecessors(connection, left)) == ["103", "105"]


def test_a_succession_that_turns_back_ends(connection: Connection) -> None:
    a, b = add(connection, "101", "xã", 1, 3), add(connection, "102", "xã", 3, 5)
    add(connection, "101", "xã", 5)
    succeed(connection, a, b, 3)
    succeed(connection, b, a, 5)
    assert codes(successors(connection, b, DAYS[6])) == ["101"]
    assert codes(successors(connection, a, DAYS[6])) == []
    assert codes(predecessors(connection, a)) == ["102"]
