"""The figure of a block's items: how the ratings of each fall on the five levels, as one bar an item."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
from markupsafe import Markup

from analytics.dashboards.cells import ItemScore
from analytics.dashboards.figure_layout import BOLD, TEXT, as_json, layout_of
from analytics.dashboards.published import Block, UnitSeries
from analytics.dashboards.sentences import item_name, number

ITEM_HEIGHT = 62
BAR_WIDTH = 0.46
LEVELS = (1, 2, 3, 4, 5)


def item_figure(series: UnitSeries, block: Block, language: str) -> Markup | None:
    """Counts by level, drawn as shares, worst level left, name and share of 4–5 over each bar; None without items."""
    items = block.items
    if not items:
        return None
    rows = list(range(len(items), 0, -1))
    notes = [note for row, item in zip(rows, items, strict=True) for note in _notes(series, item, row, language)]
    layout = layout_of(ITEM_HEIGHT * len(items) + 8, language) | {
        "barmode": "stack",
        "barnorm": "percent",
        "uniformtext": {"minsize": 11, "mode": "hide"},
        "xaxis": {"visible": False, "range": [0, 100], "fixedrange": True},
        "yaxis": {"visible": False, "range": [0.55, len(items) + 0.65], "fixedrange": True},
        "annotations": notes,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
    }
    return as_json(go.Figure([_level_bars(series, items, rows, level, language) for level in LEVELS], layout))


def _level_bars(series: UnitSeries, items: tuple[ItemScore, ...], rows: list[int], level: int, language: str) -> go.Bar:
    counts = [item.levels[level - 1] for item in items]
    shares = [100 * count / item.score.n for count, item in zip(counts, items, strict=True)]
    return go.Bar(
        name=series.words.level(level, language),
        orientation="h",
        y=rows,
        x=counts,
        text=[f"{number(share, language)}%" for share in shares],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        insidetextfont={"color": f"var(--level-{level}-text)", "size": 13},
        marker={"color": f"var(--level-{level})", "line": {"color": "var(--chart-background)", "width": 1}},
        width=BAR_WIDTH,
    )


def _notes(series: UnitSeries, item: ItemScore, row: int, language: str) -> list[dict[str, Any]]:
    """The item's name and its share of 4–5, left and right over its bar."""
    place = {
        "xref": "paper",
        "yref": "y",
        "y": row + BAR_WIDTH / 2 + 0.02,
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 14, "color": TEXT},
    }
    name = item_name(series.words, item.item, language)
    return [
        place | {"x": 0, "xanchor": "left", "text": name},
        place
        | {
            "x": 1,
            "xanchor": "right",
            "text": f"{number(item.score.percent, language)}%",
            "font": {"size": 14, "color": TEXT, "weight": BOLD},
        },
    ]
