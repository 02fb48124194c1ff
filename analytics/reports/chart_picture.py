"""The weekly chart as a picture, for letters and paper: the points, intervals and usual level of the page."""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, Protocol

from analytics.dashboards.newest import Comparison
from analytics.dashboards.published import Point
from survey_app.languages import catalogue, format_days

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN_POINTS = 12
INK, PALE, BAND = "#0b4a45", "#4f605e", "#dbeae7"
SIZE, LETTERS = (5.6, 3.2), 10.5
"""Inches and points; a letter is 600 pixels wide, on a phone half of that: its words must stay legible."""
DOTS_PER_INCH = 200
LABELS_WIDTH = 52
"""So many points of type stand side by side below a chart."""


class Drawn(Protocol):
    """What is drawn: points, oldest first, and the usual level they are compared with."""

    @property
    def points(self) -> Sequence[Point]:
        """Oldest first."""

    @property
    def comparison(self) -> Comparison | None:
        """None: no band."""


def new_figure(width: float, height: float) -> "Figure":
    """An empty figure in a typeface that has every Vietnamese letter, drawn without a screen."""
    import font_roboto
    from matplotlib import font_manager, rcParams
    from matplotlib.figure import Figure

    for name in ("Roboto", "RobotoBold"):
        path = font_roboto.font_files[name]
        if all(known.fname != path for known in font_manager.fontManager.ttflist):
            font_manager.fontManager.addfont(path)
    rcParams["font.family"] = "Roboto"
    rcParams["pdf.fonttype"] = 42  # Letters stay letters: they can be searched and read aloud.
    return Figure(figsize=(width, height), facecolor="white")


def chart_png(series: Drawn, language: str) -> bytes | None:
    """The chart of a letter; None where no point has a score yet."""
    if not scored(series):
        return None
    figure = new_figure(*SIZE)
    draw_chart(figure.add_axes((0.1, 0.14, 0.88, 0.74)), series, language, LETTERS)
    file = BytesIO()
    figure.savefig(file, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return file.getvalue()


def scored(series: Drawn) -> Sequence[Point]:
    """The newest points that have a score, oldest first."""
    return [point for point in series.points if point.attitude is not None][-SHOWN_POINTS:]


def draw_chart(axes: "Axes", series: Drawn, language: str, letters: float) -> None:
    """Attitude index by week with 95 % intervals; the usual level as a band; small numbers pale."""
    points = scored(series)
    usual = series.comparison
    if usual is not None and usual.usual_low is not None and usual.usual_high is not None:
        axes.axhspan(usual.usual_low, usual.usual_high, color=BAND, zorder=0)
    places = list(range(len(points)))
    axes.plot(places, [_percent(point) for point in points], color=INK, linewidth=1.2, zorder=2)
    for place, point in zip(places, points, strict=True):
        assert point.attitude is not None, "chosen so"
        score, colour = point.attitude, PALE if point.attitude.is_small else INK
        axes.plot([place, place], [score.low, score.high], color=colour, linewidth=1.6, alpha=0.55, zorder=1)
        axes.plot([place], [score.percent], marker="o", markersize=letters * 0.6, color=colour, zorder=3)
        axes.annotate(
            f"{score.percent:.0f}%",
            (place, score.high),
            xytext=(0, letters * 0.3),
            textcoords="offset points",
            ha="center",
            fontsize=letters,
            color=colour,
        )
    _dress(axes, points, language, letters)


def _percent(point: Point) -> float:
    assert point.attitude is not None, "chosen so"
    return point.attitude.percent


def _dress(axes: Any, points: Sequence[Point], language: str, letters: float) -> None:
    labels = int(LABELS_WIDTH / letters)
    step = max(1, -(-len(points) // labels))
    shown = range(len(points) - 1, -1, -step)
    words = [format_days(points[place].first_day, points[place].last_day, language) for place in shown]
    axes.set_xticks(list(shown), words, fontsize=letters)
    axes.set_yticks([0, 25, 50, 75, 100], ["0%", "25%", "50%", "75%", "100%"], fontsize=letters)
    axes.set_ylim(0, 116)
    axes.set_xlim(-0.6, len(points) - 0.4)
    axes.grid(axis="y", color="#e3e3e3", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    title = catalogue(language).text("reports.chart.title")
    axes.set_title(title, loc="left", fontsize=letters + 1, fontweight="bold", color=INK)
