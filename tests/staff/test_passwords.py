import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.staff.passwords import COMMON_PARTS, LONGEST, SHORTEST, normalized, password_problems

EMAIL = "nguyen.hoa@dongnai.gov.vn"


@pytest.mark.parametrize(
    ("password", "problems"),
    [
        ("mưa xuân chín rộ", []),
        ("a" * 9 + "bcdefg", []),
        ("ngắn quá", ["staff.password.short"]),
        ("", ["staff.password.short"]),
        ("Matkhau123456789", ["staff.password.common"]),
        ("Mật khẩu mạnh 123!", ["staff.password.common"]),
        ("dongnai-2026-thanthien", ["staff.password.common"]),
        ("Đồng Nai 1975 1975", ["staff.password.common"]),
        ("123456789012345", ["staff.password.common"]),
        ("qwertyuiopasdfghjkl", ["staff.password.common"]),
        ("aaaaaaaaaaaabbb", ["staff.password.common"]),
        ("gà con gà con gà con", ["staff.password.common"]),
        ("chín mươi mốt con gà", []),
        ("xin Nguyen.Hoa chào", ["staff.password.email"]),
        (" ".join(f"gà {number}" for number in range(30)), ["staff.password.long"]),
    ],
)
def test_what_is_wrong_with_a_password(password: str, problems: list[str]) -> None:
    assert password_problems(password, EMAIL) == problems


def test_a_short_name_may_stand_in_a_password() -> None:
    assert password_problems("ba con gà vàng kia", "ba@dongnai.gov.vn") == []


def test_common_parts_are_written_as_they_are_compared() -> None:
    assert [part for part in COMMON_PARTS if not part.isascii() or not part.isalpha() or not part.islower()] == []


def test_a_long_password_is_judged_at_once() -> None:
    """Parts that overlap must not multiply: whoever sends the form could otherwise keep a process busy."""
    assert password_problems("anhnhoanhnhonamviet" * 6 + "q", EMAIL) == []


@given(st.text(min_size=SHORTEST, max_size=LONGEST))
def test_however_a_keyboard_composes_letters_the_password_is_the_same(password: str) -> None:
    assert normalized(unicodedata.normalize("NFD", password)) == normalized(unicodedata.normalize("NFC", password))
