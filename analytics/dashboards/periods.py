"""Periods to choose from, of one unit's groups or of a whole area's: four-week blocks, months, quarters, years.

Every period is a union of whole groups (`analytics.published.unions`); one that began before the groups were read is
left out, since it would be shown in part.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from analytics.dashboards.cells import attitude_score, share_score
from analytics.dashboards.published import Period
from analytics.published.numbers import Group
from analytics.published.unions import Cell, Span, Stretch, cells_by, is_over
from analytics.statistics.periods import WEEK
from survey_app.languages import DEFAULT_LANGUAGE, catalogue, format_days

PICKED = (Span.WEEK, Span.BLOCK, Span.MONTH, Span.REPORTING_MONTH, Span.QUARTER, Span.YEAR)
"""What a reader may look by, in the order of the picker."""
_SHOWN: Mapping[Span, int] = {
    Span.BLOCK: 13,
    Span.MONTH: 12,
    Span.REPORTING_MONTH: 12,
    Span.QUARTER: 8,
    Span.YEAR: 3,
}
_QUARTERS = ("I", "II", "III", "IV")


def periods_of(
    groups: Sequence[Group], read_from: date, published: date, variance_ratio: float
) -> Mapping[Span, tuple[Period, ...]]:
    """The newest periods of every span but the week, oldest first.

    `groups`: of one population, all that end on `read_from` or later; `published`: the last day decided.
    """
    return {
        span: tuple(
            _period(cell, published, variance_ratio)
            for cell in cells_by(groups, span)
            if cell.stretch.first_day >= read_from
        )[-shown:]
        for span, shown in _SHOWN.items()
    }


def period_words(span: Span, stretch: Stretch, language: str) -> str:
    """What a period is called: Tháng 10/2026; Kỳ 15/10–14/11/2026; Quý IV/2026."""
    texts, first, last = catalogue(language), stretch.first_day, stretch.last_day
    quarter = (last.month - 1) // 3
    return texts.text(
        f"periods.name.{span.value}",
        days=_days(first, last, language),
        month=last.month if language == DEFAULT_LANGUAGE else f"{last:%B}",
        quarter=_QUARTERS[quarter] if language == DEFAULT_LANGUAGE else quarter + 1,
        year=last.year,
    )


def short_period_words(span: Span, stretch: Stretch, language: str) -> str:
    """What a period is called below a chart, where there is little room: 5/10–1/11; 10/2026; Quý IV/2026."""
    first, last = stretch.first_day, stretch.last_day
    if span in {Span.BLOCK, Span.REPORTING_MONTH}:
        return format_days(first, last, language)
    if span is Span.MONTH:
        return f"{last.month}/{last.year}" if language == DEFAULT_LANGUAGE else f"{last:%b} {last.year}"
    return period_words(span, stretch, language)


def _days(first: date, last: date, language: str) -> str:
    separator = "/" if language == DEFAULT_LANGUAGE else " "
    return f"{format_days(first, last, language)}{separator}{last.year}"


def _period(cell: Cell, published: date, variance_ratio: float) -> Period:
    return Period(
        first_day=cell.first_day,
        last_day=cell.last_day,
        weeks=((cell.last_day - cell.first_day).days + 1) // WEEK.days,
        responses=cell.sums.responses,
        attitude=attitude_score(cell.sums.scores, cell.sums.ratings, variance_ratio, cell.minimum_n),
        overall=share_score(cell.sums.overall, cell.minimum_n),
        set_aside=cell.composition.set_aside,
        stretch=cell.stretch,
        is_over=is_over(cell.stretch, published),
    )
