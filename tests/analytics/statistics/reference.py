"""Reads the reference values that other programs computed; `reference.json` names program and source of each."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ORACLES = Path(__file__).parent / "oracles"


def reference(name: str) -> Any:
    """Return one entry of the reference values."""
    return json.loads((ORACLES / "reference.json").read_text(encoding="utf-8"))[name]


def attitude_survey() -> NDArray[np.float64]:
    """Return the 30 × 7 ratings of R's data set `attitude`."""
    with (ORACLES / "attitude.csv").open(encoding="utf-8") as lines:
        return np.array(list(csv.reader(lines))[1:], dtype=np.float64)


def pisa_mathematics() -> tuple[list[str], NDArray[np.float64], NDArray[np.float64]]:
    """Return countries, mean scores and standard errors of OECD's PISA 2018 in mathematics."""
    with (ORACLES / "pisa_2018_mathematics.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    scores, errors = (np.array([float(row[name]) for row in rows]) for name in ("score", "standard_error"))
    return [row["country"] for row in rows], scores, errors
