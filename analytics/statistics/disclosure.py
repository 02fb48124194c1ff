"""Which numbers may be shown beside which: the law of disclosure control, pure.

*Any published cell, and any difference of nested published cells, is empty or at least the minimum number of persons.*
Cells are sets of persons; the difference of two of them is about those in the one and not in the other (a "tracker":
Denning, Denning and Schwartz 1979, The tracker: a threat to statistical database security, ACM TODS 4(1)).

A block of weeks is cut along one axis at a time (channel, group, domain, service point) into parts of at least the
minimum; small parts are merged, and the smallest ones left come with them until the merged part is large enough itself
(complementary suppression: Hundepool et al. 2012, Statistical Disclosure Control, ch. 4). Parts of one axis are
disjoint, so every union and every difference of an axis with its total is again a union of parts. Parts of two axes can
lie inside each other by chance, say all answers about land at counter 2: `leaves_few` looks for that, and `decide_cuts`
merges until it is gone.

A cell has one count of persons for each measure that is published about it (attitude, overall); the law holds for each.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Persons = tuple[int, ...]
"""How many persons stand behind each measure."""
Part = frozenset[str]
"""The labels that a part holds: one, or several that were merged."""
Partition = tuple[Part, ...]
Crossing = Mapping[tuple[str, str], Persons]
"""How many persons lie in a label of one axis and a label of another at once."""

MOST_PARTS = 12
"""Unions are tried one by one (2¹² of them); an axis with more parts beside another one is merged down first."""


@dataclass(frozen=True, slots=True)
class AxisCounts:
    """One way to cut, with the persons of each label and the minimum of its parts."""

    name: str
    minimum_n: int
    labels: Mapping[str, Persons]
    fixed: bool = False
    """Published already, as it is: the weeks."""


def add_persons(counts: Iterable[Persons]) -> Persons:
    """The persons of disjoint cells together, measure by measure; () for none."""
    return tuple(sum(measure) for measure in zip(*counts, strict=True))


def is_enough(persons: Persons, minimum_n: int) -> bool:
    """Whether every measure is about at least the minimum."""
    return bool(persons) and min(persons) >= minimum_n


def is_nothing_or_enough(persons: Persons, minimum_n: int) -> bool:
    """Whether every measure is about nobody or about at least the minimum: what the law asks of a difference."""
    return all(count == 0 or count >= minimum_n for count in persons)


def merge_small(labels: Mapping[str, Persons], minimum_n: int) -> Partition | None:
    """Cut into single labels of at least the minimum and one merged part of all others, which has the minimum too.

    A small label that is left alone takes the smallest of the others with it. Labels without any person go with the
    merged part, if there is one. None when fewer than two parts are left: such a cut says no more than its total.
    """
    peopled = {label: persons for label, persons in labels.items() if any(persons)}
    ascending = sorted(peopled, key=lambda label: (min(peopled[label]), peopled[label], label))
    rest = [label for label in ascending if not is_enough(peopled[label], minimum_n)]
    singles = [label for label in ascending if label not in rest]
    while rest and singles and not is_enough(add_persons(peopled[label] for label in rest), minimum_n):
        rest.append(singles.pop(0))
    if rest:
        rest += sorted(labels.keys() - peopled.keys())
    return _partition(singles, rest)


def coarsen(partition: Partition, labels: Mapping[str, Persons]) -> Partition | None:
    """Merge the smallest single part with the merged one (or with the next smallest); None when only one is left."""
    singles = sorted((part for part in partition if len(part) == 1), key=lambda part: _size(part, labels))
    rest = [part for part in partition if len(part) > 1]
    taken = singles[: 1 if rest else 2]
    left = [label for part in singles[len(taken) :] for label in part]
    return _partition(left, [label for part in (*rest, *taken) for label in part])


def leaves_few(crossing: Crossing, first: Partition, second: Partition, minimum_n: int) -> bool:
    """Whether a union of parts of one axis lies inside a union of the other's, all but 1 … minimum − 1 persons.

    Every union P of the axis with fewer parts is held against Q, the union of all parts of the other that share a
    person with P: the smallest that holds P. Whatever else holds P is larger by whole parts; and what lies inside P is
    the complement of such a pair. So no pair of unions is missed.
    """
    if len(first) > len(second):
        crossing, first, second = {(b, a): persons for (a, b), persons in crossing.items()}, second, first
    if len(first) > MOST_PARTS:
        return True
    measures = max((len(persons) for persons in crossing.values()), default=0)
    return any(_leaves_few(_matrix(crossing, first, second, k), minimum_n) for k in range(measures))


def decide_cuts(
    axes: Sequence[AxisCounts], crossings: Mapping[tuple[str, str], Crossing], smallest_difference: int
) -> dict[str, Partition]:
    """Decide, axis by axis in the order given, what may be shown beside what was decided before.

    `crossings` by the names of two axes, the earlier one first; an axis whose crossing with a decided one is not known
    is left out. An axis that cannot be shown in at least two parts is left out too.
    """
    decided: dict[str, Partition] = {}
    for axis in axes:
        if axis.fixed:
            decided[axis.name] = tuple(frozenset({label}) for label in axis.labels)
            continue
        others = [(crossings.get((name, axis.name)), partition) for name, partition in decided.items()]
        partition = merge_small(axis.labels, axis.minimum_n)
        while partition is not None and any(
            crossing is None or leaves_few(crossing, other, partition, smallest_difference)
            for crossing, other in others
        ):
            partition = coarsen(partition, axis.labels)
        if partition is not None:
            decided[axis.name] = partition
    return decided


def items_may_be_shown(ratings: Mapping[str, int], partial: int | None, minimum_n: int) -> bool:
    """Whether the attitude items of a window may stand beside its attitude index.

    `ratings`: how many rated each attitude item; `partial`: persons who rated some of them and not all (None: unknown).

    A person's score is the mean over the items answered: 12 sixtieths for each good rating where all five were
    answered, 15 where four were. So the sum of scores minus the items' sums, each times 12, is about those alone who
    left something out: they must be none, or enough. An item that few rated holds back its siblings, since the mean
    rating of all attitude items together would give it away.
    """
    asked = [n for n in ratings.values() if n]
    return (
        bool(asked) and min(asked) >= minimum_n and partial is not None and is_nothing_or_enough((partial,), minimum_n)
    )


def _partition(singles: Sequence[str], rest: Sequence[str]) -> Partition | None:
    parts = [frozenset({label}) for label in sorted(singles)]
    if rest:
        parts.append(frozenset(rest))
    return tuple(parts) if len(parts) > 1 else None


def _size(part: Part, labels: Mapping[str, Persons]) -> tuple[int, tuple[str, ...]]:
    return min(add_persons(labels[label] for label in part)), tuple(sorted(part))


def _matrix(crossing: Crossing, first: Partition, second: Partition, measure: int) -> list[list[int]]:
    rows = {label: number for number, part in enumerate(first) for label in part}
    columns = {label: number for number, part in enumerate(second) for label in part}
    matrix = [[0] * len(second) for _ in first]
    for (a, b), persons in crossing.items():
        if a in rows and b in columns:
            matrix[rows[a]][columns[b]] += persons[measure]
    return matrix


def _leaves_few(matrix: Sequence[Sequence[int]], minimum_n: int) -> bool:
    """Try every union of rows, each made of a smaller one and a row."""
    row_sums = [sum(row) for row in matrix]
    column_sums = [sum(column) for column in zip(*matrix, strict=True)]
    touched = [sum(1 << place for place, count in enumerate(row) if count) for row in matrix]
    cover_sizes = {0: 0}
    sizes, covers = [0], [0]
    for row, row_sum in enumerate(row_sums):
        for union in range(1 << row):
            size, cover = sizes[union] + row_sum, covers[union] | touched[row]
            sizes.append(size)
            covers.append(cover)
            if cover not in cover_sizes:
                cover_sizes[cover] = sum(count for place, count in enumerate(column_sums) if cover >> place & 1)
            if 0 < cover_sizes[cover] - size < minimum_n:
                return True
    return False
