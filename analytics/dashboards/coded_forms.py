"""Forms with a transaction code and those without one, side by side: the two ways to check one against the other.

A block is shown so only where every published part of its channels lies wholly on one side; where small parts were
merged across, nothing is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from analytics.dashboards.cells import Score, attitude_score, share_score
from analytics.dashboards.published import Block
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


def read_coded_blocks(
    connection: Connection, unit_id: int, blocks: Sequence[Block], variance_ratio: float
) -> tuple[CodedBlock, ...]:
    """The blocks of which both sides can be told, oldest first. One statement."""
    if not blocks:
        return ()
    days = {"first_day": blocks[0].last_day, "last_day": blocks[-1].last_day}
    parts = read_parts(connection, [unit_id], Axis.CHANNEL, Viewer.PUBLIC, **days)
    found = (
        _coded_block(block, [part for part in parts if part.last_day == block.last_day], variance_ratio)
        for block in blocks
    )
    return tuple(block for block in found if block is not None)


def _coded_block(block: Block, parts: Sequence[Part], variance_ratio: float) -> CodedBlock | None:
    with_code = [part for part in parts if set(part.labels) <= set(CHANNELS_WITH_CODE)]
    without_code = [part for part in parts if set(part.labels) <= set(CHANNELS_WITHOUT_CODE)]
    if not with_code or not without_code or len(with_code) + len(without_code) < len(parts):
        return None
    sides = (_side(with_code, variance_ratio), _side(without_code, variance_ratio))
    return CodedBlock(parts[0].first_day, block.last_day, *sides)


def _side(parts: Sequence[Part], variance_ratio: float) -> Side:
    sums, minimum_n = sum((part.sums for part in parts), Sums()), min(part.minimum_n for part in parts)
    attitude = attitude_score(sums.scores, sums.ratings, variance_ratio, minimum_n)
    overall = share_score(sums.overall, minimum_n)
    assert attitude is not None and overall is not None, "a published part has the minimum"
    return Side(sums.responses, attitude, overall)
