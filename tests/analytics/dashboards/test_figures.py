"""Figures hold the very numbers of the series, name no colour of their own, and need no inline style."""

import json
import re
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection

from analytics.dashboards.item_figure import item_figure
from analytics.dashboards.periods import PICKED, short_period_words
from analytics.dashboards.published import UnitSeries
from analytics.dashboards.series import unit_series
from analytics.dashboards.weekly_figure import weekly_figure
from analytics.published.unions import Span
from tests.analytics.dashboards.conftest import City
from tests.analytics.dashboards.factories import THROUGH, WEEK, Answer, publish, satisfied, simulated, write_weeks
from tests.analytics.dashboards.reading import trace
from tests.support.databases import sqlite_only

pytestmark = sqlite_only


@pytest.fixture
def series(connection: Connection, city: City) -> UnitSeries:
    """Busy weeks, weeks of 10 to 29, thin weeks that join, and a newest one without a score."""
    random = Random(11)
    sizes = [40, 33, 18, 12, 4, 4, 5, 60, 31, 30, 29, 10, 3]
    weeks: list[list[Answer]] = [simulated(random, size) for size in sizes]
    write_weeks(connection, city.trang_bom.id, weeks)
    write_weeks(connection, city.long_hung.id, [satisfied(98, 2)] * 3)
    publish(connection)
    return unit_series(connection, city.trang_bom, THROUGH, 10)


def weekly(series: UnitSeries, language: str = "vi") -> dict[str, Any]:
    figure = weekly_figure(series, language)
    assert figure is not None
    return dict(json.loads(figure))


@pytest.mark.parametrize("measure", ["attitude", "overall"])
def test_points_and_intervals_are_those_of_the_series(series: UnitSeries, measure: str) -> None:
    figure = weekly(series)
    drawn: dict[str, tuple[float, float, float]] = {}
    for kind in ("solid", "small"):
        marks = trace(figure, f"{measure}:{kind}")
        up, down = marks["error_y"]["array"], marks["error_y"]["arrayminus"]
        for x, y, more, less in zip(marks["x"], marks["y"], up, down, strict=True):
            drawn[x[:10]] = (y, round(y - less, 1), round(y + more, 1))
    scores = [(point, getattr(point, measure)) for point in series.points]
    expected = {
        (point.first_day + (point.last_day - point.first_day) / 2).isoformat(): (s.percent, s.low, s.high)
        for point, s in scores
        if s is not None
    }
    assert drawn == expected
    small = trace(figure, f"{measure}:small")
    assert len(small["x"]) == sum(1 for _point, score in scores if score is not None and score.is_small)
    assert small["marker"]["symbol"].endswith("-open")
    assert not trace(figure, f"{measure}:solid")["marker"]["symbol"].endswith("-open")


def test_joined_weeks_are_wide_and_the_rest_is_shaded(series: UnitSeries) -> None:
    figure = weekly(series)
    wide = trace(figure, "attitude:joined")
    (joined,) = [point for point in series.points if point.weeks > 1 and point.attitude]
    assert wide["x"][0] == joined.first_day.isoformat()
    assert wide["x"][1] == (joined.first_day + joined.weeks * WEEK).isoformat()
    gaps = figure["layout"]["shapes"]
    assert {gap["x0"] for gap in gaps} == {series.points[-1].first_day.isoformat()}
    assert len(gaps) == 2


def test_the_level_of_each_block_lies_under_its_weeks(series: UnitSeries) -> None:
    levels = trace(weekly(series), "overall:blocks")
    assert [y for y in levels["y"] if y is not None][::2] == [block.overall.percent for block in series.blocks]


def test_the_axis_is_of_percent_and_starts_at_zero_unless_all_lies_above_fifty(
    connection: Connection, city: City, series: UnitSeries
) -> None:
    assert weekly(series)["layout"]["yaxis"]["tickvals"][0] == 0
    high = weekly(unit_series(connection, city.long_hung, THROUGH, 10))["layout"]
    assert high["yaxis"]["ticktext"] == high["yaxis2"]["ticktext"] == ["50%", "60%", "70%", "80%", "90%", "100%"]


def test_colours_are_variables_and_words_are_plain(series: UnitSeries) -> None:
    figures = [weekly_figure(series, "vi"), *(item_figure(series, block, "vi") for block in series.blocks)]
    for figure in figures:
        assert figure is not None
        assert set(re.findall(r'"color":"([^"]+)"', figure)) <= set(re.findall(r'"(var\(--[a-z0-9-]+\))"', figure))
        assert not re.search(r"#[0-9a-fA-F]{3,6}\b", figure)
        assert not set("<>&'") & set(figure)
        assert "template" not in json.loads(figure)["layout"]


def test_separators_and_words_follow_the_language(series: UnitSeries) -> None:
    assert weekly(series)["layout"]["separators"] == ",."
    english = weekly(series, "en")["layout"]
    assert english["separators"] == ".,"
    assert any("Attitude index" in note["text"] for note in english["annotations"])


def test_bars_hold_the_counts_of_each_level(series: UnitSeries) -> None:
    block = series.blocks[-1]
    text = item_figure(series, block, "vi")
    assert text is not None
    figure = json.loads(text)
    assert [bar["name"] for bar in figure["data"]] == [series.words.level(level, "vi") for level in range(1, 6)]
    for level, bar in enumerate(figure["data"]):
        assert bar["x"] == [item.levels[level] for item in block.items]
    notes = [note["text"] for note in figure["layout"]["annotations"]]
    assert notes[2:4] == ["Lời nói, cách cư xử", f"{round(block.items[1].score.percent)}%"]


def test_without_a_score_there_is_no_figure(connection: Connection, city: City) -> None:
    write_weeks(connection, city.long_hung.id, [satisfied(4)])
    publish(connection)
    assert weekly_figure(unit_series(connection, city.long_hung, THROUGH, 10), "vi") is None


@pytest.mark.parametrize("span", [span for span in PICKED if span is not Span.WEEK])
def test_periods_are_named_below_their_marks(connection: Connection, city: City, span: Span) -> None:
    """Not by weeks, which a quarter has thirteen of; a few names only, that of the newest always."""
    write_weeks(connection, city.trang_bom.id, [satisfied(36, 4)] * 30)
    publish(connection)
    series = unit_series(connection, city.trang_bom, THROUGH, 10)
    periods = series.periods[span]
    figure = weekly_figure(replace(series, points=periods, blocks=()), "vi", span=span)
    assert figure is not None
    drawn = json.loads(figure)
    marks = trace(drawn, "attitude:solid")["x"]
    for axis in ("xaxis", "xaxis2"):
        places, names = drawn["layout"][axis]["tickvals"], drawn["layout"][axis]["ticktext"]
        assert set(places) <= set(marks) and places[-1] == marks[-1]
        assert names[-1] == short_period_words(span, periods[-1].stretch, "vi")
        assert len(names) == min(3, len(periods)) or len(periods) > 3 >= len(names) >= 2
