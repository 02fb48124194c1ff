"""The model keeps its promises: one seed, one city; life-like on the whole; and the planted things are there."""

from collections import Counter as Tally
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from analytics.statistics.weekly_signals import Verdict, judge_newest
from survey_app.demo.model import (
    DOMAIN_SHARES,
    FEWEST_A_WEEK,
    MOST_A_WEEK,
    STUFFED_A_WEEK,
    DemoModel,
    SimulatedAnswer,
    last_finished_sunday,
)

ATTITUDE = ("courtesy", "answers", "guidance", "fairness", "dedication")
DROP, WORSE, STUFFED, SILENT = 3, 7, 11, 15
COUNTERS = (("certification", "civil_status"), ("business", "guidance", "construction"), ("land",))
LAST_DAY = date(2026, 11, 24)
"""A Tuesday: the running week has two days."""


def a_model(seed: int = 33) -> DemoModel:
    """Sixty units of three counters over sixteen weeks."""
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    return DemoModel(seed, LAST_DAY, zone, (COUNTERS,) * 60, DROP, WORSE, STUFFED, SILENT)


@pytest.fixture(scope="module")
def model() -> DemoModel:
    """The model under test: it never changes."""
    return a_model()


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
    return sum(shares) / len(shares) if shares else 0.0


def test_weeks_are_whole_and_the_last_one_is_finished(model: DemoModel) -> None:
    assert model.first_day.weekday() == 0
    assert last_finished_sunday(LAST_DAY) == date(2026, 11, 22)
    assert (date(2026, 11, 22) - model.first_day).days == 16 * 7 - 1
    assert last_finished_sunday(date(2026, 11, 22)) == date(2026, 11, 22)
    assert last_finished_sunday(date(2026, 11, 21)) == date(2026, 11, 15)


def test_the_running_week_has_answers_up_to_the_last_day(model: DemoModel) -> None:
    assert 60 < len(model.answers_of_day(LAST_DAY)) < 600


def test_the_same_seed_tells_the_same_day(model: DemoModel) -> None:
    again, other = a_model(), a_model(seed=34)
    day = date(2026, 10, 6)
    assert model.answers_of_day(day) == again.answers_of_day(day) != other.answers_of_day(day)


def test_volumes_and_satisfaction_are_those_of_life(told: list[tuple[int, int, SimulatedAnswer]]) -> None:
    a_week = Tally((unit, week) for unit, week, _ in told if unit not in {SILENT, STUFFED})
    assert len(a_week) == 58 * 16, "no week of an honest unit is empty"
    assert 15 <= sum(a_week.values()) / len(a_week) <= 25
    assert min(a_week.values()) >= FEWEST_A_WEEK == 3
    assert max(a_week.values()) <= MOST_A_WEEK == 60
    assert max(Tally(unit for unit, _, _ in told).values()) > 8 * min(Tally(unit for unit, _, _ in told).values())
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
    assert top_two(before) - top_two(last) > 0.15
    falls = {item: top_two(before, (item,)) - top_two(last, (item,)) for item in ATTITUDE}
    assert max(falls, key=lambda item: falls[item]) == "guidance"
    assert falls["guidance"] > 0.3


@pytest.mark.parametrize("days_ago", range(0, 49, 8))
def test_the_weekly_chart_tells_the_bad_week_whatever_day_the_demo_is_loaded(days_ago: int) -> None:
    last_day = LAST_DAY - timedelta(days=days_ago)
    model = DemoModel(33, last_day, ZoneInfo("Asia/Ho_Chi_Minh"), (COUNTERS,) * 4, 0, 1, 2, 3)
    scores: list[list[float]] = [[] for _ in range(16)]
    for number in range(7 * 16):
        for unit, answer in model.answers_of_day(model.first_day + timedelta(days=number)):
            if unit == 0 and answer.respondent_group != "organisation":
                scores[number // 7].append(top_two([answer]))
    judged = judge_newest([sum(week) for week in scores], [len(week) for week in scores])
    assert judged.verdict is Verdict.BELOW


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


def test_who_they_are_and_what_they_came_for(told: list[tuple[int, int, SimulatedAnswer]]) -> None:
    answers = [answer for unit, _, answer in told if unit != STUFFED]
    share = {
        name: number / len(answers) for name, number in Tally(answer.respondent_group for answer in answers).items()
    }
    assert 0.10 < share["organisation"] < 0.14
    assert 0.08 < share[None] < 0.12
    assert {answer.service_domain for answer in answers} == {*DOMAIN_SHARES, None}
    assert {answer.language for answer in answers} == {"vi", "en"}
    assert 0.001 < sum(answer.trouble in {"trouble", "money"} for answer in answers) / len(answers) < 0.05
    assert {answer.trouble for answer in answers} == {"no", "trouble", "money", "no_answer", None}


def test_one_goes_to_the_counter_that_serves_the_matter(told: list[tuple[int, int, SimulatedAnswer]]) -> None:
    served = {domain: counter for counter, domains in enumerate(COUNTERS) for domain in domains}
    told_of = [answer for _, _, answer in told if answer.service_domain in served]
    assert all(answer.counter == served[answer.service_domain or ""] for answer in told_of)
    elsewhere = {answer.counter for _, _, answer in told if answer.service_domain == "benefits"}
    assert elsewhere == {0, 1, 2}


def test_the_same_mark_for_every_item_is_common_and_items_are_left_out(
    told: list[tuple[int, int, SimulatedAnswer]],
) -> None:
    answers = [answer for unit, _, answer in told if unit != STUFFED]
    straight = sum(len(set(answer.ratings.values())) == 1 for answer in answers) / len(answers)
    assert 0.35 < straight < 0.75
    assert 0.1 < sum(len(answer.ratings) < 6 for answer in answers) / len(answers) < 0.3
    assert all(answer.ratings for answer in answers)


def test_the_dissatisfied_write_more_often_and_of_what_went_wrong(
    told: list[tuple[int, int, SimulatedAnswer]],
) -> None:
    answers = [answer for unit, _, answer in told if unit != STUFFED]
    low = [answer for answer in answers if answer.ratings["overall"] <= 3]
    writing = sum(answer.comment is not None for answer in answers) / len(answers)
    assert 0.04 < writing < 0.10
    assert sum(answer.comment is not None for answer in low) / len(low) > 1.5 * writing
    assert not [answer for answer in answers if answer.comment == "praise" and answer.ratings["overall"] <= 2]
    of_guidance = {(unit, week) for unit, week, answer in told if answer.comment == "guidance"}
    assert of_guidance == {(DROP, 15)}
