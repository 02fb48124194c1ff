"""The newest point against the unit's own past: usual, clearly below, clearly above, or not to be judged."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.dashboards.cells import SMALL_N, percent
from analytics.published.numbers import Group
from analytics.published.sums import Levels, sum_items
from analytics.statistics.indices import SIXTIETHS
from analytics.statistics.periods import WEEK
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


def earlier_points(groups: Sequence[Group]) -> Sequence[Group]:
    """The published groups before the newest one that its usual level comes from."""
    return groups[:-1][-BASELINE_POINTS:]


def compare_newest(groups: Sequence[Group], variance_ratio: float) -> Comparison | None:
    """Judge the newest group by the attitude scores of those before it; None without any.

    From 10 to 29 persons nothing is claimed (wording: "too few to call a rise or fall").
    """
    if not groups:
        return None
    earlier = earlier_points(groups)
    span = (groups[-1].first_day - earlier[0].first_day) // WEEK if earlier else 0
    scores = [group.sums.scores for group in (*earlier, groups[-1])]
    sizes = [one.n for one in scores]
    if len(earlier) < MINIMUM_BASELINE or sizes[-1] < SMALL_N:
        return Comparison(Verdict.NOT_JUDGED, len(earlier), span)
    signal = judge_newest([one.total / SIXTIETHS for one in scores], sizes, variance_ratio=variance_ratio)
    assert signal.lower is not None and signal.upper is not None, "a judged week has limits"
    return Comparison(signal.verdict, len(earlier), span, percent(signal.lower), percent(signal.upper))


def furthest_moved(
    before: Sequence[Group], newest: Group, among: frozenset[str], verdict: Verdict, minimum_n: int
) -> str | None:
    """The item whose share of 4–5 moved most in the direction of the verdict; None when none did or may be judged."""
    earlier, now = sum_items(group.items for group in before), newest.items
    sign = -1 if verdict is Verdict.BELOW else 1
    moves = {
        item: sign * (_share(now[item]) - _share(earlier[item]))
        for item in sorted(among & earlier.keys() & now.keys())
        if sum(now[item]) >= minimum_n and sum(earlier[item]) >= minimum_n
    }
    furthest = max(moves, key=lambda item: moves[item], default=None)
    return furthest if furthest is not None and moves[furthest] > 0 else None


def _share(levels: Levels) -> float:
    return (levels[3] + levels[4]) / sum(levels)
