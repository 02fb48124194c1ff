"""Counts of weeks that wait: what counts, what stands apart, and that weeks have no gap."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection

from analytics.dashboards.queries import Counted, counted_weeks, probe
from analytics.facts.models import NOT_STATED
from tests.analytics.dashboards.conftest import City
from tests.analytics.dashboards.factories import (
    NEWEST_MONDAY,
    THROUGH,
    WEEK,
    rated,
    satisfied,
    write_facts,
    write_weeks,
)
from tests.support.queries import QueryCounter


def test_weeks_run_without_a_gap_from_the_first_answer_to_the_last_day(connection: Connection, city: City) -> None:
    write_weeks(connection, city.trang_bom.id, [satisfied(3), [], [], satisfied(2, 1), []])
    weeks = counted_weeks(connection, city.trang_bom.id, None, THROUGH)
    assert list(weeks) == [NEWEST_MONDAY + ago * WEEK for ago in range(-4, 2)]
    assert [week.responses for week in weeks.values()] == [3, 0, 0, 3, 0, 0]


def test_weeks_run_from_the_one_asked_for(connection: Connection, city: City) -> None:
    write_weeks(connection, city.trang_bom.id, [satisfied(3), [], [], satisfied(2, 1), []])
    first = NEWEST_MONDAY - 2 * WEEK
    weeks = counted_weeks(connection, city.trang_bom.id, first, THROUGH)
    assert [week.responses for week in weeks.values()] == [0, 3, 0, 0]
    assert list(counted_weeks(connection, city.long_hung.id, first, THROUGH)) == list(weeks)


def test_days_of_a_week_are_summed_and_later_days_left_out(connection: Connection, city: City) -> None:
    for day in range(8):
        write_facts(connection, city.trang_bom.id, NEWEST_MONDAY + timedelta(days=day), satisfied(2, 1))
    sunday = NEWEST_MONDAY + timedelta(days=6)
    assert counted_weeks(connection, city.trang_bom.id, None, sunday) == {NEWEST_MONDAY: Counted(21)}


def test_citizens_who_filled_the_form_in_by_themselves_count(connection: Connection, city: City) -> None:
    counted = [
        *(rated(5, channel=channel) for channel in ("poster", "display", "kiosk")),
        rated(5, channel="ticket", group=NOT_STATED),
    ]
    apart = [
        *(rated(1, channel=channel) for channel in ("assisted", "paper", "callback")),
        rated(1, group="organisation"),
        rated(1, group="official"),
        rated(1, set_aside=1),
        rated(1, group="organisation", set_aside=1),
    ]
    write_facts(connection, city.trang_bom.id, NEWEST_MONDAY, [*counted, *apart])
    weeks = counted_weeks(connection, city.trang_bom.id, None, THROUGH)
    assert weeks[NEWEST_MONDAY] == Counted(responses=4, set_aside=2)


def test_a_unit_without_answers_has_no_weeks(connection: Connection, city: City) -> None:
    write_weeks(connection, city.long_hung.id, [satisfied(4)])
    assert counted_weeks(connection, city.trang_bom.id, None, THROUGH) == {}
    assert counted_weeks(connection, city.long_hung.id, None, date(2026, 1, 1)) == {}


@pytest.mark.parametrize("weeks", [1, 40])
def test_one_statement_however_long_the_history(connection: Connection, city: City, weeks: int) -> None:
    write_weeks(connection, city.trang_bom.id, [satisfied(2)] * weeks)
    with QueryCounter(connection.engine) as queries:
        assert len(counted_weeks(connection, city.trang_bom.id, None, THROUGH)) == weeks + 1
    assert queries.count == 1


def test_the_probe_reads_one_row_at_most(connection: Connection) -> None:
    with QueryCounter(connection.engine) as queries:
        probe(connection)
    assert queries.count == 1
