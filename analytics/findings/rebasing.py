"""What setting a commune's usual level anew would do, before anybody does it: its newest point by either base."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from analytics.findings.bases import Base, read_bases
from analytics.findings.signals import BASE_POINTS, PointSignal, judge_point
from analytics.published.numbers import last_published_day, read_scores, score_totals
from analytics.statistics.indices import pooled_variance_ratio
from analytics.statistics.periods import WEEK
from analytics.statistics.weekly_signals import MINIMUM_BASELINE
from survey_app.territory.units import Unit, children

SPAN = 16 * WEEK
"""φ is pooled over the city's newest weeks, as on the commune's page."""


@dataclass(frozen=True, slots=True)
class Rebasing:
    """A commune's newest point judged by the base in use and by one from another week on.

    `points`: how many published points that base would have before the newest one; signals need `needed` of them.
    """

    before: PointSignal
    after: PointSignal
    points: int
    needed: int = MINIMUM_BASELINE

    @property
    def is_judged_after(self) -> bool:
        """Whether the newest point could be judged at once by the new base."""
        return self.points >= self.needed


def try_rebasing(connection: Connection, unit: Unit, monday: date, day: date) -> Rebasing | None:
    """Judge the commune's newest point by either base; None where nothing of it is published. Nothing is written."""
    published = last_published_day(connection)
    if published is None:
        return None
    points = read_scores(connection, [unit.id], min(published, day)).get(unit.id, [])
    if not points:
        return None
    siblings = children(connection, unit.parent_id, day) if unit.parent_id is not None else []
    ids = sorted({unit.id, *(one.id for one in siblings)})
    ratio = round(pooled_variance_ratio(score_totals(connection, ids, published - SPAN, published)), 3)
    newest = len(points) - 1
    after = judge_point(points, newest, Base(monday, "", "", ""), ratio)
    return Rebasing(
        before=judge_point(points, newest, read_bases(connection, [unit.id]).get(unit.id), ratio),
        after=after,
        points=min(after.base_points, BASE_POINTS),
    )
