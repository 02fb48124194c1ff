"""What the guard remembers of a day and forgets with it: the same in a file in memory and in a real Redis."""

import os
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from survey_app.responses.guard import FormTime
from survey_app.responses.guard_file import GuardFile
from survey_app.responses.guard_redis import GuardRedis
from survey_app.responses.guard_state import (
    CounterTally,
    CounterWarning,
    GuardState,
    GuardUnavailable,
    NoState,
    SentForm,
    device_hash,
)
from tests.support.redis_server import redis_server

TODAY = date(2026, 11, 24)
TOMORROW = TODAY + timedelta(days=1)
DEVICE = "203.113.131.5\nMarker-Agent/7\nvi-VN"


def tell(day: date, tallies: Sequence[CounterTally]) -> list[CounterWarning]:
    """Says of every counter how many forms it had, and of one device at most."""
    return [
        warning
        for one in tallies
        for warning in (
            CounterWarning(day, one.unit_id, one.service_point_id, "burst", sum(one.slots.values())),
            CounterWarning(day, one.unit_id, one.service_point_id, "one_device", one.most_of_one_device),
        )
    ]


def form(number: int, *, device: str = DEVICE, day: date = TODAY, slot: int | None = 100, **other: Any) -> SentForm:
    """The numbered form of a device."""
    values: dict[str, Any] = {"half_day": f"{day} morning", "unit_id": 7, "service_point_id": 70}
    time_ = FormTime(1000.0 + number, 1030.5 + number)
    return SentForm(device=device, nonce=bytes([number]) * 16, day=day, time=time_, slot=slot, **(values | other))


@pytest.fixture(scope="module")
def redis_address() -> Iterator[str]:
    """A real Redis."""
    with redis_server() as address:
        yield address


Again = Callable[[], GuardState]


@pytest.fixture(params=["file", "redis"])
def again(request: pytest.FixtureRequest, tmp_path: Path) -> Again:
    """Opens the memory as another process would."""
    if request.param == "file":
        return lambda: GuardFile(tmp_path / "guard" / "state", tell)
    address: str = request.getfixturevalue("redis_address")
    client: Any = Redis.from_url(address)
    client.flushall()
    client.close()
    return lambda: GuardRedis(address, tell)


def test_a_device_s_forms_of_a_counter_and_half_day_are_remembered(again: Again) -> None:
    state = again()
    assert list(state.remember(form(1))) == []
    assert list(state.remember(form(2))) == [FormTime(1001.0, 1031.5)]
    assert sorted(one.opened for one in again().remember(form(3))) == [1001.0, 1002.0]


def test_others_are_kept_apart(again: Again) -> None:
    state = again()
    state.remember(form(1))
    assert list(state.remember(form(2, device="another"))) == []
    assert list(state.remember(form(3, service_point_id=71))) == []
    assert list(state.remember(form(4, half_day=f"{TODAY} afternoon"))) == []


def test_a_form_that_is_sent_twice_is_one(again: Again) -> None:
    state = again()
    for _ in range(3):
        assert list(state.remember(form(1))) == []
    assert [one.size for one in state.warnings_of(TODAY, TODAY)] == [1, 1]


def test_the_day_as_it_stands_can_be_judged_without_ending_it(again: Again) -> None:
    state = again()
    for number in range(1, 6):
        state.remember(form(number, slot=90 + number % 2))
    state.remember(form(6, device="another", unit_id=8, service_point_id=80))
    state.remember(form(7, device="another", slot=None))
    found = {(one.service_point_id, one.kind): one.size for one in state.warnings_of(TODAY, TODAY)}
    assert found[70, "burst"] == 5, "a form of another day is in no slot"
    assert found[70, "one_device"] == 5
    assert (found[80, "burst"], found[80, "one_device"]) == (1, 1)
    assert len(state.remember(form(8))) == 5, "nothing was forgotten"


def test_midnight_leaves_warnings_and_nothing_else(again: Again) -> None:
    state = again()
    for number in range(1, 4):
        state.remember(form(number))
    assert list(state.remember(form(9, day=TOMORROW, half_day=f"{TODAY} morning"))) == [], "the salt has changed"
    kept = sorted((one.kind, one.size) for one in again().warnings_of(TODAY, TOMORROW))
    assert kept == [("burst", 3), ("one_device", 3)]
    assert kept == sorted((one.kind, one.size) for one in state.warnings_of(TODAY, TOMORROW)), "they can be had again"
    assert [one.size for one in state.warnings_of(TOMORROW, TOMORROW)] == [1, 1]
    assert list(state.warnings_of(TODAY - timedelta(days=3), TOMORROW)) == []


def test_the_closer_alone_ends_a_day_too(again: Again) -> None:
    again().remember(form(1))
    state = again()
    state.forget_before(TOMORROW)
    assert [one.size for one in state.warnings_of(TODAY, TOMORROW)] == [1, 1]


def test_warnings_nobody_fetched_are_forgotten_in_the_end(tmp_path: Path) -> None:
    state = GuardFile(tmp_path / "state", tell)
    state.remember(form(1))
    state.forget_before(TOMORROW)
    state.forget_before(TODAY + timedelta(days=60))
    assert list(state.warnings_of(TODAY, TODAY + timedelta(days=60))) == []


def test_many_at_once_lose_nothing(again: Again) -> None:
    states = [again() for _ in range(3)]
    failures: list[BaseException] = []

    def send(worker: int) -> None:
        for number in range(20):
            for attempt in range(40):
                try:
                    states[worker % 3].remember(form(worker * 20 + number))
                    break
                except GuardUnavailable as failure:
                    if attempt == 39:
                        failures.append(failure)
                    time.sleep(0.01)

    threads = [threading.Thread(target=send, args=(worker,)) for worker in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(states[0].remember(form(200))) == 120


def test_the_file_is_its_owner_s_alone(tmp_path: Path) -> None:
    path = tmp_path / "guard" / "state"
    GuardFile(path, tell).remember(form(1))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("how", ["readable by others", "a link", "a folder"])
def test_a_file_that_somebody_laid_there_is_not_used(tmp_path: Path, how: str) -> None:
    path, elsewhere = tmp_path / "state", tmp_path / "elsewhere"
    if how == "readable by others":
        path.touch(0o600)
        path.chmod(0o644)
    elif how == "a link":
        elsewhere.touch(0o600)
        path.symlink_to(elsewhere)
    else:
        path.mkdir()
    with pytest.raises(GuardUnavailable):
        GuardFile(path, tell).remember(form(1))
    assert how == "a folder" or path.read_bytes() == b""


def test_nothing_of_a_visitor_stands_in_the_file_nor_of_the_day_after_it(tmp_path: Path) -> None:
    path = tmp_path / "state"
    state = GuardFile(path, tell)
    for number in range(1, 60):
        state.remember(form(number))
    during = path.read_bytes()
    salt = sqlite3.connect(path).execute("SELECT salt FROM today").fetchone()[0]
    assert salt in during and device_hash(salt, DEVICE) in during
    for marker in (b"203.113.131.5", b"Marker-Agent", b"vi-VN", bytes([9]) * 16):
        assert marker not in during
    state.forget_before(TOMORROW)
    after = b"".join(one.read_bytes() for one in tmp_path.iterdir())
    assert salt not in after
    assert device_hash(salt, DEVICE) not in after
    assert b"morning" not in after


def test_a_redis_holds_nothing_of_the_day_after_it(redis_address: str) -> None:
    client: Any = Redis.from_url(redis_address)
    client.flushall()
    state = GuardRedis(redis_address, tell)
    state.remember(form(1))
    dump = b" ".join(client.keys("*"))
    assert b"Marker" not in dump and b"203.113" not in dump
    assert all(0 < client.ttl(key) <= 26 * 3600 for key in client.keys("*") if not key.endswith(b":today"))
    state.forget_before(TOMORROW)
    left = {key.decode().removeprefix("than-thien:guard:") for key in client.keys("*")}
    assert left == {"today", f"warnings:{TODAY}", f"salt:{TOMORROW}"}
    client.close()


def test_a_redis_that_writes_to_disk_is_refused() -> None:
    with redis_server("--save", "60 1") as address, pytest.raises(GuardUnavailable, match="writes to disk"):
        GuardRedis(address, tell).remember(form(1))
    with redis_server("--appendonly", "yes") as address, pytest.raises(GuardUnavailable, match="writes to disk"):
        GuardRedis(address, tell).remember(form(1))


def test_a_redis_that_is_gone_is_unavailable() -> None:
    with redis_server() as address:
        state = GuardRedis(address, tell)
        state.remember(form(1))
    with pytest.raises(GuardUnavailable):
        state.remember(form(2))


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be one " * 40, b"\0" * 5000])
def test_a_damaged_file_is_thrown_away(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "state"
    path.write_bytes(content)
    path.chmod(0o600)
    state = GuardFile(path, tell)
    with pytest.raises(GuardUnavailable):
        state.remember(form(1))
    assert list(state.remember(form(1))) == []


def test_a_file_of_another_version_is_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "state"
    GuardFile(path, tell).remember(form(1))
    with sqlite3.connect(path) as memory:
        memory.execute("PRAGMA user_version = 99")
    memory.close()
    state = GuardFile(path, tell)
    with pytest.raises(GuardUnavailable):
        state.remember(form(2))
    assert list(state.remember(form(2))) == []


def test_a_memory_that_is_busy_is_unavailable_soon(tmp_path: Path) -> None:
    path = tmp_path / "state"
    state = GuardFile(path, tell)
    state.remember(form(1))
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(GuardUnavailable):
        state.remember(form(2))
    holder.execute("ROLLBACK")
    holder.close()
    assert len(state.remember(form(2))) == 1


def test_a_forked_process_opens_its_own(tmp_path: Path) -> None:
    state = GuardFile(tmp_path / "state", tell)
    state.remember(form(1))
    child = os.fork()
    if child == 0:
        try:
            state.remember(form(2))
        finally:
            os._exit(0 if len(state.remember(form(3))) == 2 else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert len(state.remember(form(4))) == 3


def test_none_remembers_nothing() -> None:
    state = NoState()
    assert list(state.remember(form(1))) == list(state.remember(form(2))) == []
    state.forget_before(TOMORROW)
    assert list(state.warnings_of(TODAY, TOMORROW)) == []
