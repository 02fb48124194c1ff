"""Only evidence about this very answer sets it aside."""

from datetime import UTC, datetime, timedelta

import pytest

from survey_app.questionnaires.answers import Answers
from survey_app.responses.guard import (
    EXEMPT_CHANNELS,
    SECONDS_PER_ITEM,
    SETS_ASIDE,
    Flag,
    FormTime,
    GuardRules,
    is_repeated,
    judge,
)

MINTED = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
EIGHT = Answers(ratings={f"r{number}": 5 for number in range(1, 7)}, choices={"c1": 1, "c3": 2})


def after(seconds: float) -> datetime:
    """That long after minting."""
    return MINTED + timedelta(seconds=seconds)


def test_a_person_s_pace_is_never_set_aside() -> None:
    verdict = judge(EIGHT, "poster", MINTED, after(8 * SECONDS_PER_ITEM), honeypot_filled=False)
    assert (verdict.flags, verdict.set_aside) == (0, False)


def test_faster_than_reading_is_set_aside() -> None:
    verdict = judge(EIGHT, "poster", MINTED, after(8 * SECONDS_PER_ITEM - 0.1), honeypot_filled=False)
    assert (verdict.flags, verdict.set_aside) == (Flag.TOO_FAST, True)


def test_one_answered_question_may_be_quick() -> None:
    one = Answers(ratings={"r1": 1})
    assert not judge(one, "poster", MINTED, after(1), honeypot_filled=False).set_aside


@pytest.mark.parametrize("channel", sorted(EXEMPT_CHANNELS))
def test_pace_says_nothing_where_forms_are_minted_ahead(channel: str) -> None:
    assert not judge(EIGHT, channel, MINTED, after(0), honeypot_filled=False).set_aside


def test_a_queue_that_waited_days_is_judged_as_of_minting() -> None:
    assert not judge(EIGHT, "poster", MINTED, after(86_400 * 9), honeypot_filled=False).set_aside


def test_what_people_cannot_see_was_filled_by_a_program() -> None:
    verdict = judge(EIGHT, "poster", MINTED, after(60), honeypot_filled=True)
    assert (verdict.flags, verdict.set_aside) == (Flag.HONEYPOT, True)


def test_equal_marks_on_all_items_are_honest_behaviour() -> None:
    straight = Answers(ratings={f"r{number}": 1 for number in range(1, 7)})
    assert judge(straight, "poster", MINTED, after(30), honeypot_filled=False).flags == 0


def series(forms: int, every: float, filling: float) -> list[FormTime]:
    """Forms of one device, one after the other."""
    return [FormTime(number * every, number * every + filling) for number in range(forms)]


def judged(forms: list[FormTime], items: int = 8, rules: GuardRules = GuardRules()) -> list[bool]:  # noqa: B008
    """What is said of each form as it arrives."""
    return [is_repeated(form, forms[:number], items, rules) for number, form in enumerate(forms)]


def test_the_allowance_is_free_and_what_comes_faster_after_it_is_not() -> None:
    assert judged(series(8, every=15, filling=12)) == [False] * 4 + [True] * 4


def test_a_family_hands_its_phone_on_and_reads() -> None:
    assert judged(series(6, every=80, filling=50)) == [False] * 6


def test_nobody_hands_one_phone_to_ten_people_in_ten_minutes() -> None:
    assert judged(series(12, every=50, filling=40)) == [False] * 9 + [True] * 3


def test_forms_hours_apart_are_never_counted_together() -> None:
    assert not any(judged(series(60, every=605, filling=12)))


@pytest.mark.parametrize(("spacing", "found"), [(600 / 4, True), (600 / 4 + 0.1, False)])
def test_ten_minutes_are_ten_minutes(spacing: float, found: bool) -> None:
    forms = series(5, every=spacing, filling=12)
    assert is_repeated(forms[4], forms[:4], 8) is found


def test_one_phone_holds_one_form_at_a_time_so_these_are_two() -> None:
    flood = series(20, every=15, filling=12)
    angry = FormTime(100, 160)
    before = [form for form in flood if form.arrived < angry.arrived]
    assert not is_repeated(angry, before, 8)
    assert is_repeated(FormTime(100, 110), before, 8), "no other form lay inside this one"


def test_forms_opened_together_and_sent_in_turn_are_a_series() -> None:
    forms = [FormTime(number * 0.5, 60 + number) for number in range(12)]
    assert judged(forms) == [False] * 9 + [True] * 3


def test_a_queue_sent_at_night_is_cleared_by_how_long_its_forms_lay_open() -> None:
    opened = series(8, every=60, filling=0)
    queue = [FormTime(form.opened, 50_000 + number) for number, form in enumerate(opened)]
    assert judged(queue) == [False] * 8


def test_thresholds_are_the_installation_s() -> None:
    strict = GuardRules(allowance=2, brisk_seconds_per_item=10)
    assert judged(series(5, every=80, filling=50), rules=strict) == [False] * 3 + [True] * 2


def test_repeated_sets_aside_where_devices_are_compared_at_all() -> None:
    verdict = judge(EIGHT, "poster", MINTED, after(60), honeypot_filled=False, repeated=True)
    assert (verdict.flags, verdict.set_aside) == (Flag.REPEATED, True)
    for channel in EXEMPT_CHANNELS:
        assert judge(EIGHT, channel, MINTED, after(60), honeypot_filled=False, repeated=True).flags == 0


def test_bits_are_for_good() -> None:
    assert {flag.name: flag.value for flag in Flag} == {"HONEYPOT": 1, "TOO_FAST": 2, "REPEATED": 4}
    assert int(SETS_ASIDE) == 7
