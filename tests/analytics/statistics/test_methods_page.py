"""`docs/methods.md` names the tests that hold each method to something; they are there."""

import re
from pathlib import Path

from analytics.statistics.simulations.__main__ import METHODS

TESTS = Path(__file__).parents[1]
HELD = METHODS.read_text(encoding="utf-8").split("## 9. What each method is held against")[1].split("\n## ")[0]


def test_every_test_named_is_there() -> None:
    files = list(TESTS.rglob("test_*.py"))
    functions = {
        name for file in files for name in re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)
    }
    named = set(re.findall(r"`(test_\w+)`", HELD))
    assert len(named) > 25
    assert named - functions == set()
    assert set(re.findall(r"`(test_\w+\.py)`", HELD)) <= {file.name for file in files}


def test_every_reference_value_has_a_test() -> None:
    """The entries of the oracles, but for the one that only says what is plausible."""
    used = "".join(file.read_text("utf-8") for file in (TESTS / "statistics").glob("test_*.py"))
    oracles = (TESTS / "statistics" / "oracles" / "reference.json").read_text("utf-8")
    entries = set(re.findall(r'^ "([a-z]\w+)": \{', oracles, re.MULTILINE)) - {"sipas_2024"}
    assert len(entries) == 8
    assert [entry for entry in sorted(entries) if f'reference("{entry}")' not in used] == []
