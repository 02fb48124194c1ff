"""What all figures share: their layout without Plotly's own theme, and their JSON.

Colours are names of CSS variables (`var(--chart-…)`): `static/charts.js` puts in what they stand for in light, dark or
print.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import plotly.graph_objects as go
from markupsafe import Markup

from survey_app.languages import DEFAULT_LANGUAGE

TEXT, MUTED, GRID = "var(--chart-text)", "var(--chart-muted)", "var(--chart-grid)"
BOLD = 700
"""A weight, never `<b>`: Plotly would make that a style attribute, which our policy refuses."""


def layout_of(height: int, language: str) -> dict[str, Any]:
    """A still picture on the page's own background, with the separators of the language."""
    return {
        "template": {},
        "height": height,
        "autosize": True,
        "showlegend": False,
        "hovermode": False,
        "dragmode": False,
        "separators": ",." if language == DEFAULT_LANGUAGE else ".,",
        "font": {"family": "var(--pico-font-family)", "size": 13, "color": MUTED},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }


def moment(day: date) -> str:
    """The beginning of a day on a time axis."""
    return day.isoformat()


def as_json(figure: go.Figure) -> Markup:
    """The figure, checked by Plotly, as JSON that may stand in an attribute between single quotes as it is."""
    parts: dict[str, Any] = figure.to_plotly_json()
    parts["layout"].pop("template", None)
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    for character in "'<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - what HTML could misread was escaped, as JSON does it
