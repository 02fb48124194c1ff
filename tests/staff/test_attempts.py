from survey_app.staff.attempts import FORGOTTEN_AFTER, FREE_FAILURES, LONGEST_WAIT, MOST_ENTRIES, FailedAttempts

HOME, ELSEWHERE = "198.51.100.7", "203.0.113.9"


def fail(attempts: FailedAttempts, times: int, *, account: str = "a@b.vn", source: str = HOME, now: float = 0) -> None:
    for _ in range(times):
        attempts.failed(account, source, now)


def test_a_few_slips_cost_nothing() -> None:
    attempts = FailedAttempts()
    fail(attempts, FREE_FAILURES - 1)
    assert attempts.seconds_to_wait("a@b.vn", HOME, 0) == 0


def test_waiting_doubles_up_to_a_minute_and_counts_from_the_last_failure() -> None:
    attempts = FailedAttempts()
    waits = []
    fail(attempts, FREE_FAILURES - 1)
    for _ in range(8):
        fail(attempts, 1, now=100)
        waits.append(attempts.seconds_to_wait("a@b.vn", HOME, 100))
    assert waits == [1, 2, 4, 8, 16, 32, LONGEST_WAIT, LONGEST_WAIT]
    assert attempts.seconds_to_wait("a@b.vn", HOME, 100 + LONGEST_WAIT - 0.5) == 1
    assert attempts.seconds_to_wait("a@b.vn", HOME, 100 + LONGEST_WAIT) == 0


def test_whoever_guesses_delays_neither_the_account_elsewhere_nor_a_colleague() -> None:
    attempts = FailedAttempts()
    fail(attempts, 50)
    assert attempts.seconds_to_wait("a@b.vn", HOME, 0) == LONGEST_WAIT
    assert attempts.seconds_to_wait("a@b.vn", ELSEWHERE, 0) == 0
    assert attempts.seconds_to_wait("colleague@b.vn", HOME, 0) == 0


def test_success_and_time_forgive() -> None:
    attempts = FailedAttempts()
    fail(attempts, 20)
    attempts.succeeded("a@b.vn", HOME)
    assert attempts.seconds_to_wait("a@b.vn", HOME, 0) == 0
    fail(attempts, FREE_FAILURES)
    fail(attempts, 1, now=FORGOTTEN_AFTER + 1)
    assert attempts.seconds_to_wait("a@b.vn", HOME, FORGOTTEN_AFTER + 1) == 0


def test_a_flood_of_names_does_not_fill_the_memory() -> None:
    attempts = FailedAttempts()
    for number in range(MOST_ENTRIES + 10):
        attempts.failed(f"{number}@b.vn", HOME, 0)
    assert len(attempts._entries) == MOST_ENTRIES


def test_pairs_cannot_be_mixed_up_and_no_address_is_kept() -> None:
    attempts = FailedAttempts()
    fail(attempts, 20, account="a@b.vn1", source="2")
    assert attempts.seconds_to_wait("a@b.vn", "12", 0) == 0
    fail(attempts, 1, account="\ud800", source=HOME)
    assert all(HOME.encode() not in name and len(name) == 16 for name in attempts._entries)
