"""A city on one page: who is called and why, states, the trend as a union, the comparison; nothing ranked on noise."""

from collections.abc import Sequence
from datetime import date
from random import Random

import pytest
from sqlalchemy import Connection, Engine

from analytics.dashboards.calls import MOST_CALLS, calls_of
from analytics.dashboards.overview import Overview, State, read_overview
from analytics.dashboards.overview_page import Asked, overview_page
from analytics.dashboards.overview_twins import UNIT_COLUMNS, as_document, unit_rows
from analytics.findings.comparison import Tier
from analytics.published.numbers import read_groups
from analytics.published.unions import Span
from survey_app.territory.units import Unit
from tests.analytics.dashboards.factories import (
    Answer,
    add_city,
    add_unit,
    close_days,
    publish,
    satisfied,
    simulated,
    write_weeks,
)
from tests.support.databases import sqlite_only
from tests.support.queries import QueryCounter

pytestmark = sqlite_only
TODAY = date(2026, 11, 24)
COMMUNES = 14


def a_city_of(connection: Connection, weeks_of: Sequence[Sequence[Sequence[Answer]]]) -> Unit:
    """A city with a commune for each series of weeks, codes 26000, 26001 …; kinds take turns."""
    city = add_city(connection)
    for number, weeks in enumerate(weeks_of):
        kind = "phường" if number % 3 == 0 else "xã"
        unit = add_unit(connection, str(26000 + number), f"Đơn vị {number}", kind, city.id)
        write_weeks(connection, unit.id, weeks)
    close_days(connection)
    publish(connection)
    return city


@pytest.fixture
def city(connection: Connection) -> Unit:
    """Fourteen communes: 0 fell, 1 rose, 2 is silent for three weeks, 3 for one, 4 has few forms; others are quiet."""
    random = Random(12)
    quiet = [[simulated(random, 40, channel="poster") for _week in range(17)] for _commune in range(COMMUNES)]
    usual = [satisfied(30, 10)] * 16
    quiet[0], quiet[1] = [*usual, satisfied(10, 30)], [*usual, satisfied(40)]
    quiet[2], quiet[3] = [*quiet[2][:14], [], [], []], [*quiet[3][:16], []]
    quiet[4] = [satisfied(4, 1)] * 17
    return a_city_of(connection, quiet)


@pytest.fixture
def overview(connection: Connection, city: Unit) -> Overview:
    found = read_overview(connection, city, TODAY, Span.QUARTER)
    assert found is not None
    return found


def test_states_say_what_the_newest_week_was_like(overview: Overview) -> None:
    states = [one.state for one in overview.units]
    assert states[:5] == [State.BELOW, State.ABOVE, State.SILENT, State.SILENT, State.NOT_JUDGED]
    assert set(states[5:]) <= {State.USUAL, State.BELOW, State.ABOVE}
    assert [one.silent_weeks for one in overview.units[:5]] == [0, 0, 3, 1, 0]


def test_who_fell_is_called_first_then_who_is_silent(overview: Overview) -> None:
    calls = calls_of(overview, "vi")
    assert [call.unit.code for call in calls.first][:2] == ["26000", "26002"]
    assert "<b>" not in calls.first[0].reasons[0].words
    assert "25%" in calls.first[0].reasons[0].words and "**thấp hơn hẳn**" in calls.first[0].reasons[0].words
    assert calls.first[1].reasons[0].words == "**Im lặng**: 3 tuần liền không có phiếu, từ 02/11/2026."
    called = {call.unit.code for call in calls.first}
    assert not called & {"26001", "26003"}, "a rise is good news; one silent week is reminded of, not called for"


def test_ten_are_called_at_most(connection: Connection) -> None:
    random = Random(3)
    weeks = [simulated(random, 30, channel="poster") for _week in range(14)]
    city = a_city_of(
        connection, [[*weeks, [], [], []]] * 13 + [[*weeks] * 1 + [simulated(random, 30, channel="poster")] * 3]
    )
    overview = read_overview(connection, city, TODAY, Span.QUARTER)
    assert overview is not None
    calls = calls_of(overview, "en")
    assert (len(calls.first), calls.more) == (MOST_CALLS, 3)
    assert [call.unit.code for call in calls.first] == sorted(call.unit.code for call in calls.first)


def test_the_trend_is_the_union_of_what_the_communes_published(connection: Connection, overview: Overview) -> None:
    groups = read_groups(connection, overview.city.unit_ids)
    newest = overview.trend.points[-1]
    inside = [group for group in groups if group.last_day == overview.city.last_day]
    assert newest.attitude is not None
    assert newest.attitude.n == sum(group.sums.scores.n for group in inside)
    assert sum(block.responses for block in overview.trend.blocks) == sum(group.sums.responses for group in groups)
    assert [block.is_over for block in overview.trend.blocks][-2:] == [True, False]


def test_communes_are_compared_from_a_hundred_persons(overview: Overview) -> None:
    comparison = overview.comparison
    assert comparison is not None
    assert [unit.code for unit in comparison.too_few] == ["26004"]
    assert [one.unit.code for one in overview.units if one.compared is None] == ["26004"]
    page = overview_page(overview, Asked(), "vi")
    listed = [one.unit.code for tier in page.tiers for one in page.tier(tier)]
    assert sorted(listed) == sorted(one.unit.code for one in comparison.units)
    assert len(page.tier(Tier.NOT_TOLD_APART.value)) >= 8


@pytest.mark.parametrize("week", [satisfied(40), satisfied(0, 40)])
def test_a_city_without_any_difference_is_compared_too(connection: Connection, week: list[Answer]) -> None:
    overview = read_overview(connection, a_city_of(connection, [[week] * 4] * 11), TODAY, Span.QUARTER)
    assert overview is not None and overview.comparison is not None
    assert {one.tier for one in overview.comparison.units} == {Tier.NOT_TOLD_APART}
    assert not any(one.differs for one in overview.comparison.units)
    (share,) = {one.percent for one in overview.comparison.units}
    assert all(abs(one.shrunken - share) <= 0.1 for one in overview.comparison.units)
    assert overview_page(overview, Asked(), "vi").funnel is not None


def test_too_few_communes_are_not_compared(connection: Connection) -> None:
    city = a_city_of(connection, [[satisfied(30, 5)] * 4] * 3)
    overview = read_overview(connection, city, TODAY, Span.QUARTER)
    assert overview is not None
    assert (overview.comparison, overview.comparable) == (None, 3)
    assert overview_page(overview, Asked(), "vi").funnel is None


@pytest.mark.parametrize(
    ("asked", "first", "headings"),
    [
        (Asked(), "26000", [None]),
        (Asked(sort="state"), "26000", [None]),
        (Asked(sort="forms"), "26004", [None]),
        (Asked(group="kind"), "26000", ["Phường", "Xã"]),
        (Asked(group="area"), "26000", ["Không rõ tỉnh cũ"]),
        (Asked(state="silent", sort="state"), "26002", [None]),
        (Asked(typed="don vi 11"), "26011", [None]),
    ],
)
def test_sorting_grouping_and_filtering(overview: Overview, asked: Asked, first: str, headings: list[str]) -> None:
    page = overview_page(overview, asked, "vi")
    assert [group.title for group in page.groups] == headings
    assert page.groups[0].units[0].unit.code == first
    assert sum(len(group.units) for group in page.groups) == page.shown


def test_nothing_found_shows_no_group(overview: Overview) -> None:
    assert overview_page(overview, Asked(typed="Cà Mau"), "vi").groups == ()


def test_the_index_sorts_compared_communes_only_and_by_the_shrunken_one(overview: Overview) -> None:
    (group,) = overview_page(overview, Asked(sort="index"), "vi").groups
    shrunken = [one.compared.shrunken for one in group.units if one.compared]
    assert shrunken == sorted(shrunken)
    assert group.units[-1].compared is None


def test_the_small_line_lies_in_its_box(overview: Overview) -> None:
    page = overview_page(overview, Asked(), "vi")
    for one in overview.units:
        places = [tuple(map(float, place.split(","))) for place in page.spark(one).line.split()]
        assert len(places) == len(one.points)
        assert all(0 <= x <= 60 and 0 <= y <= 20 for x, y in places)
        assert [x for x, _y in places] == sorted(x for x, _y in places)


def test_the_twins_say_what_the_page_says(overview: Overview) -> None:
    document = as_document(overview, calls_of(overview, "vi"), "vi")
    rows = list(unit_rows(overview, "vi"))
    assert len(document["units"]) == len(rows) == COMMUNES
    assert all(row.keys() <= set(UNIT_COLUMNS) for row in rows)
    for one, row in zip(document["units"], rows, strict=True):
        assert (one["unit"]["code"], one["state"], one["forms"]) == (row["unit_code"], row["state"], row["forms"])
        newest = one["weeks"][-1]["attitude"] if one["weeks"] else {}
        assert (newest.get("n"), newest.get("percent")) == (row.get("newest_n"), row.get("newest_percent"))
        assert (one["compared"] or {}).get("shrunken") == row.get("compared_shrunken")


def test_statements_do_not_grow_with_the_communes(connection: Connection, city: Unit, engine: Engine) -> None:
    with QueryCounter(engine) as queries:
        read_overview(connection, city, TODAY, Span.QUARTER)
    assert queries.count <= 24


def test_before_the_first_published_week_there_is_nothing(connection: Connection) -> None:
    city = add_city(connection)
    add_unit(connection, "26068", "Trảng Bom", "xã", city.id)
    assert read_overview(connection, city, TODAY, Span.QUARTER) is None
