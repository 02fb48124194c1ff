"""What only the page of a yearly report needs: intervals as small pictures, tables by quarter."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from analytics.dashboards.published import Period
from analytics.published.sums import Population
from analytics.published.unions import Stretch
from analytics.reports.yearly.evaluation import Evaluation, UnitResult
from analytics.reports.yearly.words import ReportWords

WIDTH = 100.0
STEP = 10


@dataclass(frozen=True, slots=True)
class Picture:
    """An interval and its point on the common scale, 0 … `WIDTH`; `band_low` … `band_high` is the city's interval."""

    low: float
    high: float
    point: float
    band_low: float
    band_high: float


@dataclass(frozen=True, slots=True)
class Scale:
    """From `floor` (a whole ten under every interval shown) to 100 percent."""

    floor: int

    def place(self, percent: float) -> float:
        """Where a percentage lies, 0 … `WIDTH`."""
        return round(max(0.0, percent - self.floor) / (100 - self.floor) * WIDTH, 1)


def scale_of(report: Evaluation) -> Scale:
    """The scale that all intervals of a report fit on."""
    lows = [one.compared.low for one in report.units if one.compared]
    city = report.citizens.attitude
    lowest = min([*lows, city.low if city else 100.0, 100.0 - STEP])
    return Scale(floor(lowest / STEP) * STEP)


def picture_of(report: Evaluation, one: UnitResult, scale: Scale) -> Picture | None:
    """The number to compare by of a commune against the city's interval; None where it is not compared."""
    city, own = report.citizens.attitude, one.compared
    if city is None or own is None:
        return None
    places = (own.low, own.high, own.shrunken, city.low, city.high)
    return Picture(*(scale.place(percent) for percent in places))


@dataclass(frozen=True, slots=True)
class QuarterRow:
    """A quarter: the citizens' numbers and the organisations' (None: too few)."""

    stretch: Stretch
    citizens: Period | None
    organisations: Period | None


def quarter_rows(report: Evaluation) -> tuple[QuarterRow, ...]:
    """The quarters of either group, oldest first."""
    groups = [
        {quarter.stretch: quarter for quarter in report.group(population).quarters}
        for population in (Population.HEADLINE, Population.ORGANISATIONS)
    ]
    return tuple(
        QuarterRow(stretch, groups[0].get(stretch), groups[1].get(stretch))
        for stretch in sorted({*groups[0], *groups[1]})
    )


@dataclass(frozen=True, slots=True)
class Mark:
    """A quarter in the picture of the trend: where it stands across, and its numbers up, all 0 … `WIDTH`; its words."""

    place: float
    low: float
    high: float
    point: float
    name: str
    value: str


class YearlyPage(ReportWords):
    """All that the template shows."""

    @property
    def trend_scale(self) -> Scale:
        """The scale of the trend: a whole ten, with room under the lowest interval."""
        scores = [quarter.attitude for quarter in self.report.group(Population.HEADLINE).quarters]
        lowest = min((score.low for score in scores if score), default=100.0)
        return Scale(max(0, floor(lowest / STEP) * STEP - STEP))

    @property
    def trend(self) -> tuple[Mark, ...]:
        """The citizens' attitude index by quarter, oldest first."""
        quarters = self.report.group(Population.HEADLINE).quarters
        scored = [(quarter, score) for quarter in quarters if (score := quarter.attitude) is not None]
        scale = self.trend_scale
        return tuple(
            Mark(
                place=round((number + 0.5) / len(scored) * WIDTH, 1),
                low=scale.place(score.low),
                high=scale.place(score.high),
                point=scale.place(score.percent),
                name=self.quarter(quarter.stretch),
                value=f"{self.number(score.percent, 1)}%",
            )
            for number, (quarter, score) in enumerate(scored)
        )

    @property
    def scale(self) -> Scale:
        """Of the small pictures."""
        return scale_of(self.report)

    def picture(self, one: UnitResult, scale: Scale) -> Picture | None:
        """The small picture of a commune."""
        return picture_of(self.report, one, scale)

    @property
    def quarters(self) -> Sequence[QuarterRow]:
        """Oldest first."""
        return quarter_rows(self.report)
