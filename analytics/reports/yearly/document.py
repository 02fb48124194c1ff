"""The yearly report as a document to print and submit (PDF, A4): what the page says, in the same words and numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analytics.reports.yearly.document_cells import TREND_HEIGHT, ReportCells, draw_trend
from analytics.reports.yearly.evaluation import Evaluation, UnitResult
from analytics.reports.yearly.page import YearlyPage
from analytics.reports.yearly.paper import DEEP, INK, LEFT, PALE, SMALL, WIDTH, Cell, Column, Paper, Table
from survey_app.territory.print_font import A4, FAMILY, fitted_size, new_document

if TYPE_CHECKING:
    from fpdf import FPDF

BAND = 47.0
"""Height of the title's band."""
WHITE = (255, 255, 255)
UNIT_SIZE = 7.5
PAGES = "{nb}"
"""What the library replaces by the number of pages."""


def report_pdf(report: Evaluation, language: str, public_url: str) -> bytes:
    """The document; the same report gives the same bytes."""
    words = YearlyPage(report, language)
    with new_document(words.title, report.printed_on) as document:
        document.set_lang(language)
        _Document(document, words, public_url).draw()
        return bytes(document.output())


class _Document:
    """Prints section after section."""

    def __init__(self, document: FPDF, words: YearlyPage, public_url: str) -> None:
        self.words, self.report, self.public_url = words, words.report, public_url
        self.cells = ReportCells(words)
        head = self.report.integrity.head
        foot = " · ".join(one for one in (words.title, words.day(self.report.printed_on), head) if one)
        self.paper = Paper(document, (foot, lambda page: words.text("yearly.pdf.page", page=page, pages=PAGES)))
        self.document = document

    def draw(self) -> None:
        """Everything, in the order of the page."""
        self._title()
        self._results()
        self._groups()
        self._quarters()
        self._taking_part()
        self._reported()
        self._recognised()
        self._signals()
        self._done()
        self._units()
        self._trust()

    def _title(self) -> None:
        words, document = self.words, self.document
        self.paper.turn()
        document.set_fill_color(*DEEP)
        document.rect(0, 0, A4[0], BAND, style="F")
        document.set_text_color(*WHITE)
        document.set_font(FAMILY, "B", 9)
        document.text(LEFT, 15, words.text("yearly.pdf.kicker"))
        document.set_font(FAMILY, "B", fitted_size(document, words.title, "B", WIDTH, 24))
        document.text(LEFT, 27, words.title)
        document.set_font(FAMILY, "", 11.5)
        document.text(LEFT, 36, words.text("yearly.pdf.subtitle"))
        self.paper.down = BAND + 6
        self.paper.paragraph(" ".join(words.about), 10.5)
        self.paper.paragraph(words.time, SMALL, colour=PALE)

    def _results(self) -> None:
        self.paper.heading(self.words.text("yearly.key.title"), 40)
        if self.words.quotation:
            self.paper.quotation(self.words.quotation)
        self.paper.tiles([(tile.name, tile.value, tile.beside) for tile in self.words.tiles])

    def _groups(self) -> None:
        words = self.words
        self.paper.heading(words.text("yearly.group.title"), 40)
        self.paper.paragraph(words.about_groups, SMALL, colour=PALE)
        columns = (Column(words.text("yearly.group.name"), 5), *self.cells.index_columns())
        rows = [
            (
                Cell(words.text(f"yearly.group.{group.population.value}"), bold=True),
                self.cells.score(group.whole, "attitude"),
                self.cells.score(group.whole, "overall"),
            )
            for group in self.report.groups
        ]
        self.paper.table(Table(columns, rows))
        officials = words.number(self.report.taking_part.officials)
        self.paper.paragraph(words.text("yearly.group.not_published", count=officials), SMALL, colour=PALE)

    def _quarters(self) -> None:
        words = self.words
        self.paper.heading(words.text("yearly.trend.title"), 30 + TREND_HEIGHT * (len(words.trend) > 1))
        said = [words.text("yearly.trend.caption")] + [words.text("yearly.trend.one")] * (len(words.quarters) == 1)
        self.paper.paragraph(" ".join(said), SMALL, colour=PALE)
        names = ("yearly.trend.citizens", "yearly.trend.organisations")
        marks = words.trend
        if len(marks) > 1:
            self.paper.box(
                TREND_HEIGHT, lambda document, left, top, width: draw_trend(document, words, (left, top, width))
            )
        indices = [
            Column(f"{index.heading}, {words.text(name)}", 3) for name in names for index in self.cells.index_columns()
        ]
        rows = [
            (
                Cell(words.quarter(row.stretch), bold=True),
                *(
                    self.cells.score(period, measure)
                    for period in (row.citizens, row.organisations)
                    for measure in ("attitude", "overall")
                ),
            )
            for row in words.quarters
        ]
        self.paper.table(Table((Column(words.text("yearly.trend.quarter"), 2), *indices), rows))

    def _taking_part(self) -> None:
        words = self.words
        self.paper.heading(words.text("yearly.part.title"), 40)
        self.paper.paragraph(words.text("yearly.part.caption"), SMALL, colour=PALE)
        counted = [
            (Cell(words.text(f"yearly.part.{kind}")), Cell(words.number(count))) for kind, count in words.kinds.items()
        ]
        whole = (
            Cell(words.text("yearly.part.all"), bold=True),
            Cell(words.number(self.report.taking_part.forms), bold=True),
        )
        heads = (Column(words.text("yearly.part.kind"), 5), Column(words.text("dashboards.table.responses"), 1, "R"))
        self.paper.table(Table(heads, [*counted, whole], width=WIDTH * 0.7))
        silent = self.report.silent
        if silent:
            names = ", ".join(words.name(one.unit) for one in words.sorted(silent))
            self.paper.paragraph(f"{words.text('yearly.part.silent', count=len(silent))} {names}.")
        else:
            self.paper.paragraph(words.text("yearly.part.silent_none"))
        if words.few_weeks:
            self.paper.paragraph(words.text("yearly.part.silent_weeks", count=words.few_weeks))

    def _reported(self) -> None:
        words = self.words
        self.paper.heading(words.text("yearly.reported.title"), 40)
        self.paper.paragraph(words.text("province.reported.caption"), SMALL, colour=PALE)
        if not self.report.reported:
            self.paper.paragraph(words.text("province.reported.none"))
            return
        heads = [words.text(f"public.reported.{key}") for key in ("quarter", "trouble", "money", "answered")]
        columns = [Column(heads[0], 4), Column(heads[1], 3), Column(heads[2], 3), Column(heads[3], 2, "R")]
        rows = [
            (
                Cell(words.reported_quarter(one), bold=True),
                self.cells.share(one.trouble),
                self.cells.share(one.money),
                Cell(words.number(one.n)),
            )
            for one in self.report.reported
        ]
        self.paper.table(Table(columns, rows))

    def _recognised(self) -> None:
        words = self.words
        self.paper.heading(words.text("yearly.recognised.title"), 34)
        self.paper.paragraph(words.recognition)
        if not self.report.recognised:
            return
        columns = (
            Column(words.text("yearly.units.unit"), 4),
            Column(words.text("yearly.units.compare"), 4),
            Column(f"{words.scale.floor}–100%", 4),
            Column(words.text("yearly.units.coverage"), 2, "R"),
            Column(words.text("yearly.units.integrity"), 3, "R"),
        )
        rows = [
            (
                Cell(words.name(one.unit), bold=True),
                self.cells.compared(one, pictured=False),
                Cell("", picture=self.cells.picture(one)),
                self.cells.coverage(one),
                Cell(f"{words.number(one.set_aside)}; {words.number(one.warned_days)}"),
            )
            for one in words.sorted(self.report.recognised)
        ]
        self.paper.table(Table(columns, rows))

    def _signals(self) -> None:
        words = self.words
        self.paper.heading(words.text("yearly.signals.title"), 20)
        self.paper.paragraph(words.signals)
        if not self.report.signals.below:
            return
        columns = (
            Column(words.text("yearly.units.unit"), 3),
            Column(words.text("yearly.signals.week"), 3),
            Column(words.text("dashboards.attitude_index"), 3),
            Column(words.text("yearly.signals.outcome"), 5),
        )
        self.paper.table(Table(columns, list(self._stories())))

    def _stories(self) -> Iterator[Sequence[Cell]]:
        words = self.words
        for story in self.report.signals.below:
            outcome, told = words.outcome(story)
            signal = story.signal
            usual = "" if signal.usual_low is None else words.range(signal.usual_low, signal.usual_high or 100)
            yield (
                Cell(words.name(story.unit), bold=True),
                Cell(words.signal_days(signal)),
                Cell(f"{words.number(signal.percent, 1)}%", f"{usual}% · {self.cells.forms(signal.n)}"),
                Cell(outcome, "; ".join(told), bold=True),
            )

    def _done(self) -> None:
        words = self.words
        self.paper.heading(words.text("yearly.done.title"), 14)
        if not self.report.done:
            self.paper.paragraph(words.text("yearly.done.none"))
            return
        self.paper.paragraph(words.text("yearly.done.caption", count=len(self.report.done)))
        for one in self.report.done:
            content = one.action.content
            day = words.day(content.done_on) if content.done_on else ""
            line = words.text("yearly.done.line", unit=words.name(one.unit), day=day, title=content.title)
            self.paper.point(f"{line}. {content.done or content.said}")

    def _units(self) -> None:
        words = self.words
        self.paper.heading(words.text("yearly.units.title"), 60)
        self.paper.paragraph(words.compared)
        if words.tiers:
            self.paper.paragraph(words.tiers, bold=True)
        self.paper.paragraph(words.about_points)
        self.paper.paragraph(words.text("yearly.units.legend", city=words.city), SMALL, colour=PALE)
        scale = words.scale
        columns = [Column(words.text("yearly.units.unit"), 33), *self.cells.index_columns(23)]
        if self.report.bands:
            columns.append(Column(words.text("yearly.units.points"), 14))
        columns += [
            Column(f"{words.text('yearly.units.compare')} ({scale.floor}–100%)", 32),
            Column(words.text("yearly.units.ranks"), 28),
            Column(words.text("dashboards.table.responses"), 11, "R"),
            Column(words.text("yearly.units.coverage"), 12, "R"),
            Column(words.text("yearly.units.silent"), 12, "R"),
            Column(words.text("yearly.units.integrity"), 15, "R"),
        ]
        self.paper.table(Table(columns, [self._unit(one) for one in words.by_name], size=UNIT_SIZE))

    def _unit(self, one: UnitResult) -> Sequence[Cell]:
        words = self.words
        places, tier = words.ranks(one)
        cells = [
            Cell(words.name(one.unit), words.until(one) or "", bold=True),
            self.cells.score(one.result, "attitude", short=True),
            self.cells.score(one.result, "overall", short=True),
        ]
        if self.report.bands:
            cells.append(Cell(words.points(one), pale=one.points is None))
        return [
            *cells,
            self.cells.compared(one),
            Cell(places, tier if one.compared else "", pale=one.compared is None),
            Cell(words.number(one.forms)),
            self.cells.coverage(one),
            Cell(f"{one.silent_weeks}/{one.weeks}"),
            Cell(f"{words.number(one.set_aside)}; {words.number(one.warned_days)}"),
        ]

    def _trust(self) -> None:
        words = self.words
        self.paper.heading(words.text("yearly.integrity.title"))
        for sentence in words.integrity:
            self.paper.point(sentence)
        self.paper.heading(words.text("yearly.how.title"))
        for sentence in words.how:
            self.paper.paragraph(sentence, SMALL)
        self.paper.paragraph(words.text("yearly.how.methods", address=f"{self.public_url}/methods"), SMALL)
        self.paper.keep_together(22)
        self.paper.space(6)
        self.document.set_font(FAMILY, "B", 10)
        self.document.set_text_color(*INK)
        self.document.set_xy(LEFT + WIDTH / 2, self.paper.down)
        self.document.cell(WIDTH / 2, 5, words.text("yearly.pdf.signature"), align="C")
