"""What a study is: a question, a table whose rows are computed one by one, and a seed."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

SEED = 33
"""Of all studies; each mixes in its key, so that one can be run, added or dropped without changing the others."""

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Study:
    """One table of `docs/methods.md`, between the markers of its `key`.

    `rows` draws from the generator it is given, `repeats` times where it simulates, and yields `length` rows. An
    `exact` study computes instead of drawing, so every machine prints the same.
    """

    key: str
    caption: str
    header: Row
    rows: Callable[[np.random.Generator, int], Iterator[Row]]
    length: int
    repeats: int = 0

    @property
    def exact(self) -> bool:
        """Whether nothing is drawn."""
        return self.repeats == 0

    def generator(self) -> np.random.Generator:
        """Return the study's own source of chance."""
        return np.random.default_rng([SEED, zlib.crc32(self.key.encode())])


def percent(share: float, decimals: int = 1) -> str:
    """Write a share as the tables do: 95.2 %."""
    return f"{100 * share:.{decimals}f} %"


def points(share: float, decimals: int = 1) -> str:
    """Write a difference of shares in points of a hundred."""
    rounded = round(100 * share, decimals)
    return f"{rounded or 0.0:.{decimals}f}"  # never "-0.0"
