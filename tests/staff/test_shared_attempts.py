"""Failed sign-ins are counted for all processes of a host together; without the file each counts alone."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from survey_app.shared_memory import file_in_memory
from survey_app.staff.attempts import FORGOTTEN_AFTER, FREE_FAILURES, LONGEST_WAIT, MOST_ENTRIES, FailedAttempts
from survey_app.staff.shared_attempts import SharedAttempts, attempts_for
from tests.support.applications import settings_for

HOME, ELSEWHERE = "198.51.100.7", "203.0.113.9"
KEY = b"k" * 32
ANOTHER_PROCESS = """
import sys
from pathlib import Path
from survey_app.staff.shared_attempts import SharedAttempts
attempts = SharedAttempts(Path(sys.argv[1]), b"k" * 32)
for _ in range(int(sys.argv[2])):
    attempts.failed("a@b.vn", "198.51.100.7", 100)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is to be."""
    return tmp_path / "memory" / "sign-in"


def shared(path: Path) -> SharedAttempts:
    return SharedAttempts(path, KEY)


def fail_elsewhere(path: Path, times: int) -> None:
    """So many failures in another process."""
    command = [sys.executable, "-c", ANOTHER_PROCESS, str(path), str(times)]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[2], timeout=60)


def test_two_processes_count_together(path: Path) -> None:
    here = shared(path)
    for _ in range(FREE_FAILURES - 1):
        here.failed("a@b.vn", HOME, 100)
    assert here.seconds_to_wait("a@b.vn", HOME, 100) == 0
    fail_elsewhere(path, 3)
    assert here.seconds_to_wait("a@b.vn", HOME, 100) == 4
    assert here.seconds_to_wait("a@b.vn", ELSEWHERE, 100) == here.seconds_to_wait("colleague@b.vn", HOME, 100) == 0


def test_success_forgives_in_every_process_and_time_does(path: Path) -> None:
    here, there = shared(path), shared(path)
    for _ in range(20):
        here.failed("a@b.vn", HOME, 100)
    assert there.seconds_to_wait("a@b.vn", HOME, 100) == LONGEST_WAIT
    there.succeeded("a@b.vn", HOME)
    assert here.seconds_to_wait("a@b.vn", HOME, 100) == 0
    for _ in range(FREE_FAILURES):
        here.failed("a@b.vn", HOME, 100)
    there.failed("a@b.vn", HOME, 101 + FORGOTTEN_AFTER)
    assert here.seconds_to_wait("a@b.vn", HOME, 101 + FORGOTTEN_AFTER) == 0


def test_the_file_is_of_this_account_alone_and_holds_no_address(path: Path) -> None:
    shared(path).failed("a@b.vn", HOME, 100)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    held = path.read_bytes()
    assert b"a@b.vn" not in held
    assert HOME.encode() not in held


def test_a_flood_of_names_does_not_fill_the_memory(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey_app.staff.shared_attempts.MOST_ENTRIES", 20)
    assert MOST_ENTRIES > 20
    here = shared(path)
    for number in range(30):
        for _ in range(FREE_FAILURES):
            here.failed(f"{number}@b.vn", HOME, 100 + number)
    waiting = [number for number in range(30) if here.seconds_to_wait(f"{number}@b.vn", HOME, 100 + number)]
    assert waiting == list(range(10, 30))


@pytest.mark.parametrize("what", ["damaged", "another's", "no folder"])
def test_without_the_file_the_process_counts_alone(path: Path, what: str) -> None:
    path.parent.mkdir()
    if what == "no folder":
        path = path.parent / "plain" / "sign-in"
        path.parent.write_text("not a folder")
    else:
        path.write_bytes(b"no database " * 100)
        path.chmod(0o600 if what == "damaged" else 0o644)
    here = shared(path)
    for _ in range(FREE_FAILURES + 1):
        here.failed("a@b.vn", HOME, 100)
    assert here.seconds_to_wait("a@b.vn", HOME, 100) > 0
    here.succeeded("a@b.vn", HOME)
    assert here.seconds_to_wait("a@b.vn", HOME, 100) == 0


def test_a_damaged_file_is_thrown_away_and_counted_in_again(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database " * 100)
    path.chmod(0o600)
    shared(path).failed("a@b.vn", HOME, 100)
    fail_elsewhere(path, FREE_FAILURES)
    assert shared(path).seconds_to_wait("a@b.vn", HOME, 100) == 1


def test_it_is_shared_where_the_guard_shares(tmp_path: Path) -> None:
    def chosen(state: str) -> FailedAttempts:
        return attempts_for(
            settings_for(f"sqlite:///{tmp_path}/x.sqlite3", tmp_path, guard_state=state, secret_key="s" * 40)
        )

    assert not isinstance(chosen("none"), SharedAttempts)
    for state, beside in ((str(tmp_path / "guard"), tmp_path / "guard"), ("", None), ("redis://h:1/0", None)):
        made = chosen(state)
        assert isinstance(made, SharedAttempts)
        usual = file_in_memory(settings_for(f"sqlite:///{tmp_path}/x.sqlite3", tmp_path))
        assert made._path == (beside or usual).with_name(f"{(beside or usual).name}-sign-in")
