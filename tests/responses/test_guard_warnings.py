"""Warnings on a counter's day: calibrated on honest days, and found on others."""

import random
from datetime import date

import pytest

from survey_app.responses.guard_state import CounterTally
from survey_app.responses.guard_warnings import (
    OpeningHours,
    WarningKind,
    WarningRules,
    above_visits,
    burst,
    closed_hours,
    constant_pace,
    one_device,
)

HOURS = OpeningHours.parse("1-5 07:00-17:30; 6 07:00-11:30")
RULES = WarningRules(HOURS)
TUESDAY, SATURDAY, SUNDAY = date(2026, 11, 24), date(2026, 11, 28), date(2026, 11, 29)
OPEN, CLOSE = 7 * 12, 17 * 12 + 6
MINUTES = 630


def slots_of(draw: random.Random, forms: int) -> dict[int, int]:
    """A day of independent visitors, half of them before ten."""
    slots: dict[int, int] = {}
    for _ in range(forms):
        slot = draw.randrange(OPEN, 10 * 12) if draw.random() < 0.5 else draw.randrange(10 * 12, CLOSE)
        slots[slot] = slots.get(slot, 0) + 1
    return slots


@pytest.mark.parametrize("forms", [3, 10, 40, 200])
def test_honest_days_are_hardly_ever_warned_about(forms: int) -> None:
    draw = random.Random(forms)
    warned = 0
    for _ in range(1500):
        warned += bool(RULES.judge(TUESDAY, [CounterTally(1, 2, slots_of(draw, forms), forms // 4)]))
    assert warned <= 3, "at most 1 in 10,000 of each kind is allowed for; 1,500 days leave room for chance"


def test_a_burst_is_counted_over_any_ten_minutes() -> None:
    quiet = dict.fromkeys(range(OPEN, CLOSE, 10), 1)
    assert burst(quiet, MINUTES, 1e-4) == 0
    assert burst(quiet | {100: 14, 101: 16}, MINUTES, 1e-4) == 30
    assert burst(quiet | {101: 16, 102: 14}, MINUTES, 1e-4) == 30, "windows overlap"
    assert burst({100: 7}, MINUTES, 1e-4) == 0, "a large family is never a burst"
    assert burst({}, MINUTES, 1e-4) == 0


def test_a_busy_day_s_busy_ten_minutes_are_no_burst() -> None:
    assert burst(dict.fromkeys(range(OPEN, CLOSE), 3) | {100: 10}, MINUTES, 1e-4) == 0


def test_machines_keep_a_pace_and_people_do_not() -> None:
    even = dict.fromkeys(range(100, 124), 2)
    assert constant_pace(even, 1e-4) == 48
    assert constant_pace(dict.fromkeys(range(100, 122), 2), 1e-4) == 0, "less than two hours show nothing"
    thin = dict.fromkeys(range(100, 160, 4), 1)
    assert constant_pace(thin, 1e-4) == 0, "fewer than two in ten minutes show nothing"
    assert constant_pace({}, 1e-4) == 0


def test_people_may_answer_in_the_evening_and_a_flood_at_night_is_asked_about() -> None:
    day = dict.fromkeys(range(OPEN, OPEN + 20), 1)
    assert closed_hours(day | {240: 8}, TUESDAY, HOURS, 1e-4) == 0
    assert closed_hours(day | {240: 60}, TUESDAY, HOURS, 1e-4) == 60
    assert closed_hours({240: 7}, TUESDAY, HOURS, 1e-4) == 0
    assert closed_hours({120: 20}, SUNDAY, HOURS, 1e-4) == 20
    assert closed_hours({120: 20}, SATURDAY, HOURS, 1e-4) == 0


@pytest.mark.parametrize(("most", "forms", "size"), [(12, 23, 12), (12, 24, 0), (11, 11, 0), (30, 200, 0)])
def test_one_device_is_most_of_a_day_or_nothing(most: int, forms: int, size: int) -> None:
    assert one_device(CounterTally(1, 2, {100: forms}, most)) == size


@pytest.mark.parametrize(("answers", "visits", "size"), [(100, 100, 0), (107, 100, 0), (108, 100, 8), (5, 90, 0)])
def test_more_answers_than_visits_by_more_than_a_family(answers: int, visits: int, size: int) -> None:
    assert above_visits(answers, visits) == size


def test_a_warning_names_counter_kind_and_size_and_no_time() -> None:
    (found,) = RULES.judge(TUESDAY, [CounterTally(1, 2, {100: 30}, 5)])
    assert (found.day, found.unit_id, found.service_point_id, found.kind, found.size) == (
        TUESDAY,
        1,
        2,
        WarningKind.BURST,
        30,
    )


@pytest.mark.parametrize(
    ("day", "slot", "is_open"),
    [
        (TUESDAY, OPEN - 1, False),
        (TUESDAY, OPEN, True),
        (TUESDAY, CLOSE - 1, True),
        (TUESDAY, CLOSE, False),
        (SATURDAY, 11 * 12, True),
        (SATURDAY, 12 * 12, False),
        (SUNDAY, 100, False),
    ],
)
def test_opening_hours(day: date, slot: int, is_open: bool) -> None:
    assert HOURS.is_open(day, slot) is is_open


def test_opening_hours_may_have_a_lunch_break() -> None:
    hours = OpeningHours.parse("1-5 07:00-11:30; 1-5 13:30-17:00")
    assert not hours.is_open(TUESDAY, 12 * 12)
    assert hours.minutes(TUESDAY) == 270 + 210
    assert hours.minutes(SUNDAY) == 60


def test_hours_that_an_office_entered_hold_at_its_counters_alone() -> None:
    late = OpeningHours({TUESDAY.isoweekday(): ((1200, 1380),)})
    rules = WarningRules(HOURS, local_hours=lambda day, points: {7: late} if day == TUESDAY and 7 in points else {})
    night = dict.fromkeys(range(20 * 12, 22 * 12, 2), 2)
    tallies = [CounterTally(1, point, night, 1) for point in (7, 8)]
    kinds = {(one.service_point_id, one.kind) for one in rules.judge(TUESDAY, tallies)}
    assert (8, WarningKind.CLOSED_HOURS) in kinds and (7, WarningKind.CLOSED_HOURS) not in kinds
