"""The gates: how well the rules do on sentences, half of which were kept apart while the rules were written."""

import pytest

from survey_app.comment_screening import Allegation
from tests.comment_screening.measuring import PARTS, allegations, personal_data, sentences, table
from tests.support.databases import ROOT


def test_there_are_enough_sentences_in_either_half_and_no_sentence_twice() -> None:
    halves = [sentences(part) for part in PARTS]
    assert all(len(half) >= 125 for half in halves)
    texts = [sentence.text for half in halves for sentence in half]
    assert len(set(texts)) == len(texts) >= 250


def test_every_kind_of_allegation_is_tried_in_either_half() -> None:
    for part in PARTS:
        assert {kind for each in sentences(part) for kind in each.kinds} == {kind.value for kind in Allegation}


@pytest.mark.parametrize("part", PARTS)
def test_what_must_be_masked_stands_in_its_sentence(part: str) -> None:
    for sentence in sentences(part):
        assert all(one in sentence.text for one in sentence.personal), sentence


def test_allegations_are_found_and_false_alarms_are_few() -> None:
    rates = allegations("held_out")
    assert rates.recall >= 0.90
    assert rates.precision >= 0.85


def test_personal_data_is_found_and_little_else_is_masked() -> None:
    rates = personal_data("held_out")
    assert rates.recall >= 0.95
    assert rates.precision >= 0.95


def test_the_document_prints_what_is_measured() -> None:
    assert table() in (ROOT / "docs" / "comments.md").read_text(encoding="utf-8")
