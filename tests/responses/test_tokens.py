"""A token is read back as minted, and nothing else is."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.responses.models import CHANNELS
from survey_app.responses.tokens import FormKey, SurveyToken, TokenExpired, TokenForged, TokenKeeper

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
KEEPER = TokenKeeper(b"k" * 32)
FORM = FormKey(31, 7, "poster", "ab" * 32, "vi")

form_keys = st.builds(
    FormKey,
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**32 - 1),
    st.sampled_from(CHANNELS),
    st.binary(min_size=32, max_size=32).map(bytes.hex),
    st.sampled_from(["vi", "en"]),
)


@given(form_keys)
def test_what_is_minted_is_read_back(form: FormKey) -> None:
    token = KEEPER.mint(form, NOW)
    read = KEEPER.read(token, NOW)
    assert read == SurveyToken(
        read.nonce, form.unit_id, form.service_point_id, form.channel, form.questionnaire_hash, form.language, NOW
    )


def test_tokens_have_one_length_and_never_repeat() -> None:
    tokens = {KEEPER.mint(form, NOW) for form in (FORM, FormKey(1, 1, "kiosk", "00" * 32, "en")) for _ in range(50)}
    assert len(tokens) == 100
    assert len({len(token) for token in tokens}) == 1
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", token) for token in tokens)


@given(st.integers(0, 127), st.sampled_from("Aa0-_."))
def test_any_changed_letter_is_a_forgery(position: int, letter: str) -> None:
    token = KEEPER.mint(FORM, NOW)
    changed = token[:position] + letter + token[position + 1 :]
    if changed == token:
        return
    try:
        read = KEEPER.read(changed, NOW)
    except TokenForged:
        return
    # The last letter of base64 carries unused bits: another spelling of the same signature is the same token.
    assert read == KEEPER.read(token, NOW)


@pytest.mark.parametrize("text", ["", ".", "a.b", "x" * 5000, "mã", "\x00", "AAAA.BBBB.CCCC", None.__repr__()])
def test_nonsense_is_a_forgery(text: str) -> None:
    with pytest.raises(TokenForged):
        KEEPER.read(text, NOW)


def test_another_installation_s_token_is_a_forgery() -> None:
    with pytest.raises(TokenForged):
        KEEPER.read(TokenKeeper(b"other" * 8).mint(FORM, NOW), NOW)


def test_good_for_fourteen_days_and_not_a_second_longer() -> None:
    token = KEEPER.mint(FORM, NOW)
    assert KEEPER.read(token, NOW + timedelta(days=14, seconds=-1)).minted_at == NOW
    with pytest.raises(TokenExpired):
        KEEPER.read(token, NOW + timedelta(days=14))


def test_a_token_from_the_future_is_refused_beyond_a_small_skew() -> None:
    token = KEEPER.mint(FORM, NOW + timedelta(minutes=4))
    assert KEEPER.read(token, NOW).minted_at == NOW + timedelta(minutes=4)
    with pytest.raises(TokenForged):
        KEEPER.read(token, NOW - timedelta(minutes=2))


def test_the_spent_hash_needs_the_key_and_tells_tokens_apart() -> None:
    first, second = (KEEPER.read(KEEPER.mint(FORM, NOW), NOW) for _ in range(2))
    assert KEEPER.spent_hash(first) == KEEPER.spent_hash(first) != KEEPER.spent_hash(second)
    assert TokenKeeper(b"other" * 8).spent_hash(first) != KEEPER.spent_hash(first)
    assert first.nonce.bytes not in KEEPER.spent_hash(first)
