"""Whether the index moved around a day: whole blocks on both sides, and nothing said of too few."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection

from analytics.findings.before_after import NOTHING, Movements, PublishedFigures
from analytics.published.unions import Span, stretch_of
from survey_app.listening.figures import Movement, ShownWeeks
from tests.analytics.dashboards.conftest import City
from tests.analytics.dashboards.factories import NEWEST_MONDAY, WEEK, Answer, publish, satisfied, write_weeks
from tests.support.queries import QueryCounter

DAY = timedelta(days=1)


def a_day_between_blocks() -> date:
    """The first day of the newest block that is over, less one block: with a whole block after it."""
    running = stretch_of(NEWEST_MONDAY + 6 * DAY, Span.BLOCK)
    over = running if running.last_day <= NEWEST_MONDAY + 6 * DAY else stretch_of(running.first_day - DAY, Span.BLOCK)
    return over.first_day - DAY


def weeks_with(before: list[Answer], after: list[Answer], day: date) -> list[list[Answer]]:
    number = 20
    mondays = [NEWEST_MONDAY - (number - 1 - week) * WEEK for week in range(number)]
    return [after if monday > day else before for monday in mondays]


def moved(connection: Connection, city: City, before: list[Answer], after: list[Answer]) -> Movement:
    day = a_day_between_blocks()
    write_weeks(connection, city.trang_bom.id, weeks_with(before, after, day))
    publish(connection)
    return Movements(connection)(city.trang_bom.id, day)


def test_a_rise_that_chance_does_not_explain(connection: Connection, city: City) -> None:
    found = moved(connection, city, satisfied(14, 6), satisfied(19, 1))
    assert found.before is not None and found.after is not None
    assert (found.before.percent, found.after.percent) == (70.0, 95.0)
    assert (found.difference, found.verdict) == (25.0, "higher")
    assert (found.before.n, found.after.n) == (160, 80), (
        "two whole blocks before the one with the day; one is over after"
    )
    assert found.before.last_day < a_day_between_blocks() < found.after.first_day


def test_a_fall_that_chance_does_not_explain(connection: Connection, city: City) -> None:
    assert moved(connection, city, satisfied(19, 1), satisfied(14, 6)).verdict == "lower"


def test_what_chance_explains_is_said_to_be_so(connection: Connection, city: City) -> None:
    found = moved(connection, city, satisfied(17, 3), satisfied(16, 4))
    assert found.verdict == "chance"
    assert found.low is not None and found.high is not None and found.low < 0 < found.high


def test_too_few_on_a_side_say_nothing(connection: Connection, city: City) -> None:
    found = moved(connection, city, satisfied(14, 6), satisfied(5, 1))
    assert found.after is not None and 10 <= found.after.n < 30
    assert (found.difference, found.verdict) == (None, "unknown")


@pytest.mark.parametrize("day", [NEWEST_MONDAY, date(2020, 1, 1), date(2030, 1, 1)])
def test_a_side_that_is_not_over_says_nothing(connection: Connection, city: City, day: date) -> None:
    write_weeks(connection, city.trang_bom.id, [satisfied(14, 6)] * 16)
    publish(connection)
    assert Movements(connection)(city.trang_bom.id, day).verdict == "unknown"


def test_without_anything_published(connection: Connection, city: City) -> None:
    assert Movements(connection)(city.trang_bom.id, NEWEST_MONDAY) == NOTHING


def test_many_days_cost_two_statements_each(connection: Connection, city: City) -> None:
    """What they have in common is read once; the answers are those of each day alone."""
    write_weeks(connection, city.trang_bom.id, [satisfied(14, 6)] * 10 + [satisfied(19, 1)] * 10)
    publish(connection)
    days = [a_day_between_blocks() - ago * WEEK for ago in range(6)]
    alone = [Movements(connection)(city.trang_bom.id, day) for day in days]
    movements = PublishedFigures().movements(connection)
    movements(city.trang_bom.id, days[0])
    with QueryCounter(connection.engine) as queries:
        assert [movements(city.trang_bom.id, day) for day in days] == alone
    assert queries.count <= 2 * len(days)
    assert any(one.difference is not None for one in alone)


def test_the_weeks_whose_comments_may_be_read_are_those_that_are_shown(connection: Connection, city: City) -> None:
    weeks = [satisfied(12), satisfied(4), satisfied(4), satisfied(4), satisfied(20), satisfied(3)]
    write_weeks(connection, city.trang_bom.id, weeks)
    publish(connection)
    first = NEWEST_MONDAY - 5 * WEEK
    shown = PublishedFigures().shown_weeks(connection, city.trang_bom.id, first)
    assert shown == [
        ShownWeeks(first, first + 6 * DAY),
        ShownWeeks(first + WEEK, first + 3 * WEEK + 6 * DAY),
        ShownWeeks(first + 4 * WEEK, first + 4 * WEEK + 6 * DAY),
    ]
    assert PublishedFigures().shown_weeks(connection, city.trang_bom.id, first + 2 * WEEK) == shown[1:]
    assert PublishedFigures().shown_weeks(connection, city.long_hung.id, first) == []
