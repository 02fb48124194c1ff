"""The tables of the Decision: kept as versions, read by half-open bands, refused when they make no sense."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Connection

from survey_app.territory.bands import KNOWN_STARS, Band, Bands, bands, set_bands
from survey_app.territory.problems import RefusedChange

DAY, LATER = date(2026, 11, 24), date(2027, 1, 1)
TABLE = Bands(
    DAY, date(2026, 11, 20), "Quyết định 54, Phụ lục I", (Band(90, 20), Band(80.5, 17.5), Band(0, 0)), KNOWN_STARS
)
BY = "quantri@dongnai.gov.vn"


def test_without_tables_there_is_nothing_to_say(connection: Connection) -> None:
    assert bands(connection, DAY) is None


def test_tables_hold_from_their_day_and_the_last_word_counts(connection: Connection) -> None:
    set_bands(connection, TABLE, set_by=BY)
    assert bands(connection, date(2026, 11, 23)) is None
    assert bands(connection, DAY) == TABLE
    other = replace(TABLE, valid_from=LATER, points=(Band(70, 20),))
    set_bands(connection, other, set_by=BY)
    set_bands(connection, replace(TABLE, source="Bản sửa"), set_by=BY)
    assert bands(connection, DAY) == replace(TABLE, source="Bản sửa")
    assert bands(connection, LATER) == other


@pytest.mark.parametrize(("percent", "points"), [(100, 20), (90, 20), (89.96, 17.5), (80.5, 17.5), (80.49, 0), (0, 0)])
def test_points_of_an_index(percent: float, points: float) -> None:
    assert TABLE.points_for(percent) == points


@pytest.mark.parametrize(("points", "stars"), [(95, 4), (94.9, 3), (90, 3), (89, 2), (80, 2), (79.9, 1), (0, 1)])
def test_stars_as_the_decision_says(points: float, stars: int) -> None:
    assert TABLE.stars_for(points) == stars


def test_below_the_lowest_band_nothing_is_said() -> None:
    table = replace(TABLE, points=(Band(50, 10),))
    assert (table.points_for(49.9), table.points_for(50)) == (None, 10)


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"points": ()}, "no_bands"),
        ({"points": (Band(101, 20),)}, "band_out_of_range"),
        ({"points": (Band(90, 20.5),)}, "band_out_of_range"),
        ({"stars": (Band(95, 6),)}, "band_out_of_range"),
        ({"points": (Band(90, 20), Band(90, 18))}, "bands_not_rising"),
        ({"points": (Band(90, 15), Band(80, 18))}, "bands_not_rising"),
        ({"source": " "}, "bad_source"),
        ({"source": "a" * 201}, "bad_source"),
    ],
)
def test_tables_that_make_no_sense_are_refused(connection: Connection, wrong: dict[str, object], rule: str) -> None:
    with pytest.raises(RefusedChange) as refused:
        set_bands(connection, replace(TABLE, **wrong), set_by=BY)  # type: ignore[arg-type]  # one field at a time
    assert refused.value.rule == rule and "{" not in refused.value.words("vi")
    assert bands(connection, LATER) is None
