"""What the figures say, as far as listening needs it: told by the composition root, since they lie downstream."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from flask import Flask
from sqlalchemy import Connection

FIGURES_KEY = "than_thien_listening_figures"


@dataclass(frozen=True, slots=True)
class ShownWeeks:
    """Whole weeks that are shown as one: with enough answers, finished, and decided for good."""

    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Side:
    """The attitude index of some whole four-week blocks, in percent, with its 95 % interval and n."""

    first_day: date
    last_day: date
    n: int
    percent: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Movement:
    """The index before and after a day; a side is None as long as there is too little to say.

    `difference` (after less before, in percentage points, with its 95 % interval) needs both.
    """

    before: Side | None
    after: Side | None
    difference: float | None
    low: float | None
    high: float | None

    @property
    def verdict(self) -> str:
        """`unknown`, `higher` or `lower` than chance explains, or `chance`."""
        if self.low is None or self.high is None:
            return "unknown"
        if self.low > 0:
            return "higher"
        return "lower" if self.high < 0 else "chance"


Moving = Callable[[int, date], Movement]
"""A unit's attitude index before and after a day."""


class Figures(Protocol):
    """What analytics can say."""

    def shown_weeks(self, connection: Connection, unit_id: int, first_day: date) -> Sequence[ShownWeeks]:
        """The weeks of the unit's headline that end on `first_day` or later, oldest first."""
        ...

    def movements(self, connection: Connection) -> Moving:
        """Answers for the days of a page, reading what they have in common once."""
        ...


def use_figures(app: Flask, figures: Figures) -> None:
    """Say who knows the figures."""
    app.extensions[FIGURES_KEY] = figures


def figures_of(app: Flask) -> Figures:
    """Whoever knows the figures."""
    figures: Figures = app.extensions[FIGURES_KEY]
    return figures
