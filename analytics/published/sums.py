"""The integers of a published cell, and the names of what cells are about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from analytics.facts.models import NOT_STATED
from analytics.statistics.indices import ScoreTotals

OVERALL_ITEM = "overall"
"""The item that every questionnaire has under this name (interfaces: "Items and constructs")."""
CITIZEN_GROUPS = ("citizen", NOT_STATED)
ORGANISATION_GROUPS = ("organisation",)
CHANNELS_WITH_CODE = ("ticket",)
CHANNELS_WITHOUT_CODE = ("poster", "display", "kiosk")
SELF_COMPLETED = CHANNELS_WITH_CODE + CHANNELS_WITHOUT_CODE
BY_OTHERS = ("assisted", "paper", "callback")

Levels = tuple[int, int, int, int, int]
"""How many gave each level, 1 … 5."""
NO_LEVELS: Levels = (0, 0, 0, 0, 0)
NO_SCORES = ScoreTotals(0, 0, 0)
ItemLevels = Mapping[str, Levels]


class Population(StrEnum):
    """Whose answers a cell is about. They are disjoint, each has a tree of its own, and they are never merged."""

    HEADLINE = "headline"
    """Citizens, not set aside, self-completed."""
    ORGANISATIONS = "organisations"
    """Organisations and businesses, not set aside, self-completed."""
    BY_OTHERS = "by_others"
    """Citizens helped by others: assisted, paper, call-back."""


class Axis(StrEnum):
    """One way to cut the headline population of a four-week block; never two at a time."""

    CHANNEL = "channel"
    GROUP = "group"
    DOMAIN = "domain"
    SERVICE_POINT = "service_point"
    """For staff only, from 30 persons."""


class Viewer(StrEnum):
    """Who looks. What the public sees, staff see too; law holds for all that staff see."""

    PUBLIC = "public"
    STAFF = "staff"


class WindowKind(StrEnum):
    """What needs several blocks at times before it may be shown."""

    ITEMS = "items"
    SET_ASIDE = "set_aside"
    """The index with the answers included that were set aside."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Counted answers: responses, the sums of persons' attitude scores, the levels of `overall`, and the levels of all
    attitude items together (for the mean rating).
    """

    responses: int = 0
    scores: ScoreTotals = NO_SCORES
    overall: Levels = NO_LEVELS
    ratings: Levels = NO_LEVELS

    def __add__(self, other: Self) -> "Sums":
        """Both together."""
        n, total, squares = (a + b for a, b in zip(self.scores, other.scores, strict=True))
        return Sums(
            self.responses + other.responses,
            ScoreTotals(n, total, squares),
            add_levels(self.overall, other.overall),
            add_levels(self.ratings, other.ratings),
        )

    @property
    def persons(self) -> tuple[int, int]:
        """How many persons stand behind each of the two indices: attitude, overall."""
        return self.scores.n, sum(self.overall)


@dataclass(frozen=True, slots=True)
class Composition:
    """How the counted answers of citizens came in, and how many answers of all kinds were set aside."""

    with_code: int = 0
    without_code: int = 0
    by_others: int = 0
    """Assisted, paper, call-back: not in the headline."""
    set_aside: int = 0

    def __add__(self, other: Self) -> "Composition":
        """Both together."""
        return Composition(
            self.with_code + other.with_code,
            self.without_code + other.without_code,
            self.by_others + other.by_others,
            self.set_aside + other.set_aside,
        )


def composition_of(channel: str, respondent_group: str, set_aside: int, responses: int) -> Composition:
    """Where answers belong in the composition of a cell; organisations' stand nowhere, unless they were set aside."""
    if set_aside:
        return Composition(set_aside=responses)
    if respondent_group not in CITIZEN_GROUPS:
        return Composition()
    if channel in CHANNELS_WITH_CODE:
        return Composition(with_code=responses)
    if channel in CHANNELS_WITHOUT_CODE:
        return Composition(without_code=responses)
    return Composition(by_others=responses)


def add_levels(first: Levels, second: Levels) -> Levels:
    """The level counts of both together."""
    a, b = first, second
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4])


def as_levels(sums: Sequence[int]) -> Levels:
    """Five sums of a statement as whole numbers."""
    n1, n2, n3, n4, n5 = (int(count) for count in sums)
    return (n1, n2, n3, n4, n5)


def pooled(levels: ItemLevels, items: Iterable[str]) -> Levels:
    """The levels of several items together."""
    total = NO_LEVELS
    for item in items:
        total = add_levels(total, levels.get(item, NO_LEVELS))
    return total


def sum_items(parts: Iterable[ItemLevels]) -> ItemLevels:
    """The levels of every item over several cells."""
    total: dict[str, Levels] = {}
    for part in parts:
        for item, levels in part.items():
            total[item] = add_levels(total.get(item, NO_LEVELS), levels)
    return total
