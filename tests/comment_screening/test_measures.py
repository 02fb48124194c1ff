"""The gates: how well the rules do on sentences they were mended by, and on a part that nobody looked into."""

import pytest

from survey_app.comment_screening import Allegation
from tests.comment_screening.measuring import PARTS, allegations, personal_data, sentences, table
from tests.support.databases import ROOT


def test_there_are_enough_sentences_in_every_part_and_no_sentence_twice() -> None:
    parts = [sentences(part) for part in PARTS]
    assert all(len(part) >= 125 for part in parts)
    texts = [sentence.text for part in parts for sentence in part]
    assert len(set(texts)) == len(texts) >= 600


def test_every_kind_of_allegation_is_tried_in_every_part() -> None:
    for part in PARTS:
        assert {kind for each in sentences(part) for kind in each.kinds} == {kind.value for kind in Allegation}


@pytest.mark.parametrize("part", PARTS)
def test_what_must_be_masked_stands_in_its_sentence(part: str) -> None:
    for sentence in sentences(part):
        assert all(one in sentence.text for one in sentence.personal), sentence


@pytest.mark.parametrize("part", [part for part in PARTS if part != "second_held_out"])
def test_what_the_rules_were_mended_by_is_known(part: str) -> None:
    for rates in (allegations(part), personal_data(part)):
        assert rates.recall >= 0.93
        assert rates.precision >= 0.91


def test_half_of_what_is_alleged_in_other_words_is_found_and_false_alarms_are_few() -> None:
    rates = allegations("second_held_out")
    assert rates.recall >= 0.50
    assert rates.precision >= 0.90


def test_personal_data_in_other_words_is_found_and_little_else_is_masked() -> None:
    rates = personal_data("second_held_out")
    assert rates.recall >= 0.92
    assert rates.precision >= 0.89


def test_the_document_prints_what_is_measured() -> None:
    assert table() in (ROOT / "docs" / "comments.md").read_text(encoding="utf-8")
