"""The tables of Decision 54/2025: which index is worth how many points, and how many points are how many stars.

How answers become the 20 points of criterion 3 is for the city to say: a table that administrators keep, never code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sqlalchemy import Connection, insert, select

from survey_app.territory.office_models import BandRow, BandTableRow
from survey_app.territory.problems import RefusedChange

MOST_POINTS = 20
"""Of criterion 3, satisfaction of officials, citizens, organisations and businesses (Decision 54/2025)."""
MOST_STARS = 5


@dataclass(frozen=True, slots=True)
class Band:
    """From `lower` on (per cent of the index, or points of 100) it is worth `value` (points, or stars)."""

    lower: float
    value: float


@dataclass(frozen=True, slots=True)
class Bands:
    """The tables in force: bands from the highest down, where they are written, when they were last checked."""

    valid_from: date
    checked_on: date
    source: str
    points: tuple[Band, ...]
    stars: tuple[Band, ...]

    def points_for(self, percent: float) -> float | None:
        """The points of criterion 3 for an index in per cent; None below the lowest band."""
        return next((band.value for band in self.points if percent >= band.lower), None)

    def stars_for(self, points: float) -> int | None:
        """The stars for a year's points of 100; None below the lowest band."""
        return next((int(band.value) for band in self.stars if points >= band.lower), None)


KNOWN_STARS = (Band(95, 4), Band(90, 3), Band(80, 2), Band(0, 1))
"""As the Decision says: from 95 points four stars, from 90 three, from 80 two, below that one."""


def bands(connection: Connection, day: date) -> Bands | None:
    """The tables in force on the day; None while nobody has entered any. Two queries."""
    row = BandTableRow
    newest = (
        select(row.id, row.valid_from, row.checked_on, row.source)
        .where(row.valid_from <= day)
        .order_by(row.valid_from.desc(), row.id.desc())
        .limit(1)
    )
    found = connection.execute(newest).first()
    if found is None:
        return None
    lines = connection.execute(
        select(BandRow.kind, BandRow.lower, BandRow.value)
        .where(BandRow.band_table_id == found.id)
        .order_by(BandRow.lower.desc())
    ).all()
    points = tuple(Band(lower / 10, value / 10) for kind, lower, value in lines if kind == "points")
    stars = tuple(Band(lower / 10, value) for kind, lower, value in lines if kind == "stars")
    return Bands(found.valid_from, found.checked_on, found.source, points, stars)


def set_bands(connection: Connection, new: Bands, *, set_by: str) -> None:
    """Let new tables hold from their day on.

    Raises `RefusedChange` when a number is out of range, a lower end stands twice, or more is worth less.
    """
    if not new.source.strip() or len(new.source) > 200 or not new.source.isprintable():
        raise RefusedChange("bad_source", limit=200)
    _check(new.points, MOST_POINTS)
    _check(new.stars, MOST_STARS)
    values = {
        "valid_from": new.valid_from,
        "checked_on": new.checked_on,
        "source": new.source.strip(),
        "set_by": set_by,
    }
    stored = connection.execute(insert(BandTableRow).values(values).returning(BandTableRow.id)).scalar_one()
    lines = [("points", band.lower, band.value * 10) for band in new.points]
    lines += [("stars", band.lower, band.value) for band in new.stars]
    connection.execute(
        insert(BandRow),
        [
            {"band_table_id": stored, "kind": kind, "lower": round(lower * 10), "value": round(value)}
            for kind, lower, value in lines
        ],
    )


def _check(table: Sequence[Band], most: int) -> None:
    if not table:
        raise RefusedChange("no_bands")
    for band in table:
        if not (0 <= band.lower <= 100 and 0 <= band.value <= most):
            raise RefusedChange("band_out_of_range", most=most)
    falling = sorted(table, key=lambda band: -band.lower)
    for higher, lower in pairwise(falling):
        if round(higher.lower * 10) == round(lower.lower * 10) or higher.value < lower.value:
            raise RefusedChange("bands_not_rising", lower=f"{lower.lower:g}")
