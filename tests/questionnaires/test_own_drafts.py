"""Own questions written on a page: names, slots and codes are given by the program; rules hold as for files."""

import pytest

from survey_app.questionnaires.definition import DefinitionError, default_questionnaire
from survey_app.questionnaires.items import from_canonical_json, to_canonical_json
from survey_app.questionnaires.own_drafts import Draft, drafts_of, with_drafts

BASE = default_questionnaire()
PARKING = Draft("rating", "Chỗ để xe", "Parking")
QUEUE = Draft("choice", "Ông/bà chờ bao lâu?", "How long did you wait?", (("Ngay", "At once"), ("Lâu", "Long")))


def test_questions_get_slots_names_and_codes() -> None:
    made = with_drafts(BASE, [PARKING, QUEUE])
    own = [item for item in made.items if item.construct == "own"]
    assert [(item.kind, item.slot, item.name[:8]) for item in own] == [
        ("rating", "r11", "own_r11_"),
        ("choice", "c3", "own_c3_" + own[1].name[7]),
    ]
    assert [(option.code, option.value, option.text["en"]) for option in own[1].options] == [
        (1, "o1", "At once"),
        (2, "o2", "Long"),
    ]
    assert drafts_of(made) == (PARKING, QUEUE)
    assert from_canonical_json(to_canonical_json(made)) == made


def test_two_of_a_kind_stand_in_two_slots() -> None:
    other = Draft("rating", "Chỗ ngồi chờ", "Seats")
    assert [item.slot for item in with_drafts(BASE, [PARKING, other]).items if item.construct == "own"] == [
        "r11",
        "r12",
    ]


def test_the_same_words_are_the_same_question_and_other_words_another() -> None:
    names = [
        with_drafts(BASE, [draft]).items[6].name
        for draft in (PARKING, Draft("rating", "  Chỗ  để xe ", "Car park"), Draft("rating", "Chỗ gửi xe", "Parking"))
    ]
    assert names[0] == names[1] != names[2]


def test_without_questions_the_base_stands_alone() -> None:
    assert with_drafts(with_drafts(BASE, [PARKING]), []) == BASE
    assert drafts_of(BASE) == ()


@pytest.mark.parametrize(
    ("drafts", "rule"),
    [
        ([Draft("rating", "", "Parking")], "missing_language"),
        ([Draft("rating", "Chỗ để xe", "")], "missing_language"),
        ([Draft("rating", " ".join(["chữ"] * 21), "Many")], "too_many_syllables"),
        ([Draft("rating", "{xã} có tốt không", "Good?")], "placeholder"),
        ([Draft("choice", "Chờ lâu không?", "Long?", (("Có", "Yes"),))], "options_count"),
        ([Draft("choice", "Chờ lâu không?", "Long?", (("Có", "Yes"), ("Có", "Yes")))], "label_twice"),
        ([PARKING, PARKING], "name_twice"),
        ([PARKING, QUEUE, Draft("rating", "Ba", "Three")], "own_count"),
    ],
)
def test_the_rules_of_definitions_hold(drafts: list[Draft], rule: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        with_drafts(BASE, drafts)
    assert rule in [problem.rule for problem in refused.value.problems]
