"""Posters as they come out of a printer: read by somebody else's decoder, also when blurred, soiled and tilted."""

import unicodedata
from datetime import date
from io import BytesIO
from pathlib import Path

import font_roboto
import pytest
from fontTools.ttLib import TTFont

from survey_app.languages import catalogue
from survey_app.territory.poster_list import Poster, motto_lines, poster_of
from survey_app.territory.poster_pdf import PAPERS, Paper, posters_pdf
from survey_app.territory.posters import printed_address, scan_address
from survey_app.territory.print_font import FAMILY, fitted_size, new_document
from survey_app.territory.scan_codes import check_character, is_wellformed
from survey_app.territory.service_points import Premises, ServicePoint
from survey_app.territory.units import Unit
from tests.territory import paper as on_paper

HOST = "https://gopy.dongnai.gov.vn"
DAY = date(2026, 11, 24)
SINCE = date(2026, 5, 1)
UNIT = Unit(1, "26041", "Trấn Biên", "phường", None, None, SINCE, None)
PREMISES = Premises(1, 1, "Trụ sở chính", "Số 1", SINCE, None)
CODE, OTHER_CODE = [
    code for data in ("7KQ2M9X", "7KQ2M9Y", "3FT8W1A", "3FT8W1B") if is_wellformed(code := data + check_character(data))
][:2]
LONG_NAME = "Quầy tiếp nhận và trả kết quả lĩnh vực đất đai, môi trường, xây dựng, tầng hai"


def a_point(name: str = "Quầy 2", name_en: str = "Counter 2") -> ServicePoint:
    return ServicePoint(1, name, name_en, PREMISES, UNIT, "commune", (), SINCE, None)


def a_poster(code: str, name: str = "Quầy 2", *, motto: bool = False) -> Poster:
    return poster_of(a_point(name), code, HOST, DAY, motto=motto)


@pytest.fixture(params=PAPERS)
def paper(request: pytest.FixtureRequest) -> Paper:
    chosen: Paper = request.param
    return chosen


@pytest.mark.parametrize("motto", [False, True], ids=["plain", "motto"])
def test_every_page_is_decoded_also_blurred_soiled_and_tilted(paper: Paper, motto: bool) -> None:
    codes = [CODE, OTHER_CODE]
    posters = [a_poster(codes[0], motto=motto), a_poster(codes[1], LONG_NAME, motto=motto)]
    printed = on_paper.pages(posters_pdf(posters, paper, "Tờ mã QR", DAY))
    assert len(printed) == 2
    for code, page in zip(codes, printed, strict=True):
        found = on_paper.decoded(page)
        assert [one.text for one in found] == [scan_address(HOST, code)] * (2 if paper == "tent" else 1)
        assert {one.ec_level for one in found} == {"Q"}
        symbol = on_paper.cut_out(page)
        for mishap, picture in on_paper.mishaps(symbol):
            assert [one.text for one in on_paper.decoded(picture)] == [scan_address(HOST, code)], mishap


def test_the_words_are_those_agreed_in_both_languages(paper: Paper) -> None:
    words = on_paper.texts(posters_pdf([a_poster(CODE)], paper, "Tờ mã QR", DAY))[0]
    printed = printed_address(HOST, CODE)
    times = 2 if paper == "tent" else 1
    for expected in (
        "Không hỏi tên, số điện thoại, OTP; không cài ứng dụng, không chuyển tiền.",
        "Tự ông/bà chấm, không ai được chấm thay; về nhà chấm cũng được. Không quét được: xin phiếu giấy.",
        f"{printed} · Quầy 2 · in ngày 24/11/2026",
        "How were you served? Scan, 1 minute.",
        "No name, phone or OTP asked; no app, no payment. Rate by yourself; nobody may rate for you;",
    ):
        assert words.count(expected) == times, expected
    assert "Cán bộ phục vụ ông/bà thế nào? Quét mã, góp ý 1 phút." in words
    assert words.count(printed) == 2 * times, "large, and in the last line"
    assert "Trung tâm Phục vụ hành chính công phường Trấn Biên (bộ phận một cửa)" in words


def test_the_motto_is_printed_only_when_asked_for() -> None:
    without, with_it = (
        on_paper.texts(posters_pdf([a_poster(CODE, motto=motto)], "a4", "Tờ", DAY))[0] for motto in (False, True)
    )
    assert "4 xin" not in without
    assert len(motto_lines()) == 3
    for line in motto_lines():
        assert " ".join(line.split()) in with_it


def test_nothing_leaves_the_page_and_a_quiet_zone_is_kept(paper: Paper) -> None:
    page = on_paper.pages(posters_pdf([a_poster(CODE, LONG_NAME, motto=True)], paper, "Tờ", DAY))[0]
    edge = page.width // 45
    inner = page.crop((edge, edge, page.width - edge, page.height - edge))
    assert (
        page.point(lambda value: 255 if value < 128 else 0).histogram()[255]
        == inner.point(lambda value: 255 if value < 128 else 0).histogram()[255]
    ), "an office printer leaves the margin white"
    corners = on_paper.decoded(page)[0].position
    left, right = sorted((corners.top_left.x, corners.top_right.x))
    top, bottom = sorted((corners.top_left.y, corners.bottom_left.y))
    quiet = (right - left) * 4 // 29 - 2
    around = page.crop((left - quiet, top - quiet, right + quiet, bottom + quiet))
    dark = around.point(lambda value: 255 - value).getbbox()
    assert dark is not None
    assert min(dark[0], dark[1]) >= quiet - 3


def test_it_is_black_and_white(paper: Paper) -> None:
    document = posters_pdf([a_poster(CODE)], paper, "Tờ", DAY)
    for page in on_paper.colour_pages(document):
        red, green, blue = page.split()
        assert red.tobytes() == green.tobytes() == blue.tobytes()


def test_the_address_is_large_enough_to_compare() -> None:
    printed = printed_address(HOST, CODE)
    with new_document("thử", DAY) as document:
        size = fitted_size(document, printed, "B", 178 * 0.99, 30)
    assert size >= 24, "points, on A4"


def test_the_same_content_gives_the_same_bytes() -> None:
    assert posters_pdf([a_poster(CODE)], "a4", "Tờ", DAY) == posters_pdf([a_poster(CODE)], "a4", "Tờ", DAY)


def test_the_document_says_what_it_is() -> None:
    document = posters_pdf([a_poster(CODE)], "a4", "Tờ mã QR góp ý", DAY)
    assert on_paper.metadata(document)["Title"] == "Tờ mã QR góp ý"
    assert b"/Lang (vi)" in document


def test_no_poster_is_no_document() -> None:
    with pytest.raises(ValueError, match="no poster"):
        posters_pdf([], "a4", "Tờ", DAY)


@pytest.mark.parametrize("face", ["Roboto", "RobotoBold"])
def test_the_typeface_has_every_letter_that_is_printed(face: str) -> None:
    vowels = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    tones = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    letters = {unicodedata.normalize("NFC", vowel + tone) for vowel in vowels for tone in tones} | set("đĐ")
    for language in ("vi", "en"):
        texts = catalogue(language).texts
        letters |= {letter for key, text in texts.items() if key.startswith("poster.") for letter in text}
    with BytesIO(Path(font_roboto.font_files[face]).read_bytes()) as file:
        known = TTFont(file).getBestCmap()
    assert not {letter for letter in letters if ord(letter) not in known}
    assert FAMILY == "Roboto"
