"""The form made from a definition: what is offered, what is refused in words, what comes out."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request
from wtforms import Form

from survey_app.languages import UnknownLanguage
from survey_app.questionnaires.answers import Answers
from survey_app.questionnaires.definition import default_questionnaire, parse_own_questions, with_own_questions
from survey_app.questionnaires.form import SurveyForm, answers_of, build_form_class, clean_text, honeypot_filled
from survey_app.questionnaires.rules import RESERVED_NAMES
from tests.questionnaires.own_questions import OWN_BOTH

QUESTIONNAIRE = default_questionnaire()
NOTHING_RATED = {
    "vi": "Ông/bà chưa chấm câu nào. Xin chọn ít nhất một mức hài lòng rồi bấm Gửi phiếu.",
    "en": "Nothing rated yet. Choose at least one rating, then press Send.",
}


def filled(sent: dict[str, Any] | list[tuple[str, str]], language: str = "vi") -> SurveyForm:
    return build_form_class(QUESTIONNAIRE, language)(MultiDict(sent))


def sent_raw(body: bytes) -> SurveyForm:
    """A form as it arrives over the wire."""
    builder = EnvironBuilder(method="POST", data=body, content_type="application/x-www-form-urlencoded")
    return build_form_class(QUESTIONNAIRE, "vi")(Request(builder.get_environ()).form)


def offered(form: SurveyForm, name: str) -> list[tuple[str, str]]:
    return [(choice.value, choice.label) for choice in form[name].choices]  # type: ignore[attr-defined]


def test_fields_stand_in_page_order_with_the_words_of_the_language() -> None:
    form = filled({}, "en")
    assert [field.name for field in form] == [*(item.name for item in QUESTIONNAIRE.items), "website"]
    assert form["dedication"].label.text == "Care in helping you"
    assert form["trouble"].description == "{commune} cannot see any person's answer to this."


def test_every_rating_and_context_offers_to_be_skipped() -> None:
    form = filled({})
    assert offered(form, "overall") == [
        ("1", "Rất không hài lòng"),
        ("2", "Không hài lòng"),
        ("3", "Bình thường"),
        ("4", "Hài lòng"),
        ("5", "Rất hài lòng"),
        ("", "Bỏ qua"),
    ]
    assert offered(form, "respondent_group")[-1] == ("", "Bỏ qua")


def test_what_has_an_answer_for_not_answering_offers_no_second_one() -> None:
    assert [value for value, _ in offered(filled({}), "trouble")] == ["no", "trouble", "money", "no_answer"]
    assert filled({"overall": "4", "trouble": ""}).validate()


def test_nothing_is_chosen_beforehand() -> None:
    page = "".join(str(field()) for field in filled({}))
    assert "checked" not in page


def test_a_full_form_becomes_answers_by_slot() -> None:
    form = filled(
        {
            **dict.fromkeys(["overall", "courtesy", "answers", "guidance", "fairness", "dedication"], "5"),
            "guidance": "1",
            "trouble": "money",
            "service_domain": "land",
            "respondent_group": "organisation",
            "comment": "  Cảm ơn.\r\nRất tốt!  ",
        }
    )
    assert form.validate(), form.errors
    assert answers_of(form) == Answers(
        ratings={"r1": 5, "r2": 5, "r3": 5, "r4": 1, "r5": 5, "r6": 5},
        choices={"c1": 3},
        respondent_group="organisation",
        service_domain="land",
        comment="Cảm ơn.\nRất tốt!",
    )


def test_one_rating_is_enough_and_what_is_left_out_is_absent() -> None:
    form = filled({"fairness": "3", "overall": "", "comment": " \r\n ", "service_domain": ""})
    assert form.validate(), form.errors
    assert answers_of(form) == Answers(ratings={"r5": 3})


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("sent", [{}, {"overall": "", "trouble": "no", "comment": "Chào"}], ids=["empty", "no rating"])
def test_a_form_without_a_rating_is_refused_as_a_whole(language: str, sent: dict[str, str]) -> None:
    form = filled(sent, language)
    assert not form.validate()
    assert form.form_errors == [NOTHING_RATED[language]]
    assert {name: form[name].data for name in sent} == sent


def test_checking_twice_says_it_once() -> None:
    form = filled({})
    form.validate()
    form.validate()
    assert len(form.form_errors) == 1


@pytest.mark.parametrize(
    "value", ["6", "0", "-1", "4.0", " 4", "four", "４", "4\x00", "\ufffd", "1' OR '1'='1", "9" * 400]
)
def test_a_rating_outside_the_scale_is_refused_and_the_rest_is_kept(value: str) -> None:
    form = filled({"overall": value, "courtesy": "4", "comment": "Giữ lại", "trouble": "no"})
    assert not form.validate()
    assert list(form.errors) == ["overall"]
    assert form["overall"].errors == [
        "Câu trả lời vừa gửi không có trong phiếu nên chưa được ghi. Xin chọn lại, hoặc bỏ qua câu này."
    ]
    assert form["overall"].data is None
    assert (form["courtesy"].data, form["comment"].data, form["trouble"].data) == ("4", "Giữ lại", "no")


def test_a_wrong_rating_alone_is_called_wrong_and_not_missing() -> None:
    form = filled({"overall": "9"})
    assert not form.validate()
    assert form.form_errors == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("trouble", "1"), ("service_domain", "lands"), ("respondent_group", "official"), ("respondent_group", "\x00")],
)
def test_a_choice_that_is_not_offered_is_refused(name: str, value: str) -> None:
    form = filled({"overall": "4", name: value}, "en")
    assert not form.validate()
    assert list(form.errors) == [name]
    assert "not one of those on the form" in form[name].errors[0]


def test_two_answers_to_one_question_are_refused() -> None:
    form = filled([("overall", "5"), ("overall", "1"), ("courtesy", "4")])
    assert not form.validate()
    assert form.errors == {"overall": ["Câu này nhận được nhiều câu trả lời cùng lúc. Xin chọn một."]}


@pytest.mark.parametrize("damage", ["%00", "%E1%BB", "%FF%FE", "%EF%BF%BD", "%ED%A0%80"])
def test_a_comment_damaged_on_the_way_is_refused_and_its_readable_part_is_kept(damage: str) -> None:
    form = sent_raw(f"comment=T%E1%BB%91t{damage}&overall=4".encode())
    assert not form.validate()
    assert form.errors == {
        "comment": ["Lời góp ý có chữ bị hỏng khi gửi. Phần đọc được vẫn còn: xin xem lại rồi bấm Gửi phiếu."]
    }
    assert form["comment"].data == "Tốt"
    assert form["overall"].data == "4"


def test_an_address_pasted_into_a_comment_is_not_taken_for_damage() -> None:
    form = sent_raw(b"overall=4&comment=100%25+t%E1%BB%91t,+xem+vi.example/T%25E1%25BB%2591t%2520%2541")
    assert form.validate(), form.errors
    assert answers_of(form).comment == "100% tốt, xem vi.example/T%E1%BB%91t%20%41"


def test_a_comment_may_have_500_characters_and_not_one_more() -> None:
    assert filled({"overall": "4", "comment": "ế" * 499 + "👍"}).validate()
    assert filled(
        {"overall": "4", "comment": "e\u0302\u0301" * 500}
    ).validate()  # The same letter, typed in three parts.
    form = filled({"overall": "4", "comment": "ế" * 501})
    assert not form.validate()
    assert form.errors == {
        "comment": ["Lời góp ý dài 501 ký tự, nhiều nhất là 500. Xin viết ngắn lại rồi bấm Gửi phiếu."]
    }
    assert form["comment"].data == "ế" * 501


def test_line_ends_count_once() -> None:
    form = filled({"overall": "4", "comment": "a\r\n" * 249 + "bb"})
    assert form.validate(), form.errors
    assert answers_of(form).comment == "a\n" * 248 + "a\nbb"


@given(st.text(max_size=600))
def test_a_cleaned_comment_is_printable_and_clean_already(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert not set(cleaned) & ({chr(code) for code in range(32)} - {"\n"} | {"\x7f", "\ufffd", "\u2028"})
    assert cleaned == cleaned.strip()


@given(
    st.dictionaries(
        st.sampled_from([item.name for item in QUESTIONNAIRE.items]), st.text(max_size=8) | st.sampled_from("12345")
    )
)
def test_whatever_is_sent_either_becomes_answers_within_bounds_or_is_refused_in_words(sent: dict[str, str]) -> None:
    form = filled(sent)
    if form.validate():
        answers = answers_of(form)
        assert answers.ratings and all(1 <= score <= 5 for score in answers.ratings.values())
        assert set(answers.ratings) <= {"r1", "r2", "r3", "r4", "r5", "r6"}
        assert answers.choices.keys() <= {"c1"}
        assert "\x00" not in (answers.comment or "")
    else:
        assert form.errors


def test_the_honeypot_is_looked_at_and_never_an_error() -> None:
    assert not honeypot_filled(filled({"overall": "4"}))
    trapped = filled({"overall": "4", "website": "http://spam.example"})
    assert trapped.validate()
    assert honeypot_filled(trapped)


def test_own_questions_are_asked_and_answered_like_the_others() -> None:
    composed = with_own_questions(QUESTIONNAIRE, parse_own_questions(OWN_BOTH, "rieng.toml"))
    form = build_form_class(composed, "vi")(MultiDict({"own_waiting_room": "2", "own_parking": "street"}))
    assert form.validate(), form.errors
    assert answers_of(form) == Answers(ratings={"r11": 2}, choices={"c3": 2})
    assert offered(form, "own_parking")[-1] == ("", "Bỏ qua")


def test_the_class_is_built_once_for_each_content_and_language() -> None:
    again = build_form_class(default_questionnaire(), "vi")
    assert again is build_form_class(QUESTIONNAIRE, "vi")
    assert again is not build_form_class(QUESTIONNAIRE, "en")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UnknownLanguage):
        build_form_class(QUESTIONNAIRE, "fr")


def test_no_item_can_take_the_name_of_something_the_form_needs() -> None:
    form = filled({})
    needed = {*dir(Form), *vars(form), *dir(SurveyForm), "website"} - {item.name for item in QUESTIONNAIRE.items}
    assert {name for name in needed if not name.startswith("_") and name.islower()} <= RESERVED_NAMES
