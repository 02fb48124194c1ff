"""A city's year: twelve communes from April to November 2026, with everything in it that a report speaks of."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, insert

from analytics.published.quarters import publish_finished_quarters
from survey_app.clock import Clock, SetClock
from survey_app.listening.actions import Content, Origin, open_action
from survey_app.listening.notes import write_note
from survey_app.responses.guard_models import CounterDayWarningRow
from survey_app.territory.units import Unit
from survey_app.visits.counts import Place
from survey_app.visits.register import Reporter, WeekReport, record_visits
from tests.analytics.dashboards.factories import (
    NEWEST_MONDAY,
    THROUGH,
    Answer,
    add_city,
    add_unit,
    close_days,
    publish,
    satisfied,
    write_weeks,
)
from tests.analytics.published.trouble_facts import MONEY, NO, TROUBLE, write_trouble

Begin = Callable[[], AbstractContextManager[Connection]]
WEEKS, COMMUNES = 34, 12
FELL, SILENT, BETTER, FEW, MIXED, QUIET = range(6)
"""The communes that differ: one falls for two weeks, one sends nothing, one is clearly better, one has few forms, one
has forms of every kind, and one is silent for three weeks."""
FALL = date(2026, 9, 14)
SECOND_FALL = date(2026, 9, 21)
BEGUN = date(2026, 3, 30)
WARNED = date(2026, 8, 5)
LEADER = "leader@dongnai.gov.vn"


def a_year_of(connection: Connection, clock: Clock, newest: date = NEWEST_MONDAY) -> Unit:
    """The city, with its weeks published, the last one starting on `newest`; other dates move along."""
    city, later = add_city(connection), newest - NEWEST_MONDAY
    units = [
        add_unit(connection, str(26000 + number), f"Đơn vị {number}", "xã" if number % 3 else "phường", city.id)
        for number in range(COMMUNES)
    ]
    for number, unit in enumerate(units):
        write_weeks(connection, unit.id, _weeks(number), newest)
    write_trouble(connection, units[BETTER].id, date(2026, 7, 15) + later, {NO: 150, TROUBLE: 6, MONEY: 4})
    close_days(connection, THROUGH + later, days=240)
    publish(connection, THROUGH + later)
    publish_finished_quarters(connection, 10)
    _happenings(connection, units, clock, later)
    report = WeekReport(Place(units[BETTER].id), date(2026, 7, 6) + later, {"counter_visits": 160})
    record_visits(connection, [report], Reporter("page", LEADER, clock.now()))
    return city


def _weeks(number: int) -> list[Sequence[Answer]]:
    usual: list[Sequence[Answer]] = [satisfied(32, 8)] * WEEKS
    if number == FELL:
        for monday in (FALL, SECOND_FALL):
            usual[(monday - BEGUN).days // 7] = satisfied(14, 26)
    if number == SILENT:
        return [()] * WEEKS
    if number == BETTER:
        return [satisfied(39, 1)] * WEEKS
    if number == FEW:
        return [satisfied(2, 1)] * WEEKS
    if number == MIXED:
        kinds = (
            *satisfied(30, 4, channel="ticket"),
            *satisfied(9, 3, group="organisation"),
            *satisfied(11, 1, channel="paper"),
            *satisfied(5, set_aside=1),
        )
        return [(*kinds, *satisfied(8, 4))] * WEEKS
    if number == QUIET:
        usual[10:13] = [(), (), ()]
    return usual


def _happenings(connection: Connection, units: Sequence[Unit], clock: Clock, later: timedelta) -> None:
    done = Content(
        title="Bảng hướng dẫn giấy tờ mới",
        category="guidance",
        said="Mỗi lần hướng dẫn một khác.",
        owner="Bộ phận một cửa",
        due_on=date(2026, 9, 25) + later,
        state="done",
        done="Đã treo bảng ở cả hai quầy.",
        done_on=date(2026, 9, 24) + later,
        published=True,
    )
    open_action(connection, units[FELL], Origin("signal", None, FALL + later), done, actor=LEADER, at=clock.now())
    write_note(
        connection, units[FELL], SECOND_FALL + later, "outage", "Mất mạng hai ngày.", actor=LEADER, at=clock.now()
    )
    for place, kind in ((1, "burst"), (2, "burst"), (2, "one_device")):
        row = {"day": WARNED + later, "unit_id": units[MIXED].id, "service_point_id": place, "kind": kind, "size": 9}
        connection.execute(insert(CounterDayWarningRow), row)


@pytest.fixture
def year(connection: Connection, clock: SetClock) -> Unit:
    """The city in the open transaction of `connection`."""
    return a_year_of(connection, clock)


@pytest.fixture
def stored_year(transaction: Begin, clock: SetClock) -> Unit:
    """The city that pages can see."""
    with transaction() as connection:
        return a_year_of(connection, clock)


def last_sunday() -> date:
    """The end of the last week of the third quarter."""
    return date(2026, 9, 28) - timedelta(days=1)
