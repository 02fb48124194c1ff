"""Drafts come back from JSON as they went, and are compared item by item."""

from hypothesis import given
from hypothesis import strategies as st

from survey_app.paper.drafts import differing_items, from_json, to_json, values_of, words_of
from survey_app.questionnaires.answers import Answers
from survey_app.questionnaires.definition import default_questionnaire

QUESTIONNAIRE = default_questionnaire()
ANSWERS = st.builds(
    Answers,
    ratings=st.dictionaries(
        st.sampled_from([item.slot for item in QUESTIONNAIRE.ratings]), st.integers(1, 5), min_size=1
    ),
    choices=st.one_of(st.just({}), st.fixed_dictionaries({"c1": st.integers(1, 4)})),
    respondent_group=st.sampled_from([None, *(one.value for one in QUESTIONNAIRE.item("respondent_group").options)]),
    service_domain=st.sampled_from([None, *(one.value for one in QUESTIONNAIRE.item("service_domain").options)]),
    comment=st.one_of(st.none(), st.text(min_size=1, max_size=500)),
)


@given(ANSWERS)
def test_a_draft_comes_back_as_it_went(answers: Answers) -> None:
    assert from_json(to_json(answers)) == answers
    assert differing_items(QUESTIONNAIRE, answers, from_json(to_json(answers))) == ()


@given(ANSWERS, ANSWERS)
def test_differences_are_the_same_from_both_sides(one: Answers, other: Answers) -> None:
    assert differing_items(QUESTIONNAIRE, one, other) == differing_items(QUESTIONNAIRE, other, one)


def test_what_is_left_out_differs_from_what_is_ticked() -> None:
    one = Answers(ratings={"r1": 4, "r2": 3}, service_domain="land", comment="Chờ  lâu")
    other = Answers(ratings={"r1": 4}, comment="chờ lâu")
    assert [item.name for item in differing_items(QUESTIONNAIRE, one, other)] == ["courtesy", "service_domain"]


def test_values_are_said_in_words() -> None:
    values = values_of(QUESTIONNAIRE, Answers(ratings={"r1": 4}, choices={"c1": 1}, service_domain="land"))
    said = [words_of(QUESTIONNAIRE, item, values[item.name], "vi") for item in QUESTIONNAIRE.items]
    assert said[0] == "Hài lòng"
    assert {"Không", "Đất đai, sổ đỏ"} <= set(said)
    assert said[-1] == ""
