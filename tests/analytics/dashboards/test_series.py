"""What is published about a unit: points, blocks, organisations, and what is not."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import Connection, insert

from analytics.dashboards.cells import Score
from analytics.dashboards.published import Note, UnitSeries
from analytics.dashboards.series import unit_series
from analytics.facts.days import last_closed_day
from analytics.facts.models import fact_item
from analytics.statistics.weekly_signals import Verdict
from survey_app.territory.units import Unit, last_known
from tests.analytics.dashboards.conftest import City
from tests.analytics.dashboards.factories import (
    ATTITUDE,
    ITEMS,
    NEWEST_MONDAY,
    WEEK,
    Answer,
    add_unit,
    close_days,
    publish,
    rated,
    satisfied,
    simulated,
    write_facts,
    write_weeks,
)
from tests.support.queries import QueryCounter

TODAY = date(2026, 11, 24)
SUNDAY = NEWEST_MONDAY + timedelta(days=6)


def published(connection: Connection, unit: Unit, today: date = TODAY, minimum_n: int = 10) -> UnitSeries:
    through = last_closed_day(connection)
    if through is not None:
        publish(connection, through, minimum_n)
    return unit_series(connection, unit, today, minimum_n)


def written(connection: Connection, unit: Unit, weeks: Sequence[Sequence[Answer]]) -> UnitSeries:
    write_weeks(connection, unit.id, weeks)
    return published(connection, unit)


def test_sixteen_finished_weeks_are_shown(connection: Connection, city: City) -> None:
    series = written(connection, city.trang_bom, [satisfied(15, 5)] * 20)
    assert [point.first_day for point in series.points] == [NEWEST_MONDAY + ago * WEEK for ago in range(-15, 1)]
    assert {(point.last_day - point.first_day).days for point in series.points} == {6}
    assert series.points[-1].attitude == Score(20, 75.0, 53.1, 88.8, 4.25, 81.2)
    assert series.points[-1].overall == Score(20, 75.0, 53.1, 88.8, 4.25, 81.2)
    assert {point.note for point in series.points} == {Note.SMALL}


def test_thin_weeks_are_joined_with_the_following_ones_for_good(connection: Connection, city: City) -> None:
    sizes = [12, 4, 0, 6, 9, 9, 30]
    series = written(connection, city.trang_bom, [satisfied(size) for size in sizes])
    assert [(point.weeks, point.responses) for point in series.points] == [(1, 12), (3, 10), (2, 18), (1, 30)]
    assert series.points[1].first_day == NEWEST_MONDAY - 5 * WEEK
    assert series.points[1].last_day == NEWEST_MONDAY - 3 * WEEK + timedelta(days=6)
    assert [point.note for point in series.points] == [Note.SMALL, Note.SMALL, Note.SMALL, Note.NONE]


def test_a_point_that_began_before_is_shown_whole(connection: Connection, city: City) -> None:
    series = written(connection, city.trang_bom, [satisfied(4), satisfied(4), satisfied(4), *[satisfied(10)] * 15])
    assert (series.points[0].weeks, series.points[0].responses) == (3, 12)
    assert len(series.points) == 16


def test_too_few_have_a_count_and_no_score(connection: Connection, city: City) -> None:
    series = written(connection, city.trang_bom, [satisfied(11), satisfied(5), satisfied(4)])
    newest = series.points[-1]
    assert (newest.responses, newest.weeks, newest.note) == (9, 2, Note.TOO_FEW)
    assert newest.attitude is None and newest.overall is None
    assert series.comparison is None


def test_both_indices_need_the_minimum(connection: Connection, city: City) -> None:
    without_overall = [Answer(dict.fromkeys(ATTITUDE, 5))]
    without_attitude = [Answer({"overall": 5})]
    weeks = [satisfied(8) + without_overall * 4, satisfied(2), satisfied(9) + without_attitude * 9, satisfied(1)]
    series = written(connection, city.trang_bom, weeks)
    assert [(point.weeks, point.responses) for point in series.points] == [(2, 14), (2, 19)]
    for point in series.points:
        assert point.attitude is not None and point.attitude.n >= 10
        assert point.overall is not None and point.overall.n >= 10


def test_a_higher_minimum_joins_more(connection: Connection, city: City) -> None:
    write_weeks(connection, city.trang_bom.id, [satisfied(12)] * 4)
    series = published(connection, city.trang_bom, minimum_n=20)
    assert [(point.weeks, point.responses) for point in series.points] == [(2, 24), (2, 24)]


def test_the_running_week_shows_its_count_only(connection: Connection, city: City) -> None:
    write_weeks(connection, city.trang_bom.id, [satisfied(12), satisfied(40)], newest=NEWEST_MONDAY + WEEK)
    write_facts(connection, city.trang_bom.id, NEWEST_MONDAY + WEEK, satisfied(6))
    series = published(connection, city.trang_bom)
    assert len(series.points) == 1 and series.points[0].last_day == SUNDAY
    assert series.running is not None
    # Tuesday is not closed: only Monday counts.
    assert (series.running.first_day, series.running.responses) == (NEWEST_MONDAY + WEEK, 6)


def test_the_running_week_tells_no_score_anywhere(connection: Connection, city: City) -> None:
    write_weeks(connection, city.trang_bom.id, [simulated(Random(1), 40)], newest=NEWEST_MONDAY + WEEK)
    series = published(connection, city.trang_bom, NEWEST_MONDAY + WEEK + timedelta(days=3))
    assert (series.points, series.blocks, series.organisations, series.comparison) == ((), (), (), None)


def test_a_week_nobody_decided_yet_is_no_point(connection: Connection, city: City) -> None:
    """After an upgrade, until `facts publish` or the next closing: nothing is said, least of all that few answered."""
    write_weeks(connection, city.trang_bom.id, [satisfied(40)] * 3)
    publish(connection, NEWEST_MONDAY - timedelta(days=1))
    series = unit_series(connection, city.trang_bom, TODAY, 10)
    assert [point.responses for point in series.points] == [40, 40]
    assert series.points[-1].last_day == NEWEST_MONDAY - timedelta(days=1)


def test_items_of_joined_blocks_say_their_days(connection: Connection, city: City) -> None:
    incomplete = Answer({"overall": 5, "courtesy": 5, "answers": 5, "guidance": 2})
    series = written(connection, city.trang_bom, [[*satisfied(20), incomplete]] * 20)
    waiting = [block for block in series.blocks if block.items_withheld]
    shown = [block for block in series.blocks if not block.items_withheld]
    assert [item.item for block in waiting for item in block.items] == ["overall"] * len(waiting)
    assert shown and all(block.items_first_day < block.first_day for block in shown)
    assert shown[-1].items[0].score.n == 13 * 21


def test_the_index_with_what_was_set_aside_from_ten_on(connection: Connection, city: City) -> None:
    series = written(connection, city.trang_bom, [[*satisfied(20), *satisfied(0, 3, set_aside=1)]] * 16)
    newest = series.blocks[-1].with_set_aside
    assert newest is not None
    assert (newest.set_aside, newest.attitude.n, newest.overall.percent) == (12, 92, 87.0)
    assert newest.attitude.mean is None


def test_a_week_is_not_finished_before_its_last_day_is_closed(connection: Connection) -> None:
    unit = add_unit(connection)
    write_weeks(connection, unit.id, [satisfied(12), satisfied(12)])
    close_days(connection, through=SUNDAY - timedelta(days=1))
    late = published(connection, unit)
    assert [point.last_day for point in late.points] == [SUNDAY - WEEK]
    assert late.running is not None and late.running.first_day == NEWEST_MONDAY
    close_days(connection, through=SUNDAY)
    assert [point.last_day for point in published(connection, unit).points] == [SUNDAY - WEEK, SUNDAY]


def test_a_day_closed_for_trial_does_not_finish_its_week(connection: Connection) -> None:
    unit = add_unit(connection)
    write_weeks(connection, unit.id, [satisfied(12)])
    close_days(connection, through=SUNDAY)
    assert published(connection, unit, today=SUNDAY).points == ()
    assert len(published(connection, unit, today=SUNDAY + timedelta(days=1)).points) == 1


def test_before_the_first_closing_there_is_nothing(connection: Connection) -> None:
    series = published(connection, add_unit(connection))
    assert (series.points, series.blocks, series.through, series.newest_week) == ((), (), None, None)


def test_a_silent_unit_has_its_week_with_zero(connection: Connection, city: City) -> None:
    series = written(connection, city.trang_bom, [])
    assert series.points == ()
    assert series.newest_week is not None and series.newest_week.responses == 0


def test_set_aside_answers_are_counted_apart(connection: Connection, city: City) -> None:
    spoiled = [rated(1, set_aside=1)] * 7
    series = written(connection, city.trang_bom, [satisfied(12) + spoiled, satisfied(12)])
    assert [point.set_aside for point in series.points] == [7, 0]
    assert series.set_aside == 7
    assert series.points[0].attitude is not None and series.points[0].attitude.percent == 100.0


def test_complete_blocks_show_items_and_composition(connection: Connection, city: City) -> None:
    mixed = satisfied(6, 2) + satisfied(3, channel="ticket") + [rated(1, channel="paper")]
    series = written(connection, city.trang_bom, [mixed] * 20)
    # The block of 2–29 November still runs.
    assert [(block.first_day, block.last_day) for block in series.blocks] == [
        (date(2026, 7, 13), date(2026, 8, 9)),
        (date(2026, 8, 10), date(2026, 9, 6)),
        (date(2026, 9, 7), date(2026, 10, 4)),
        (date(2026, 10, 5), date(2026, 11, 1)),
    ]
    newest = series.blocks[-1]
    assert [item.item for item in newest.items] == list(ITEMS)
    assert newest.items[0].levels == (0, 8, 0, 0, 36)
    assert newest.items[0].score.percent == 81.8
    assert (newest.responses, newest.attitude.n, newest.items_withheld) == (44, 44, False)
    composition = newest.composition
    assert (composition.with_code, composition.without_code, composition.by_others) == (12, 32, 4)


def test_an_item_under_the_minimum_takes_the_other_attitude_items_with_it(connection: Connection, city: City) -> None:
    without_guidance = Answer({item: 5 for item in ITEMS if item != "guidance"})
    series = written(connection, city.trang_bom, [[*[without_guidance] * 12, rated(2)]] * 8)
    newest = series.blocks[-1]
    assert [item.item for item in newest.items] == ["overall"]
    assert newest.items_withheld


def test_an_item_nobody_was_asked_hides_nothing(connection: Connection, city: City) -> None:
    without_guidance = Answer({item: 5 for item in ITEMS if item != "guidance"})
    series = written(connection, city.trang_bom, [[without_guidance] * 12] * 8)
    assert [item.item for item in series.blocks[-1].items] == [item for item in ITEMS if item != "guidance"]
    assert not series.blocks[-1].items_withheld


def test_organisations_have_blocks_of_their_own_from_the_minimum_on(connection: Connection, city: City) -> None:
    week = satisfied(20) + satisfied(2, 1, group="organisation")
    thin = satisfied(20) + satisfied(1, group="organisation")
    series = written(connection, city.trang_bom, [week] * 8 + [thin] * 8)
    assert all(block.attitude.n >= 10 and block.overall.n >= 10 for block in series.organisations)
    assert series.organisations[0].attitude.percent == 66.7
    # Eight weeks of one form: they join until ten are there, so the last ones are not shown yet.
    assert series.organisations[-1].last_day < date(2026, 10, 4)
    assert {point.attitude.percent for point in series.points if point.attitude} == {100.0}


def test_nothing_is_shown_of_fewer_than_ten_organisations(connection: Connection, city: City) -> None:
    write_weeks(
        connection, city.trang_bom.id, [satisfied(20)] * 15 + [satisfied(20) + satisfied(9, group="organisation")]
    )
    assert published(connection, city.trang_bom).organisations == ()


def test_intervals_use_the_variance_ratio_of_the_whole_city(connection: Connection, city: City) -> None:
    random = Random(5)
    write_weeks(connection, city.long_hung.id, [simulated(random, 80) for _week in range(16)])
    series = written(connection, city.trang_bom, [satisfied(15, 5)] * 2)
    assert 0.2 < series.variance_ratio < 1
    newest = series.points[-1]
    assert newest.attitude is not None and newest.overall is not None
    assert newest.attitude.percent == newest.overall.percent
    assert newest.attitude.high - newest.attitude.low < newest.overall.high - newest.overall.low


def test_a_small_city_uses_the_widest_interval(connection: Connection, city: City) -> None:
    assert written(connection, city.trang_bom, [satisfied(15, 5)] * 2).variance_ratio == 1.0


def test_a_unit_that_ended_shows_its_last_weeks(connection: Connection, city: City) -> None:
    end = date(2026, 9, 1)
    unit = add_unit(connection, "26000", "Gia Ray", "thị trấn", city.city.id, valid_to=end)
    write_weeks(connection, unit.id, [satisfied(12)] * 3, newest=date(2026, 8, 31))
    ended = last_known(connection, unit.id)
    assert ended is not None
    series = published(connection, ended)
    assert series.points[-1].last_day == date(2026, 9, 6)
    assert series.running is None
    assert len(series.points) == 3


def test_a_drop_is_a_signal_and_names_the_item(connection: Connection, city: City) -> None:
    usual = satisfied(36, 4)
    drop = [Answer(dict.fromkeys(ITEMS, 5) | {"guidance": 2, "fairness": 3})] * 20 + satisfied(10, 10)
    series = written(connection, city.trang_bom, [usual] * 16 + [drop])
    comparison = series.comparison
    assert comparison is not None
    assert (comparison.verdict, comparison.points, comparison.weeks) == (Verdict.BELOW, 16, 16)
    # Both fell to a quarter; of equals the first by name is told.
    assert comparison.changed_item == "fairness"


def test_a_rise_names_what_rose_most(connection: Connection, city: City) -> None:
    usual = [Answer(dict.fromkeys(ITEMS, 5) | {"guidance": 2, "answers": 2})] * 40
    series = written(connection, city.trang_bom, [usual] * 14 + [satisfied(30) + usual[:10]])
    assert series.comparison is not None
    assert (series.comparison.verdict, series.comparison.changed_item) == (Verdict.ABOVE, "answers")


@pytest.mark.parametrize(
    ("earlier", "newest", "verdict"), [(11, 40, "not_judged"), (12, 29, "not_judged"), (12, 30, "usual")]
)
def test_nothing_is_claimed_of_few_weeks_or_few_forms(
    connection: Connection, city: City, earlier: int, newest: int, verdict: str
) -> None:
    weeks = [*[satisfied(36, 4)] * earlier, satisfied(newest - 3, 3)]
    comparison = written(connection, city.trang_bom, weeks).comparison
    assert comparison is not None
    assert comparison.verdict == verdict
    assert comparison.has_history == (earlier >= 12)


def test_few_statements_whatever_there_is(connection: Connection, city: City) -> None:
    random = Random(3)
    weeks = [simulated(random, 30) + simulated(random, 8, group="organisation") for _week in range(40)]
    write_weeks(connection, city.trang_bom.id, weeks)
    published(connection, city.trang_bom)
    with QueryCounter(connection.engine) as queries:
        published(connection, city.trang_bom)
    assert (
        queries.count == 13
    )  # One of them reads the questionnaire, which only a transaction that stored it reads anew.


def test_an_item_of_an_older_questionnaire_keeps_its_count(connection: Connection, city: City) -> None:
    """Facts may hold an item that no questionnaire in the register knows: it is shown under its name."""
    write_weeks(connection, city.trang_bom.id, [satisfied(12)] * 8)
    levels = {"n1": 0, "n2": 0, "n3": 2, "n4": 0, "n5": 10, "not_applicable": 0}
    keys = {"unit_id": city.trang_bom.id, "channel": "poster", "respondent_group": "citizen", "set_aside": 0}
    connection.execute(insert(fact_item).values(day=date(2026, 10, 6), item="own_parking", **keys, **levels))
    newest = published(connection, city.trang_bom).blocks[-1]
    assert newest.items[-1].item == "own_parking"
    assert newest.items[-1].score.n == 12
