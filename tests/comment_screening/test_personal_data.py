"""What is masked, and what must stay; whatever is typed, scrubbing ends soon and keeps the rest letter for letter."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.comment_screening import PersonalData, scrub
from survey_app.comment_screening.letters import composed
from survey_app.comment_screening.personal_data import MASK
from tests.support.databases import ROOT


@pytest.mark.parametrize(
    ("text", "masked", "kind"),
    [
        ("gọi 0912345678 nha", "gọi […] nha", PersonalData.PHONE),
        ("gọi 0912.345.678 nha", "gọi […] nha", PersonalData.PHONE),
        ("gọi 091 234 5678 nha", "gọi […] nha", PersonalData.PHONE),
        ("gọi +84 912-345-678", "gọi […]", PersonalData.PHONE),
        ("gọi (0251) 3822 501", "gọi […]", PersonalData.PHONE),
        ("zalo O912345678", "zalo […]", PersonalData.PHONE),
        ("không chín một hai ba bốn năm sáu bảy tám", "[…]", PersonalData.PHONE),
        ("CCCD 075123456789.", "CCCD […].", PersonalData.IDENTITY),
        ("cmnd 272 345 678", "cmnd […]", PersonalData.IDENTITY),
        ("stk 12345678 VCB", "stk […] VCB", PersonalData.ACCOUNT),
        ("xe 60A-123.45 đậu", "xe […] đậu", PersonalData.PLATE),
        ("hộ chiếu C1234567", "hộ chiếu […]", PersonalData.DOCUMENT),
        ("hồ sơ H19.24-251103-0012 trễ", "hồ sơ […] trễ", PersonalData.DOCUMENT),
        ("thư a.b@gmail.com nhé", "thư […] nhé", PersonalData.EMAIL),
        ("xem https://x.vn/a?b=1 đi", "xem […] đi", PersonalData.LINK),
        ("nhà số nhà 12/3 tổ 4", "nhà […] tổ 4", PersonalData.ADDRESS),
        ("so nha 48/12 kp4", "[…] kp4", PersonalData.ADDRESS),
        ("ở hẻm 45/3 đó", "ở […] đó", PersonalData.ADDRESS),
        ("lan.vu (a) gmail . com nha", "[…] nha", PersonalData.EMAIL),
        ("gặp c Mỹ Linh ở đó", "gặp c […] ở đó", PersonalData.NAME),
        ("Tôi là Đinh Công Danh, xin góp ý", "Tôi là […], xin góp ý", PersonalData.NAME),
        ("bác Hồ Văn Ba dễ thương", "bác […] dễ thương", PersonalData.NAME),
        ("Chị Lan nhiệt tình", "Chị […] nhiệt tình", PersonalData.NAME),
        ("Chi Lan nhiet tinh", "Chi […] nhiet tinh", PersonalData.NAME),
        ("anh Tư vui tính", "anh […] vui tính", PersonalData.NAME),
        ("Bà Lê Thị Kim Loan tiếp dân", "Bà […] tiếp dân", PersonalData.NAME),
        ("nguyen van tuan lam tot", "[…] lam tot", PersonalData.NAME),
    ],
)
def test_what_identifies_is_masked(text: str, masked: str, kind: PersonalData) -> None:
    found = scrub(text)
    assert found.text == masked
    assert [one.kind for one in found.found] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Phí 15.000 đồng, thuế 1.500.000 đ, đất 2.000.000.000 đồng",
        "Hẹn ngày 20.11.2026, xong ngày 24-11-2026",
        "Năm 2025 2026",
        "Gọi 1900 1234 hoặc 18001096",
        "Quầy 1, 2, 3, 4, 5, 6, 7, 8",
        "Nghị định 118/2025, tờ trình 1234/TTr-UBND",
        "ở hẻm 5 gần chợ, khu A Phường Trảng Dài",
        "Các em Đoàn Thanh niên giúp dân, đoàn thanh niên rất vui",
        "Học tập Bác Hồ kính yêu",
        "Công ty Phan Gia Phúc nộp hồ sơ",
        "Đường Nguyễn Văn Trỗi gần trường Trần Văn Ơn",
        "Anh Tư pháp, chị Địa chính, chú Công an",
        "Bà Rịa, Bà con, Ông Bà",
        "CÁN BỘ RẤT TỐT, CẢM ƠN ANH CHỊ",
        "có Quầy 2 làm nhanh, chỉ Quầy 3 chậm",
    ],
)
def test_what_identifies_nobody_stays(text: str) -> None:
    assert scrub(text).text == text
    assert scrub(text).found == ()


def test_several_things_are_masked_in_their_order() -> None:
    found = scrub("Chị Lan, 0912345678, lan@x.vn")
    assert found.text == f"Chị {MASK}, {MASK}, {MASK}"
    assert [one.kind for one in found.found] == [PersonalData.NAME, PersonalData.PHONE, PersonalData.EMAIL]


def test_invisible_characters_hide_nothing() -> None:
    assert scrub("09\u200b12\u200b345\u200b678").text == MASK


@given(st.text(st.sampled_from("0129 .-+@/oOaAđĐChị Lanông:()\n"), max_size=120))
def test_the_rest_stays_letter_for_letter_and_once_is_enough(text: str) -> None:
    found = scrub(text)
    pieces, place, whole = [], 0, composed(text)
    for one in found.found:
        assert place <= one.start < one.end <= len(whole)
        pieces += [whole[place : one.start], MASK]
        place = one.end
    assert "".join([*pieces, whole[place:]]) == found.text
    assert scrub(whole[place:]).text == whole[place:]


def test_no_text_takes_long() -> None:
    """Two hundred times the longest comment, of the kinds that make bad patterns run wild, in a bounded process."""
    program = """
import resource
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
from survey_app.comment_screening import screen, scrub
for piece in ("0 ", "0", "a", "a.", "a@", "anh ", "Anh ", "Nguyen Van ", "mot hai ", "khong doi ", "doi ", "goi y ",
              "1.000.", "60a-", "so nha 1/", "www.", "http://", "-", "\\u0301", "đòi chị A ", "(", "so "):
    text = (piece * 100_000)[:100_000]
    screen(text), scrub(text)
print("done")
"""
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.stdout == "done\n", result.stderr
