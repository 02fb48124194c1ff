import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.staff.passwords import COMMON, LONGEST, SHORTEST, normalized, password_problems

EMAIL = "nguyen.hoa@dongnai.gov.vn"


@pytest.mark.parametrize(
    ("password", "problems"),
    [
        ("mưa xuân chín rộ", []),
        ("a" * 6 + "bcdefg", []),
        ("ngắn quá", ["staff.password.short"]),
        ("", ["staff.password.short"]),
        ("Matkhau123456", ["staff.password.common"]),
        ("aaaaaaaaaaaabbb", ["staff.password.common"]),
        ("xin Nguyen.Hoa chào", ["staff.password.email"]),
        ("x1y2z3 " * 30, ["staff.password.long"]),
    ],
)
def test_what_is_wrong_with_a_password(password: str, problems: list[str]) -> None:
    assert password_problems(password, EMAIL) == problems


def test_a_short_name_may_stand_in_a_password() -> None:
    assert password_problems("ba con gà vàng kia", "ba@dongnai.gov.vn") == []


def test_the_common_ones_are_long_enough_to_need_listing_and_in_lower_case() -> None:
    assert [word for word in COMMON if len(word) < SHORTEST or word != word.lower()] == []


@given(st.text(min_size=SHORTEST, max_size=LONGEST))
def test_however_a_keyboard_composes_letters_the_password_is_the_same(password: str) -> None:
    assert normalized(unicodedata.normalize("NFD", password)) == normalized(unicodedata.normalize("NFC", password))
