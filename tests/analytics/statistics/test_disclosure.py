"""The law over random blocks: whatever is cut, no union of parts holds another but for one to nine persons."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.statistics.disclosure import (
    AxisCounts,
    Crossing,
    Partition,
    Persons,
    add_persons,
    coarsen,
    decide_cuts,
    is_enough,
    is_nothing_or_enough,
    items_may_be_shown,
    leaves_few,
    merge_small,
)

MINIMUM = 10
AXES = ("week", "channel", "domain", "point")
MEASURES = 2


@dataclass(frozen=True)
class Person:
    """Where a person lies on each axis, and which of the two measures they count for."""

    labels: tuple[str, ...]
    measures: tuple[int, ...]


def counted(people: Iterable[Person]) -> Persons:
    return add_persons(person.measures for person in people) or (0,) * MEASURES


def counts_of(people: Sequence[Person], axis: int) -> dict[str, Persons]:
    found: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        found[person.labels[axis]].append(person)
    return {label: counted(inside) for label, inside in found.items()}


def crossing_of(people: Sequence[Person], first: int, second: int) -> Crossing:
    found: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for person in people:
        found[person.labels[first], person.labels[second]].append(person)
    return {labels: counted(inside) for labels, inside in found.items()}


def decided(people: Sequence[Person], minimum_of_points: int = MINIMUM) -> dict[str, Partition]:
    axes = [
        AxisCounts(
            name,
            minimum_of_points if name == "point" else MINIMUM,
            counts_of(people, place),
            fixed=name == "week",
        )
        for place, name in enumerate(AXES)
    ]
    crossings = {
        (AXES[first], AXES[second]): crossing_of(people, first, second)
        for first, second in combinations(range(len(AXES)), 2)
    }
    return decide_cuts(axes, crossings, MINIMUM)


def unions(partition: Partition) -> Iterator[frozenset[str]]:
    sizes = range(1, len(partition) + 1)
    for parts in chain.from_iterable(combinations(partition, size) for size in sizes):
        yield frozenset().union(*parts)


def chosen(people: Sequence[Person], axis: str, labels: frozenset[str], measure: int) -> frozenset[int]:
    place = AXES.index(axis)
    return frozenset(
        number for number, person in enumerate(people) if person.labels[place] in labels and person.measures[measure]
    )


def small_differences(people: Sequence[Person], cuts: Mapping[str, Partition]) -> list[tuple[str, str, int]]:
    """Every pair of unions of parts, one inside the other, that differ by one to nine persons; by brute force."""
    found = []
    for measure in range(MEASURES):
        cells = [
            (axis, chosen(people, axis, labels, measure))
            for axis, partition in cuts.items()
            for labels in unions(partition)
        ]
        for (inner_axis, inner), (outer_axis, outer) in ((a, b) for a in cells for b in cells):
            if inner <= outer and 0 < len(outer - inner) < MINIMUM:
                found.append((inner_axis, outer_axis, len(outer - inner)))
    return found


def people_of(draw: st.DrawFn, *, sparse: bool) -> list[Person]:
    """People of some weeks, each with ten persons of either measure; where sparse, a domain sits at one point."""
    weeks = draw(st.integers(1, 4))
    people = []
    for week in range(weeks):
        for _person in range(draw(st.integers(MINIMUM, 30))):
            domain = draw(st.sampled_from("abcde"))
            point = domain.translate(str.maketrans("abcde", "11223")) if sparse else draw(st.sampled_from("123"))
            if sparse and draw(st.integers(0, 9)) == 0:
                domain = "none"
            channel = draw(st.sampled_from(("poster",) * 8 + ("ticket", "ticket", "kiosk")))
            people.append(Person((str(week), channel, domain, point), (1, 1)))
        for measures in ((1, 0), (0, 1)):
            people += [Person((str(week), "poster", "a", "1"), measures)] * draw(st.integers(0, 3))
    return people


@st.composite
def blocks(draw: st.DrawFn) -> list[Person]:
    """A random block of one unit."""
    return people_of(draw, sparse=draw(st.booleans()))


@settings(max_examples=80, deadline=None)
@given(blocks(), st.sampled_from((MINIMUM, 30)))
def test_no_union_of_parts_holds_another_but_for_a_few(people: list[Person], minimum_of_points: int) -> None:
    cuts = decided(people, minimum_of_points)
    assert small_differences(people, cuts) == []
    for axis, partition in cuts.items():
        for part in partition:
            persons = counted(person for person in people if person.labels[AXES.index(axis)] in part)
            assert min(persons) >= (minimum_of_points if axis == "point" else MINIMUM)


@settings(max_examples=80, deadline=None)
@given(blocks())
def test_a_cut_holds_everybody_once(people: list[Person]) -> None:
    for axis, partition in decided(people).items():
        labels = [label for part in partition for label in part]
        assert sorted(labels) == sorted({person.labels[AXES.index(axis)] for person in people})
        assert axis == "week" or len(partition) > 1


@settings(max_examples=60, deadline=None)
@given(blocks())
def test_looking_for_nested_unions_finds_what_brute_force_finds(people: list[Person]) -> None:
    """Without the axis-by-axis decision, on partitions that were only merged: both must agree, in both directions."""
    for first, second in combinations(range(len(AXES)), 2):
        partitions = [merge_small(counts_of(people, place), MINIMUM) for place in (first, second)]
        if partitions[0] is None or partitions[1] is None:
            continue
        crossing = crossing_of(people, first, second)
        cuts = {AXES[first]: partitions[0], AXES[second]: partitions[1]}
        across = [found for found in small_differences(people, cuts) if found[0] != found[1]]
        assert leaves_few(crossing, partitions[0], partitions[1], MINIMUM) == bool(across)
        turned = {(b, a): persons for (a, b), persons in crossing.items()}
        assert leaves_few(turned, partitions[1], partitions[0], MINIMUM) == bool(across)


def many(number: int, *labels: str) -> list[Person]:
    return [Person(labels, (1, 1))] * number


def test_small_siblings_are_merged() -> None:
    labels = {"land": (40, 38), "building": (6, 6), "permits": (5, 5), "residence": (12, 12)}
    assert merge_small(labels, MINIMUM) == (
        frozenset({"land"}),
        frozenset({"residence"}),
        frozenset({"building", "permits"}),
    )


def test_a_small_sibling_left_alone_takes_the_next_smallest_with_it() -> None:
    labels = {"land": (40, 38), "building": (6, 6), "residence": (12, 12)}
    assert merge_small(labels, MINIMUM) == (frozenset({"land"}), frozenset({"building", "residence"}))
    assert merge_small({"land": (40, 40), "building": (6, 6)}, MINIMUM) is None


def test_both_measures_need_the_minimum() -> None:
    labels = {"land": (40, 38), "building": (12, 9), "residence": (12, 12)}
    assert merge_small(labels, MINIMUM) == (frozenset({"land"}), frozenset({"building", "residence"}))


def test_a_label_without_persons_goes_with_the_merged_part_or_nowhere() -> None:
    assert merge_small({"a": (40, 40), "b": (12, 12), "c": (0, 0)}, MINIMUM) == (frozenset("a"), frozenset("b"))
    merged = merge_small({"a": (40, 40), "b": (6, 6), "d": (6, 6), "c": (0, 0)}, MINIMUM)
    assert merged == (frozenset("a"), frozenset("bcd"))


def test_one_part_says_no_more_than_its_total() -> None:
    assert merge_small({"land": (400, 400)}, MINIMUM) is None
    assert merge_small({}, MINIMUM) is None


def test_all_of_a_domain_at_one_counter_is_found() -> None:
    """Forty-five about land, all at counter 2, where five more did not say: these five must not follow."""
    people = [
        *many(45, "w", "poster", "land", "2"),
        *many(5, "w", "poster", "none", "2"),
        *many(30, "w", "poster", "none", "1"),
        *many(40, "w", "poster", "other", "1"),
    ]
    land_and_rest = (frozenset({"land"}), frozenset({"none"}), frozenset({"other"}))
    counters = (frozenset({"1"}), frozenset({"2"}))
    assert leaves_few(crossing_of(people, 2, 3), land_and_rest, counters, MINIMUM)
    cuts = decided(people)
    assert set(cuts["domain"]) == {frozenset({"land"}), frozenset({"none"}), frozenset({"other"})}
    assert "point" not in cuts


def test_an_axis_of_unknown_crossing_is_left_out() -> None:
    labels = {"1": (30, 30), "2": (40, 40)}
    week = AxisCounts("week", MINIMUM, {"w": (70, 70)}, fixed=True)
    point = AxisCounts("point", MINIMUM, labels)
    assert set(decide_cuts([week, point], {}, MINIMUM)) == {"week"}
    known = {("week", "point"): {("w", label): persons for label, persons in labels.items()}}
    assert set(decide_cuts([week, point], known, MINIMUM)) == {"week", "point"}


def test_too_many_parts_to_try_are_merged_down() -> None:
    labels = {f"{number:02}": (20, 20) for number in range(15)}
    crossing = {(a, b): (1 if a != b else 6,) * 2 for a in labels for b in labels}
    axes = [AxisCounts("domain", MINIMUM, labels), AxisCounts("point", MINIMUM, labels)]
    cuts = decide_cuts(axes, {("domain", "point"): crossing}, MINIMUM)
    assert len(cuts["domain"]) == 15
    assert 1 < len(cuts["point"]) <= 12


def test_coarsening_ends() -> None:
    labels = {"a": (10, 10), "b": (20, 20), "c": (30, 30), "d": (40, 40)}
    first = merge_small(labels, MINIMUM)
    assert first is not None
    second = coarsen(first, labels)
    assert second == (frozenset("c"), frozenset("d"), frozenset("ab"))
    third = coarsen(second, labels)
    assert third == (frozenset("d"), frozenset("abc"))
    assert coarsen(third, labels) is None


@pytest.mark.parametrize(
    ("ratings", "partial", "shown"),
    [
        ({"a": 20, "b": 20}, 0, True),
        ({"a": 20, "b": 19}, 1, False),
        ({"a": 20, "b": 12}, 9, False),
        ({"a": 30, "b": 25}, 10, True),
        ({"a": 30, "b": 9}, 21, False),
        ({"a": 30, "b": 0}, 0, True),
        ({"a": 30, "b": 30}, None, False),
        ({}, 0, False),
    ],
)
def test_items_stand_beside_the_index_only_if_nobody_or_enough_left_some_out(
    ratings: dict[str, int], partial: int | None, shown: bool
) -> None:
    assert items_may_be_shown(ratings, partial, MINIMUM) is shown


def test_what_is_left_of_the_index_is_about_those_who_left_something_out() -> None:
    """The reason for the rule, in numbers: one person who left one item out is told by the sums."""
    complete = [(1, 1, 1, 1, 1)] * 12 + [(1, 0, 0, 1, 1)] * 3
    for left_out in ((1, 1, 1, 1, None), (0, 0, 1, 0, None)):
        everyone = [*complete, left_out]
        index = sum(sum(filter(None, person)) * 60 // sum(item is not None for item in person) for person in everyone)
        items = sum(sum(filter(None, person)) for person in everyone)
        assert (index - 12 * items) // 3 == sum(filter(None, left_out))


def test_empty_or_enough() -> None:
    assert is_nothing_or_enough((0, 10), MINIMUM) and is_nothing_or_enough((), MINIMUM)
    assert not is_nothing_or_enough((0, 9), MINIMUM)
    assert is_enough((10, 11), MINIMUM) and not is_enough((10, 9), MINIMUM) and not is_enough((), MINIMUM)
