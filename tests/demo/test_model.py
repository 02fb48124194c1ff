"""The model keeps its promises: one seed, one city; life-like on the whole; and the planted things are there."""

from collections import Counter as Tally
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from survey_app.demo.model import STUFFED_A_WEEK, DemoModel, SimulatedAnswer

ATTITUDE = ("courtesy", "answers", "guidance", "fairness", "dedication")
DROP, WORSE, STUFFED, SILENT = 3, 7, 11, 15


@pytest.fixture(scope="module")
def model() -> DemoModel:
    """Sixty units over sixteen weeks."""
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    return DemoModel(33, date(2026, 11, 23), zone, (3,) * 60, DROP, WORSE, STUFFED, SILENT)


@pytest.fixture(scope="module")
def told(model: DemoModel) -> list[tuple[int, int, SimulatedAnswer]]:
    """All answers as (unit, week, answer)."""
    days = [model.first_day + timedelta(days=n) for n in range(7 * model.weeks)]
    return [
        (unit, number // 7, answer) for number, day in enumerate(days) for unit, answer in model.answers_of_day(day)
    ]


def top_two(answers: list[SimulatedAnswer], items: tuple[str, ...] = ATTITUDE) -> float:
    """The mean over persons of the share of items given 4 or 5."""
    shares = []
    for answer in answers:
        given = [answer.ratings[item] >= 4 for item in items if item in answer.ratings]
        if given:
            shares.append(sum(given) / len(given))
    return sum(shares) / len(shares)


def test_weeks_are_whole_and_the_last_one_is_finished(model: DemoModel) -> None:
    assert model.first_day.weekday() == 0
    assert model.last_finished_sunday == date(2026, 11, 22)
    assert (model.last_finished_sunday - model.first_day).days == 16 * 7 - 1


def test_the_same_seed_tells_the_same_day(model: DemoModel) -> None:
    again = DemoModel(33, date(2026, 11, 23), model.time_zone, (3,) * 60, DROP, WORSE, STUFFED, SILENT)
    other = DemoModel(34, date(2026, 11, 23), model.time_zone, (3,) * 60, DROP, WORSE, STUFFED, SILENT)
    day = date(2026, 10, 6)
    assert model.answers_of_day(day) == again.answers_of_day(day) != other.answers_of_day(day)


def test_volumes_and_satisfaction_are_those_of_life(told: list[tuple[int, int, SimulatedAnswer]]) -> None:
    a_week = Tally((unit, week) for unit, week, _ in told if unit not in {SILENT, STUFFED})
    assert 15 <= sum(a_week.values()) / len(a_week) <= 25
    assert max(a_week.values()) <= 80
    assert 0.84 <= top_two([answer for _, _, answer in told]) <= 0.90
    units = [top_two([answer for unit, _, answer in told if unit == one]) for one in range(60)]
    assert max(units) - min(units) > 0.08


def test_people_answer_in_opening_hours_at_a_person_s_pace(told: list[tuple[int, int, SimulatedAnswer]]) -> None:
    honest = [answer for unit, _, answer in told if unit != STUFFED]
    assert all((answer.received_at - answer.minted_at).total_seconds() >= 12 for answer in honest)
    assert {answer.minted_at.weekday() for answer in honest} == {0, 1, 2, 3, 4, 5}
    assert sum(answer.minted_at.hour < 12 for answer in honest) > len(honest) / 2


def test_the_bad_week_is_really_bad_in_guidance(told: list[tuple[int, int, SimulatedAnswer]]) -> None:
    last = [answer for unit, week, answer in told if unit == DROP and week == 15]
    before = [answer for unit, week, answer in told if unit == DROP and week < 15]
    assert top_two(before) - top_two(last) > 0.10
    assert top_two(before, ("guidance",)) - top_two(last, ("guidance",)) > 0.25


def test_the_worse_counter_is_really_worse(told: list[tuple[int, int, SimulatedAnswer]]) -> None:
    by_counter = [[answer for unit, _, answer in told if unit == WORSE and answer.counter == one] for one in range(3)]
    assert top_two(by_counter[1]) < min(top_two(by_counter[0]), top_two(by_counter[2])) - 0.15


def test_the_stuffed_counter_is_stuffed_half_of_it_too_fast(told: list[tuple[int, int, SimulatedAnswer]]) -> None:
    fast = [
        (week, answer)
        for unit, week, answer in told
        if unit == STUFFED and (answer.received_at - answer.minted_at).total_seconds() < 5
    ]
    assert {week for week, _ in fast} == set(range(8, 16))
    assert len(fast) == 8 * STUFFED_A_WEEK // 2
    assert all(set(answer.ratings.values()) == {5} and answer.counter == 0 for _, answer in fast)


def test_the_silent_unit_falls_silent(told: list[tuple[int, int, SimulatedAnswer]]) -> None:
    assert {week for unit, week, _ in told if unit == SILENT} == set(range(8))
