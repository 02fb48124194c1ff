"""Keys are made once, whoever starts first, and only their owner can read them."""

import hashlib
import stat
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from pydantic import SecretStr

from survey_app.keys import SECRET_FILE, derive_key, load_or_create_secret, secret_of
from tests.support.applications import settings_for

RACERS = 8
_start: Barrier


def _line_up(barrier: Barrier) -> None:
    global _start  # noqa: PLW0603  # how a barrier reaches the processes of a pool
    _start = barrier


def _race(path: Path) -> str:
    _start.wait(timeout=20)
    return load_or_create_secret(path)


def test_eight_processes_that_start_together_get_one_secret(tmp_path: Path) -> None:
    spawn = get_context("spawn")
    pool = ProcessPoolExecutor(RACERS, mp_context=spawn, initializer=_line_up, initargs=(spawn.Barrier(RACERS),))
    for attempt in range(3):
        path = tmp_path / f"instance-{attempt}" / SECRET_FILE
        with_the_same = set(pool.map(_race, [path] * RACERS))
        assert with_the_same == {path.read_text(encoding="ascii")}
        assert [found.name for found in path.parent.iterdir()] == [SECRET_FILE], "a draft was left"
    pool.shutdown()


def test_the_secret_is_long_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / SECRET_FILE
    secret = load_or_create_secret(path)
    assert len(bytes.fromhex(secret)) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_create_secret(path) == secret


def test_another_installation_has_another_secret(tmp_path: Path) -> None:
    assert load_or_create_secret(tmp_path / "a") != load_or_create_secret(tmp_path / "b")


def test_a_secret_that_was_set_is_used_and_no_file_is_made(tmp_path: Path) -> None:
    settings = settings_for("", tmp_path / "instance", secret_key=SecretStr("x" * 32))
    assert secret_of(settings) == "x" * 32
    assert not (tmp_path / "instance").exists()


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="ascii")
    with pytest.raises(OSError, match="file"):
        load_or_create_secret(tmp_path / "file" / SECRET_FILE)


def test_each_purpose_has_a_key_of_its_own() -> None:
    keys = {derive_key("secret", purpose) for purpose in ("token", "receipt", "spent")}
    assert len(keys) == 3
    assert {len(key) for key in keys} == {32}


def test_a_derived_key_is_the_first_block_of_hkdf_expand() -> None:
    """RFC 5869, section 2.3: T(1) = HMAC(PRK, info | 0x01), worked out here from HMAC's definition (RFC 2104)."""
    key = b"secret".ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key) + b"than-thien/token\x01").digest()
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in key) + inner).digest()
    assert derive_key("secret", "token") == outer
