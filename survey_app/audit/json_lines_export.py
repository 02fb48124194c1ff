"""The raw export as JSON Lines: one object a line, its keys the columns in their order, null for what is empty."""

import json
from collections.abc import Sequence

from survey_app.audit.text_forms import TextForm


def _around(names: Sequence[str]) -> list[str]:
    before = ("{", *[","] * (len(names) - 1))
    return [*(f"{mark}{json.dumps(name)}:" for mark, name in zip(before, names, strict=True)), "}\n"]


def _cell(typed: str) -> str:
    return json.dumps(typed, ensure_ascii=False)


JSON_LINES = TextForm(header=lambda _names: b"", around=_around, nothing="null", quote='"', text=_cell)
