"""The demo has what the pages of listening show: actions, notes, cases in every state, and words that fit."""

from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from survey_app.comment_screening import screen
from survey_app.database import read_connection
from survey_app.demo.city import LEADER_UNIT
from survey_app.demo.loader import load_demo
from survey_app.listening.actions import actions_of
from survey_app.listening.cases import CaseFilter, list_cases
from survey_app.listening.models import CASE_STATES
from survey_app.listening.notes import notes_of
from survey_app.territory.models import UnitRow
from tests.demo.test_comments import BANK


def each(days: Sequence[date]) -> Iterator[date]:
    """No bar."""
    return iter(days)


@pytest.fixture
def loaded(app: Flask) -> Flask:
    """An application with a demo of some communes over six weeks."""
    with app.app_context():
        load_demo(app, each, weeks=6, units=8)
    return app


def test_actions_notes_and_cases_on_their_way(loaded: Flask) -> None:
    with loaded.app_context(), read_connection() as connection:
        unit_id = connection.execute(select(UnitRow.id).where(UnitRow.code == LEADER_UNIT)).scalar_one()
        states = [one.content.state for one in actions_of(connection, unit_id, published_only=False)]
        published = actions_of(connection, unit_id, published_only=True)
        notes = notes_of(connection, unit_id)
        cases, total = list_cases(connection, CaseFilter("all"), 1_000, 0)
    assert states == ["under_way", "planned", "done"]
    assert len(published) == 2
    assert [note.kind for note in notes] == ["outage"]
    assert len(cases) == total > 3
    assert "closed" in {case.state for case in cases} <= set(CASE_STATES)


@pytest.mark.parametrize("sentence", [*BANK["vi"]["money"], *BANK["vi"]["trouble"]])
def test_what_is_meant_for_the_inspector_is_no_praise(sentence: str) -> None:
    assert sentence not in BANK["vi"]["praise"] + BANK["vi"]["advice"] + BANK["vi"]["guidance"]


def test_what_is_meant_for_the_commune_alleges_nothing() -> None:
    others = [sentence for topic in ("praise", "advice", "guidance") for sentence in BANK["vi"][topic]]
    assert [sentence for sentence in others if screen(sentence).allegation] == []


def test_most_of_what_is_meant_for_the_inspector_would_go_there_by_its_words_alone() -> None:
    meant = BANK["vi"]["money"] + BANK["vi"]["trouble"]
    assert sum(screen(sentence).allegation for sentence in meant) >= len(meant) * 2 // 3
