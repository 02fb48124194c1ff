"""What staff see in the weekly chart besides the points: the usual level, signals, targets, actions and notes.

Signals are told by shape (triangles down and up), targets by a dashed line, actions and notes by a number over a
dotted line, which the list below the chart explains.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import plotly.graph_objects as go

from analytics.dashboards.figure_layout import TEXT, moment
from analytics.findings.signals import SIGNALS, PointSignal
from analytics.statistics.weekly_signals import Verdict

DAY = timedelta(days=1)
LIMIT, SIGNAL, TARGET = "var(--chart-limit)", "var(--chart-signal)", "var(--chart-target)"


@dataclass(frozen=True, slots=True)
class ChartEvent:
    """Something that happened on a day, in words; `number` stands in the chart."""

    number: int
    day: date
    words: str


@dataclass(frozen=True, slots=True)
class ChartMarks:
    """The points with their usual level, oldest first; targets in percent by measure (attitude, overall); events."""

    judged: Sequence[PointSignal] = ()
    targets: Mapping[str, float] = field(default_factory=dict)
    events: Sequence[ChartEvent] = ()

    @property
    def levels(self) -> list[float]:
        """The percentages that the axes have to reach down to."""
        lows = [one.usual_low for one in self.judged if one.usual_low is not None]
        return [*lows, *self.targets.values()]


NO_MARKS = ChartMarks()


def limit_traces(marks: ChartMarks, axes: dict[str, Any]) -> list[go.Scatter]:
    """The usual level of each judged point as two dotted steps."""
    judged = [one for one in marks.judged if one.usual_low is not None and one.usual_high is not None]
    if not judged:
        return []
    line = {"color": LIMIT, "width": 1.5, "dash": "dot"}
    return [
        _steps("attitude:usual_low", [(one, one.usual_low) for one in judged], line, axes),
        _steps("attitude:usual_high", [(one, one.usual_high) for one in judged], line, axes),
    ]


def signal_trace(marks: ChartMarks, axes: dict[str, Any]) -> tuple[go.Scatter, ...]:
    """A triangle on each point that is a signal, pointing where it went; nothing without signals."""
    signals = [one for one in marks.judged if one.verdict in SIGNALS]
    if not signals:
        return ()
    shapes = ["triangle-down" if one.verdict is Verdict.BELOW else "triangle-up" for one in signals]
    x, y = [_middle(one) for one in signals], [one.percent for one in signals]
    marker = {"symbol": shapes, "size": 16, "color": SIGNAL, "line": {"color": "var(--chart-background)", "width": 1}}
    return (go.Scatter(name="attitude:signals", x=x, y=y, mode="markers", marker=marker, **axes),)


def target_trace(
    marks: ChartMarks, measure: str, first: date, after: date, axes: dict[str, Any]
) -> tuple[go.Scatter, ...]:
    """The target of a measure as a dashed line through its panel, if there is one."""
    target = marks.targets.get(measure)
    if target is None:
        return ()
    line = {"color": TARGET, "width": 2, "dash": "dash"}
    x, y = [moment(first), moment(after)], [target, target]
    return (go.Scatter(name=f"{measure}:target", x=x, y=y, mode="lines", line=line, **axes),)


def event_shapes(marks: ChartMarks, first: date, last: date) -> list[dict[str, Any]]:
    """A dotted line through both panels for every event of the time shown."""
    return [
        {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "x0": moment(event.day),
            "x1": moment(event.day),
            "y0": 0,
            "y1": 0.945,
            "line": {"color": LIMIT, "width": 1, "dash": "dot"},
            "layer": "below",
        }
        for event in _within(marks, first, last)
    ]


def event_notes(marks: ChartMarks, first: date, last: date) -> list[dict[str, Any]]:
    """The number of every event, between the panels."""
    return [
        {
            "xref": "x",
            "yref": "paper",
            "x": moment(event.day),
            "y": 0.47,
            "text": f"({event.number})",
            "showarrow": False,
            "font": {"size": 13, "color": TEXT},
            "bgcolor": "var(--chart-background)",
        }
        for event in _within(marks, first, last)
    ]


def _within(marks: ChartMarks, first: date, last: date) -> list[ChartEvent]:
    return [event for event in marks.events if first <= event.day <= last]


def _steps(
    name: str, levels: Sequence[tuple[PointSignal, float | None]], line: dict[str, Any], axes: dict[str, Any]
) -> go.Scatter:
    x: list[str | None] = []
    y: list[float | None] = []
    for one, level in levels:
        x += [moment(one.first_day), moment(one.last_day + DAY)]
        y += [level, level]
    return go.Scatter(name=name, x=x, y=y, mode="lines", line=line, **axes)


def _middle(one: PointSignal) -> str:
    start = datetime.combine(one.first_day, time())
    return (start + (one.last_day + DAY - one.first_day) / 2).isoformat(timespec="minutes")
