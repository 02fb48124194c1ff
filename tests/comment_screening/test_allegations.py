"""What counts as an allegation: the ways of saying it, of denying it, and the same words meant otherwise."""

import unicodedata

import pytest

from survey_app.comment_screening import Allegation, screen
from survey_app.comment_screening.letters import folded
from tests.comment_screening.measuring import PARTS, sentences

MONEY, THREAT = Allegation.MONEY, Allegation.THREAT
OVERBEARING, OBSTRUCTION = Allegation.OVERBEARING, Allegation.OBSTRUCTION


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Cán bộ gợi ý đưa tiền", {MONEY}),
        ("can bo goi y dua tien", {MONEY}),
        ("CÁN BỘ GỢI Ý ĐƯA TIỀN", {MONEY}),
        ("đòi tôi 500 ngàn", {MONEY}),
        ("kẹp 200k mới xong", {MONEY}),
        ("fong bì", {MONEY}),
        ("dọa không cấp giấy", {THREAT}),
        ("doạ không cấp giấy", {THREAT}),
        ("hách dịch, cửa quyền", {OVERBEARING}),
        ("quát dân", {OVERBEARING}),
        ("bị gây khó dễ", {OBSTRUCTION}),
        ("nhủng nhiểu", {OBSTRUCTION}),
        ("Nộp lệ phí 20.000 đ mà lấy 50.000 đ", {MONEY}),
        ("đòi chục triệu", {MONEY}),
        ("kẹp 1tr5 vô hồ sơ", {MONEY}),
        ("Lúc đầu quát, sau mới làm", {OVERBEARING}),
        ("sàm sỡ nhân viên", {OVERBEARING}),
        ("Ép dân chấm 5 điểm", {THREAT}),
        ("vòi tiền, dọa nạt, quát tháo, ngâm hồ sơ", set(Allegation)),
        ("", set()),
        ("   \n\t", set()),
        ("Hướng dẫn tận tình.", set()),
    ],
)
def test_what_is_alleged(text: str, kinds: set[Allegation]) -> None:
    found = screen(text)
    assert found.kinds == kinds
    assert found.allegation is bool(kinds)


@pytest.mark.parametrize(
    "text",
    [
        "Không bị gây khó dễ",
        "ko ai đòi tiền",
        "Chưa từng thấy ai hách dịch",
        "Không hách dịch, cửa quyền, hay gây khó dễ",
        "Chẳng có phong bì phong bao gì",
        "Khỏi lót tay",
        "Giờ hết hách dịch rồi",
        "Từ chối phong bì của dân",
        "Tặng quà mà các em không nhận",
        "bieu tien nhung ko lay",
    ],
)
def test_what_is_denied_is_no_allegation(text: str) -> None:
    assert not screen(text).allegation


@pytest.mark.parametrize(
    "text",
    [
        "Không phong bì thì không xong",
        "Không phong bì là không xong",
        "không chỉ hách dịch mà còn lười",
        "Không hài lòng. Cán bộ hách dịch",
        "Chờ lâu không ai hỏi, bị quát",
        "Không nhanh nhưng hách dịch",
        "Không hiểu sao bị gây khó dễ",
        "Đưa quà, không nhận hồ sơ",
        "Biếu quà mà không nhận thì hồ sơ ngâm",
    ],
)
def test_a_denial_of_something_else_denies_nothing(text: str) -> None:
    assert screen(text).allegation


@pytest.mark.parametrize(
    "text",
    [
        "Đóng tiền lệ phí 15.000 đồng",
        "Nhận tiền trợ cấp",
        "Lớp bồi dưỡng nghiệp vụ",
        "Gắn thêm quạt",
        "gan them quat",
        "Quay với tiến độ nhanh",
        "Bộ phận hành chính",
        "Xin hỏi tiền phạt nộp ở đâu",
        "Phát quà trung thu cho thiếu nhi",
    ],
)
def test_the_same_words_meant_otherwise(text: str) -> None:
    assert not screen(text).allegation


@pytest.mark.parametrize(
    "text",
    [
        "Nhân viên có thái độ tốt",
        "nhan vien co thai do tot",
        "Góp ý về chuyện giữ xe",
        "Tôi có giấy tờ đầy đủ",
        "Thuận tiện đến không ngờ",
        "Nhà mặt tiền đường lớn",
        "Tuyệt đối yên tâm nộp tiền qua mạng",
        "Cảm ơn chị Hạnh tôi quên họ",
        "Là lời khen thật lòng",
        "Từ tui cho tới bà con đều khen",
    ],
)
def test_words_of_other_marks_are_other_words(text: str) -> None:
    assert not screen(text).allegation


def test_money_the_law_asks_for_is_none_beside_money_it_does_not() -> None:
    assert screen("Thu lệ phí thêm ngoài quy định").kinds == {MONEY}


@pytest.mark.parametrize("part", PARTS)
def test_decomposed_letters_say_the_same(part: str) -> None:
    for sentence in sentences(part):
        assert screen(unicodedata.normalize("NFD", sentence.text)) == screen(sentence.text)


def test_most_allegations_are_found_without_any_diacritics() -> None:
    alleged = [sentence for sentence in sentences("development") if sentence.kinds]
    found = [sentence for sentence in alleged if screen(folded(sentence.text)).allegation]
    assert len(found) >= 0.9 * len(alleged)
