"""Every claim of the threat model names a test, and every named test exists."""

import ast
import re
from pathlib import Path

import pytest

from tests.support.databases import ROOT

DOCUMENTS = (ROOT / "docs" / "threat-model.md",)
NAMED = re.compile(r"`(tests/[a-z_/]+\.py)::(test_\w+)`")


def rows(path: Path) -> list[str]:
    """The lines of the document's tables, without their heads."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    return [line for line in lines if not line.startswith("|---") and not line.endswith("| shown by |")]


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_line_names_a_test_that_exists(document: Path) -> None:
    found = rows(document)
    assert len(found) > 30
    assert [line for line in found if not NAMED.search(line)] == []
    missing = {
        f"{file}::{name}"
        for line in found
        for file, name in NAMED.findall(line)
        if not (ROOT / file).exists() or name not in names_in(ROOT / file)
    }
    assert missing == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_line_says_what_is_surrendered(document: Path) -> None:
    assert [line for line in rows(document) if len(line.split("|")) != 6 or not line.split("|")[2].strip()] == []
