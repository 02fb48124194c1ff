"""People type names in a hurry: without marks, with the tone elsewhere, half a word, with or without the kind."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.territory.search import matching, without_diacritics
from survey_app.territory.units import Unit


def unit(code: str, kind: str, name: str) -> Unit:
    return Unit(int(code), code, name, kind, None, None, date(2025, 7, 1), None)


UNITS = [
    unit("25294", "xã", "Lộc Thạnh"),
    unit("25280", "xã", "Lộc Thành"),
    unit("25270", "phường", "Lộc Ninh"),
    unit("26326", "phường", "Dầu Giây"),
    unit("26300", "xã", "Trung Hoà"),
    unit("26290", "xã", "Gia Tân 1"),
    unit("25195", "phường", "Bình Phước"),
    unit("25220", "phường", "Phước Bình"),
    unit("26128", "xã", "Đak Lua"),
]


def found(typed: str) -> list[str]:
    return [each.name for each in matching(UNITS, typed)]


def test_plain_letters_of_every_vietnamese_letter() -> None:
    marked = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
    plain = "a" * 17 + "e" * 11 + "i" * 5 + "o" * 17 + "u" * 11 + "y" * 5 + "d"
    assert without_diacritics(marked) == plain
    assert without_diacritics(marked.upper()) == plain.upper()
    assert without_diacritics("Đồng Nai") == "Dong Nai"


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("loc", ["Lộc Ninh", "Lộc Thạnh", "Lộc Thành"]),
        ("loc thanh", ["Lộc Thành", "Lộc Thạnh"]),
        ("Lộc Thành", ["Lộc Thành"]),
        ("LỘC THẠNH", ["Lộc Thạnh"]),
        ("xã lộc", ["Lộc Thạnh", "Lộc Thành"]),
        ("phuong binh phuoc", ["Bình Phước"]),
        ("phuoc", ["Bình Phước", "Phước Bình"]),
        ("dau giay", ["Dầu Giây"]),
        ("đầu", []),
        ("dâu gi", ["Dầu Giây"]),
        ("dak", ["Đak Lua"]),
        ("Đak", ["Đak Lua"]),
        ("trung hòa", ["Trung Hoà"]),
        ("trung hoà", ["Trung Hoà"]),
        ("trung hóa", []),
        ("gia tân 1", ["Gia Tân 1"]),
        ("ninh", ["Lộc Ninh"]),
        ("inh", []),
        ("loc  ninh ", ["Lộc Ninh"]),
        ("loc ninh xa", []),
        ("263", ["Dầu Giây", "Trung Hoà"]),
        ("26300", ["Trung Hoà"]),
        ("", []),
        ("   ", []),
        ("%", []),
    ],
)
def test_names_found(typed: str, names: list[str]) -> None:
    assert sorted(found(typed)) == sorted(names)


def test_decomposed_letters_are_the_same_letters() -> None:
    assert found("Lo\u0323\u0302c Tha\u0300nh") == ["Lộc Thành"]


def test_whole_names_come_first_then_the_alphabet() -> None:
    assert found("loc thanh") == ["Lộc Thành", "Lộc Thạnh"], "same letters: by code"
    assert found("loc") == ["Lộc Ninh", "Lộc Thành", "Lộc Thạnh"]
    assert matching([*UNITS, unit("26999", "xã", "Phước")], "phuoc")[0].name == "Phước"


@given(st.sampled_from(UNITS), st.integers(min_value=1, max_value=20))
def test_any_beginning_of_a_name_finds_it_with_and_without_marks(one: Unit, length: int) -> None:
    beginning = one.full_name[:length].strip()
    assert one in matching(UNITS, beginning)
    assert one in matching(UNITS, without_diacritics(beginning))


@given(st.text(max_size=40))
def test_nothing_typed_breaks_the_search(typed: str) -> None:
    assert set(found(typed)) <= {each.name for each in UNITS}
