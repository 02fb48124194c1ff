"""Which key signs: never another log's, never one that is not the newest; changing keys, and what goes wrong there."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, select

from config import Settings, load_settings
from survey_app.audit_log.models import AuditEventRow
from survey_app.ledger import sealed_log
from survey_app.ledger.checkpoint import SigningKey, UnknownKey, VerifierKey, open_checkpoint
from survey_app.ledger.closing import close_days, days_to_close
from survey_app.ledger.keyring import Keyring, known_keys
from survey_app.ledger.signing_key import SigningKeyError, load_signing_key, write_signing_key
from survey_app.ledger.verification import verify_log
from tests.conftest import NOW
from tests.ledger.go_note import GoNote
from tests.ledger.real_book import TODAY, YESTERDAY, Begin, RealBook, close
from tests.support.applications import application, settings_for


@pytest.fixture
def keyring(settings: Settings) -> Keyring:
    """The installation's."""
    return Keyring.of(settings)


def rotate(transaction: Begin, keyring: Keyring, *, lost: bool = False) -> VerifierKey:
    """Change the key as the command does."""
    with transaction() as connection:
        key = keyring.rotate(connection, NOW, "root (command)", lost=lost)
    keyring.finish_rotation()
    return key


def newest_note(transaction: Begin) -> str:
    with transaction() as connection:
        return str(sealed_log.newest_checkpoint(connection))


@contextmanager
def refused(app: Flask, transaction: Begin, problem: str) -> Iterator[None]:
    """Closing says what is wrong with the key, and closes nothing."""
    yield
    with pytest.raises(SigningKeyError) as found:
        close(app, TODAY)
    assert found.value.problem == problem
    with transaction() as connection:
        assert sealed_log.last_sealed_day(connection) == YESTERDAY


def test_the_first_closing_makes_the_key_for_its_owners_eyes_only(
    app: Flask, transaction: Begin, keyring: Keyring, real_book: RealBook
) -> None:
    assert stat.S_IMODE(keyring.path.stat().st_mode) == 0o600
    key = load_signing_key(keyring.path)
    assert key.name == "127.0.0.1/ledger", "the host that people know, without the port"
    with transaction() as connection:
        assert known_keys(connection) == [key.verifier]
        event = connection.execute(select(AuditEventRow.kind, AuditEventRow.details)).one()
    assert event.kind == "ledger.key_made"
    assert key.verifier.text in event.details
    assert key.text not in event.details


def test_pages_and_other_commands_need_no_key(
    app: Flask, settings: Settings, keyring: Keyring, real_book: RealBook
) -> None:
    keyring.path.unlink()
    with application(settings) as other:
        assert other.test_client().get("/ledger/checkpoint").status_code == 200
        assert other.test_cli_runner().invoke(args=["ledger", "verify"]).exit_code == 0
    assert not keyring.path.exists()


def test_a_missing_key_closes_nothing(app: Flask, transaction: Begin, keyring: Keyring, real_book: RealBook) -> None:
    with refused(app, transaction, "missing"):
        keyring.path.unlink()


def test_a_key_that_was_never_the_logs_closes_nothing(
    app: Flask, transaction: Begin, keyring: Keyring, real_book: RealBook
) -> None:
    with refused(app, transaction, "unknown"):
        keyring.path.unlink()
        write_signing_key(keyring.path, SigningKey.generate("127.0.0.1/ledger"))


def test_the_key_of_another_log_closes_nothing(
    app: Flask, transaction: Begin, keyring: Keyring, real_book: RealBook
) -> None:
    with refused(app, transaction, "foreign"):
        keyring.path.unlink()
        write_signing_key(keyring.path, SigningKey.generate("other.example/log"))


def test_a_spoilt_key_closes_nothing(app: Flask, transaction: Begin, keyring: Keyring, real_book: RealBook) -> None:
    with refused(app, transaction, "broken"):
        keyring.path.write_text("PRIVATE+KEY+", encoding="utf-8")


def test_the_log_keeps_its_name(app: Flask, transaction: Begin, settings: Settings, real_book: RealBook) -> None:
    """Another PUBLIC_URL changes nothing; a LEDGER_ORIGIN that names another log is refused."""
    moved = settings_for(settings.database_url, settings.instance_dir, public_url="http://192.168.1.9:9000")
    with application(moved) as other:
        close(other, TODAY)
    assert newest_note(transaction).startswith("127.0.0.1/ledger\n4\n")
    renamed = settings_for(settings.database_url, settings.instance_dir, ledger_origin="gopy.example/so")
    with application(renamed) as other, pytest.raises(SigningKeyError) as found:
        close(other, TODAY + timedelta(days=1))
    assert found.value.problem == "origin"


def test_a_chosen_name_is_the_name(database_url: str, tmp_path: Path) -> None:
    chosen = settings_for(database_url, tmp_path / "instance", ledger_origin="gopy.example/so")
    with application(chosen) as app:
        close(app, YESTERDAY)
        assert app.test_client().get("/ledger/checkpoint").text.startswith("gopy.example/so\n1\n")


def test_in_production_no_key_is_made_by_itself(database_url: str, tmp_path: Path) -> None:
    production = settings_for(
        database_url,
        tmp_path / "instance",
        deployment="production",
        public_url="https://gopy.example",
        secret_key="a secret that is long enough for production",
    )
    with application(production) as app:
        with app.app_context(), pytest.raises(SigningKeyError) as found:
            list(close_days(days_to_close(TODAY), (), NOW))
        assert found.value.problem == "missing"
        made = app.test_cli_runner().invoke(args=["ledger", "make-key"])
        assert made.exit_code == 0
        assert "gopy.example/ledger+" in made.output
        assert app.test_cli_runner().invoke(args=["ledger", "make-key"]).output == made.output, "twice changes nothing"
        close(app, YESTERDAY)


def test_after_a_change_of_keys_the_next_head_carries_both_signatures_and_then_only_the_new_one(
    app: Flask, transaction: Begin, keyring: Keyring, real_book: RealBook, go_note: GoNote
) -> None:
    with transaction() as connection:
        old = known_keys(connection)[0]
    new = rotate(transaction, keyring)
    close(app, TODAY)
    handover = newest_note(transaction)
    for key in (old, new):
        assert open_checkpoint(handover, [key]).size == 4
        assert go_note.ask("open", Note=handover, Keys=[key.text])["text"].split("\n")[1] == "4"
    close(app, TODAY + timedelta(days=1))
    assert open_checkpoint(newest_note(transaction), [new]).size == 5
    with pytest.raises(UnknownKey):
        open_checkpoint(newest_note(transaction), [old])
    with transaction() as connection:
        assert sealed_log.verifier_keys(connection) == [new.text, old.text], "newest first"
        assert open_checkpoint(str(sealed_log.checkpoint_at(connection, 1)), known_keys(connection)).size == 1
        assert verify_log(connection).days == 5
    kept = keyring.kept(old)
    assert load_signing_key(kept).verifier == old
    assert {stat.S_IMODE(path.stat().st_mode) for path in (kept, keyring.path)} == {0o600}


def test_two_changes_between_two_heads_are_vouched_for_by_all_three(
    app: Flask, transaction: Begin, keyring: Keyring, real_book: RealBook
) -> None:
    rotate(transaction, keyring)
    rotate(transaction, keyring)
    close(app, TODAY)
    with transaction() as connection:
        keys = known_keys(connection)
    assert len(keys) == 3
    assert [open_checkpoint(newest_note(transaction), [key]).size for key in keys] == [4, 4, 4]


def test_a_change_that_was_interrupted_is_finished_by_whoever_comes_next(
    app: Flask, transaction: Begin, keyring: Keyring, real_book: RealBook
) -> None:
    with transaction() as connection:
        new = keyring.rotate(connection, NOW, "root (command)")
    assert load_signing_key(keyring.path).verifier != new, "the process died before the file was in place"
    close(app, TODAY)
    assert load_signing_key(keyring.path).verifier == new
    assert open_checkpoint(newest_note(transaction), [new]).size == 4


def test_a_change_that_was_taken_back_changes_nothing(
    app: Flask, transaction: Begin, keyring: Keyring, real_book: RealBook
) -> None:
    before = load_signing_key(keyring.path)
    with suppress(RuntimeError), transaction() as connection:
        keyring.rotate(connection, NOW, "root (command)")
        raise RuntimeError("disk full")
    close(app, TODAY)
    assert load_signing_key(keyring.path) == before
    assert open_checkpoint(newest_note(transaction), [before.verifier]).size == 4


def test_the_key_before_the_newest_does_not_sign(
    app: Flask, transaction: Begin, keyring: Keyring, real_book: RealBook
) -> None:
    old = load_signing_key(keyring.path)
    with refused(app, transaction, "replaced"):
        rotate(transaction, keyring)
        keyring.path.unlink()
        write_signing_key(keyring.path, old)


def test_a_lost_key_is_followed_only_when_told_so(
    app: Flask, transaction: Begin, keyring: Keyring, real_book: RealBook
) -> None:
    keyring.path.write_text("spoilt", encoding="utf-8")
    with pytest.raises(SigningKeyError):
        rotate(transaction, keyring)
    new = rotate(transaction, keyring, lost=True)
    close(app, TODAY)
    assert open_checkpoint(newest_note(transaction), [new]).size == 4
    assert [path.read_text(encoding="utf-8") for path in keyring.path.parent.glob("ledger.key.set-aside-*")] == [
        "spoilt"
    ]
    with transaction() as connection:
        details = connection.execute(select(AuditEventRow.details).order_by(AuditEventRow.seq.desc())).scalars().first()
        assert '"previous_lost":true' in str(details)
        assert verify_log(connection).days == 4


def test_said_to_be_lost_but_there_it_still_signs_the_handover(
    app: Flask, transaction: Begin, keyring: Keyring, real_book: RealBook
) -> None:
    old = load_signing_key(keyring.path).verifier
    rotate(transaction, keyring, lost=True)
    close(app, TODAY)
    assert open_checkpoint(newest_note(transaction), [old]).size == 4


def test_there_is_nothing_to_change_before_the_first_key(transaction: Begin, keyring: Keyring) -> None:
    with pytest.raises(SigningKeyError) as found, transaction() as connection:
        keyring.rotate(connection, NOW, "root (command)")
    assert found.value.problem == "none"


@pytest.mark.parametrize("name", ["two words", "a+b", "line\nbreak", "x" * 121])
def test_a_name_that_signed_notes_do_not_allow_stops_the_start(name: str) -> None:
    with pytest.raises(Exception, match="LEDGER_ORIGIN"):
        load_settings(_env_file=None, ledger_origin=name)


def test_the_events_of_keys_hold_no_secret(transaction: Begin, keyring: Keyring, real_book: RealBook) -> None:
    secret = load_signing_key(keyring.path).text.split("+", 4)[4]
    rotate(transaction, keyring)

    def every_detail(connection: Connection) -> str:
        return "".join(connection.execute(select(AuditEventRow.details)).scalars())

    with transaction() as connection:
        assert secret not in every_detail(connection)
