"""Codes of tickets: typed any way, checked by a key, and stored so that nothing leads from one table to the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.responses.receipts import ALPHABET
from survey_app.responses.ticket_codes import LENGTH, TicketKeeper, as_stored, slip_address, spoken, typing_address

KEEPER = TicketKeeper(b"k" * 32)
OTHER = TicketKeeper(b"o" * 32)


def test_codes_are_twelve_characters_without_look_alikes() -> None:
    codes = {KEEPER.draw() for _ in range(500)}
    assert len(codes) == 500
    assert all(len(code) == LENGTH == 12 and set(code) <= set(ALPHABET) for code in codes)


@pytest.mark.parametrize("write", [str, str.lower, spoken, lambda code: f"  {' '.join(code)} ", str.swapcase])
def test_however_it_is_typed(write: "type[str]") -> None:
    code = KEEPER.draw()
    assert as_stored(write(code)) == code
    assert KEEPER.is_genuine(as_stored(write(code)))


def test_look_alikes_are_read_as_what_was_printed() -> None:
    code = next(code for code in iter(KEEPER.draw, None) if "0" in code and "1" in code)
    assert as_stored(code.replace("0", "O").replace("1", "l")) == code


def test_only_our_own_key_makes_a_genuine_code() -> None:
    codes = [OTHER.draw() for _ in range(4_000)]
    passed = sum(KEEPER.is_genuine(code) for code in codes)
    assert passed <= 16  # one in 1,024 by chance; sixteen or more of four thousand in less than one case in a million
    assert all(OTHER.is_genuine(code) for code in codes)


@given(st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_most_slips_of_a_finger_are_noticed_without_the_database(place: int, put: str) -> None:
    genuine = KEEPER.draw()
    changed = genuine[:place] + put + genuine[place + 1 :]
    assert as_stored(spoken(changed)) == changed
    if place >= 10:  # A wrong check character is always found, another one but once in 1,024.
        assert KEEPER.is_genuine(changed) is (changed == genuine)


@pytest.mark.parametrize("typed", ["", "A", "é" * 12, "0" * 13, "0" * 11, "--------------", "\x00" * 12, "x" * 10_000])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert not KEEPER.is_genuine(as_stored(typed))


def test_the_two_hashes_and_the_mark_have_nothing_in_common() -> None:
    code, form = KEEPER.draw(), b"f" * 16
    assert len({KEEPER.stored_hash(code), KEEPER.spent_hash(code), KEEPER.mark(code, form).encode()}) == 3
    assert KEEPER.stored_hash(code) != OTHER.stored_hash(code)
    assert KEEPER.mark(code, form) != KEEPER.mark(code, b"g" * 16)
    assert len(KEEPER.mark(code, form)) == 24
    for hidden in (KEEPER.stored_hash(code), KEEPER.spent_hash(code)):
        assert code.encode() not in hidden


def test_addresses_for_the_qr_and_for_people() -> None:
    assert slip_address("https://gopy.dongnai.gov.vn", "0123456789AB") == "HTTPS://GOPY.DONGNAI.GOV.VN/T/0123456789AB"
    assert typing_address("https://gopy.dongnai.gov.vn") == "gopy.dongnai.gov.vn/t"
    assert typing_address("http://127.0.0.1:8000") == "127.0.0.1:8000/t"
