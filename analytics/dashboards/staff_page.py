"""What the page of a unit says to staff: the shared page, and the words for what they see besides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from analytics.dashboards.cells import Score
from analytics.dashboards.chart_marks import ChartMarks
from analytics.dashboards.happenings import Happening, chart_events, happening_words, read_happenings
from analytics.dashboards.parts import Cut, PartScore
from analytics.dashboards.periods import period_words
from analytics.dashboards.published import OrganisationBlock, UnitSeries
from analytics.dashboards.pull import Pull, pull_of
from analytics.dashboards.sentences import number, range_of
from analytics.dashboards.series import unit_series
from analytics.dashboards.staff_details import StaffDetails, read_details
from analytics.dashboards.unit_page import UnitPage, page_of
from analytics.facts.models import NOT_STATED
from analytics.findings.adjustment import AdjustedBlock
from analytics.findings.signals import SIGNALS, PointSignal
from analytics.findings.warned_days import WarnedDays
from analytics.published.sums import Axis
from analytics.published.trouble import TroubleQuarter
from analytics.published.unions import Span, Stretch
from analytics.statistics.periods import monday_of
from survey_app.database import read_connection
from survey_app.languages import DEFAULT_LANGUAGE, catalogue, format_days
from survey_app.territory.units import Unit

_CONTEXT_ITEMS = {Axis.DOMAIN: "service_domain", Axis.GROUP: "respondent_group"}
SHOWN_SIGNALS = 6


@dataclass(frozen=True, slots=True)
class SignalLine:
    """A signal in words, and the Monday of its last week, to open an action from."""

    words: str
    monday: date


@dataclass(frozen=True, slots=True)
class StaffPage:
    """The page for staff; `pull` says which item pulls the index down, `signals` explain the marks of the chart."""

    page: UnitPage
    details: StaffDetails
    marks: ChartMarks
    pull: str | None
    signals: tuple[SignalLine, ...]
    drift: str | None
    happenings: tuple[Happening, ...]

    @property
    def lowest_item(self) -> str | None:
        """The item that pulls the index down most, to open an action from."""
        pull = pull_of(self.page.series.newest_block, self.page.series.words.attitude_items)
        return pull.lowest.item if pull and pull.is_clear else None

    def target_words(self) -> tuple[str, ...]:
        """The targets of the chart, in words."""
        return tuple(
            self._say(
                "chart.target",
                percent=target,
                measure=catalogue(self.page.language).text(f"staff_unit.measure.{measure}"),
            )
            for measure, target in self.details.targets.items()
        )

    def quarter(self, one: TroubleQuarter) -> str:
        """What a quarter of reports is called."""
        return period_words(Span.QUARTER, Stretch(one.first_day, one.last_day), self.page.language)

    def happening_words(self, one: Happening) -> str:
        """One line about an action or a note."""
        return happening_words(one, self.page.language)

    @property
    def axes(self) -> tuple[Axis, ...]:
        """In the order of the page."""
        return (Axis.SERVICE_POINT, Axis.DOMAIN, Axis.CHANNEL, Axis.GROUP)

    def cuts(self, axis: Axis) -> Sequence[Cut]:
        """The blocks along an axis, newest first."""
        return self.details.cuts[axis][::-1]

    def whole(self, cut: Cut) -> tuple[Score, Score, int]:
        """Both indices of the block that was cut, and its forms."""
        block = next(one for one in self.page.series.blocks if one.last_day == cut.last_day)
        return block.attitude, block.overall, block.responses

    def part_name(self, axis: Axis, part: PartScore) -> str:
        """What a part is called: Quầy 2; Đất đai, sổ đỏ; several names where parts were merged."""
        return " + ".join(self._label(axis, label) for label in part.labels)

    def part_body(self, part: PartScore) -> str:
        """Whose staff sit at a service point; several bodies of a merged part."""
        points = [self.details.service_points.get(label) for label in part.labels]
        bodies = dict.fromkeys(point.body for point in points if point is not None)
        return ", ".join(self._say(f"body.{body}") for body in bodies)

    def point_name(self, warned: WarnedDays) -> str:
        """Where warnings stand."""
        if warned.service_point_id is None:
            return self._say("whole")
        return self._label(Axis.SERVICE_POINT, str(warned.service_point_id))

    def coverage_words(self, block: AdjustedBlock) -> str:
        """How many of those who came answered, in one block."""
        covered, language = block.coverage, self.page.language
        if covered.percent is None:
            return self._say("coverage.unknown")
        key = "coverage.known" if covered.weeks_known == covered.weeks else "coverage.partly"
        return self._say(
            key,
            percent=number(covered.percent, language, 1),
            forms=number(covered.forms, language),
            visits=number(covered.visits, language),
            weeks=covered.weeks_known,
            all=covered.weeks,
        )

    @property
    def by_others(self) -> Sequence[OrganisationBlock]:
        """Blocks of citizens helped by others, newest first."""
        return self.details.by_others[::-1]

    def _label(self, axis: Axis, label: str) -> str:
        language, words = self.page.language, self.page.series.words
        if axis is Axis.SERVICE_POINT:
            point = self.details.service_points.get(label)
            return label if point is None else point.name if language == DEFAULT_LANGUAGE else point.name_en
        if label == NOT_STATED:
            return self._say("not_stated")
        if axis is Axis.CHANNEL:
            return self._say(f"channel.{label}")
        return words.option(_CONTEXT_ITEMS[axis], label, language)

    def _say(self, key: str, **values: object) -> str:
        return catalogue(self.page.language).text(f"staff_unit.{key}", **values)


def read_staff_series(
    unit: Unit, today: date, minimum_n: int, language: str
) -> tuple[UnitSeries, StaffDetails, tuple[Happening, ...]]:
    """All numbers of the page, and what happened, for its twins."""
    with read_connection() as connection:
        series = unit_series(connection, unit, today, minimum_n)
        return series, read_details(connection, series, today), _happenings(connection, series, today, language)


def staff_page(unit: Unit, today: date, minimum_n: int, language: str, span: Span) -> StaffPage:
    """The page of a unit on a day, for staff."""
    with read_connection() as connection:
        series = unit_series(connection, unit, today, minimum_n)
        details = read_details(connection, series, today)
        happenings = _happenings(connection, series, today, language)
        marks = _marks(details, happenings, language, span)
        page = page_of(connection, series, today, language, for_staff=True, span=span, marks=marks)
    pull = pull_of(series.newest_block, series.words.attitude_items)
    said = [one for one in details.judged[::-1] if one.verdict in SIGNALS][:SHOWN_SIGNALS]
    return StaffPage(
        page=page,
        details=details,
        marks=marks,
        pull=_pull_words(pull, series, language) if pull else None,
        signals=tuple(_signal_line(one, language) for one in said),
        drift=_drift_words(details, language),
        happenings=happenings,
    )


def _happenings(connection: Connection, series: UnitSeries, today: date, language: str) -> tuple[Happening, ...]:
    first_day = series.points[0].first_day if series.points else None
    last_day = series.points[-1].last_day if series.points else None
    return read_happenings(connection, series.unit.id, first_day, last_day, today, language, published_only=False)


def _marks(details: StaffDetails, happenings: Sequence[Happening], language: str, span: Span) -> ChartMarks:
    """Limits and events belong to weeks; targets to every span."""
    if span is not Span.WEEK:
        return ChartMarks(targets=details.targets)
    return ChartMarks(details.judged, details.targets, chart_events(happenings, language))


def _pull_words(pull: Pull, series: UnitSeries, language: str) -> str:
    block = series.newest_block
    assert block is not None, "a pull is of a block"
    key = "staff_unit.pull.clear" if pull.is_clear else "staff_unit.pull.alike"
    return catalogue(language).text(
        key,
        days=format_days(block.items_first_day, block.last_day, language),
        item=series.words.in_sentence(pull.lowest.item, language),
        percent=number(pull.lowest.score.percent, language),
        range=range_of(pull.lowest.score, language),
        best=series.words.in_sentence(pull.highest.item, language),
        best_percent=number(pull.highest.score.percent, language),
        best_range=range_of(pull.highest.score, language),
    )


def _signal_line(one: PointSignal, language: str) -> SignalLine:
    assert one.usual_low is not None and one.usual_high is not None, "a signal has limits"
    words = catalogue(language).text(
        f"staff_unit.signal.{one.verdict.value}",
        days=format_days(one.first_day, one.last_day, language),
        percent=number(one.percent, language),
        n=number(one.n, language),
        usual=f"{number(one.usual_low, language)}–{number(one.usual_high, language)}",
    )
    return SignalLine(words, monday_of(one.last_day))


def _drift_words(details: StaffDetails, language: str) -> str | None:
    newest = details.judged[-1] if details.judged else None
    if newest is None or newest.drift not in SIGNALS:
        return None
    return catalogue(language).text(f"staff_unit.drift.{newest.drift.value}")
