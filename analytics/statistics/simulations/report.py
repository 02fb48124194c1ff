"""Puts the tables of the studies between their markers in a Markdown file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analytics.statistics.simulations.study import Row, Study


def markers(key: str) -> tuple[str, str]:
    """Return the lines between which the table of a study stands."""
    return f"<!-- simulation: {key} -->", f"<!-- end: {key} -->"


def markdown_table(study: Study, rows: Sequence[Row]) -> str:
    """Return a study's caption and table in Markdown."""
    drawn = "Computed exactly." if study.exact else f"{study.repeats:,} repetitions per cell."
    lines = [study.header, tuple("---:" if i else "---" for i in range(len(study.header))), *rows]
    return "\n".join([f"*{study.caption} {drawn}*", "", *("| " + " | ".join(line) + " |" for line in lines)])


def with_table(text: str, study: Study, rows: Sequence[Row]) -> str:
    """Return the text with the study's table in its place.

    Raises `ValueError` when the text does not have the study's two markers once, in order.
    """
    start, end = markers(study.key)
    pattern = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
    if len(pattern.findall(text)) != 1 or text.count(start) != 1:
        raise ValueError(f"the file must hold the markers {start} and {end} once, in this order")
    return pattern.sub(lambda _: f"{start}\n{markdown_table(study, rows)}\n{end}", text)
