"""The document of the raw export names every column, and no column that is not there."""

import re

from survey_app.audit.columns import AFTER_ITEMS, BEFORE_ITEMS
from survey_app.responses.guard import Flag
from survey_app.responses.models import CHANNELS, RESPONDENT_GROUPS
from tests.support.databases import ROOT

DOCUMENT = (ROOT / "docs" / "raw-export.md").read_text(encoding="utf-8")
TABLE = re.findall(r"^\| (.+?) \| (.+) \|$", DOCUMENT, re.MULTILINE)


def test_every_column_is_explained_in_its_order() -> None:
    columns = [name for left, _ in TABLE for name in re.findall(r"`(\w+)`", left)]
    assert columns == [*BEFORE_ITEMS, *AFTER_ITEMS]


def test_every_value_is_named() -> None:
    explained = " ".join(right for _, right in TABLE)
    for value in (*CHANNELS, *RESPONDENT_GROUPS, *(str(flag.name).lower() for flag in Flag)):
        assert f"`{value}`" in explained
