"""The verifier believes signed heads only: keys, heads that are older or newer, monitors, proofs of check codes."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from survey_app.ledger.checkpoint import Checkpoint, SigningKey, sign_checkpoint
from survey_app.ledger.day_record import order_hash
from survey_app.ledger.manifest import LeftOut, SealedLog, receipt_proof
from survey_app.ledger.verifier.verify import Held, verify_monitor, verify_receipt
from survey_app.ledger.verifier.words import Wrong
from tests.ledger.exports import Bundle, make_bundle, wrong
from tests.ledger.synthetic_book import FIRST_DAY, KEY, ORIGIN, OTHER_KEY, Book, make_book


def test_a_wrong_key_a_bad_signature_and_a_foreign_head_are_told(book: Book, tmp_path: Path) -> None:
    bundle = make_bundle(book)
    bundle.key = OTHER_KEY.verifier.text
    assert wrong(bundle, tmp_path).what == "wrong_key"
    bundle.key = KEY.verifier.text
    bundle.checkpoint = bundle.checkpoint.replace("\n16\n", "\n17\n")
    assert wrong(bundle, tmp_path).what == "bad_signature"
    foreign = SigningKey("other.example/log", bytes(32))
    bundle.key += "\n" + foreign.verifier.text
    bundle.checkpoint = sign_checkpoint(Checkpoint(foreign.name, 16, book.tree.root()), foreign)
    assert wrong(bundle, tmp_path).what == "foreign"
    bundle.checkpoint = "no note"
    assert wrong(bundle, tmp_path).what == "note"
    bundle.key = "no key"
    assert wrong(bundle, tmp_path).what == "key"


def test_the_manifest_s_own_head_must_be_signed_too(bundle: Bundle, tmp_path: Path) -> None:
    bundle.manifest["checkpoint"] = bundle.checkpoint.replace("\n16\n", "\n15\n")
    found = wrong(bundle, tmp_path)
    assert (found.what, found.details["file"]) == ("bad_signature", "checkpoint in the manifest")


def test_after_the_key_was_changed_old_exports_still_verify(book: Book, tmp_path: Path) -> None:
    bundle = make_bundle(book, log=book.log(key=OTHER_KEY))
    bundle.key = f"{KEY.verifier.text}\n{OTHER_KEY.verifier.text}\n"
    bundle.seal_file(tmp_path)
    assert bundle.verify(tmp_path)[0][0] == "complete"
    bundle.key = KEY.verifier.text
    assert wrong(bundle, tmp_path).what == "wrong_key"


def test_a_head_you_hold_must_be_linked_to_that_of_the_proofs(book: Book, tmp_path: Path) -> None:
    bundle = make_bundle(book)
    bundle.checkpoint = book.note(14)
    found = wrong(bundle, tmp_path)
    assert (found.what, found.details) == ("stale_head", {"given": 14, "size": 16})
    bundle.consistency = book.consistency(14, 16)
    assert bundle.verify(tmp_path)[0][0] == "complete"
    bundle.consistency = book.consistency(13, 16)
    assert wrong(bundle, tmp_path).what == "other_proof"
    bundle.consistency = "old 14\n"
    assert wrong(bundle, tmp_path).what == "proof"


def test_an_older_export_verifies_against_a_newer_head_by_a_consistency_proof(book: Book, tmp_path: Path) -> None:
    bundle = make_bundle(book, log=book.log(14))
    assert wrong(bundle, tmp_path).what == "newer_head"
    bundle.consistency = book.consistency(14, 16)
    assert bundle.verify(tmp_path)[0][0] == "complete"


@pytest.mark.parametrize("size", [14, 16])
def test_a_book_that_was_rewritten_is_told(book: Book, tmp_path: Path, size: int) -> None:
    """Even when everything in the new book is consistent and signed: the head held from before gives it away."""
    bundle = make_bundle(make_book(seed=7))
    bundle.seal_file(tmp_path)
    assert bundle.verify(tmp_path)[0][0] == "complete"
    bundle.checkpoint = book.note(size)
    bundle.consistency = book.consistency(size, 16)
    found = wrong(bundle, tmp_path)
    assert (found.what, found.details) == ("split_log", {"first": size, "second": 16})


def test_a_monitor_sees_the_log_grow_and_nothing_else(book: Book) -> None:
    keys = KEY.verifier.text
    ((what, details),) = verify_monitor(book.note(5), book.consistency(5, 16), keys)
    assert (what, details) == ("extends", {"origin": ORIGIN, "first": 5, "second": 16})
    other = make_book(seed=7)
    cases = [
        (other.note(5), book.consistency(5, 16), "split_log"),
        (book.note(6), book.consistency(5, 16), "other_proof"),
        (book.note(16), book.consistency(5, 14), "shrunk"),
        (book.note(5), book.consistency(5, 16).replace("\n16\n", "\n17\n"), "bad_signature"),
        (book.note(5), "", "proof"),
    ]
    for old, proof, expected in cases:
        with pytest.raises(Wrong) as found:
            verify_monitor(old, proof, keys)
        assert found.value.what == expected
    foreign = SigningKey("other.example/log", bytes(32))
    note = sign_checkpoint(Checkpoint(foreign.name, 5, book.tree.root(5)), foreign)
    with pytest.raises(Wrong) as found:
        verify_monitor(note, book.consistency(5, 16), f"{keys}\n{foreign.verifier.text}")
    assert found.value.what == "foreign"


Tamper = Callable[[dict[str, Any]], object]


def a_receipt(book: Book) -> tuple[dict[str, Any], str, str]:
    """The proof of a check code, with its unit and day."""
    (day, unit), codes = next((place, codes) for place, codes in book.codes.items() if len(codes) > 2)
    return receipt_proof(codes[1], unit, codes, book.day(day), book.log()), unit, day.isoformat()


def test_a_check_code_is_counted_and_nothing_of_the_answer_is_in_its_proof(book: Book) -> None:
    proof, unit, day = a_receipt(book)
    held = Held(KEY.verifier.text, book.note(16))
    ((what, details),) = verify_receipt(json.dumps(proof), held)
    assert (what, details["receipt"], details["unit"], details["day"]) == ("counted", proof["receipt"], unit, day)
    text = json.dumps(proof)
    assert not any(answer.leaf_hash.hex() in text for answers in book.answers.values() for answer in answers)


@pytest.mark.parametrize(
    ("tamper", "what"),
    [
        (lambda p: p.update(receipt="000000000000"), "receipt"),
        (lambda p: p.update(receipt_index=0), "receipt"),
        (lambda p: p["receipt_proof"].pop(), "receipt"),
        (lambda p: p["commune_day"]["entry"].update(unit="26999"), "unit_differs"),
        (lambda p: p["day"]["record"].update(day="2026-11-12"), "day_differs"),
        (lambda p: p.update(checkpoint=""), "note"),
        (lambda p: p.update(receipt="not a code"), "json"),
    ],
)
def test_a_check_code_that_was_not_counted_has_no_proof(book: Book, tamper: Tamper, what: str) -> None:
    proof, _, _ = a_receipt(book)
    tamper(proof)
    with pytest.raises(Wrong) as found:
        verify_receipt(json.dumps(proof), Held(KEY.verifier.text, book.note(16)))
    assert found.value.what == what


def test_only_a_code_of_the_commune_day_can_be_proven(book: Book) -> None:
    (day, unit), codes = next(iter(book.codes.items()))
    with pytest.raises(ValueError, match="not in list"):
        receipt_proof("ZZZZZZZZZZZZ", unit, codes, book.day(day), book.log())


def test_a_day_that_is_not_sealed_has_no_place(book: Book) -> None:
    log: SealedLog = book.log(3)
    assert log.index_of(FIRST_DAY) == 0
    for day in (FIRST_DAY - timedelta(days=1), FIRST_DAY + timedelta(days=3)):
        with pytest.raises(ValueError, match="is not sealed"):
            log.index_of(day)
    assert LeftOut().removed_by is None
    assert len(order_hash(book.removal)) == 32
