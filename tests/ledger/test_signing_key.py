"""The log's key is made once, atomically, for its owner's eyes only."""

import stat
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from survey_app.ledger.checkpoint import SigningKey
from survey_app.ledger.signing_key import SigningKeyError, load_or_create_signing_key, load_signing_key

NAME = "dongnai.example/so"


def public_key(path: Path) -> str:
    """What a process that starts finds or makes."""
    return load_or_create_signing_key(path, NAME).verifier.text


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "ledger_key"
    key = load_or_create_signing_key(path, NAME)
    assert load_or_create_signing_key(path, NAME) == load_signing_key(path, NAME) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["ledger_key"]


def test_processes_that_start_together_get_the_same_key(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        keys = set(pool.map(public_key, [tmp_path / "ledger_key"] * 8))
    assert len(keys) == 1


def test_a_key_of_another_log_does_not_sign_for_this_one(tmp_path: Path) -> None:
    load_or_create_signing_key(tmp_path / "key", "other.example/log")
    with pytest.raises(SigningKeyError, match=r"other\.example/log.*dongnai"):
        load_or_create_signing_key(tmp_path / "key", NAME)


def test_a_missing_a_broken_and_an_unreadable_key_are_named(tmp_path: Path) -> None:
    path = tmp_path / "key"
    with pytest.raises(SigningKeyError, match="there is no ledger key"):
        load_signing_key(path, NAME)
    for broken in ("", "secret", SigningKey(NAME, bytes(32)).text[:-1], "\u00e9"):
        path.write_text(broken, encoding="latin-1")
        with pytest.raises(SigningKeyError, match="holds no ledger key"):
            load_or_create_signing_key(path, NAME)
    with pytest.raises(SigningKeyError, match="cannot be read"):
        load_signing_key(tmp_path, NAME)
    with pytest.raises(SigningKeyError, match="cannot be made"):
        load_or_create_signing_key(path / "inside a file" / "key", NAME)
    with pytest.raises(SigningKeyError, match="cannot name a log"):
        load_or_create_signing_key(tmp_path / "unnamed", "a b")
