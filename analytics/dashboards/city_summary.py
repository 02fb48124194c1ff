"""What everybody reads first about a whole city or province: its newest four weeks that are over, in a sentence.

The same numbers as open data gives for the city: a sum of what was published of its communes, so nothing more is told.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from analytics.dashboards.cells import Score, attitude_score, share_score
from analytics.dashboards.sentences import days_with_year, number, range_of, unit_name
from analytics.dashboards.series import SHOWN_WEEKS
from analytics.published.numbers import last_published_day, read_groups, score_totals
from analytics.published.unions import Cell, Span, cells_by, stretch_of
from analytics.statistics.indices import pooled_variance_ratio
from analytics.statistics.periods import WEEK
from survey_app.languages import catalogue, format_day
from survey_app.territory.units import Unit

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CitySummary:
    """The four weeks of a city: `block` has their days, forms and communes."""

    city: Unit
    block: Cell
    attitude: Score
    overall: Score

    def words(self, language: str) -> str:
        """The sentence; `**…**` is emphasis."""
        stretch = self.block.stretch
        return catalogue(language).text(
            "public.city.block",
            city=unit_name(self.city, language),
            days=days_with_year(stretch.first_day, stretch.last_day, language),
            attitude=number(self.attitude.percent, language),
            attitude_range=range_of(self.attitude, language),
            overall=number(self.overall.percent, language),
            overall_range=range_of(self.overall, language),
            n=number(self.block.sums.responses, language),
            communes=number(self.block.units, language),
        )

    def joined_words(self, language: str) -> str:
        """From when thin weeks of some communes were joined with later ones; empty where none were."""
        if self.block.first_day == self.block.stretch.first_day:
            return ""
        return catalogue(language).text("public.city.joined", day=format_day(self.block.first_day, language))


def read_city_summary(
    connection: Connection, city: Unit, commune_ids: Collection[int], today: date
) -> CitySummary | None:
    """The newest four-week block of the city that is over and has answers; None without one. Three statements."""
    published = last_published_day(connection)
    if published is None:
        return None
    published = min(published, today)
    last_day = stretch_of(published + WEEK, Span.BLOCK).first_day - DAY
    first_day = stretch_of(last_day, Span.BLOCK).first_day
    groups = read_groups(connection, commune_ids, first_day=first_day, last_day=last_day)
    if not groups:
        return None
    totals = score_totals(connection, commune_ids, published - SHOWN_WEEKS * WEEK + DAY, published)
    ratio = round(pooled_variance_ratio(totals), 3)
    (block,) = cells_by(groups, Span.BLOCK)
    attitude = attitude_score(block.sums.scores, block.sums.ratings, ratio, block.minimum_n)
    overall = share_score(block.sums.overall, block.minimum_n)
    assert attitude is not None and overall is not None, "a published block has the minimum"
    return CitySummary(city, block, attitude, overall)
