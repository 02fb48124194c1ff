"""What callers ask: the questions of the counter, unchanged, and one more; stored under a key that no unit uses."""

from datetime import date

import pytest
from sqlalchemy import Connection

from survey_app.questionnaires import register
from survey_app.questionnaires.definition import callback_questionnaire, default_questionnaire
from survey_app.questionnaires.register import NoQuestionnaire

DAY = date(2026, 11, 24)


def test_the_questions_of_the_counter_and_one_more_after_the_last_choice() -> None:
    asked, default = callback_questionnaire(), default_questionnaire()
    names = [item.name for item in asked.items]
    assert names[names.index("trouble") + 1] == "told_score"
    assert tuple(item for item in asked.items if item.name != "told_score") == default.items
    assert (asked.scale, asked.stem) == (default.scale, default.stem)
    assert asked.key != default.key


def test_its_own_question_is_word_for_word_and_leaves_a_way_out() -> None:
    item = callback_questionnaire().item("told_score")
    assert item.text["vi"] == "Có ai bảo ông/bà nên chấm mấy điểm không?"
    assert item.text["en"] == "Did anyone tell you what score to give?"
    assert (item.kind, item.construct, item.slot) == ("choice", "control", "c2")
    assert [(option.code, option.value) for option in item.options] == [(1, "no"), (2, "yes"), (3, "no_answer")]


def test_the_newest_version_of_a_key(connection: Connection) -> None:
    with pytest.raises(NoQuestionnaire):
        register.newest(connection, callback_questionnaire().key)
    stored = register.store(connection, callback_questionnaire(), DAY)
    register.store(connection, default_questionnaire(), DAY)
    assert register.newest(connection, callback_questionnaire().key).id == stored
    assert register.newest(connection, default_questionnaire().key).questionnaire == default_questionnaire()
