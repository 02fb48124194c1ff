"""The printed form, read from the PDF and from its pixels: every word, both sides, black on white."""

from datetime import date

import pytest
from PIL.Image import Image
from pypdfium2 import PdfDocument

from config import Settings, load_settings
from survey_app.paper.batches import Batch
from survey_app.paper.form_pdf import forms_pdf
from survey_app.paper.form_words import printed_form
from survey_app.questionnaires.definition import (
    Option,
    OwnQuestion,
    Questionnaire,
    default_questionnaire,
    with_own_questions,
)
from survey_app.questionnaires.register import StoredQuestionnaire
from survey_app.territory.contacts import Contacts
from survey_app.territory.service_points import Premises, ServicePoint
from survey_app.territory.units import Unit

DAY = date(2026, 11, 24)
SINCE = date(2026, 5, 1)
UNIT = Unit(1, "26041", "Trấn Biên", "phường", 2, None, SINCE, None)
POINT = ServicePoint(
    1, "Quầy 2", "Counter 2", Premises(1, 1, "Trụ sở chính", "", SINCE, None), UNIT, "commune", (), SINCE, None
)
ASKING = Contacts("UBND thành phố Đồng Nai", "Đồng Nai City", "1022")


@pytest.fixture
def settings() -> Settings:
    """Settings of no database."""
    return load_settings(_env_file=None)


def printed(
    settings: Settings, language: str = "vi", questionnaire: Questionnaire | None = None, sheets: int = 3
) -> bytes:
    stored = StoredQuestionnaire(1, questionnaire or default_questionnaire(), SINCE)
    batch = Batch(12, 1, 1, stored, language, sheets, DAY)
    return forms_pdf(printed_form(batch, POINT, settings, ASKING), range(1, sheets + 1), DAY)


def texts(pdf: bytes) -> list[str]:
    """The text of each page, with white space made single."""
    document = PdfDocument(pdf)
    try:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    finally:
        document.close()


def pictures(pdf: bytes) -> list[Image]:
    document = PdfDocument(pdf)
    try:
        return [page.render(scale=2).to_pil().convert("RGB") for page in document]
    finally:
        document.close()


def own(name: str, slot: str, answers: int) -> OwnQuestion:
    options = tuple(
        Option(code, f"answer_{code}", {"vi": f"Trả lời thứ {code} khá dài để xuống dòng", "en": f"Answer {code}"})
        for code in range(1, answers + 1)
    )
    text = {"vi": "Ông/bà biết tin về Trung tâm này qua đâu?", "en": "How did you hear of the Centre?"}
    return OwnQuestion(name, "choice", slot, text, options=options)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_word_of_the_questionnaire_is_there(settings: Settings, language: str) -> None:
    pages = texts(printed(settings, language, sheets=1))
    whole = " ".join(pages)
    questionnaire = default_questionnaire()
    wanted = [item.text[language] for item in questionnaire.items]
    wanted += [option.text[language] for item in questionnaire.items for option in item.options]
    wanted += [questionnaire.stem[language]]
    wanted += ["Rất không hài lòng", "Bình thường"] if language == "vi" else ["Very dissatisfied", "Neutral"]
    assert [words for words in wanted if words not in whole] == []


def test_the_notice_the_hint_and_the_ballot_box(settings: Settings) -> None:
    whole = " ".join(texts(printed(settings, sheets=1)))
    for words in (
        "Góp ý về lần phục vụ này",
        "Trung tâm Phục vụ hành chính công phường Trấn Biên (bộ phận một cửa) · Quầy 2.",
        "UBND thành phố Đồng Nai xin ý kiến để phục vụ tốt hơn. Tự nguyện, không ghi tên, không lưu số điện thoại",
        "không ảnh hưởng hồ sơ. Chỉ công bố số tổng hợp; phiếu xóa sau 24 tháng.",
        "Xin đừng ghi tên, số điện thoại, số giấy tờ. Lãnh đạo phường Trấn Biên có thể đọc lời góp ý, không kèm điểm.",
        "bỏ vào hòm phiếu",
        "không ai được chấm thay",
    ):
        assert words in whole


def test_paper_does_not_promise_what_only_the_screen_keeps(settings: Settings) -> None:
    whole = " ".join(texts(printed(settings, sheets=1)))
    assert "không xem được câu trả lời này" not in whole
    assert "Người nhập phiếu vào máy đọc được tờ này, không biết là của ai." in whole


@pytest.mark.parametrize("added", [0, 2])
def test_each_sheet_has_leaves_of_its_own_and_each_side_its_number(settings: Settings, added: int) -> None:
    questions = [own("own_news", "c3", 8), own("own_when", "c4", 8)][:added]
    questionnaire = with_own_questions(default_questionnaire(), questions) if added else default_questionnaire()
    pages = texts(printed(settings, questionnaire=questionnaire))
    each = len(pages) // 3
    assert each % 2 == 0
    assert added or each == 2
    ends = [number % each for number, page in enumerate(pages) if "bỏ vào hòm phiếu" in page]
    assert len(ends) == 3
    for number, page in enumerate(pages):
        assert ("Xin xem tiếp trang sau" in page) == (number % each < ends[0])
        assert f"Lô 12 · Tờ {number // each + 1} · in ngày 24/11/2026 · trang {number % each + 1}/{each}" in page


def test_nothing_runs_off_the_page_and_nothing_needs_colour(settings: Settings) -> None:
    questions = [own("own_news", "c3", 8), own("own_when", "c4", 8)]
    for picture in pictures(printed(settings, questionnaire=with_own_questions(default_questionnaire(), questions))):
        red, green, blue = picture.split()
        assert red.tobytes() == green.tobytes() == blue.tobytes()
        width, height = picture.size
        grey = picture.convert("L")
        for edge in (
            (0, 0, 40, height),
            (width - 40, 0, width, height),
            (0, 0, width, 30),
            (0, height - 40, width, height),
        ):
            assert grey.crop(edge).getextrema() == (255, 255)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_typeface_has_every_letter(settings: Settings, caplog: pytest.LogCaptureFixture, language: str) -> None:
    printed(settings, language)
    assert "missing the following glyphs" not in caplog.text


def test_there_are_boxes_to_tick(settings: Settings) -> None:
    """Thirty for six ratings, four for trouble, ten for what they came for, two for whom."""
    document = PdfDocument(printed(settings, sheets=1))
    try:
        boxes = [
            one
            for page in document
            for one in page.get_objects()
            if one.type == 2
            and abs((bounds := one.get_bounds())[2] - bounds[0] - (bounds[3] - bounds[1])) < 0.1
            and 15 < bounds[2] - bounds[0] < 18
        ]
        assert len(boxes) == 30 + 4 + 10 + 2
    finally:
        document.close()


def test_the_same_batch_gives_the_same_bytes(settings: Settings) -> None:
    assert printed(settings) == printed(settings)
