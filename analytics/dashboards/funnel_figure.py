"""The funnel of a comparison: every commune's index by its number of persons, within the limits that chance allows."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
from markupsafe import Markup

from analytics.dashboards.figure_layout import GRID, as_json, layout_of
from analytics.dashboards.sentences import unit_name
from analytics.findings.comparison import ComparedUnit, Comparison
from survey_app.languages import catalogue

FIGURE_HEIGHT = 420
FLOOR_STEP = 10


def funnel_figure(comparison: Comparison, language: str) -> Markup:
    """Marks of communes (diamonds and names for those that differ) over limits at 99.8 % and the city's index."""
    units = sorted(comparison.units, key=lambda one: one.n)
    sizes = [one.n for one in units]
    ordinary = [one for one in units if not one.differs]
    different = [one for one in units if one.differs]
    line = {"color": "var(--chart-limit)", "width": 1.5, "dash": "dot"}
    still: dict[str, Any] = {"hoverinfo": "skip", "showlegend": False}
    traces = [
        go.Scatter(name="funnel:low", x=sizes, y=[one.funnel_low for one in units], mode="lines", line=line, **still),
        go.Scatter(name="funnel:high", x=sizes, y=[one.funnel_high for one in units], mode="lines", line=line, **still),
        go.Scatter(
            name="funnel:center",
            x=[sizes[0], sizes[-1]],
            y=[comparison.center, comparison.center],
            mode="lines",
            line={"color": "var(--chart-muted)", "width": 1},
            **still,
        ),
        _marks("funnel:units", ordinary, "circle", "var(--chart-attitude)", still),
        _marks("funnel:different", different, "diamond", "var(--chart-signal)", still),
    ]
    lowest = min(min(one.percent, one.funnel_low) for one in units)
    floor = int(lowest // FLOOR_STEP) * FLOOR_STEP
    axis = {"gridcolor": GRID, "zeroline": False, "fixedrange": True}
    texts = catalogue(language)
    layout = layout_of(FIGURE_HEIGHT, language) | {
        "xaxis": axis | {"title": {"text": texts.text("province.funnel.persons")}},
        "yaxis": axis | {"range": [floor - 3, 102], "ticksuffix": "%"},
        "annotations": [_name(one, comparison.center, language) for one in different],
        "margin": {"l": 46, "r": 20, "t": 12, "b": 44},
    }
    return as_json(go.Figure(traces, layout))


def _marks(name: str, units: list[ComparedUnit], symbol: str, color: str, still: dict[str, Any]) -> go.Scatter:
    marker = {"symbol": symbol, "size": 9, "color": color, "line": {"color": "var(--chart-background)", "width": 1}}
    x, y = [one.n for one in units], [one.percent for one in units]
    return go.Scatter(name=name, x=x, y=y, mode="markers", marker=marker, **still)


def _name(one: ComparedUnit, center: float, language: str) -> dict[str, Any]:
    return {
        "x": one.n,
        "y": one.percent,
        "text": unit_name(one.unit, language),
        "showarrow": False,
        "yshift": 15 if one.percent > center else -15,
        "font": {"size": 13, "color": "var(--chart-text)"},
    }
