"""What a Monday letter says, as plain data: HTML, plain text and sheet are made of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from analytics.dashboards.calls import Call, Reason, Weight, calls_of, reasons_of
from analytics.dashboards.cells import Score
from analytics.dashboards.newest import Comparison
from analytics.dashboards.overview import Overview, State
from analytics.dashboards.published import Point, UnitSeries
from analytics.dashboards.sentences import number, range_of, span_words, unit_name
from analytics.dashboards.series import unit_series
from analytics.dashboards.unit_page import UnitPage, page_of
from survey_app.languages import catalogue, format_days
from survey_app.ledger.sealed_log import head_fingerprint
from survey_app.listening.actions import Action, actions_of
from survey_app.territory.units import Unit

SHOWN_POINTS = 8
UNTOLD = frozenset({Weight.FELL, Weight.ODD_COUNTER})
"""The first is the letter's own sentence. Whoever stuffs a counter is not told what gave it away: the city is."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the letter's table: a word for each column; `short` is `days` under a heading that says "week"."""

    days: str
    short: str
    attitude: str
    overall: str
    forms: str


@dataclass(frozen=True, slots=True)
class UnitDigest:
    """A commune's letter. `monday` is the week's; `look_at` says what to do, `is_reminder` that no form came."""

    unit: Unit
    name: str
    monday: date
    week: str
    is_reminder: bool
    sentences: tuple[str, ...]
    rows: tuple[Row, ...]
    look_at: tuple[str, ...]
    series: UnitSeries
    figure_words: str
    head: str | None


@dataclass(frozen=True, slots=True)
class CitySeries:
    """The city's own weeks, to be drawn; they are not judged against a usual level."""

    points: tuple[Point, ...]
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True)
class CityDigest:
    """The city's letter: whom to call and why, which communes were silent, how many stand where, the city's weeks."""

    unit: Unit
    name: str
    monday: date
    week: str
    sentence: str
    calls: tuple[Call, ...]
    more: int
    silent: tuple[str, ...]
    states: tuple[tuple[str, int], ...]
    series: CitySeries
    figure_words: str
    rows: tuple[Row, ...]
    head: str | None


def unit_digest(
    connection: Connection, unit: Unit, today: date, minimum_n: int, language: str, reasons: Iterable[Reason] = ()
) -> UnitDigest | None:
    """The letter of a commune about its newest finished week; None before a week was closed."""
    series = unit_series(connection, unit, today, minimum_n)
    week = series.newest_week
    if week is None:
        return None
    page = page_of(connection, series, today, language, for_staff=True)
    late = [action for action in actions_of(connection, unit.id, False) if action.is_late(today)]
    return UnitDigest(
        unit=unit,
        name=unit_name(unit, language),
        monday=week.first_day,
        week=format_days(week.first_day, week.last_day, language),
        is_reminder=week.responses == 0,
        sentences=tuple(sentence.text for sentence in page.sentences),
        rows=tuple(_row(point, language) for point in series.points[-SHOWN_POINTS:][::-1]),
        look_at=tuple(_look_at(series, reasons, late, language)),
        series=series,
        figure_words=page.figure_words,
        head=head_fingerprint(connection),
    )


def city_digest(connection: Connection, overview: Overview, language: str) -> CityDigest:
    """The letter of a city about the newest finished week."""
    texts, city = catalogue(language), overview.city
    week = format_days(city.last_monday, city.last_day, language)
    silent = [one for one in overview.silent if one.is_to_be_called]
    calls = calls_of(overview, language)
    counted = {state: sum(one.state is state for one in overview.units) for state in State}
    sentence = texts.text(
        "reports.city.sentence",
        week=week,
        communes=len(overview.units),
        below=counted.get(State.BELOW, 0),
        silent=sum(1 for one in overview.silent),
    )
    return CityDigest(
        unit=city.unit,
        name=unit_name(city.unit, language),
        monday=city.last_monday,
        week=week,
        sentence=sentence,
        calls=calls.first,
        more=calls.more,
        silent=tuple(
            texts.text("reports.city.silent_unit", unit=unit_name(one.unit, language), weeks=one.weeks)
            for one in silent
        ),
        states=tuple((texts.text(f"province.state.{state.value}"), count) for state, count in counted.items()),
        series=CitySeries(overview.trend.points),
        figure_words=texts.text("reports.city.figure", city=unit_name(city.unit, language)),
        rows=tuple(_row(point, language) for point in overview.trend.points[-SHOWN_POINTS:][::-1]),
        head=head_fingerprint(connection),
    )


def reasons_for_leaders(overview: Overview, language: str) -> dict[int, tuple[Reason, ...]]:
    """By commune: what its own leaders are told of what the city would call about."""
    return {
        unit_id: tuple(one for one in reasons if one.weight not in UNTOLD)
        for unit_id, reasons in reasons_of(overview, language).items()
    }


def page_for_sheet(connection: Connection, unit: Unit, today: date, minimum_n: int, language: str) -> UnitPage:
    """What the public reads about a commune, for the sheet on the wall."""
    series = unit_series(connection, unit, today, minimum_n)
    return page_of(connection, series, today, language, for_staff=False)


def _row(point: Point, language: str) -> Row:
    texts = catalogue(language)
    few = texts.text("reports.too_few")

    def cell(score: Score | None) -> str:
        return few if score is None else f"{number(score.percent, language)}% ({range_of(score, language)})"

    days = span_words(point.first_day, point.last_day, point.weeks, language)
    short = days if point.weeks > 1 else format_days(point.first_day, point.last_day, language)
    return Row(days, short, cell(point.attitude), cell(point.overall), number(point.responses, language))


def _look_at(series: UnitSeries, reasons: Iterable[Reason], late: Iterable[Action], language: str) -> Iterable[str]:
    texts = catalogue(language)
    yield from (reason.words for reason in reasons)
    point = series.newest_point
    if point is not None and point.set_aside:
        yield texts.text("reports.look_at.set_aside", count=point.set_aside)
    for action in late:
        yield texts.text("reports.look_at.late_action", title=action.content.title)
