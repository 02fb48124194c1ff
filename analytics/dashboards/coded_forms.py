"""Forms with a transaction code and those without one, side by side: the two ways to check one against the other.

A block is shown so only where every published part of its channels lies wholly on one side; where small parts were
merged across, nothing is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from analytics.dashboards.cells import Score, attitude_score, share_score
from analytics.published.numbers import Part, read_parts
from analytics.published.sums import CHANNELS_WITH_CODE, CHANNELS_WITHOUT_CODE, Axis, Sums, Viewer


@dataclass(frozen=True, slots=True)
class Side:
    """The forms of one side of a block with both indices."""

    responses: int
    attitude: Score
    overall: Score


@dataclass(frozen=True, slots=True)
class CodedBlock:
    """A four-week block with both sides; its days are those of its points."""

    first_day: date
    last_day: date
    with_code: Side
    without_code: Side

    @property
    def sides(self) -> tuple[tuple[str, Side], tuple[str, Side]]:
        """Both under the names that they have in twins and open data."""
        return (("with_code", self.with_code), ("without_code", self.without_code))


def read_coded_blocks(
    connection: Connection, unit_id: int, last_days: Sequence[date], variance_ratio: float
) -> tuple[CodedBlock, ...]:
    """The blocks of which both sides can be told, of those that end on `last_days`, oldest first. One statement."""
    if not last_days:
        return ()
    days = {"first_day": min(last_days), "last_day": max(last_days)}
    parts = read_parts(connection, [unit_id], Axis.CHANNEL, Viewer.PUBLIC, **days)
    found = (
        _coded_block([part for part in parts if part.last_day == last_day], variance_ratio)
        for last_day in sorted(last_days)
    )
    return tuple(block for block in found if block is not None)


def _coded_block(parts: Sequence[Part], variance_ratio: float) -> CodedBlock | None:
    with_code = [part for part in parts if set(part.labels) <= set(CHANNELS_WITH_CODE)]
    without_code = [part for part in parts if set(part.labels) <= set(CHANNELS_WITHOUT_CODE)]
    if not with_code or not without_code or len(with_code) + len(without_code) < len(parts):
        return None
    sides = (_side(with_code, variance_ratio), _side(without_code, variance_ratio))
    return CodedBlock(parts[0].first_day, parts[0].last_day, *sides)


def _side(parts: Sequence[Part], variance_ratio: float) -> Side:
    sums, minimum_n = sum((part.sums for part in parts), Sums()), min(part.minimum_n for part in parts)
    attitude = attitude_score(sums.scores, sums.ratings, variance_ratio, minimum_n)
    overall = share_score(sums.overall, minimum_n)
    assert attitude is not None and overall is not None, "a published part has the minimum"
    return Side(sums.responses, attitude, overall)
