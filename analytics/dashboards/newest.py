"""The newest point against the unit's own past: usual, clearly below, clearly above, or not to be judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from analytics.dashboards.cells import SMALL_N, percent, sum_items
from analytics.dashboards.queries import ItemLevels, Levels
from analytics.statistics.indices import SIXTIETHS, ScoreTotals
from analytics.statistics.periods import WEEK
from analytics.statistics.publication import WeekGroup
from analytics.statistics.weekly_signals import MINIMUM_BASELINE, Verdict, judge_newest

BASELINE_POINTS = 16
"""How many earlier points the usual level comes from, at most (wording: "the past {16} weeks")."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What may be said about the newest point. The usual level is in percent, for a point of its n.

    `weeks` is the time that the earlier points span. `changed_item` moved furthest in the direction of the signal,
    among those with enough ratings on both sides. Without a verdict all but `points` and `weeks` are None.
    """

    verdict: Verdict
    points: int
    weeks: int
    usual_low: float | None = None
    usual_high: float | None = None
    changed_item: str | None = None

    @property
    def has_history(self) -> bool:
        """Whether there are enough earlier points to know a usual level."""
        return self.points >= MINIMUM_BASELINE


def earlier_points(groups: Sequence[WeekGroup]) -> Sequence[WeekGroup]:
    """The published groups before the newest one that its usual level comes from."""
    return groups[:-1][-BASELINE_POINTS:]


def compare_newest(
    groups: Sequence[WeekGroup], scores: Mapping[date, ScoreTotals], variance_ratio: float
) -> Comparison | None:
    """Judge the newest group by the attitude scores of its weeks; None while it is not complete.

    From 10 to 29 persons nothing is claimed (wording: "too few to call a rise or fall").
    """
    if not groups or not groups[-1].complete:
        return None
    earlier = earlier_points(groups)
    span = (groups[-1].first_monday - earlier[0].first_monday) // WEEK if earlier else 0
    totals = [_persons_and_sum(group, scores) for group in (*earlier, groups[-1])]
    sizes = [n for n, _total in totals]
    if len(earlier) < MINIMUM_BASELINE or sizes[-1] < SMALL_N:
        return Comparison(Verdict.NOT_JUDGED, len(earlier), span)
    signal = judge_newest([total for _n, total in totals], sizes, variance_ratio=variance_ratio)
    assert signal.lower is not None and signal.upper is not None, "a judged week has limits"
    return Comparison(signal.verdict, len(earlier), span, percent(signal.lower), percent(signal.upper))


def furthest_moved(
    before: Sequence[ItemLevels], newest: Sequence[ItemLevels], among: frozenset[str], verdict: Verdict, minimum_n: int
) -> str | None:
    """The item whose share of 4–5 moved most in the direction of the verdict; None when none did or may be judged."""
    earlier, now = sum_items(before), sum_items(newest)
    sign = -1 if verdict is Verdict.BELOW else 1
    moves = {
        item: sign * (_share(now[item]) - _share(earlier[item]))
        for item in sorted(among & earlier.keys() & now.keys())
        if sum(now[item]) >= minimum_n and sum(earlier[item]) >= minimum_n
    }
    furthest = max(moves, key=lambda item: moves[item], default=None)
    return furthest if furthest is not None and moves[furthest] > 0 else None


def _persons_and_sum(group: WeekGroup, scores: Mapping[date, ScoreTotals]) -> tuple[int, float]:
    """Persons of a group and the sum of their scores, as persons."""
    weeks = [scores[monday] for monday in group.mondays]
    return sum(one.n for one in weeks), sum(one.total for one in weeks) / SIXTIETHS


def _share(levels: Levels) -> float:
    return (levels[3] + levels[4]) / sum(levels)
