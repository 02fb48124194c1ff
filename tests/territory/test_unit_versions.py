"""Laying claims over stored versions: what agrees stays, gaps are filled, contradictions are never written."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from survey_app.territory.unit_files import UnitClaim
from survey_app.territory.unit_versions import Period, StoredVersion, UnitChanges, reconcile

START = date(2025, 7, 1)
LATER = date(2026, 4, 30)


def claim(kind: str, valid_from: date, valid_to: date | None = None, area: str | None = None) -> UnitClaim:
    return UnitClaim(7, "25270", "Lộc Ninh", kind, "75", area, valid_from, valid_to)


def version(kind: str, valid_from: date, valid_to: date | None = None, area: str | None = None) -> StoredVersion:
    return StoredVersion(1, "Lộc Ninh", kind, "75", area, valid_from, valid_to)


def applied(stored: Sequence[StoredVersion], changes: UnitChanges) -> list[StoredVersion]:
    """The versions as they would be stored afterwards, oldest first."""
    kept = [
        replace(one, valid_to=changes.closed.get(one.id, one.valid_to), area=changes.areas.get(one.id, one.area))
        for one in stored
    ]
    added = [
        StoredVersion(100 + number, each.name, each.kind, each.parent_code, each.area, part.valid_from, part.valid_to)
        for number, (each, part) in enumerate(changes.added)
    ]
    return sorted(kept + added, key=lambda each: each.valid_from)


def test_the_same_again_changes_nothing() -> None:
    assert not reconcile([claim("xã", START)], [version("xã", START)])


def test_a_new_kind_without_end_closes_the_old_one() -> None:
    changes = reconcile([claim("phường", LATER)], [version("xã", START)])
    assert changes.closed == {1: LATER}
    assert [part for _, part in changes.added] == [Period(LATER, None)]
    assert not changes.problems


def test_another_kind_over_the_same_days_is_a_contradiction() -> None:
    for kind_claimed in (
        claim("phường", START),
        claim("phường", START - timedelta(1)),
        claim("phường", LATER, LATER.replace(day=30, month=9)),
    ):
        (problem,) = reconcile([kind_claimed], [version("xã", START)]).problems
        assert (problem.line, problem.rule, problem.details["code"]) == (7, "contradiction", "25270")
    ended = version("xã", START, LATER)
    assert reconcile([claim("phường", LATER - timedelta(1))], [ended]).problems
    assert not reconcile([claim("phường", LATER)], [ended]).problems


def test_days_before_and_after_what_is_stored_are_added() -> None:
    changes = reconcile([claim("xã", START - timedelta(5))], [version("xã", START, LATER)])
    assert [part for _, part in changes.added] == [Period(START - timedelta(5), START), Period(LATER, None)]


def test_an_area_that_one_side_does_not_tell_is_no_disagreement() -> None:
    assert not reconcile([claim("xã", START)], [version("xã", START, area="Bình Phước")])
    learnt = reconcile([claim("xã", START, area="Bình Phước")], [version("xã", START)])
    assert learnt.areas == {1: "Bình Phước"} and not learnt.added
    assert reconcile([claim("xã", START, area="Đồng Nai")], [version("xã", START, area="Bình Phước")]).problems


days = st.integers(0, 30).map(lambda number: START + timedelta(number))
periods = st.tuples(days, st.none() | st.integers(1, 20)).map(
    lambda drawn: Period(drawn[0], None if drawn[1] is None else drawn[0] + timedelta(drawn[1]))
)
claims = st.builds(
    lambda kind, period: claim(kind, period.valid_from, period.valid_to), st.sampled_from(["xã", "phường"]), periods
)


@given(periods, periods, st.integers(-5, 60))
def test_what_is_left_of_a_period_is_outside_the_other(one: Period, other: Period, offset: int) -> None:
    day = START + timedelta(offset)
    left = one.without(other)
    inside = [part for part in left if part.valid_from <= day < part.end]
    assert len(inside) == (one.valid_from <= day < one.end and not other.valid_from <= day < other.end)


@given(st.lists(claims, max_size=6))
def test_stored_versions_never_overlap_and_every_import_is_idempotent(imports: list[UnitClaim]) -> None:
    stored: list[StoredVersion] = []
    for one in imports:
        changes = reconcile([one], stored)
        if changes.problems:
            continue
        stored = [replace(each, id=number) for number, each in enumerate(applied(stored, changes))]
        assert all(before.valid_to and before.valid_to <= after.valid_from for before, after in pairwise(stored))
        again = reconcile([one], stored)
        assert not again and not again.problems
