"""The difference of two independent shares with its interval. Pure."""

import math
from dataclasses import dataclass

from analytics.statistics.intervals import Interval

ROUNDING = 1e-9
"""How far the ends of a computed interval may lie on the wrong side of a share of 0 or 1."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Second less first, with an interval; all between -1 and 1."""

    value: float
    interval: Interval

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out zero: more than chance explains."""
        return self.interval.low > 0 or self.interval.high < 0


def share_difference(first: float, first_interval: Interval, second: float, second_interval: Interval) -> Difference:
    """Return second − first with the interval made of the two shares' own intervals (square-and-add).

    Newcombe's hybrid score interval when these are Wilson's (Newcombe 1998, Statistics in Medicine 17:873–890, method
    10); the same step for intervals of other kinds is MOVER (Donner and Zou 2012). The level is theirs.

    Assumes independent samples. Raises `ValueError` for a share outside its interval.
    """
    for share, interval in ((first, first_interval), (second, second_interval)):
        if not interval.low - ROUNDING <= share <= interval.high + ROUNDING:
            raise ValueError(f"the share {share} lies outside its interval {interval.low} … {interval.high}")
    value = second - first
    low = value - math.hypot(second - second_interval.low, first_interval.high - first)
    high = value + math.hypot(second_interval.high - second, first - first_interval.low)
    return Difference(value, Interval(max(low, -1.0), min(high, 1.0)))
