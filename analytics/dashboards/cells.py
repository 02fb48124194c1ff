"""One published cell: a number that travels with its n and its interval, or is absent.

Every score of pages and twins is made here, once, rounded once, and only from the minimum number of persons on; so no
two of them can disagree and none can be about fewer.
"""

from dataclasses import dataclass

from analytics.published.rounding import PERCENT_DIGITS, SMALL_N, percent
from analytics.published.sums import ItemLevels, Levels
from analytics.statistics.indices import ScoreTotals, attitude_index, mean_rating, top_two_index
from analytics.statistics.intervals import Interval

MEAN_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Score:
    """An index in percent with its 95 % interval, and the mean rating beside it, on 1–5 and on 0–100.

    The means are None where the ratings behind a score are not known by item.
    """

    n: int
    percent: float
    low: float
    high: float
    mean: float | None
    mean_of_hundred: float | None

    @property
    def is_small(self) -> bool:
        """Whether it is shown for information only."""
        return self.n < SMALL_N


@dataclass(frozen=True, slots=True)
class ItemScore:
    """One item: the share of ratings 4–5 (as `Score`), and how many gave each level."""

    item: str
    score: Score
    levels: Levels


def attitude_score(scores: ScoreTotals, ratings: Levels, variance_ratio: float, minimum_n: int) -> Score | None:
    """The attitude index of a cell; `ratings` are the levels of all its attitude items together."""
    index = attitude_index(*scores, variance_ratio)
    return _score(index.n, index.value, index.interval, ratings, minimum_n)


def share_score(levels: Levels, minimum_n: int) -> Score | None:
    """The share of ratings 4–5 of one item: the overall index, when the item is `overall`."""
    index = top_two_index(levels)
    return _score(index.n, index.value, index.interval, levels, minimum_n)


def item_scores(levels: ItemLevels, attitude_items: frozenset[str], minimum_n: int) -> tuple[ItemScore, ...]:
    """The items of a block that may be shown, by name.

    An item needs the minimum number of ratings itself. The attitude items are shown together or not at all: their sum
    stands beside them as the attitude mean, from which the others would give away the one left out.
    """
    asked = {item: counts for item, counts in levels.items() if sum(counts)}
    together = all(sum(counts) >= minimum_n for item, counts in asked.items() if item in attitude_items)
    shown: list[ItemScore] = []
    for item, counts in sorted(asked.items()):
        score = share_score(counts, minimum_n)
        if score is not None and (together or item not in attitude_items):
            shown.append(ItemScore(item, score, counts))
    return tuple(shown)


def _score(n: int, value: float | None, interval: Interval | None, ratings: Levels, minimum_n: int) -> Score | None:
    if n < minimum_n or value is None or interval is None:
        return None
    mean = mean_rating(ratings)
    one_to_five, of_hundred = mean.one_to_five, mean.zero_to_hundred
    return Score(
        n=n,
        percent=percent(value),
        low=percent(interval.low),
        high=percent(interval.high),
        mean=None if one_to_five is None else round(one_to_five, MEAN_DIGITS),
        mean_of_hundred=None if of_hundred is None else round(of_hundred, PERCENT_DIGITS),
    )
