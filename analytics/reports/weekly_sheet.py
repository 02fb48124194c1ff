"""The weekly sheet of a commune: one page to hang on the wall (PDF), the same as a picture to forward (PNG)."""

import textwrap
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from analytics.dashboards.sentences import unit_name
from analytics.dashboards.unit_page import UnitPage
from analytics.reports.chart_picture import INK, PALE, draw_chart, new_figure, scored
from analytics.reports.contents import page_for_sheet
from config import Settings
from survey_app.languages import catalogue, format_day
from survey_app.ledger.sealed_log import head_fingerprint
from survey_app.listening.actions import Action, actions_of
from survey_app.territory.units import Unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 8.27, 11.69
"""A4 in inches."""
PICTURE_WIDTH = 1080
"""Pixels: what Zalo shows without making it smaller."""
LEFT, RIGHT = 0.08, 0.92


class SheetKind(StrEnum):
    """As what the sheet is given."""

    PDF = "pdf"
    PNG = "png"


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that stands on the sheet."""

    page: UnitPage
    name: str
    sentences: tuple[str, ...]
    action: Action | None
    head: str | None
    address: str
    printed_on: date
    language: str


def read_sheet(connection: Connection, settings: Settings, unit: Unit, today: date, language: str) -> Sheet:
    """What the sheet of a commune says today; nothing on it that the public does not see."""
    page = page_for_sheet(connection, unit, today, settings.minimum_n, language)
    told = [one for one in actions_of(connection, unit.id, True) if one.content.state != "stopped"]
    return Sheet(
        page=page,
        name=unit_name(unit, language),
        sentences=tuple(sentence.plain for sentence in page.sentences),
        action=told[0] if told else None,
        head=head_fingerprint(connection),
        address=f"{settings.public_url}/units/{unit.code}",
        printed_on=today,
        language=language,
    )


def draw_sheet(sheet: Sheet, kind: SheetKind) -> bytes:
    """The sheet as a file; the same content gives the same bytes."""
    figure = new_figure(WIDTH, HEIGHT)
    _Pen(figure, sheet).draw()
    file = BytesIO()
    if kind is SheetKind.PDF:
        title = catalogue(sheet.language).text("reports.sheet.title")
        words = {"Title": f"{title} – {sheet.name}", "CreationDate": None, "Creator": None, "Producer": None}
        figure.savefig(file, format="pdf", metadata=words)
    else:
        figure.savefig(file, format="png", dpi=PICTURE_WIDTH / WIDTH, metadata={"Software": None})
    return file.getvalue()


class _Pen:
    """Writes from the top of the page to its end."""

    def __init__(self, figure: "Figure", sheet: Sheet) -> None:
        self._figure, self._sheet = figure, sheet
        self._texts = catalogue(sheet.language)
        self._top = 0.955

    def draw(self) -> None:
        sheet = self._sheet
        self._write(self._texts.text("reports.sheet.title"), 13, colour=PALE, letters=80)
        self._write(sheet.name, 26, bold=True, letters=34, after=0.012)
        for place, sentence in enumerate(sheet.sentences):
            self._write(sentence, 15 if place == 0 else 12, letters=64 if place == 0 else 80, after=0.01)
        self._chart()
        self._action()
        self._take_part()

    def _chart(self) -> None:
        if not scored(self._sheet.page.series):
            return
        height = 0.27
        self._top -= height + 0.035
        axes = self._figure.add_axes((LEFT + 0.03, self._top, RIGHT - LEFT - 0.03, height))
        draw_chart(axes, self._sheet.page.series, self._sheet.language, letters=10)
        self._top -= 0.055
        self._write(self._texts.text("reports.sheet.index"), 10, colour=PALE, letters=96, after=0.012)

    def _action(self) -> None:
        self._write(self._texts.text("reports.sheet.action"), 15, bold=True, letters=58)
        action = self._sheet.action
        if action is None:
            self._write(self._texts.text("reports.sheet.no_action"), 12, letters=74, after=0.014)
            return
        content = action.content
        self._write(f"{content.title} ({self._state(action)})", 13, letters=74)
        self._write(content.done or content.said, 12, letters=80, after=0.014)

    def _state(self, action: Action) -> str:
        return self._texts.text(f"listening.action_state.{action.content.state}").lower()

    def _take_part(self) -> None:
        sheet = self._sheet
        self._write(self._texts.text("reports.sheet.take_part"), 12, letters=80, after=0.008)
        day = format_day(sheet.printed_on, sheet.language)
        foot = [self._texts.text("reports.sheet.more", address=sheet.address)]
        if sheet.head is not None:
            foot.append(self._texts.text("reports.sheet.head", head=sheet.head))
        foot.append(self._texts.text("reports.sheet.printed", day=day))
        self._top = min(self._top, 0.03 + 0.019 * len(foot))
        for line in foot:
            self._write(line, 9.5, colour=PALE, letters=110)

    def _write(
        self, words: str, size: float, *, letters: int, bold: bool = False, colour: str = INK, after: float = 0.004
    ) -> None:
        for line in textwrap.wrap(words, letters) or [""]:
            weight = "bold" if bold else "normal"
            self._figure.text(LEFT, self._top, line, fontsize=size, fontweight=weight, color=colour, va="top")
            self._top -= size * 1.42 / 72 / HEIGHT
        self._top -= after
