"""The head is a C2SP checkpoint in a signed note: Go opens what we sign and we open what Go signs."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.ledger.checkpoint import (
    BadSignature,
    Checkpoint,
    KeyTextError,
    NoteError,
    SigningKey,
    UnknownKey,
    VerifierKey,
    consistency_note,
    extend,
    open_checkpoint,
    parse_consistency_note,
    parse_verifier_keys,
    sign_checkpoint,
)
from survey_app.ledger.merkle import EMPTY_ROOT, ProofError, Tree, leaf_hash
from survey_app.ledger.verifier.heads import open_head, read_keys
from survey_app.ledger.verifier.words import Wrong
from tests.ledger.go_note import GoNote

ORIGIN = "sổ.dongnai.example/than-thien"
KEY = SigningKey(ORIGIN, bytes(range(32)))
OLD_KEY = SigningKey(ORIGIN, bytes(32))
HEAD = Checkpoint(ORIGIN, 20_852_163, leaf_hash(b"head"))
NOTE = sign_checkpoint(HEAD, KEY)

# The example of the C2SP tlog-checkpoint specification; its key is not published, its text is.
EXAMPLE = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
# The test key of Go's package note and what it signed (golang.org/x/mod/sumdb/note, example_test.go and note_test.go).
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def both_refuse(note: str, error: type[NoteError], what: str, *keys: VerifierKey) -> None:
    """The room and the stand-alone verifier refuse alike."""
    with pytest.raises(error):
        open_checkpoint(note, keys)
    with pytest.raises(Wrong) as wrong:
        open_head(note, read_keys("\n".join(key.text for key in keys), "key"), "head")
    assert wrong.value.what == what


def test_a_head_is_three_lines() -> None:
    assert Checkpoint.parse(EXAMPLE).text == EXAMPLE
    assert Checkpoint.parse(EXAMPLE).size == 20_852_163
    assert Checkpoint.parse(EXAMPLE + "extension\n").text == EXAMPLE


def test_we_open_what_we_sign() -> None:
    assert open_checkpoint(NOTE, [KEY.verifier]) == HEAD
    opened = open_head(NOTE, read_keys(KEY.verifier.text, "key"), "head")
    assert (opened.origin, opened.size, opened.root) == (HEAD.origin, HEAD.size, HEAD.root)


@pytest.mark.oracle
def test_go_opens_what_we_sign(go_note: GoNote) -> None:
    opened = go_note.ask("open", Keys=[KEY.verifier.text], Note=NOTE)
    assert opened == {"text": HEAD.text, "signer": ORIGIN}
    with pytest.raises(subprocess.CalledProcessError) as refused:
        go_note.ask("open", Keys=[OLD_KEY.verifier.text], Note=NOTE)
    assert "no verifiable signatures" in refused.value.stderr


@pytest.mark.oracle
def test_we_open_what_go_signs_with_a_key_of_either(go_note: GoNote) -> None:
    made = go_note.ask("generate", Name=ORIGIN)
    key = SigningKey.parse(made["signing"])
    assert key.verifier.text == made["verifying"]
    for signer in (key, KEY):
        signed = go_note.ask("sign", Key=signer.text, Note=HEAD.text)["note"]
        assert signed == sign_checkpoint(HEAD, signer)
        assert open_checkpoint(signed, [signer.verifier]) == HEAD


@pytest.mark.oracle
def test_go_s_published_signature_is_good() -> None:
    """Its text is no checkpoint, and that is what is said: the signature has been checked before."""
    key = VerifierKey.parse(GO_KEY)
    with pytest.raises(NoteError, match="three lines"):
        open_checkpoint(GO_NOTE, [key])
    with pytest.raises(BadSignature):
        open_checkpoint(GO_NOTE.replace("answer", "question"), [key])


def test_old_heads_verify_after_the_key_was_changed() -> None:
    keys = parse_verifier_keys(f"{KEY.verifier.text}\n\n{OLD_KEY.verifier.text}\n")
    old = sign_checkpoint(HEAD, OLD_KEY)
    both = sign_checkpoint(HEAD, KEY, OLD_KEY)
    for note in (old, NOTE, both):
        assert open_checkpoint(note, keys) == HEAD
    assert open_checkpoint(both, [OLD_KEY.verifier]) == HEAD
    both_refuse(old, UnknownKey, "wrong_key", KEY.verifier)


def test_a_witness_may_sign_too_but_not_alone() -> None:
    witness = SigningKey("witness.example/w1", bytes([7]) * 32)
    cosigned = NOTE + witness.signature_line(HEAD.text)
    assert open_checkpoint(cosigned, [KEY.verifier]) == HEAD
    alone = HEAD.text + "\n" + witness.signature_line(HEAD.text)
    both_refuse(alone, UnknownKey, "wrong_key", witness.verifier)


def test_one_wrong_signature_of_a_known_key_spoils_the_note() -> None:
    other = replace(HEAD, size=HEAD.size + 1)
    forged = NOTE + OLD_KEY.signature_line(other.text)
    both_refuse(forged, BadSignature, "bad_signature", KEY.verifier, OLD_KEY.verifier)


@given(st.integers(0, len(NOTE) - 1), st.characters(exclude_categories=["Cs"]))
def test_any_changed_letter_is_found(place: int, letter: str) -> None:
    changed = NOTE[:place] + letter + NOTE[place + 1 :]
    if changed == NOTE:
        return
    with pytest.raises(NoteError):
        open_checkpoint(changed, [KEY.verifier])
    with pytest.raises(Wrong):
        open_head(changed, read_keys(KEY.verifier.text, "key"), "head")


@given(st.integers(0, len(NOTE) - 1))
def test_any_cut_is_found(length: int) -> None:
    both_refuse(NOTE[:length], NoteError, "note", KEY.verifier)


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n-1\n{EXAMPLE.splitlines()[2]}\n",
        f"{ORIGIN}\n01\n{EXAMPLE.splitlines()[2]}\n",
        f"{ORIGIN}\n{'9' * 5000}\n{EXAMPLE.splitlines()[2]}\n",
        f"{ORIGIN}\n1\nCsUYapGG\n",
        f"{ORIGIN}\n1\n\n",
        f"{ORIGIN}\n1\n",
        f"{ORIGIN}\n1\n{EXAMPLE.splitlines()[2]}\n\n",
    ],
)
def test_a_well_signed_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    both_refuse(text + "\n" + KEY.signature_line(text), NoteError, "note", KEY.verifier)


def test_only_the_log_s_own_key_signs() -> None:
    with pytest.raises(ValueError, match="keys of that name"):
        sign_checkpoint(HEAD, SigningKey("other.example/log", bytes(32)))
    with pytest.raises(ValueError, match="keys of that name"):
        sign_checkpoint(HEAD)


@pytest.mark.parametrize("name", ["", "with space", "plus+sign", "line\nbreak", "no\u00a0break", "null\x00"])
def test_names_that_notes_do_not_allow_are_refused(name: str) -> None:
    for make in (SigningKey.generate, lambda name: VerifierKey(name, bytes(32))):
        with pytest.raises(KeyTextError):
            make(name)


def changed(text: str) -> list[Callable[[], object]]:
    """Readings of the text of a key that must fail."""
    name, key_id, key = text.removeprefix("PRIVATE+KEY+").split("+", 2)
    start = text[: text.index(name)]
    wrong = [
        f"{start}{name}+{key_id}",
        f"{start}{name}+00000000+{key}",
        f"{start}{name}+{key_id.upper()}0+{key}",
        f"{start}{name}+{key_id}+{key[:-4]}",
        f"{start}{name}+{key_id}+!!!",
        f"{start}{name}+{key_id}+{'B' + key[1:]}",
        f"{start}{name}x+{key_id}+{key}",
        "",
    ]
    parse = SigningKey.parse if start else VerifierKey.parse
    return [partial(parse, one) for one in wrong]


def test_a_key_that_was_mistyped_is_refused() -> None:
    for parse in (*changed(KEY.text), *changed(KEY.verifier.text)):
        with pytest.raises(KeyTextError):
            parse()
    with pytest.raises(KeyTextError):
        SigningKey.parse(KEY.verifier.text)
    with pytest.raises(KeyTextError):
        parse_verifier_keys("\n")
    for text in ("\n", KEY.verifier.text[:-1], "x" + KEY.verifier.text, "a+b"):
        with pytest.raises(Wrong) as wrong:
            read_keys(text, "key")
        assert wrong.value.what == "key"


def test_the_seed_stays_out_of_messages() -> None:
    assert repr(KEY.seed) not in repr(KEY)
    assert SigningKey.parse(KEY.text) == KEY


def grown(first: int, second: int, key: SigningKey = KEY, origin: str = ORIGIN) -> tuple[Checkpoint, str]:
    """An older head, and the consistency note that leads to a newer one."""
    tree = Tree(leaf_hash(bytes([number])) for number in range(second))
    note = sign_checkpoint(Checkpoint(origin, second, tree.root()), key)
    return Checkpoint(origin, first, tree.root(first)), consistency_note(
        first, tree.consistency_proof(first, second), note
    )


@pytest.mark.parametrize(("first", "second"), [(0, 5), (3, 7), (4, 8), (6, 6)])
def test_a_monitor_follows_the_log(first: int, second: int) -> None:
    old, consistency = grown(first, second)
    assert extend(old, consistency, [KEY.verifier]).size == second


def test_a_monitor_refuses_a_rewritten_log_and_another_s() -> None:
    old, consistency = grown(3, 7)
    with pytest.raises(ProofError):
        extend(replace(old, root=EMPTY_ROOT), consistency, [KEY.verifier])
    with pytest.raises(NoteError, match="at size 3"):
        extend(replace(old, size=2), consistency, [KEY.verifier])
    with pytest.raises(NoteError, match=r"not for other\.example"):
        extend(replace(old, origin="other.example/log"), consistency, [KEY.verifier])
    with pytest.raises(UnknownKey):
        extend(old, consistency, [OLD_KEY.verifier])


@pytest.mark.parametrize(
    "text", ["", "old 1\n", "old x\n\nnote", "new 1\n\nnote", "old 1\nAA==\n\nnote", "old 01\n\nn"]
)
def test_what_is_no_consistency_proof_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        parse_consistency_note(text)
