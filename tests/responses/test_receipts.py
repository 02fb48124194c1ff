"""Check codes: genuine ones are known without a database, mistyped ones are not, misreading is forgiven."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.responses.receipts import ALPHABET, LENGTH, ReceiptMint, normalise, spoken

MINT = ReceiptMint(b"r" * 32)


def test_every_code_drawn_is_genuine_and_none_repeats() -> None:
    codes = [MINT.draw() for _ in range(2_000)]
    assert len(set(codes)) == 2_000
    assert all(MINT.is_genuine(code) and len(code) == LENGTH and set(code) <= set(ALPHABET) for code in codes)


@given(st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_a_mistyped_letter_is_noticed(position: int, letter: str) -> None:
    code = MINT.draw()
    changed = code[:position] + letter + code[position + 1 :]
    # 20 bits of check: one wrong code in a million passes, so a hundred tries that all pass would be a fault.
    assert changed == code or not MINT.is_genuine(changed)


@given(st.text(max_size=30))
def test_nonsense_is_never_genuine_and_never_an_error(text: str) -> None:
    assert MINT.is_genuine(normalise(text)) is False


def test_another_installation_s_code_is_not_ours() -> None:
    assert not any(MINT.is_genuine(ReceiptMint(b"x" * 32).draw()) for _ in range(200))


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}\u00a0"])
def test_misreading_is_forgiven(typed: str) -> None:
    code = MINT.draw()
    said = spoken(code)
    assert said.count("-") == 4
    shape = said.lower().replace("0", "o").replace("1", "l")
    assert normalise(typed.format(shape)) == code
