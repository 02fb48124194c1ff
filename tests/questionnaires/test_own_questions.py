"""A unit's own questions: at most two, never text, composed with the base without changing it."""

from dataclasses import replace

import pytest

from survey_app.questionnaires.definition import (
    DefinitionError,
    OwnQuestion,
    default_questionnaire,
    parse_own_questions,
    with_own_questions,
    without_own_questions,
)
from tests.questionnaires.own_questions import OWN_BOTH, OWN_CHOICE, OWN_RATING

BASE = default_questionnaire()
BOTH = parse_own_questions(OWN_BOTH, "rieng.toml")
RATING, CHOICE = BOTH
THIRD = replace(RATING, name="own_third", slot="r12")


def rules_of(own: list[OwnQuestion]) -> list[str]:
    with pytest.raises(DefinitionError) as refused:
        with_own_questions(BASE, own)
    return [problem.rule for problem in refused.value.problems]


def test_they_stand_after_the_last_rating_and_before_what_is_asked_of_trouble() -> None:
    names = [item.name for item in with_own_questions(BASE, BOTH).items]
    assert names[5:9] == ["dedication", "own_waiting_room", "own_parking", "trouble"]
    assert len(names) == len(BASE.items) + 2


def test_they_measure_nothing_that_enters_an_index() -> None:
    composed = with_own_questions(BASE, BOTH)
    assert {item.construct for item in composed.items if item.name.startswith("own_")} == {"own"}
    assert composed.attitude_items == BASE.attitude_items
    assert (RATING.slot, CHOICE.slot) == ("r11", "c3")


def test_the_composed_one_has_a_key_of_its_own_and_the_base_can_be_taken_out_again() -> None:
    composed = with_own_questions(BASE, BOTH)
    assert composed.key.startswith("attitude+") and len(composed.key) == len("attitude+") + 8
    assert composed.version == BASE.version
    assert composed.content_hash != BASE.content_hash
    assert without_own_questions(composed) == BASE
    assert without_own_questions(BASE) == BASE


def test_the_same_questions_of_two_units_make_the_same_questionnaire_and_others_another() -> None:
    again = parse_own_questions(OWN_BOTH, "another.toml")
    assert with_own_questions(BASE, BOTH).content_hash == with_own_questions(BASE, again).content_hash
    assert with_own_questions(BASE, [RATING]).key != with_own_questions(BASE, [CHOICE]).key


@pytest.mark.parametrize("text", [OWN_RATING, OWN_CHOICE])
def test_one_alone_is_enough(text: str) -> None:
    own = parse_own_questions(text, "rieng.toml")
    assert len(with_own_questions(BASE, own).items) == len(BASE.items) + 1


def test_a_third_or_none_is_refused() -> None:
    assert rules_of([RATING, CHOICE, THIRD]) == ["own_count"]
    assert rules_of([]) == ["own_count"]


def test_text_is_refused() -> None:
    text = replace(RATING, kind="comment", slot="comment")
    assert "own_kind" in rules_of([text])


@pytest.mark.parametrize("slot", ["r1", "r2", "r8", "c3"])
def test_the_slots_of_the_base_are_not_theirs(slot: str) -> None:
    assert rules_of([replace(RATING, slot=slot)])[0] in ("slot_of_construct", "slot_of_kind")


def test_names_words_and_options_keep_the_same_rules() -> None:
    assert rules_of([replace(RATING, name="waiting_room")]) == ["own_name"]
    assert rules_of([RATING, replace(CHOICE, name=RATING.name)]) == ["name_twice"]
    assert rules_of([RATING, replace(THIRD, slot="r11")]) == ["slot_twice"]
    assert rules_of([replace(RATING, text={"vi": "Chỗ ngồi"})]) == ["missing_language"]
    assert rules_of([replace(CHOICE, options=CHOICE.options[:1])]) == ["options_count"]
