"""The newest point against the unit's own base: usual, clearly below, clearly above, or not to be judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from analytics.findings.signals import PointSignal
from analytics.published.numbers import Group
from analytics.published.sums import Levels, sum_items
from analytics.statistics.weekly_signals import MINIMUM_BASELINE, Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """What may be said about the newest point. The usual level is in percent, for a point of its n.

    `weeks` is the time that the points of the base span. `changed_item` moved furthest in the direction of the signal,
    among those with enough ratings on both sides. `visible_drop`: only drops over so many points would be seen at this
    n. `base_first_day` and `base_last_day` are told where the base is not the past weeks; `rebased_on` is the Monday
    from which somebody had it counted. Without a verdict all but `points`, `weeks` and `rebased_on` are None.
    """

    verdict: Verdict
    points: int
    weeks: int
    usual_low: float | None = None
    usual_high: float | None = None
    changed_item: str | None = None
    visible_drop: float | None = None
    base_first_day: date | None = None
    base_last_day: date | None = None
    rebased_on: date | None = None

    @property
    def has_history(self) -> bool:
        """Whether there are enough earlier points to know a usual level."""
        return self.points >= MINIMUM_BASELINE


def comparison_of(signal: PointSignal) -> Comparison:
    """A judged point as pages tell it."""
    is_older = signal.verdict is not Verdict.NOT_JUDGED and not signal.is_recent_base
    return Comparison(
        verdict=signal.verdict,
        points=signal.base_points,
        weeks=signal.base_weeks,
        usual_low=signal.usual_low,
        usual_high=signal.usual_high,
        visible_drop=signal.visible_drop,
        base_first_day=signal.base_first_day if is_older else None,
        base_last_day=signal.base_last_day if is_older else None,
        rebased_on=signal.base.monday if signal.base else None,
    )


def groups_of_base(groups: Sequence[Group], signal: PointSignal) -> Sequence[Group]:
    """The groups that the usual level of a judged point comes from."""
    first, last = signal.base_first_day, signal.base_last_day
    if first is None or last is None:
        return ()
    return [group for group in groups if first <= group.first_day and group.last_day <= last]


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
