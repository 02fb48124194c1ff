"""The default questionnaire word for word: what citizens read is changed on purpose or not at all."""

import pytest

from survey_app.questionnaires.definition import default_questionnaire, fill_commune

QUESTIONNAIRE = default_questionnaire()

SCALE = {
    "vi": ["Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"],
    "en": ["Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"],
}
# Name, kind, construct, slot, Vietnamese, English: in the order of the page.
ITEMS = [
    (
        *("overall", "rating", "overall", "r1"),
        "Nhìn chung, ông/bà hài lòng ở mức nào với lần đến Trung tâm này?",
        "Overall, how satisfied are you with this visit to the Centre?",
    ),
    (
        *("courtesy", "rating", "attitude", "r2"),
        "Lời nói, cách cư xử (lịch sự, tôn trọng)",
        "Words and manner (polite, respectful)",
    ),
    (
        *("answers", "rating", "attitude", "r3"),
        "Lắng nghe và trả lời điều ông/bà hỏi (kịp thời, đầy đủ)",
        "Listening and answering your questions (in time, in full)",
    ),
    (
        *("guidance", "rating", "attitude", "r4"),
        "Hướng dẫn giấy tờ (dễ hiểu, nghe một lần là làm được)",
        "Guidance on papers (clear, once is enough)",
    ),
    (
        *("fairness", "rating", "attitude", "r5"),
        "Làm đúng quy định (công bằng với mọi người)",
        "Following the rules (fair to everyone)",
    ),
    (*("dedication", "rating", "attitude", "r6"), "Sự tận tình với ông/bà", "Care in helping you"),
    (
        *("trouble", "choice", "harassment", "c1"),
        "Lần này, có cán bộ nào gây khó dễ, hoặc gợi ý đưa tiền, quà ngoài quy định không?",
        "This time, did any official make things hard for you, or hint at money or gifts outside the rules?",
    ),
    (
        *("service_domain", "context", "context", "service_domain"),
        "Ông/bà đến làm việc gì? (có thể bỏ qua)",
        "What did you come for? (optional)",
    ),
    (*("respondent_group", "context", "context", "respondent_group"), "Ông/bà làm việc này cho ai?", "For whom?"),
    (
        *("comment", "comment", "comment", "comment"),
        "Ông/bà muốn khen hoặc góp ý thêm điều gì? (có thể bỏ qua)",
        "Any praise or suggestion? (optional)",
    ),
]
# Code, value, Vietnamese, English.
OPTIONS = {
    "trouble": [
        (1, "no", "Không", "No"),
        (2, "trouble", "Có, bị gây khó dễ", "Yes, made things hard"),
        (3, "money", "Có, bị gợi ý đưa tiền, quà", "Yes, hinted at money or gifts"),
        (4, "no_answer", "Không muốn trả lời", "Rather not say"),
    ],
    "service_domain": [
        (1, "certification", "Chứng thực bản sao, chữ ký", "Certified copies, signatures"),
        (2, "civil_status", "Khai sinh, kết hôn, khai tử", "Birth, marriage, death"),
        (3, "land", "Đất đai, sổ đỏ", "Land"),
        (4, "construction", "Xây dựng, sửa nhà", "Building"),
        (5, "business", "Đăng ký hộ kinh doanh, giấy phép", "Household business, permits"),
        (6, "benefits", "Trợ cấp, người có công", "Benefits, people of merit"),
        (7, "residence", "Thường trú, tạm trú", "Residence"),
        (8, "social", "Y tế, giáo dục, văn hóa", "Health, education, culture"),
        (9, "guidance", "Chỉ hỏi hoặc nhờ hướng dẫn", "Only asking or guidance"),
        (10, "other", "Việc khác, không nhớ", "Other, can't recall"),
    ],
    "respondent_group": [
        (1, "citizen", "Bản thân, gia đình", "Myself, family"),
        (
            *(2, "organisation"),
            "Doanh nghiệp, hộ kinh doanh, cơ quan, tổ chức",
            "Company, household business, organisation",
        ),
    ],
}


def test_it_is_the_first_version_of_attitude() -> None:
    assert (QUESTIONNAIRE.key, QUESTIONNAIRE.version, QUESTIONNAIRE.label) == ("attitude", 1, "attitude v1")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_scale_and_skip(language: str) -> None:
    assert [QUESTIONNAIRE.scale.label(score, language) for score in range(1, 6)] == SCALE[language]
    assert QUESTIONNAIRE.scale.skip[language] == {"vi": "Bỏ qua", "en": "Skip"}[language]


def test_stem_of_the_attitude_items() -> None:
    assert QUESTIONNAIRE.stem == {
        "vi": "Ông/bà hài lòng ở mức nào về cán bộ đã tiếp ông/bà:",
        "en": "How satisfied are you with the official who served you:",
    }


def test_items_in_page_order() -> None:
    items = QUESTIONNAIRE.items
    assert [(i.name, i.kind, i.construct, i.slot, i.text["vi"], i.text["en"]) for i in items] == ITEMS


def test_options_in_order() -> None:
    found = {
        item.name: [(o.code, o.value, o.text["vi"], o.text["en"]) for o in item.options]
        for item in QUESTIONNAIRE.items
        if item.options
    }
    assert found == OPTIONS


def test_hints_name_the_commune() -> None:
    hints = {item.name: dict(item.hint) for item in QUESTIONNAIRE.items if item.hint is not None}
    assert hints == {
        "trouble": {
            "vi": "{commune} không xem được câu trả lời này của từng người.",
            "en": "{commune} cannot see any person's answer to this.",
        },
        "comment": {
            "vi": "Khoảng 100 chữ. Xin đừng ghi tên, số điện thoại, số giấy tờ. "
            "Lãnh đạo {commune} có thể đọc lời góp ý, không kèm điểm.",
            "en": "About 100 words. Please no names, phone or document numbers. {commune} leaders may read it, without "
            "your ratings.",
        },
    }
    assert QUESTIONNAIRE.item("comment").max_length == 500


def test_each_attitude_item_names_its_sipas_item() -> None:
    notes = {item.name: item.sipas for item in QUESTIONNAIRE.items if item.sipas is not None}
    assert list(notes) == ["courtesy", "answers", "guidance", "fairness", "dedication"]
    for number, note in enumerate(notes.values(), start=1):
        assert note["en"] == f"SIPAS official {number}; adapted, not comparable with SIPAS samples"
        assert note["vi"].startswith(f"SIPAS, tiêu chí {number} về công chức; đã điều chỉnh, không so sánh được")


@pytest.mark.parametrize(
    ("name", "language", "commune", "said"),
    [
        ("trouble", "vi", "xã Tân An", "Xã Tân An không xem được câu trả lời này của từng người."),
        ("trouble", "en", "the commune", "The commune cannot see any person's answer to this."),
        ("comment", "vi", "xã Tân An", "Lãnh đạo xã Tân An có thể đọc lời góp ý, không kèm điểm."),
        ("comment", "en", "the commune", "The commune leaders may read it, without your ratings."),
    ],
)
def test_the_commune_is_written_as_its_place_in_the_sentence_asks(
    name: str, language: str, commune: str, said: str
) -> None:
    hint = QUESTIONNAIRE.item(name).hint
    assert hint is not None
    assert fill_commune(hint[language], commune).endswith(said)


def test_a_screen_reader_hears_the_stem_before_an_attitude_item_only() -> None:
    full = QUESTIONNAIRE.full_text(QUESTIONNAIRE.item("dedication"), "vi")
    assert full == "Ông/bà hài lòng ở mức nào về cán bộ đã tiếp ông/bà: Sự tận tình với ông/bà"
    overall = QUESTIONNAIRE.item("overall")
    assert QUESTIONNAIRE.full_text(overall, "en") == overall.text["en"]
