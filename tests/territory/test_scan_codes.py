"""A code that is read or typed wrongly must never lead to another counter."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.territory.scan_codes import (
    CHECK_CHARACTERS,
    CODE_LENGTH,
    DIGITS,
    NEVER_ISSUED,
    RANDOM_CHARACTERS,
    check_character,
    draw_code,
    grouped,
    is_wellformed,
    normalise,
)

QR_ALPHANUMERIC = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
codes = st.builds(
    lambda data: data + check_character(data), st.text(DIGITS, min_size=RANDOM_CHARACTERS, max_size=RANDOM_CHARACTERS)
)
issuable = codes.filter(is_wellformed)


def test_check_characters_of_crockfords_definition() -> None:
    # 32 is written 10 and is its own remainder; 37 leaves none; the symbols above 31 are * ~ $ = U.
    assert [check_character(digits) for digits in ("0", "Z", "10", "11", "12", "13", "14", "15")] == list("0Z*~$=U0")


def test_drawn_codes_are_wellformed_different_and_fit_the_small_qr() -> None:
    drawn = [draw_code() for _ in range(3_000)]
    assert all(len(code) == CODE_LENGTH and is_wellformed(code) and normalise(code) == code for code in drawn)
    assert len(set(drawn)) == len(drawn)
    assert set("".join(drawn)) <= QR_ALPHANUMERIC
    assert not any(code.endswith(tuple(NEVER_ISSUED)) for code in drawn)
    assert {"*", "$", "U"} <= {code[-1] for code in drawn}, "the other symbols are in use"


def test_every_place_of_a_drawn_code_takes_every_character_evenly() -> None:
    drawn = [draw_code() for _ in range(6_400)]
    for place in range(RANDOM_CHARACTERS):
        counts = Counter(code[place] for code in drawn)
        assert set(counts) == set(DIGITS)
        assert max(counts.values()) < 290, "200 expected of each; 290 is beyond six standard deviations"


@given(codes)
def test_check_characters_outside_the_qr_set_are_never_wellformed(code: str) -> None:
    assert is_wellformed(code) == (code[-1] in QR_ALPHANUMERIC)


@given(issuable, st.data())
def test_every_single_wrong_character_is_found(code: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, CODE_LENGTH - 1))
    wrong = data.draw(st.sampled_from([character for character in CHECK_CHARACTERS if character != code[place]]))
    assert not is_wellformed(code[:place] + wrong + code[place + 1 :])


@given(issuable, st.integers(0, CODE_LENGTH - 2))
def test_every_swap_of_neighbours_is_found(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert swapped == code or not is_wellformed(swapped)


@given(issuable, st.integers(0, CODE_LENGTH - 1), st.sampled_from(DIGITS))
def test_every_left_out_or_added_character_is_found(code: str, place: int, added: str) -> None:
    assert not is_wellformed(code[:place] + code[place + 1 :])
    assert not is_wellformed(code[:place] + added + code[place:])


@given(issuable)
def test_a_code_is_read_in_any_case_with_look_alikes_and_gaps(code: str) -> None:
    typed = grouped(code).lower().replace("0", "o").replace("1", "l")
    assert normalise(f" {typed} ") == code
    assert normalise(typed.replace("l", "I").replace("-", "\u2013")) == code
    assert normalise(" ".join(code)) == code


@given(st.text(max_size=30))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "0000000",
        "000000000",
        "0000000\0",
        "0000000Ø",
        "٠٠٠٠٠٠٠٠",
        "U0000000",
        "*000000*",
        "０" * 8,
        "\ud800" * 8,
    ],
)
def test_what_is_no_code(text: str) -> None:
    assert not is_wellformed(normalise(text))


def test_a_code_is_printed_in_two_groups() -> None:
    assert grouped("7KQ2M9XD") == "7KQ2-M9XD"
