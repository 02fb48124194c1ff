"""What the page of a unit shows, staff and public alike: its series, with the words and figures made from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup, escape
from sqlalchemy import Connection

from analytics.dashboards.chart_marks import NO_MARKS, ChartMarks
from analytics.dashboards.item_figure import item_figure
from analytics.dashboards.periods import PICKED, period_words
from analytics.dashboards.published import Block, Period, Point, UnitSeries
from analytics.dashboards.sentences import (
    Sentence,
    Tone,
    day_words,
    days_with_year,
    item_name,
    name_in_sentence,
    number,
    quotation,
    range_of,
    span_words,
    unit_name,
    week_sentences,
)
from analytics.dashboards.weekly_figure import weekly_figure
from analytics.published.unions import Span
from survey_app.languages import catalogue, format_days
from survey_app.territory.units import Unit, codes_by_id, find_unit, last_known, successors

LEVELS = (1, 2, 3, 4, 5)
LONGEST_CODE = 10


@dataclass(frozen=True, slots=True)
class UnitLink:
    """A unit to go on to."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class BlockPart:
    """One four-week block with its figure (JSON; None without items); the items may be about earlier days too."""

    block: Block
    days: str
    item_days: str
    figure: Markup | None


@dataclass(frozen=True, slots=True)
class UnitPage:
    """All that the templates of a unit show; numbers stand in `series` alone.

    `span` is what the chart and its table go by, `points` what they show of it, oldest first.
    """

    series: UnitSeries
    span: Span
    language: str
    name: str
    sentences: tuple[Sentence, ...]
    quotation: str | None
    figure: Markup | None
    figure_words: str
    blocks: tuple[BlockPart, ...]
    """Newest first."""
    ended: bool
    successors: tuple[UnitLink, ...]

    @property
    def points(self) -> tuple[Point, ...]:
        """The points of the weeks, or the periods of another span."""
        return points_of(self.series, self.span)

    @property
    def spans(self) -> tuple[Span, ...]:
        """What else the reader may look by."""
        return PICKED

    @property
    def tone(self) -> Tone:
        """How the box of the sentences looks: a signal over a caution."""
        tones = {sentence.tone for sentence in self.sentences}
        return next((tone for tone in (Tone.SIGNAL, Tone.USUAL) if tone in tones), Tone.CAUTION)

    @property
    def level_words(self) -> tuple[tuple[int, str], ...]:
        """The five levels with their words."""
        return tuple((level, self.series.words.level(level, self.language)) for level in LEVELS)

    def item_name(self, item: str) -> str:
        """An item as tables and charts call it."""
        return item_name(self.series.words, item, self.language)

    def point_name(self, point: Point) -> str:
        """What a row of the table is called: 16–22/11; Tháng 10/2026."""
        if isinstance(point, Period):
            return period_words(self.span, point.stretch, self.language)
        return format_days(point.first_day, point.last_day, self.language)

    def point_details(self, point: Point) -> str:
        """What is said under the name of a row: joined weeks; the weeks of a period, and whether more will come."""
        texts = catalogue(self.language)
        if not isinstance(point, Period):
            return texts.text("dashboards.table.joined", weeks=point.weeks) if point.weeks > 1 else ""
        key = "periods.weeks" if point.is_over else "periods.so_far"
        days = format_days(point.first_day, point.last_day, self.language)
        return texts.text(key, weeks=point.weeks, days=days)

    def day(self, day: date) -> str:
        """A day without its year: 23/11, 23 Nov."""
        return day_words(day, self.language)

    def days(self, first_day: date, last_day: date) -> str:
        """A span of days with its year."""
        return days_with_year(first_day, last_day, self.language)


def emphasised(text: str) -> Markup:
    """A sentence with its `**…**` as strong emphasis; everything else is escaped."""
    parts = (escape(part) for part in text.split("**"))
    return Markup("").join(
        Markup("<strong>{}</strong>").format(part) if place % 2 else part for place, part in enumerate(parts)
    )


def find_shown_unit(connection: Connection, code: str, day: date) -> Unit | None:
    """The commune of that code as it is on the day, or as last known if it has ended; None for any other code."""
    if not (code.isascii() and code.isalnum()) or len(code) > LONGEST_CODE:
        return None
    unit = find_unit(connection, code, day)
    if unit is None:
        ids = {known: unit_id for unit_id, known in codes_by_id(connection).items()}
        unit = last_known(connection, ids[code]) if code in ids else None
    return unit if unit is not None and unit.is_commune and unit.valid_from <= day else None


def page_of(
    connection: Connection,
    series: UnitSeries,
    today: date,
    language: str,
    *,
    for_staff: bool,
    span: Span = Span.WEEK,
    marks: ChartMarks = NO_MARKS,
) -> UnitPage:
    """The page of a series that was read already; `marks` go into the chart of weeks."""
    unit = series.unit
    ended = unit.valid_to is not None and unit.valid_to <= today
    now = successors(connection, unit.id, today) if ended else []
    drawn = series if span is Span.WEEK else replace(series, points=points_of(series, span), blocks=())
    return UnitPage(
        series=series,
        span=span,
        language=language,
        name=unit_name(unit, language),
        sentences=week_sentences(series, language, for_staff=for_staff),
        quotation=quotation(series, language),
        figure=weekly_figure(drawn, language, marks, span),
        figure_words=figure_words(drawn, language),
        blocks=_block_parts(series, language),
        ended=ended,
        successors=tuple(UnitLink(one.code, unit_name(one, language)) for one in now),
    )


def points_of(series: UnitSeries, span: Span) -> tuple[Point, ...]:
    """What a series shows by a span."""
    return series.points if span is Span.WEEK else series.periods.get(span, ())


def figure_words(series: UnitSeries, language: str) -> str:
    """What the weekly figure shows, for those who do not see it; the table has the numbers."""
    scored = [point for point in series.points if point.attitude is not None and point.overall is not None]
    if not scored:
        return ""
    newest = scored[-1]
    assert newest.attitude is not None and newest.overall is not None, "chosen so"
    return catalogue(language).text(
        "dashboards.chart.words",
        unit=name_in_sentence(series.unit, language),
        days=days_with_year(scored[0].first_day, newest.last_day, language),
        points=len(scored),
        newest=span_words(newest.first_day, newest.last_day, newest.weeks, language),
        attitude=number(newest.attitude.percent, language),
        attitude_range=range_of(newest.attitude, language),
        overall=number(newest.overall.percent, language),
        overall_range=range_of(newest.overall, language),
    )


def _block_parts(series: UnitSeries, language: str) -> tuple[BlockPart, ...]:
    newest_first: Sequence[Block] = series.blocks[::-1]
    return tuple(
        BlockPart(
            block,
            days_with_year(block.first_day, block.last_day, language),
            days_with_year(block.items_first_day, block.last_day, language),
            item_figure(series, block, language),
        )
        for block in newest_first
    )
