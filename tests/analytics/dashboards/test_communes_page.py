"""The order of names is that of a Vietnamese dictionary."""

from random import Random

import pytest

from analytics.dashboards.communes_page import vietnamese_order
from analytics.dashboards.unit_page import emphasised

IN_ORDER = [
    "4",
    "15",
    "An Lộc",
    "Ăn",
    "Ấn",
    "Cẩm Mỹ",
    "Da Kia",
    "Đa Kia",
    "Đak Lua",
    "Đăk Ơ",
    "Long",
    "Long Bình",
    "Lộc Thành",
    "Lộc Thạnh",
    "Lương",
    "ma",
    "mà",
    "mả",
    "mã",
    "má",
    "mạ",
    "man",
    "Xuân Lập",
]


@pytest.mark.parametrize("seed", range(5))
def test_names_sort_by_letters_then_by_tones(seed: int) -> None:
    shuffled = IN_ORDER.copy()
    Random(seed).shuffle(shuffled)
    assert sorted(shuffled, key=vietnamese_order) == IN_ORDER


def test_composed_and_decomposed_names_sort_alike() -> None:
    assert vietnamese_order("Lô\u0323c") == vietnamese_order("Lộc")


def test_emphasis_is_the_only_markup() -> None:
    assert emphasised("a **b <i>** & c") == "a <strong>b &lt;i&gt;</strong> &amp; c"
    assert emphasised("no mark") == "no mark"
