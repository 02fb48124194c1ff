"""Guessing of check codes slows down; whoever holds a genuine code never waits."""

from survey_app.citizen.probing import BURST, SECONDS_EACH, ProbingLimit


def test_a_burst_then_one_at_a_time() -> None:
    limit = ProbingLimit()
    assert [limit.seconds_to_wait(1000.0) for _ in range(BURST)] == [0] * BURST
    assert limit.seconds_to_wait(1000.0) == SECONDS_EACH
    assert limit.seconds_to_wait(1000.0 + SECONDS_EACH - 1) == 1
    assert limit.seconds_to_wait(1000.0 + SECONDS_EACH) == 0
    assert limit.seconds_to_wait(1000.0 + SECONDS_EACH) == SECONDS_EACH


def test_waiting_long_gives_the_whole_burst_back() -> None:
    limit = ProbingLimit()
    while not limit.seconds_to_wait(0.0):
        pass
    later = 2.0 * BURST * SECONDS_EACH
    assert [limit.seconds_to_wait(later) for _ in range(BURST)] == [0] * BURST


def test_a_clock_that_goes_back_frees_nobody_and_keeps_nobody_for_ever() -> None:
    limit = ProbingLimit()
    while not limit.seconds_to_wait(10_000.0):
        pass
    assert limit.seconds_to_wait(5_000.0) > 0
    assert limit.seconds_to_wait(5_000.0 + SECONDS_EACH) == 0
