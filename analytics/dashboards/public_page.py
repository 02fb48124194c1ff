"""The page of a unit for everybody: the shared page, and what was said and done, checked and reported besides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from analytics.dashboards.chart_marks import NO_MARKS, ChartMarks
from analytics.dashboards.coded_forms import CodedBlock, read_coded_blocks
from analytics.dashboards.happenings import Happening, chart_events, read_happenings
from analytics.dashboards.periods import period_words
from analytics.dashboards.published import UnitSeries
from analytics.dashboards.series import unit_series
from analytics.dashboards.unit_page import UnitPage, page_of
from analytics.published.trouble import TroubleQuarter, trouble_by_quarter
from analytics.published.unions import Span, Stretch
from analytics.statistics.periods import WEEK
from survey_app.database import read_connection
from survey_app.territory.units import Unit

SHOWN_QUARTERS = 8
REACH = 110 * WEEK
"""Eight quarters, and what is left of the one that runs."""


@dataclass(frozen=True, slots=True)
class PublicDetails:
    """What is published of a unit besides its series; all oldest first, but `happenings` (newest first).

    `coded`: forms with a transaction code beside the others; `trouble`: shares reported by quarter.
    """

    coded: tuple[CodedBlock, ...]
    trouble: tuple[TroubleQuarter, ...]
    happenings: tuple[Happening, ...]

    @property
    def actions(self) -> Sequence[Happening]:
        """What the commune says it did, newest first."""
        return [one for one in self.happenings if one.action is not None]

    @property
    def notes(self) -> Sequence[Happening]:
        """What it notes to the weeks shown, newest first."""
        return [one for one in self.happenings if one.note is not None]


@dataclass(frozen=True, slots=True)
class PublicPage:
    """All that the template shows."""

    page: UnitPage
    details: PublicDetails

    @property
    def is_marked(self) -> bool:
        """Whether numbers stand in the chart that the lists below explain."""
        by_week = self.page.span is Span.WEEK and self.page.figure is not None
        return by_week and any(one.number is not None for one in self.details.happenings)

    def number_of(self, one: Happening) -> int | None:
        """The number under which something stands in the chart that is shown."""
        return one.number if self.is_marked else None

    def quarter(self, one: TroubleQuarter) -> str:
        """Quý III/2026."""
        return period_words(Span.QUARTER, Stretch(one.first_day, one.last_day), self.page.language)


def read_public(unit: Unit, today: date, minimum_n: int, language: str) -> tuple[UnitSeries, PublicDetails]:
    """All numbers of the page and what happened, for its twins."""
    with read_connection() as connection:
        series = unit_series(connection, unit, today, minimum_n)
        return series, _details(connection, series, today, language)


def public_page(unit: Unit, today: date, minimum_n: int, language: str, span: Span) -> PublicPage:
    """The page of a unit on a day, for everybody; events stand in the chart of weeks alone."""
    with read_connection() as connection:
        series = unit_series(connection, unit, today, minimum_n)
        details = _details(connection, series, today, language)
        marks = ChartMarks(events=chart_events(details.happenings, language)) if span is Span.WEEK else NO_MARKS
        page = page_of(connection, series, today, language, for_staff=False, span=span, marks=marks)
    return PublicPage(page, details)


def _details(connection: Connection, series: UnitSeries, today: date, language: str) -> PublicDetails:
    unit_id, points = series.unit.id, series.points
    first_day, last_day = (points[0].first_day, points[-1].last_day) if points else (None, None)
    blocks = [block.last_day for block in series.blocks]
    trouble = trouble_by_quarter(connection, [unit_id], today - REACH).get(unit_id, [])
    return PublicDetails(
        coded=read_coded_blocks(connection, unit_id, blocks, series.variance_ratio),
        trouble=tuple(trouble[-SHOWN_QUARTERS:]),
        happenings=read_happenings(connection, unit_id, first_day, last_day, today, language, published_only=True),
    )
