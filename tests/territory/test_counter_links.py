"""Keys of counter screens: made here or refused, for one screen, one service point, one scan code; codes that age."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.territory.counter_links import (
    SCREENS,
    CounterKeys,
    Screen,
    display_scan_address,
    screen_address,
    seconds_left,
)
from survey_app.territory.scan_codes import check_character, draw_code

NOW = datetime(2026, 11, 24, 10, 0, 20, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
MINUTE = timedelta(seconds=60)
KEYS, OTHERS = CounterKeys(b"k" * 32), CounterKeys(b"o" * 32)
CODE = "7KQ2M9X" + check_character("7KQ2M9X")
SCREEN = st.sampled_from(SCREENS)
POINT = st.integers(1, 2**31 - 1)


@given(screen=SCREEN, point=POINT)
def test_a_key_leads_to_its_scan_code_however_it_is_typed(screen: Screen, point: int) -> None:
    code = draw_code()
    key = KEYS.link_key(screen, point, code)
    for typed in (key, key.lower(), f" {key[:4]}-{key[4:]}"):
        assert KEYS.code_in(screen, point, typed) == code
    assert len(key) == 20


@given(screen=SCREEN, point=POINT, other=POINT)
def test_a_key_opens_nothing_else(screen: Screen, point: int, other: int) -> None:
    key = KEYS.link_key(screen, point, CODE)
    (other_screen,) = set(SCREENS) - {screen}
    assert KEYS.code_in(other_screen, point, key) is None
    assert point == other or KEYS.code_in(screen, other, key) is None
    assert OTHERS.code_in(screen, point, key) is None


@given(place=st.integers(0, 19), letter=st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_wrong_letter_is_found(place: int, letter: str) -> None:
    key = KEYS.link_key("kiosk", 7, CODE)
    wrong = key[:place] + letter + key[place + 1 :]
    assert (KEYS.code_in("kiosk", 7, wrong) is None) == (wrong != key)


@pytest.mark.parametrize("typed", ["", "x", CODE, "é" * 20, "\x00" * 20, "０" * 20, CODE + "A" * 13, "A" * 10_000])
def test_nonsense_is_no_key(typed: str) -> None:
    assert KEYS.code_in("display", 7, typed) is None


@given(st.text(max_size=40))
def test_no_text_fails(typed: str) -> None:
    assert KEYS.code_in("kiosk", 1, typed) is None
    assert not KEYS.is_fresh(CODE, typed, NOW)
    assert not KEYS.is_fresh(typed, typed, NOW)


@given(aimed=st.integers(0, 1_000_000_000), later=st.integers(0, 400))
def test_a_time_code_is_good_in_its_minute_and_two_more(aimed: int, later: int) -> None:
    shown = datetime.fromtimestamp(aimed, NOW.tzinfo)
    typed = KEYS.moment_code(CODE, shown)
    now = shown + timedelta(seconds=later)
    assert KEYS.is_fresh(CODE, typed, now) == (now.timestamp() // 60 - shown.timestamp() // 60 <= 2)


def test_a_time_code_is_for_one_scan_code_and_not_for_the_future() -> None:
    typed = KEYS.moment_code(CODE, NOW)
    assert KEYS.is_fresh(CODE.lower(), typed.lower(), NOW)
    assert not KEYS.is_fresh(draw_code(), typed, NOW)
    assert not KEYS.is_fresh(CODE, KEYS.moment_code(CODE, NOW + MINUTE), NOW)
    assert not OTHERS.is_fresh(CODE, typed, NOW)


@given(st.integers(0, 10_000))
def test_codes_of_following_minutes_differ(minutes: int) -> None:
    moments = [NOW + MINUTE * (minutes + step) for step in range(4)]
    assert len({KEYS.moment_code(CODE, moment) for moment in moments}) == 4


def test_seconds_left() -> None:
    assert [seconds_left(NOW + timedelta(seconds=later)) for later in (0, 39, 40, 41)] == [40, 1, 60, 59]


def test_addresses() -> None:
    assert screen_address("https://gopy.vn", "kiosk", 7, "KEY") == "https://gopy.vn/kiosk/7?key=KEY"
    scanned = display_scan_address("https://gopy.vn", CODE, KEYS.moment_code(CODE, NOW))
    assert scanned.startswith(f"HTTPS://GOPY.VN/D/{CODE}/")
    assert set(scanned) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"), "ISO/IEC 18004, alphanumeric mode"
