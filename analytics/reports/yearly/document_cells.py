"""Cells of the tables of a yearly report on paper: numbers with intervals, intervals as small pictures. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from analytics.dashboards.cells import Score
from analytics.dashboards.published import Period
from analytics.published.trouble import Reported
from analytics.reports.yearly.evaluation import UnitResult
from analytics.reports.yearly.page import YearlyPage, picture_of
from analytics.reports.yearly.paper import DEEP, INK, PALE, PICTURE, RULE, SOFT, Cell, Column, Draw
from survey_app.territory.print_font import FAMILY

if TYPE_CHECKING:
    from fpdf import FPDF

TREND_HEIGHT = 38.0
CITY_BAND = (176, 206, 201)


@dataclass(frozen=True, slots=True)
class ReportCells:
    """Makes cells in the words of a report."""

    words: YearlyPage

    def index_columns(self, share: float = 3) -> tuple[Column, Column]:
        """Headings of the two indices."""
        names = ("dashboards.attitude_index", "dashboards.overall_index")
        return Column(self.words.text(names[0]), share), Column(self.words.text(names[1]), share)

    def score(self, period: Period | None, measure: str, *, short: bool = False) -> Cell:
        """An index of a period with its interval and n; pale under 30 persons."""
        score: Score | None = getattr(period, measure) if period else None
        if score is None:
            return Cell(self.words.text("yearly.group.few"), pale=True)
        n = self.words.number(score.n) if short else self.forms(score.n)
        below = f"{self.words.range(score.low, score.high)}% · {n}"
        return Cell(f"{self.words.number(score.percent, 1)}%", below, bold=not score.is_small, pale=score.is_small)

    def forms(self, n: int) -> str:
        """A number of forms in words."""
        return f"{self.words.number(n)} {self.words.text('dashboards.table.forms')}"

    def share(self, one: Reported) -> Cell:
        """A share of those who reported something."""
        return Cell(f"{self.words.number(one.percent, 1)}%", f"{self.words.range(one.low, one.high)}%", bold=True)

    def coverage(self, one: UnitResult) -> Cell:
        """Forms per hundred visits."""
        percent = one.coverage.percent
        return Cell("–", pale=True) if percent is None else Cell(f"{self.words.number(percent, 1)}%")

    def compared(self, one: UnitResult, *, pictured: bool = True) -> Cell:
        """The number to compare by of a commune, against the city's interval."""
        if one.compared is None:
            return Cell(self.words.text("yearly.units.few"), pale=True)
        percent, range_ = (
            self.words.number(one.compared.shrunken, 1),
            self.words.range(one.compared.low, one.compared.high),
        )
        return Cell(f"{percent}% ({range_})", picture=self.picture(one) if pictured else None)

    def picture(self, one: UnitResult) -> Draw | None:
        """Its interval and point against the city's band."""
        picture = picture_of(self.words.report, one, self.words.scale)
        if picture is None:
            return None

        def draw(document: FPDF, left: float, top: float, width: float) -> None:
            def at(place: float) -> float:
                return left + place / 100 * width

            middle = top + PICTURE / 2
            document.set_fill_color(*SOFT)
            document.rect(left, top, width, PICTURE, style="F")
            document.set_fill_color(*CITY_BAND)
            document.rect(at(picture.band_low), top, at(picture.band_high) - at(picture.band_low), PICTURE, style="F")
            document.set_draw_color(*DEEP)
            document.set_line_width(0.45)
            document.line(at(picture.low), middle, at(picture.high), middle)
            document.set_fill_color(*DEEP)
            document.ellipse(at(picture.point) - 0.8, middle - 0.8, 1.6, 1.6, style="F")

        return draw


def draw_trend(document: FPDF, words: YearlyPage, box: tuple[float, float, float]) -> None:
    """The citizens' attitude index by quarter, each with its interval; the scale ends at 100 percent."""
    left, top, width = box
    bottom, ends = top + TREND_HEIGHT - 6, 10.0

    def at(place: float, percent: float) -> tuple[float, float]:
        return left + ends + place / 100 * (width - ends), bottom - percent / 100 * (bottom - top - 3)

    def write(said: str, style: str, size: float, x: float, y: float) -> None:
        document.set_font(FAMILY, style, size)
        document.text(x - document.get_string_width(said) / 2, y, said)

    document.set_text_color(*PALE)
    document.set_draw_color(*RULE)
    document.set_line_width(0.2)
    for percent in (words.trend_scale.floor, 100):
        (start, y), (end, _y) = at(0, words.trend_scale.place(percent)), at(100, 0)
        document.line(start, y, end, y)
        write(f"{percent}%", "", 7.5, left + ends / 2 - 0.5, y + 1)
    document.set_draw_color(*DEEP)
    document.set_fill_color(*DEEP)
    document.set_line_width(0.3)
    for before, after in pairwise(words.trend):
        document.line(*at(before.place, before.point), *at(after.place, after.point))
    document.set_line_width(0.8)
    for mark in words.trend:
        x, y = at(mark.place, mark.point)
        document.line(x, at(0, mark.low)[1], x, at(0, mark.high)[1])
        document.ellipse(x - 1, y - 1, 2, 2, style="F")
        document.set_text_color(*INK)
        write(mark.value, "B", 9, x, at(0, mark.high)[1] - 1.5)
        document.set_text_color(*PALE)
        write(mark.name, "", 8, x, bottom + 4.5)
