"""The weekly figure of a unit: both indices with their intervals, one panel each.

Shapes differ as colours do: filled marks from 30 persons, open ones under; circles for attitude, squares for overall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

import plotly.graph_objects as go
from markupsafe import Markup

from analytics.dashboards.cells import Score
from analytics.dashboards.chart_marks import (
    NO_MARKS,
    ChartMarks,
    event_notes,
    event_shapes,
    limit_traces,
    signal_trace,
    target_trace,
)
from analytics.dashboards.figure_layout import BOLD, GRID, TEXT, as_json, layout_of, moment
from analytics.dashboards.periods import short_period_words
from analytics.dashboards.published import Block, Period, Point
from analytics.dashboards.sentences import number
from analytics.published.unions import Span
from analytics.statistics.periods import WEEK, monday_of
from survey_app.languages import catalogue, format_days

FIGURE_HEIGHT = 500
TICK_WEEKS = 4
PERIOD_TICKS = 3
"""So many names of periods stand side by side on a phone."""
DAY = timedelta(days=1)
SMALL, GAP = "var(--chart-small)", "var(--chart-gap)"


class Charted(Protocol):
    """What can be drawn: a unit's series, or the trend of a city."""

    @property
    def points(self) -> Sequence[Point]:
        """Oldest first."""

    @property
    def blocks(self) -> Sequence[Block | Point]:
        """Levels behind the points."""


@dataclass(frozen=True, slots=True)
class _Panel:
    """One of the two measures of the weekly chart, on its own axes."""

    measure: str
    axis: str
    symbol: str
    domain: tuple[float, float]

    @property
    def color(self) -> str:
        return f"var(--chart-{self.measure})"

    @property
    def title_key(self) -> str:
        return f"dashboards.{self.measure}_index"

    def score(self, source: Point | Block) -> Score | None:
        return source.attitude if self.measure == "attitude" else source.overall


_PANELS = (_Panel("attitude", "", "circle", (0.545, 0.945)), _Panel("overall", "2", "square", (0.0, 0.4)))


def weekly_figure(
    series: Charted, language: str, marks: ChartMarks = NO_MARKS, span: Span = Span.WEEK
) -> Markup | None:
    """Both indices by point with their intervals, over the level of each four-week block; None without any score.

    `span`: what a point is, a week (or several joined) or a period. `marks`: what staff see besides: the usual level
    with its signals, targets, actions and notes.
    """
    if not any(point.attitude for point in series.points):
        return None
    traces = [trace for panel in _PANELS for trace in _panel_traces(series, panel, marks)]
    first, last = series.points[0].first_day, series.points[-1].last_day
    ticks = _week_ticks(first, last, language) if span is Span.WEEK else _period_ticks(series.points, span, language)
    axis: dict[str, Any] = {
        "type": "date",
        "range": [moment(first), moment(last + DAY)],
        "tickvals": [place for place, _words in ticks],
        "ticktext": [words for _place, words in ticks],
        "ticks": "outside",
        "tickcolor": GRID,
        "gridcolor": GRID,
        "zeroline": False,
        "fixedrange": True,
    }
    floor = _floor(series, marks)
    layout = layout_of(FIGURE_HEIGHT, language) | {
        "xaxis": axis | {"anchor": "y"},
        "xaxis2": axis | {"anchor": "y2"},
        "yaxis": _percent_axis(_PANELS[0], floor),
        "yaxis2": _percent_axis(_PANELS[1], floor),
        "annotations": [
            *(note for panel in _PANELS for note in _panel_notes(series, panel, language)),
            *event_notes(marks, first, last),
        ],
        "shapes": [
            *(_gap(point, panel) for point in series.points if point.attitude is None for panel in _PANELS),
            *event_shapes(marks, first, last),
        ],
        "margin": {"l": 46, "r": 20, "t": 8, "b": 28},
    }
    return as_json(go.Figure(traces, layout))


def _panel_traces(series: Charted, panel: _Panel, marks: ChartMarks) -> list[go.Scatter]:
    scored = [(point, score) for point in series.points if (score := panel.score(point)) is not None]
    solid = [(point, score) for point, score in scored if not score.is_small]
    small = [(point, score) for point, score in scored if score.is_small]
    joined = [(point, score) for point, score in scored if point.weeks > 1]
    axes = {"xaxis": f"x{panel.axis}", "yaxis": f"y{panel.axis}", "hoverinfo": "skip", "showlegend": False}
    path = go.Scatter(
        name=f"{panel.measure}:line",
        x=[_middle(point.first_day, point.last_day + DAY) for point, _score in scored],
        y=[score.percent for _point, score in scored],
        mode="lines",
        line={"color": SMALL, "width": 1},
        **axes,
    )
    levels = _segments(
        f"{panel.measure}:blocks",
        [(block, score) for block in series.blocks if (score := panel.score(block)) is not None],
        {"color": panel.color, "width": 10},
        axes,
    )
    levels.opacity = 0.25
    judged = panel.measure == "attitude"
    begin, after = series.points[0].first_day, series.points[-1].last_day + DAY
    return [
        levels,
        *(limit_traces(marks, axes) if judged else ()),
        *target_trace(marks, panel.measure, begin, after, axes),
        path,
        _segments(f"{panel.measure}:joined", joined, {"color": SMALL, "width": 3}, axes),
        _marks(f"{panel.measure}:small", small, f"{panel.symbol}-open", SMALL, axes),
        _marks(f"{panel.measure}:solid", solid, panel.symbol, panel.color, axes),
        *(signal_trace(marks, axes) if judged else ()),
    ]


def _marks(
    name: str, scored: Sequence[tuple[Point, Score]], symbol: str, color: str, axes: dict[str, Any]
) -> go.Scatter:
    return go.Scatter(
        name=name,
        x=[_middle(point.first_day, point.last_day + DAY) for point, _score in scored],
        y=[score.percent for _point, score in scored],
        mode="markers",
        marker={"symbol": symbol, "size": 9, "color": color, "line": {"color": color, "width": 2}},
        error_y={
            "array": [round(score.high - score.percent, 1) for _point, score in scored],
            "arrayminus": [round(score.percent - score.low, 1) for _point, score in scored],
            "color": color,
            "thickness": 1.5,
            "width": 3,
        },
        **axes,
    )


def _segments(
    name: str, scored: Sequence[tuple[Point | Block, Score]], line: dict[str, Any], axes: dict[str, Any]
) -> go.Scatter:
    """A level line over the days of each: of a four-week block, or of a point that joins weeks."""
    x: list[str | None] = []
    y: list[float | None] = []
    for source, score in scored:
        x += [moment(source.first_day), moment(source.last_day + DAY), None]
        y += [score.percent, score.percent, None]
    return go.Scatter(name=name, x=x, y=y, mode="lines", line=line, **axes)


def _gap(point: Point, panel: _Panel) -> dict[str, Any]:
    """A shaded span without a score."""
    return {
        "type": "rect",
        "xref": f"x{panel.axis}",
        "yref": f"y{panel.axis} domain",
        "x0": moment(point.first_day),
        "x1": moment(point.last_day + DAY),
        "y0": 0,
        "y1": 1,
        "fillcolor": GAP,
        "line": {"width": 0},
        "layer": "below",
    }


def _floor(series: Charted, marks: ChartMarks) -> int:
    """Where both axes begin: at 50 % if every interval lies above it, else at 0. Marks, unlike bars, need no zero."""
    lows = [score.low for point in series.points for score in (point.attitude, point.overall) if score is not None]
    return 50 if min((*lows, *marks.levels)) >= 50 else 0


def _percent_axis(panel: _Panel, floor: int) -> dict[str, Any]:
    ticks = range(floor, 101, 10 if floor else 25)
    return {
        "domain": list(panel.domain),
        "anchor": f"x{panel.axis}",
        "range": [floor - (100 - floor) * 0.02, 100 + (100 - floor) * 0.04],
        "tickvals": list(ticks),
        "ticktext": [f"{tick}%" for tick in ticks],
        "gridcolor": GRID,
        "zeroline": False,
        "fixedrange": True,
    }


def _panel_notes(series: Charted, panel: _Panel, language: str) -> list[dict[str, Any]]:
    """The measure's name with its mark, left over the panel; the newest score, right."""
    mark = "●" if panel.symbol == "circle" else "■"
    place = {"xref": "paper", "yref": "paper", "y": panel.domain[1], "yanchor": "bottom", "showarrow": False}
    font = {"size": 15, "color": panel.color, "weight": BOLD}
    newest = [score for point in series.points if (score := panel.score(point)) is not None][-1]
    name = f"{mark} {catalogue(language).text(panel.title_key)}"
    return [
        place | {"x": 0, "xanchor": "left", "text": name, "font": font},
        place
        | {"x": 1, "xanchor": "right", "text": f"{number(newest.percent, language)}%", "font": font | {"color": TEXT}},
    ]


def _week_ticks(first: date, last: date, language: str) -> list[tuple[str, str]]:
    """Every fourth week, counted back from the newest: where it stands, and its days."""
    newest = monday_of(last)
    weeks = (newest - monday_of(first)) // WEEK
    mondays = [newest - number_of * WEEK for number_of in range(weeks, -1, -1) if number_of % TICK_WEEKS == 0]
    return [(_middle(monday, monday + WEEK), format_days(monday, monday + WEEK - DAY, language)) for monday in mondays]


def _period_ticks(points: Sequence[Point], span: Span, language: str) -> list[tuple[str, str]]:
    """The periods, or as many as find room, counted back from the newest: each below its mark, by its name."""
    periods = [point for point in points if isinstance(point, Period)]
    step = -(-len(periods) // PERIOD_TICKS)
    return [
        (_middle(one.first_day, one.last_day + DAY), short_period_words(span, one.stretch, language))
        for one in periods[::-1][::step][::-1]
    ]


def _middle(first_day: date, after: date) -> str:
    return (datetime.combine(first_day, time()) + (after - first_day) / 2).isoformat(timespec="minutes")
