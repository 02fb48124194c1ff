"""Facts summed to weeks: what counts, what stands apart, and that weeks have no gap."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection

from analytics.dashboards.queries import (
    HEADLINE_GROUPS,
    Population,
    item_levels,
    probe,
    score_totals_by_unit,
    weeks_of_unit,
)
from analytics.facts.models import NOT_STATED
from analytics.statistics.indices import ScoreTotals
from tests.analytics.dashboards.conftest import City
from tests.analytics.dashboards.factories import (
    ITEMS,
    NEWEST_MONDAY,
    THROUGH,
    WEEK,
    Answer,
    rated,
    satisfied,
    write_facts,
    write_weeks,
)
from tests.support.queries import QueryCounter


def test_weeks_run_without_a_gap_from_the_first_answer_to_the_last_day(connection: Connection, city: City) -> None:
    write_weeks(connection, city.trang_bom.id, [satisfied(3), [], [], satisfied(2, 1), []])
    weeks = weeks_of_unit(connection, city.trang_bom.id, THROUGH)
    assert [week.monday for week in weeks] == [NEWEST_MONDAY + ago * WEEK for ago in range(-4, 2)]
    assert [week.headline.responses for week in weeks] == [3, 0, 0, 3, 0, 0]


def test_days_of_a_week_are_summed_and_later_days_left_out(connection: Connection, city: City) -> None:
    for day in range(8):
        write_facts(connection, city.trang_bom.id, NEWEST_MONDAY + timedelta(days=day), satisfied(2, 1))
    sunday = NEWEST_MONDAY + timedelta(days=6)
    (week,) = weeks_of_unit(connection, city.trang_bom.id, sunday)
    assert week.headline == Population(21, ScoreTotals(21, 14 * 60, 14 * 3600), (0, 7, 0, 0, 14))


def test_the_headline_is_citizens_who_filled_the_form_in_by_themselves(connection: Connection, city: City) -> None:
    counted = [
        *(rated(5, channel=channel) for channel in ("poster", "display", "kiosk")),
        rated(5, channel="ticket", group=NOT_STATED),
    ]
    apart = [
        *(rated(1, channel=channel) for channel in ("assisted", "paper", "callback")),
        rated(1, group="organisation"),
        rated(1, group="official"),
        rated(1, group="organisation", channel="paper"),
        rated(1, set_aside=1),
        rated(1, group="organisation", set_aside=1),
    ]
    write_facts(connection, city.trang_bom.id, NEWEST_MONDAY, [*counted, *apart])
    (week, _running) = weeks_of_unit(connection, city.trang_bom.id, THROUGH)
    assert week.headline == Population(4, ScoreTotals(4, 240, 4 * 3600), (0, 0, 0, 0, 4))
    assert week.organisations == Population(1, ScoreTotals(1, 0, 0), (1, 0, 0, 0, 0))
    composition = week.composition
    assert (composition.with_code, composition.without_code, composition.by_others) == (1, 3, 3)
    assert composition.set_aside == 2


def test_items_are_summed_by_week_for_one_population(connection: Connection, city: City) -> None:
    write_facts(connection, city.trang_bom.id, NEWEST_MONDAY, [Answer({"overall": 4, "guidance": 2})] * 3)
    write_facts(connection, city.trang_bom.id, NEWEST_MONDAY + timedelta(days=2), [rated(5), rated(1, set_aside=1)])
    write_facts(connection, city.trang_bom.id, NEWEST_MONDAY - WEEK, [rated(3)])
    levels = item_levels(connection, city.trang_bom.id, HEADLINE_GROUPS, NEWEST_MONDAY, THROUGH)
    assert set(levels) == {NEWEST_MONDAY}
    assert levels[NEWEST_MONDAY]["guidance"] == (0, 3, 0, 0, 1)
    assert levels[NEWEST_MONDAY]["overall"] == (0, 0, 0, 3, 1)
    assert set(levels[NEWEST_MONDAY]) == set(ITEMS)


def test_the_units_of_a_city_are_summed_each(connection: Connection, city: City) -> None:
    write_weeks(connection, city.trang_bom.id, [satisfied(9, 1), satisfied(1)])
    write_weeks(connection, city.long_hung.id, [satisfied(0, 4)])
    both = [city.trang_bom.id, city.long_hung.id]
    totals = score_totals_by_unit(connection, both, NEWEST_MONDAY - WEEK, THROUGH)
    assert sorted(totals) == [(4, 0, 0), (11, 600, 36_000)]
    assert score_totals_by_unit(connection, both[:1], NEWEST_MONDAY, THROUGH) == [(1, 60, 3600)]


def test_a_unit_without_answers_has_no_weeks(connection: Connection, city: City) -> None:
    write_weeks(connection, city.long_hung.id, [satisfied(4)])
    assert weeks_of_unit(connection, city.trang_bom.id, THROUGH) == []
    assert weeks_of_unit(connection, city.long_hung.id, date(2026, 1, 1)) == []


@pytest.mark.parametrize("weeks", [1, 40])
def test_three_statements_however_long_the_history(connection: Connection, city: City, weeks: int) -> None:
    write_weeks(connection, city.trang_bom.id, [satisfied(2)] * weeks)
    with QueryCounter(connection.engine) as queries:
        assert len(weeks_of_unit(connection, city.trang_bom.id, THROUGH)) == weeks + 1
    assert queries.count == 3


def test_the_probe_reads_one_row_at_most(connection: Connection) -> None:
    with QueryCounter(connection.engine) as queries:
        probe(connection)
    assert queries.count == 1
