"""A unit's four-week blocks cut one way at a time: by service point, domain, channel, respondent group. For staff.

Parts are shown as they were published, merged ones merged. The commune's own service points are united: staff of the
land office or the police, who sit in the same centre, are not the commune's to lead.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from analytics.dashboards.cells import Score, attitude_score, share_score
from analytics.dashboards.published import Block
from analytics.published.numbers import Part, read_parts
from analytics.published.sums import Axis, Sums, Viewer
from survey_app.territory.service_points import ServicePoint

OWN_BODY = "commune"
AXES = (Axis.SERVICE_POINT, Axis.DOMAIN, Axis.CHANNEL, Axis.GROUP)


@dataclass(frozen=True, slots=True)
class PartScore:
    """A part of a block with both indices; several labels where small parts were merged."""

    labels: tuple[str, ...]
    responses: int
    attitude: Score
    overall: Score


@dataclass(frozen=True, slots=True)
class Cut:
    """A four-week block along one axis; `own`: all service points of the commune's own staff together.

    `own` is None along other axes, and where it would be everything or nothing.
    """

    axis: Axis
    first_day: date
    last_day: date
    parts: tuple[PartScore, ...]
    own: PartScore | None


def read_cuts(
    connection: Connection,
    unit_id: int,
    blocks: Sequence[Block],
    points: Mapping[str, ServicePoint],
    variance_ratio: float,
) -> Mapping[Axis, tuple[Cut, ...]]:
    """The blocks' cuts along every axis, oldest first; a block that may not be cut so is left out. Four statements.

    `points`: service points by id, as parts write it.
    """
    if not blocks:
        return dict.fromkeys(AXES, ())
    own = {label for label, point in points.items() if point.body == OWN_BODY}
    found = {}
    for axis in AXES:
        days = {"first_day": blocks[0].last_day, "last_day": blocks[-1].last_day}
        parts = read_parts(connection, [unit_id], axis, Viewer.STAFF, **days)
        cuts = (_cut(axis, block, parts, own, variance_ratio) for block in blocks)
        found[axis] = tuple(cut for cut in cuts if cut is not None)
    return found


def labels_of(parts: Mapping[Axis, Sequence[Cut]], axis: Axis) -> set[str]:
    """Everything that is named along an axis."""
    return {label for cut in parts[axis] for part in cut.parts for label in part.labels}


def _cut(axis: Axis, block: Block, parts: Sequence[Part], own: Collection[str], variance_ratio: float) -> Cut | None:
    inside = [part for part in parts if part.last_day == block.last_day]
    if not inside:
        return None
    mine = [part for part in inside if set(part.labels) <= set(own)] if axis is Axis.SERVICE_POINT else []
    return Cut(
        axis=axis,
        first_day=inside[0].first_day,
        last_day=block.last_day,
        parts=tuple(_score([part], variance_ratio) for part in inside),
        own=_score(mine, variance_ratio) if mine and len(mine) < len(inside) else None,
    )


def _score(parts: Sequence[Part], variance_ratio: float) -> PartScore:
    sums, minimum_n = sum((part.sums for part in parts), Sums()), min(part.minimum_n for part in parts)
    attitude = attitude_score(sums.scores, sums.ratings, variance_ratio, minimum_n)
    overall = share_score(sums.overall, minimum_n)
    assert attitude is not None and overall is not None, "a published part has the minimum"
    labels = tuple(label for part in parts for label in part.labels)
    return PartScore(labels, sums.responses, attitude, overall)
