"""Only evidence about this very answer sets it aside."""

from datetime import UTC, datetime, timedelta

import pytest

from survey_app.questionnaires.answers import Answers
from survey_app.responses.guard import EXEMPT_CHANNELS, SECONDS_PER_ITEM, Flag, judge

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
