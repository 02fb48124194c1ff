"""What staff see besides: cuts that are whole, own service points apart, others' forms apart, warnings, targets."""

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Connection, insert

from analytics.dashboards.parts import AXES
from analytics.dashboards.published import UnitSeries
from analytics.dashboards.series import unit_series
from analytics.dashboards.staff_details import StaffDetails, read_details
from analytics.dashboards.staff_page import staff_page
from analytics.dashboards.staff_twins import as_staff_csv, as_staff_document
from analytics.findings.adjustment import Mix
from analytics.findings.signals import unit_signal
from analytics.published.sums import Axis
from analytics.published.unions import Span
from survey_app.responses.guard_models import CounterDayWarningRow
from survey_app.territory.service_points import change_body
from survey_app.territory.targets import set_target
from tests.analytics.published.world import World, a_world, live_through
from tests.support.databases import sqlite_only

pytestmark = sqlite_only
FIRST_MONDAY = date(2026, 8, 31)
TODAY = date(2026, 11, 24)
BUSY = "26041"


@pytest.fixture
def world(connection: Connection) -> World:
    """Twelve weeks of four communes; at one counter of the busiest sit people of the land office."""
    world = a_world(connection, FIRST_MONDAY, 13, 2, ("25195", BUSY, "25210", "25217"))
    change_body(connection, world.places[1].counters[1], "land_registration", date(2026, 9, 1))
    live_through(connection, world, [day for day in world.days if day < TODAY])
    return world


@pytest.fixture
def series(connection: Connection, world: World) -> UnitSeries:
    return unit_series(connection, world.places[1].unit, TODAY, 10)


@pytest.fixture
def details(connection: Connection, series: UnitSeries) -> StaffDetails:
    return read_details(connection, series, TODAY)


def test_the_parts_of_a_cut_are_all_of_its_block(series: UnitSeries, details: StaffDetails) -> None:
    blocks = {block.last_day: block for block in series.blocks}
    cuts = [cut for axis in AXES for cut in details.cuts[axis]]
    assert len(cuts) >= 4
    for cut in cuts:
        block = blocks[cut.last_day]
        assert sum(part.responses for part in cut.parts) == block.responses
        assert sum(part.attitude.n for part in cut.parts) == block.attitude.n


def test_service_points_need_thirty_and_other_parts_ten(details: StaffDetails) -> None:
    for axis in AXES:
        least = 30 if axis is Axis.SERVICE_POINT else 10
        for cut in details.cuts[axis]:
            for part in cut.parts:
                assert min(part.attitude.n, part.overall.n) >= least


def test_the_units_own_service_points_stand_apart(world: World, details: StaffDetails) -> None:
    foreign = str(world.places[1].counters[1])
    with_own = [cut for cut in details.cuts[Axis.SERVICE_POINT] if cut.own is not None]
    assert with_own
    for cut in with_own:
        assert cut.own is not None
        assert foreign not in cut.own.labels
        mine = [part for part in cut.parts if foreign not in part.labels]
        assert cut.own.responses == sum(part.responses for part in mine)
        assert cut.own.attitude.n == sum(part.attitude.n for part in mine)
    assert all(cut.own is None for axis in AXES if axis is not Axis.SERVICE_POINT for cut in details.cuts[axis])


def test_the_newest_judgement_is_the_one_of_the_sentence(
    connection: Connection, series: UnitSeries, details: StaffDetails
) -> None:
    assert [one.last_day for one in details.judged] == [p.last_day for p in series.points if p.attitude is not None]
    newest = series.newest_week
    assert newest is not None
    assert details.judged[-1] == unit_signal(connection, series.unit.id, newest.last_day, series.variance_ratio)


def test_warnings_are_counted_by_counter_and_kind(connection: Connection, world: World, series: UnitSeries) -> None:
    counter, unit = world.places[1].counters[0], series.unit.id
    kept = [(date(2026, 11, day), counter, "burst") for day in (10, 11, 12)]
    kept += [(date(2026, 11, 10), counter, "closed_hours"), (date(2026, 11, 9), 0, "above_visits")]
    old = [(date(2026, 1, 5), counter, "burst")]
    rows = [
        {"day": day, "unit_id": unit, "service_point_id": point, "kind": kind, "size": 9}
        for day, point, kind in kept + old
    ]
    connection.execute(insert(CounterDayWarningRow), rows)
    warned = read_details(connection, series, TODAY).warned
    assert [(one.service_point_id, one.kind, one.days) for one in warned] == [
        (counter, "burst", 3),
        (None, "above_visits", 1),
        (counter, "closed_hours", 1),
    ]
    assert warned[0].newest == date(2026, 11, 12)


def test_targets_come_from_the_unit_or_above(connection: Connection, world: World, series: UnitSeries) -> None:
    assert read_details(connection, series, TODAY).targets == {}
    set_target(connection, world.city.id, "attitude", 90, date(2026, 10, 1), set_by="tp@dongnai.gov.vn")
    set_target(connection, series.unit.id, "overall", 85, date(2026, 10, 1), set_by="tp@dongnai.gov.vn")
    assert read_details(connection, series, TODAY).targets == {"attitude": 90, "overall": 85}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_part_has_a_name_in_both_languages(connection: Connection, world: World, language: str) -> None:
    connection.commit()
    staff = staff_page(world.places[1].unit, TODAY, 10, language, Span.WEEK)
    names = {axis: [staff.part_name(axis, part) for cut in staff.cuts(axis) for part in cut.parts] for axis in AXES}
    assert all("{" not in name and "_" not in name for found in names.values() for name in found)
    assert any(name.startswith("Quầy 1" if language == "vi" else "Counter 1") for name in names[Axis.SERVICE_POINT])
    bodies = {staff.part_body(part) for cut in staff.cuts(Axis.SERVICE_POINT) for part in cut.parts}
    assert ("của văn phòng đăng ký đất đai" if language == "vi" else "of the land registration office") in bodies


def test_twins_say_by_what_mix_of_visits_a_block_was_weighted(series: UnitSeries, details: StaffDetails) -> None:
    block = replace(details.adjusted[-1], mix=Mix.DOMAIN)
    shown = replace(details, adjusted=(replace(block, mix=None), block))
    assert [one["mix"] for one in as_staff_document(series, shown, (), "vi")["adjusted"]] == [None, "domain"]
    rows = csv.DictReader(io.StringIO(as_staff_csv(series, shown, "vi").decode("utf-8-sig")))
    assert [row["mix"] for row in rows if row["measure"] == "attitude_index_adjusted"] == ["", "domain"]
