"""Like with like, from published parts alone: strata are labels, or what had to be merged; nothing new is told. Pure.

A weighted mean of small strata would give them away beside the raw number; of published parts it is a combination of
numbers that stand there anyway.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analytics.published.numbers import Part
from analytics.statistics.comparison import direct_standardise
from analytics.statistics.indices import SIXTIETHS


@dataclass(frozen=True, slots=True)
class Stratum:
    """Labels that were always shown apart from the others; persons scored, and Σ of their scores as persons."""

    labels: frozenset[str]
    n: int
    satisfied: float


def strata_of(parts: Iterable[Part]) -> tuple[Stratum, ...]:
    """The finest strata that the parts of one unit allow over several blocks, largest first.

    Labels that were merged in any block stay together in all of them: a stratum is a union of whole parts.
    """
    groups: list[set[str]] = []
    chosen = list(parts)
    for part in chosen:
        labels = set(part.labels)
        touched = [group for group in groups if group & labels]
        groups = [group for group in groups if not group & labels] + [labels.union(*touched)]
    strata = []
    for group in groups:
        inside = [part.sums.scores for part in chosen if set(part.labels) <= group]
        n, total = sum(one.n for one in inside), sum(one.total for one in inside)
        strata.append(Stratum(frozenset(group), n, total / SIXTIETHS))
    return tuple(sorted(strata, key=lambda one: (-one.n, sorted(one.labels))))


def standardised_shares(parts: Mapping[int, Sequence[Part]], not_stated: str) -> dict[int, float | None]:
    """Each unit's index at the mix of labels of all units together, from 0 to 1, where its parts allow it.

    The mix counts a label where it stood alone, and `not_stated` has no weight. None for a unit with one stratum only,
    and where the mix has labels that the unit has no part for.
    """
    mix = _mix(parts.values(), not_stated)
    return {unit_id: _standardised(strata_of(own), mix, not_stated) for unit_id, own in parts.items()}


def _mix(parts: Iterable[Sequence[Part]], not_stated: str) -> dict[str, float]:
    """Persons by label; a merged part gives each of its labels an equal share, which only weights depend on."""
    mix: dict[str, float] = defaultdict(float)
    for own in parts:
        for part in own:
            for label in part.labels:
                if label != not_stated:
                    mix[label] += part.sums.scores.n / len(part.labels)
    return dict(mix)


def _standardised(strata: Sequence[Stratum], mix: Mapping[str, float], not_stated: str) -> float | None:
    stated = [one for one in strata if one.labels != {not_stated}]
    covered = frozenset().union(*(one.labels for one in stated)) if stated else frozenset()
    if len(stated) < 2 or not mix.keys() <= covered:
        return None
    weights = [sum(mix.get(label, 0.0) for label in one.labels) for one in stated]
    result = direct_standardise([[one.satisfied for one in stated]], [[one.n for one in stated]], weights)
    return float(result.shares[0]) if result.comparable[0] else None
