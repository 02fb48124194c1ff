"""The bank of comments: plain, enough of them, and nothing that could be a person's."""

import itertools
import re
import tomllib

import pytest

from survey_app.demo.city import HERE
from survey_app.languages import catalogues
from survey_app.questionnaires.definition import default_questionnaire

BANK: dict[str, dict[str, list[str]]] = tomllib.loads((HERE / "comments.toml").read_text(encoding="utf-8"))
TOPICS = {"praise", "advice", "guidance", "trouble", "money"}
SENTENCES = [sentence for topics in BANK.values() for sentences in topics.values() for sentence in sentences]


def test_every_language_has_something_to_say_on_everything() -> None:
    assert set(BANK) == set(catalogues())
    assert all(set(topics) == TOPICS and all(topics.values()) for topics in BANK.values())
    vietnamese = [sentence for sentences in BANK["vi"].values() for sentence in sentences]
    assert len(vietnamese) >= 60
    assert len(set(SENTENCES)) == len(SENTENCES)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_comment_is_short_and_names_nobody(sentence: str) -> None:
    assert len(sentence) <= (default_questionnaire().item("comment").max_length or 0)
    assert not re.search(r"\d{4}|@|https?:", sentence)
    words = sentence.split()
    capitals = [word for word in words if word[0].isupper()]
    assert not [pair for pair in itertools.pairwise(words) if all(word in capitals for word in pair)], "a name?"
