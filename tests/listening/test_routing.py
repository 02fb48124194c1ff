"""Who must read a comment: the inspector alone, or the commune too."""

import pytest

from survey_app.listening.routing import route


@pytest.mark.parametrize(
    ("text", "answered", "above", "case"),
    [
        ("Cảm ơn cán bộ, làm nhanh", None, False, False),
        ("Nên thêm ghế ngồi chờ", None, False, False),
        ("Cán bộ gợi ý đưa phong bì mới làm", None, True, True),
        ("can bo goi y dua phong bi moi lam", None, True, True),
        ("Cán bộ quát nạt, hách dịch với dân", None, True, True),
        ("Không hề gợi ý tiền nong gì", None, False, False),
        ("Phải đi lại ba lần", "trouble", True, True),
        ("Phải đi lại ba lần", "money", True, True),
        ("ok", "trouble", True, False),
        ("…", "money", True, False),
        ("vòi tiền", "money", True, True),
    ],
)
def test_a_yes_or_an_allegation_goes_above_and_needs_words_to_be_a_case(
    text: str, answered: str | None, above: bool, case: bool
) -> None:
    found = route(text, answered)
    assert (found.goes_above, found.makes_case) == (above, case)


def test_what_is_alleged_is_named_in_order() -> None:
    found = route("Hách dịch, còn đòi phong bì", None)
    assert found.allegations == tuple(sorted(found.allegations))
    assert {"money", "overbearing"} <= set(found.allegations)
